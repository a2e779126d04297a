import type {
  CorrectionView,
  ExpiredView,
  FeedbackView,
  Messages,
  Notice,
  QuestionView,
  Rendered,
  Reply,
} from '../src/index.ts';

/** 10:00 on Friday the 20th in Madrid. */
const NEXT = { nextAt: '2026-11-20T09:00:00.000Z', timezone: 'Europe/Madrid' };

export const question: QuestionView = {
  deliveryId: '4711',
  topic: 'sql_performance',
  level: 2,
  text: 'Why does `WHERE a < 5` ignore the index on (b, a)?',
  options: ['It is "stale"', 'a is not a leading column', '< is not sargable', 'R&D disabled it'],
};

export const feedback: FeedbackView = {
  ...question,
  chosen: 1,
  correct: 1,
  explanation: 'A B-tree is searched from its leading column.',
  streakBefore: 5,
  streakAfter: 6,
  bestStreak: 9,
  levelBefore: 2,
  levelAfter: 2,
  consecutiveCorrect: 2,
  freezes: 0,
  freezeEarned: false,
  missedDays: 0,
  freezesUsed: 0,
  totalAnswered: 40,
  totalCorrect: 30,
  ...NEXT,
};

const wrong: FeedbackView = {
  ...feedback,
  chosen: 2,
  streakAfter: 0,
  consecutiveCorrect: 0,
  totalCorrect: 29,
};

const expired: ExpiredView = {
  ...question,
  correct: 1,
  explanation: feedback.explanation,
  ...NEXT,
  missed: 'missed',
  streakAfter: 0,
};

const correction: CorrectionView = {
  topic: 'sql_performance',
  level: 2,
  text: question.text,
  answer: 'a is not a leading column of `(b, a)`',
  explanation: feedback.explanation,
  correct: true,
  totalAnswered: 40,
  totalCorrect: 31,
};

/** Every kind of reply, in each of the forms that it takes. */
const replies: Reply[] = [
  { kind: 'welcome', back: false, firstName: 'Ada', deliveryTime: '10:00', nextAt: null, timezone: 'UTC' },
  { kind: 'welcome', back: true, firstName: ' ', deliveryTime: '10:00', ...NEXT },
  { kind: 'help' },
  { kind: 'unknown_text' },
  { kind: 'not_started' },
  {
    kind: 'stats',
    level: 3,
    streak: 6,
    bestStreak: 6,
    freezes: 1,
    answered: 1200,
    correct: 900,
    perTopic: [
      { topic: 'streaming', answered: 8, correct: 5 },
      { topic: 'data_quality', answered: 0, correct: 0 },
      { topic: 'etl_vs_elt', answered: 2, correct: 2 },
    ],
    wrongPool: 4,
  },
  {
    kind: 'stats',
    level: 2,
    streak: 0,
    bestStreak: 0,
    freezes: 0,
    answered: 0,
    correct: 0,
    perTopic: [],
    wrongPool: 0,
  },
  { kind: 'settings', deliveryTime: '10:00', paused: false, pausedUntil: null, ...NEXT },
  { kind: 'settings', deliveryTime: '10:00', paused: true, pausedUntil: null, nextAt: null, timezone: 'UTC' },
  {
    kind: 'settings',
    deliveryTime: '10:00',
    paused: true,
    pausedUntil: '2026-11-21T23:30:00.000Z',
    ...NEXT,
  },
  {
    kind: 'ask_timezone',
    suggestions: [
      { label: 'Madrid', zone: 'Europe/Madrid' },
      { label: 'New York', zone: 'America/New_York' },
      { label: ' ', zone: 'UTC' },
    ],
  },
  { kind: 'timezone_set', ...NEXT },
  {
    kind: 'timezone_choices',
    input: '<Portland>',
    choices: [{ label: 'Portland, Oregon', zone: 'America/Los_Angeles' }],
  },
  { kind: 'timezone_unknown', input: 'Mordor & Co' },
  { kind: 'ask_delivery_time', suggestions: ['07:00', '08:00', '09:00', '18:00'] },
  { kind: 'delivery_time_set', deliveryTime: '10:00', ...NEXT },
  { kind: 'delivery_time_unknown', input: 'tea\ntime' },
  { kind: 'ask_pause' },
  { kind: 'paused', until: null, timezone: 'UTC' },
  { kind: 'paused', until: '2026-11-20T23:30:00.000Z', timezone: 'Europe/Madrid' },
  { kind: 'resumed', ...NEXT },
  { kind: 'stopped' },
  { kind: 'quiz_wait', ...NEXT },
  { kind: 'ask_report', deliveryId: '4711', text: question.text },
  { kind: 'reported', already: false },
  { kind: 'reported', already: true },
  { kind: 'nothing_to_report' },
];

export const notices: Notice[] = [
  'answered_already',
  'expired',
  'not_yours',
  'malformed',
  'graded_correct',
  'graded_wrong',
  'saved',
  'not_started',
];

/** Feedback in each of the forms that it takes. */
const feedbacks: FeedbackView[] = [
  feedback,
  wrong,
  { ...wrong, streakBefore: 0 },
  { ...feedback, streakBefore: 0, streakAfter: 1, bestStreak: 1, totalAnswered: 1, totalCorrect: 1 },
  { ...feedback, streakAfter: 7, bestStreak: 7, freezeEarned: true, freezes: 1 },
  { ...feedback, missedDays: 1, freezesUsed: 1, freezes: 1 },
  { ...feedback, missedDays: 2, freezesUsed: 1, streakAfter: 1, consecutiveCorrect: 1 },
  { ...feedback, levelAfter: 3, consecutiveCorrect: 0 },
  { ...wrong, levelAfter: 1 },
];

/** One message of every form there is. */
export function renderAll(messages: Messages): Rendered[] {
  return [
    messages.question(question),
    ...feedbacks.map(messages.feedback),
    ...(['missed', 'frozen', 'paused', 'late'] as const).map((missed) =>
      messages.expired({ ...expired, missed }),
    ),
    ...replies.map(messages.reply),
    ...[true, false].map((correct) => messages.correction({ ...correction, correct })),
  ];
}
