import type { Level, SupplySource } from '@rung/domain';
import { type ServiceRegistry, startAtZero } from '@rung/platform';
import { countRequests } from '@rung/telegram';

/** The worker's own metrics. */
export interface WorkerMetrics {
  telegramRequest: ReturnType<typeof countRequests>;
  delivery(kind: 'daily', outcome: 'sent' | 'blocked' | 'skipped' | 'failed'): void;
  answer(level: Level, correct: boolean): void;
  feedback(seconds: number): void;
  selection(seconds: number): void;
  question(source: SupplySource): void;
}

/** Calls of the Bot API that the worker makes. */
const methods = ['sendMessage', 'editMessageText', 'answerCallbackQuery', 'setMyCommands', 'getWebhookInfo'];
const sources = Object.keys({
  unseen_level: 0,
  unseen_neighbour: 0,
  generated: 0,
  unseen_other: 0,
  wrong_pool: 0,
  seen_longest_ago: 0,
} satisfies Record<SupplySource, 0>);

const waits = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

export function makeWorkerMetrics(registry: ServiceRegistry): WorkerMetrics {
  const deliveries = registry.counter({
    name: 'rung_deliveries_total',
    help: 'Deliveries by how they ended here',
    labelNames: ['kind', 'outcome'],
  });
  const answers = registry.counter({
    name: 'rung_answers_total',
    help: 'Graded answers by the level of the question',
    labelNames: ['level', 'correct'],
  });
  const questions = registry.counter({
    name: 'rung_questions_total',
    help: 'Questions chosen, by where they came from in the order of supply',
    labelNames: ['source'],
  });
  const feedback = registry.histogram({
    name: 'rung_feedback_seconds',
    help: 'From a tap being received to its feedback being shown',
    buckets: waits,
  });
  const selection = registry.histogram({
    name: 'rung_question_selection_seconds',
    help: 'How long choosing a question took',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
  });
  startAtZero(deliveries, { kind: ['daily'], outcome: ['sent', 'blocked', 'skipped', 'failed'] });
  startAtZero(answers, { level: ['1', '2', '3', '4'], correct: ['true', 'false'] });
  startAtZero(questions, { source: sources });
  return {
    telegramRequest: countRequests(registry, methods),
    delivery: (kind, outcome) => deliveries.inc({ kind, outcome }),
    answer: (level, correct) => answers.inc({ level, correct: String(correct) }),
    feedback: (seconds) => feedback.observe(seconds),
    selection: (seconds) => selection.observe(seconds),
    question: (source) => questions.inc({ source }),
  };
}
