import { type LevelFigures, makeQuestionAdminStore, type QuestionStats } from '@rung/db';
import { TOPICS } from '@rung/domain';
import { bankLimits, checkBank, type Finding } from '@rung/questions';
import { type Ops, readOptions, table, UsageError } from './ops.ts';
import { toBankQuestion } from './storedQuestion.ts';

const LEVELS = [1, 2, 3, 4] as const;

const CHECKS: Record<Finding['check'], string> = {
  cells: `each level of each topic has at least ${bankLimits.minimumPerCell} questions`,
  question: 'lengths, options, sentences, links and words that give the key away',
  positions: 'the keys are spread evenly over A to D',
  'key-length': 'the length of an option does not give the key away',
  similarity: 'no two questions are alike',
};

/** `ops questions stats`: what there is, how good it is, and the mechanical checks; exits 1 when one is red. */
export async function questionStats({ db, print }: Ops, args: string[]): Promise<void> {
  if (readOptions(args, []).words.length > 0) throw new UsageError('questions stats takes no words');
  const store = makeQuestionAdminStore(db);
  const [stats, all] = [await store.stats(), await store.all()];
  const { active, quarantined, retired } = stats.byStatus;
  print(`Questions: ${active} active, ${quarantined} quarantined, ${retired} retired.\n`);
  for (const line of grid(stats)) print(line);
  print('\nFirst answers, by level of the question:\n');
  for (const line of quality(stats.levels)) print(line);
  if (stats.rejected.length > 0) {
    const reasons = stats.rejected.map(({ reason, count }) => `${reason} ${count}`).join(', ');
    print(`\nRefused of what models wrote: ${reasons}.`);
  }
  const bank = all.filter(({ source, status }) => source === 'static' && status === 'active');
  const findings = checkBank(bank.map(toBankQuestion));
  print(`\nMechanical checks of the ${bank.length} questions of the bank:\n`);
  for (const line of checks(findings)) print(line);
  if (findings.length > 0) process.exitCode = 1;
}

/** Topics by levels: questions of the bank, and those that models wrote on top. */
function grid({ cells }: QuestionStats): string[] {
  const countOf = (topic: string, level: number) => {
    const { bank = 0, generated = 0 } =
      cells.find((cell) => cell.topic === topic && cell.level === level) ?? {};
    return generated === 0 ? `${bank}` : `${bank} + ${generated}`;
  };
  const rows = TOPICS.map((topic) => [topic, ...LEVELS.map((level) => countOf(topic, level))]);
  return table(['topic', ...LEVELS.map((level) => `level ${level}`)], rows);
}

function quality(levels: readonly LevelFigures[]): string[] {
  const percent = (value: number | null) => (value === null ? null : `${value} %`);
  return table(
    ['level', 'answers', 'correct', 'expected', 'discrimination', 'difficulty from answers', 'reports'],
    levels.map((figures) => [
      figures.level,
      figures.answers,
      percent(figures.correctRatePct),
      percent(figures.predictedPct),
      figures.discrimination,
      figures.calibrated,
      figures.reports,
    ]),
  );
}

function checks(findings: readonly Finding[]): string[] {
  return Object.entries(CHECKS).flatMap(([check, what]) => {
    const found = findings.filter((finding) => finding.check === check);
    return [
      `${found.length === 0 ? 'green' : 'red  '}  ${check.padEnd(10)}  ${what}`,
      ...found.map(({ ids, message }) => `         ${[ids.join(', '), message].filter(Boolean).join(': ')}`),
    ];
  });
}
