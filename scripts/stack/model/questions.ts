/** A question in the form in which a model writes it. */
export interface ModelQuestion {
  readonly topic: string;
  readonly level: number;
  readonly question: string;
  readonly options: Readonly<Record<Letter, string>>;
  readonly answer: Letter;
  readonly explanation: string;
  readonly reference: string;
}

export type Letter = 'A' | 'B' | 'C' | 'D';
export const LETTERS = ['A', 'B', 'C', 'D'] as const;

const PLACES = [
  'At a parcel carrier the scans of four hundred depots arrive through one broker.',
  'Seat bookings for a chain of theatres land in a lake as hourly Parquet files.',
  'A bakery franchise copies its tills each night into PostgreSQL 16.',
  'An airport keeps baggage movements of the last ninety days in one wide table.',
  'For a river authority, gauges report water heights every second over a flaky radio.',
  'A library consortium merges loans from thirty branch systems with different clocks.',
  'The wind farms of a utility send turbine readings in compressed batches of a thousand.',
  'Dental invoices are pulled from a vendor whose pages hold fifty rows.',
  'A music service sums up plays by joining device logs with the catalogue of tracks.',
  'Harvest machines upload field maps whenever a driver comes near a mobile mast.',
  'The grading lab of a diamond dealer stores each certificate as one JSON document.',
] as const;

const EVENTS = [
  'Since Tuesday, the same upload may come twice when a gateway restarts.',
  'Yesterday somebody renamed a column upstream, and nobody was told.',
  'Rows whose timestamps lie hours back keep turning up behind the newest ones.',
  'One customer now makes up forty percent of everything, and few others grow.',
  'Halfway through March a backfill wrote over a partition that readers had open.',
  'The team is about to let twelve analysts run ad hoc work on the same cluster.',
  'Nobody can say any more which job produced the totals of the annual report.',
  'With every release the messages gain optional fields, while old readers live on.',
  'A disk filled up during maintenance, so half of the workers stopped without notice.',
  'Auditors ask for the exact state that the books had on any past evening.',
  'Volume doubles each quarter although the budget for machines stays flat.',
] as const;

interface Ask {
  readonly ask: string;
  readonly right: string;
  readonly wrong: readonly [string, string, string];
  readonly why: string;
}

const ASKS: readonly Ask[] = [
  ask(
    'Which change makes a repeated write harmless?',
    'Writing by a key taken from the record',
    'Writing in larger batches per request',
    'Writing after a pause of a minute',
    'Writing from a second idle process',
  ),
  ask(
    'What should be checked before anything is published?',
    'Counts against those of the origin',
    'Free memory on the coordinating node',
    'Latency of the scheduler’s own calls',
    'Number of tabs that analysts have open',
  ),
  ask(
    'Where does the lag show first?',
    'In the age of the oldest unread entry',
    'In the size of the smallest data file',
    'In the name of the latest snapshot',
    'In the number of declared indexes',
  ),
  ask(
    'How is the skew taken out of the heaviest step?',
    'Spreading the hot value by a salt',
    'Sorting every input by its length',
    'Raising the timeout of all queries',
    'Dropping the statistics each hour',
  ),
  ask(
    'Which property of the sink decides if a replay is safe?',
    'Whether its writes are idempotent',
    'Whether its logs are in one zone',
    'Whether its names are lower case',
    'Whether its disks are encrypted',
  ),
  ask(
    'What lets past states be read again unchanged?',
    'Snapshots that are kept by version',
    'Views that are rebuilt on request',
    'Caches that are warmed each dawn',
    'Replicas that follow a few seconds late',
  ),
  ask(
    'Which contract protects those who read downstream?',
    'A schema check in the producer’s build',
    'A longer retention on the dead letters',
    'A shared account for every dashboard',
    'A nightly vacuum of the whole catalogue',
  ),
  ask(
    'Why is the plan slower than the estimate promised?',
    'Stale statistics misjudge the row count',
    'Fresh connections lack a prepared plan',
    'Narrow columns are padded to full words',
    'Quoted names are resolved a second time',
  ),
  ask(
    'When may a window be closed?',
    'Once the watermark has passed its end',
    'Once the first late record has come',
    'Once the consumer group has rebalanced',
    'Once the broker has rolled its segment',
  ),
  ask(
    'What has to be traced to explain one number?',
    'Lineage from the figure to its inputs',
    'Traffic between the pods of the mesh',
    'Locks that were held in the last hour',
    'Threads that the driver has started',
  ),
  ask(
    'Which limit keeps one tenant from starving the rest?',
    'A quota on slots for each of them',
    'A bigger heap for the coordinator',
    'A shorter name for every resource',
    'A second copy of the finished files',
  ),
];

/** Every option that is right in one of these questions. */
export const RIGHT_OPTIONS: readonly string[] = ASKS.map(({ right }) => right);

/**
 * The `n`th question (from 0), with which no check finds fault. Of the first 121, two share at most one of three
 * sentences.
 */
export function writeQuestion(n: number, cell: { topic: string; level: number }): ModelQuestion {
  const size = PLACES.length;
  const round = Math.floor(n / size);
  const pick = <T>(from: readonly T[], shift: number): T => from[(n + shift) % size] as T;
  const { ask: asked, right, wrong, why } = pick(ASKS, 2 * round);
  const answer = LETTERS[n % LETTERS.length] ?? 'A';
  const [first, second, third] = wrong;
  const others = [first, second, third];
  const optionAt = (letter: Letter) => (letter === answer ? right : (others.shift() ?? ''));
  return {
    ...cell,
    question: `${pick(PLACES, 0)} ${pick(EVENTS, round)} ${asked}`,
    options: { A: optionAt('A'), B: optionAt('B'), C: optionAt('C'), D: optionAt('D') },
    answer,
    explanation: why,
    reference: 'Kleppmann, "Designing Data-Intensive Applications"',
  };
}

function ask(question: string, right: string, ...wrong: [string, string, string]): Ask {
  const why = `${right}: that alone touches the cause of what is described. ${wrong[0]} would leave it as it is.`;
  return { ask: question, right, wrong, why };
}
