import { readChoice, type StoredChoice } from '@rung/db';
import { defaultPolicy, replayChoice, type Selection, type SupplySource, TOPICS } from '@rung/domain';
import { z } from 'zod';
import { type Ops, readId, readOptions, table, UsageError } from './ops.ts';
import { LETTERS } from './storedQuestion.ts';

const stored = z.object({
  seed: z.string(),
  level: z.literal([1, 2, 3, 4]),
  ability: z.number(),
  emptyCells: z.int().exactOptional(),
  weights: z.array(z.object({ topic: z.enum(TOPICS), weight: z.number() })),
  considered: z.array(z.object({ questionId: z.string(), difficulty: z.number(), predicted: z.number() })),
  explored: z.boolean(),
});

const SUPPLY: Record<SupplySource, string> = {
  unseen_level: "It is one that the learner had never been shown, at the learner's level.",
  unseen_neighbour:
    "It is one that the learner had never been shown, beside the learner's level, where none was left.",
  unseen_other:
    "It is one that the learner had never been shown; none was left at or beside the learner's level.",
  generated: 'A model wrote it at that moment: nothing unseen was left at or beside the learner’s level.',
  wrong_pool: 'It is the one of the missed questions that had waited longest: nothing unseen was left.',
  seen_longest_ago: 'It is the one seen longest ago: nothing unseen and nothing missed was left.',
};

/** `ops delivery explain ID`: why this question; exits 1 when the stored choice cannot be replayed to the same one. */
export async function explainDelivery({ db, print }: Ops, args: string[]): Promise<void> {
  const { words } = readOptions(args, []);
  if (words.length !== 1) throw new UsageError('delivery explain: name one delivery');
  const id = readId(words[0], 'delivery explain');
  const choice = await readChoice(db, id);
  if (choice === null) return fail(`There is no delivery ${id}.`);
  print(
    `Delivery ${id}: ${choice.kind} question of learner ${choice.userId} for ${choice.localDate}, ${choice.state}.`,
  );
  if (choice.questionId === null) return print('No question has been chosen for it yet.');
  print(`Question ${choice.questionId}, version ${choice.version}, level ${choice.level}, ${choice.topic}:`);
  print(`  ${choice.text}`);
  print(`Its options were put in the order ${choice.order?.map((index) => LETTERS[index]).join(' ')}.\n`);
  const why = Object.entries(SUPPLY).find(([supply]) => supply === choice.supply)?.[1];
  if (why !== undefined) print(why);
  const selection = stored.safeParse(choice.selection);
  if (!selection.success) return fail('What was considered is not stored in a form that can be replayed.');
  for (const line of considered(selection.data)) print(line);
  replay(choice, selection.data, print);
}

function considered(selection: Selection): string[] {
  const { level, ability, weights, emptyCells = 0, explored } = selection;
  const lines = [`The learner was at level ${level}, with an ability of ${ability.toFixed(2)} logits.`];
  if (selection.considered.length === 0) return lines;
  const shares = weights.map(({ topic, weight }) => `${topic} ${percent(weight)}`).join(', ');
  lines.push(`A topic was drawn by weight: ${shares}.`);
  if (emptyCells > 0) lines.push(`Before that, ${emptyCells} topics were drawn that held nothing unseen.`);
  lines.push(`${selection.considered.length} questions of the topic and level were weighed:`, '');
  const rows = selection.considered
    .toSorted((a, b) => distanceOf(a) - distanceOf(b))
    .map((one) => [
      one.questionId,
      one.difficulty.toFixed(2),
      percent(one.predicted),
      percent(distanceOf(one)),
    ]);
  const target = percent(defaultPolicy.targetSuccess);
  lines.push(...table(['question', 'difficulty', 'chance of success', `away from ${target}`], rows), '');
  lines.push(
    explored
      ? `It was drawn at random from these, as one choice in ${1 / defaultPolicy.exploration} is.`
      : `Its chance of success is nearest ${target}; of equals, the first that was found is taken.`,
  );
  return lines;
}

function replay(choice: StoredChoice, selection: Selection, print: Ops['print']): void {
  const again = replayChoice(selection, defaultPolicy);
  const from = `Replayed from the seed ${selection.seed}`;
  if (again === null) print('Nothing was drawn, so there is nothing to replay.');
  else if (again.questionId === choice.questionId && again.topic === choice.topic)
    print(`${from}: the same question.`);
  else fail(`${from}: ${again.questionId} (${again.topic}). The rules have changed since.`);
}

function distanceOf({ predicted }: Selection['considered'][number]): number {
  return Math.abs(predicted - defaultPolicy.targetSuccess);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
