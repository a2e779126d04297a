import { type Catalogue, type Language, loadCatalogue } from './catalogue.ts';
import { commandsOf } from './commands.ts';
import { renderCorrection } from './correction.ts';
import { renderExpired } from './expired.ts';
import { renderFeedback } from './feedback.ts';
import { renderQuestion } from './question.ts';
import { renderReply } from './replies.ts';
import type {
  CommandEntry,
  CorrectionView,
  ExpiredView,
  FeedbackView,
  Notice,
  QuestionView,
  Rendered,
  Reply,
} from './views.ts';

/**
 * Everything that Rung says, in one language. Pure: the same view gives the same text. Data may be any text; throws
 * RangeError for a delivery id, an instant, a zone or a time that is malformed.
 */
export interface Messages {
  /** The question with its lettered options and a row of four buttons. */
  question(view: QuestionView): Rendered;
  /** The question as answered, in the place of the question. */
  feedback(view: FeedbackView): Rendered;
  /** The question that was not answered in time, in the place of the question. */
  expired(view: ExpiredView): Rendered;
  /** The news that an answered question was corrected. */
  correction(view: CorrectionView): Rendered;
  /** The notice that answers a tap: plain text of at most 200 characters. */
  notice(notice: Notice): string;
  /** The message for the outcome of a command, of a typed text or of a button of the settings. */
  reply(reply: Reply): Rendered;
  /** The commands for Telegram's menu. */
  commands(): CommandEntry[];
}

/** Reads the language's catalogue from disk; keep the result, one for each language. */
export function makeMessages(language: Language): Messages {
  return messagesFrom(loadCatalogue(language));
}

/** The messages of a catalogue. */
export function messagesFrom(catalogue: Catalogue): Messages {
  return {
    question: (view) => renderQuestion(catalogue, view),
    feedback: (view) => renderFeedback(catalogue, view),
    expired: (view) => renderExpired(catalogue, view),
    correction: (view) => renderCorrection(catalogue, view),
    notice: (notice) => catalogue.plain(`notice-${notice}`),
    reply: (reply) => renderReply(catalogue, reply),
    commands: () => commandsOf(catalogue),
  };
}
