import { type Catalogue, percent } from './catalogue.ts';
import { escapeHtml, type Html, joinHtml } from './html.ts';
import { accuracyLine, levelLine, streakLine } from './standing.ts';
import type { StatsReply } from './views.ts';

/** Blocks of a bar, which fit beside a topic's name on a phone. */
const BAR_WIDTH = 10;

/** The learner's standing, and a bar for each topic with an answer. */
export function renderStats(catalogue: Catalogue, stats: StatsReply): Html {
  const { answered, correct } = stats;
  const standing = joinHtml(
    [
      levelLine(catalogue, stats.level, 0),
      streakLine(catalogue, stats.streak, stats.bestStreak),
      catalogue.html('stats-freezes', { freezes: stats.freezes }),
      answered === 0 ? catalogue.html('stats-unanswered') : accuracyLine(catalogue, correct, answered),
      catalogue.html('stats-pool', { count: stats.wrongPool }),
    ],
    '\n',
  );
  const topics = stats.perTopic
    .filter((one) => one.answered > 0)
    .map((one) =>
      catalogue.html('stats-topic', {
        bar: barOf(one.correct / one.answered),
        share: percent(one.correct / one.answered),
        topic: catalogue.html(`topic-${one.topic}`),
        correct: one.correct,
        answered: one.answered,
      }),
    );
  const title = catalogue.html('stats');
  if (topics.length === 0) return joinHtml([title, standing], '\n\n');
  return joinHtml([title, standing, joinHtml([catalogue.html('stats-topics'), ...topics], '\n')], '\n\n');
}

function barOf(share: number): Html {
  const full = Math.round(share * BAR_WIDTH);
  return escapeHtml('█'.repeat(full) + '░'.repeat(BAR_WIDTH - full));
}
