import type { Level } from '@rung/domain';
import type { ServiceRegistry } from '@rung/platform';

/** The worker's own metrics. */
export interface WorkerMetrics {
  telegramRequest(method: string, outcome: string): void;
  delivery(kind: 'daily', outcome: 'sent' | 'blocked' | 'skipped'): void;
  answer(level: Level, correct: boolean): void;
  feedback(seconds: number): void;
  selection(seconds: number): void;
  question(source: string): void;
}

const waits = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

export function makeWorkerMetrics(registry: ServiceRegistry): WorkerMetrics {
  const requests = registry.counter({
    name: 'rung_telegram_requests_total',
    help: 'Calls of the Bot API by method and outcome',
    labelNames: ['method', 'outcome'],
  });
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
  return {
    telegramRequest: (method, outcome) => requests.inc({ method, outcome }),
    delivery: (kind, outcome) => deliveries.inc({ kind, outcome }),
    answer: (level, correct) => answers.inc({ level, correct: String(correct) }),
    feedback: (seconds) => feedback.observe(seconds),
    selection: (seconds) => selection.observe(seconds),
    question: (source) => questions.inc({ source }),
  };
}
