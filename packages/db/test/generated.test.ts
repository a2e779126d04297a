import { expect } from 'chai';
import { type Database, type GeneratedRow, makeGeneratedStore, readSupplyProfile } from '../src/index.ts';
import { addLearners, addQuestions, openDatabase } from './fixtures.ts';

const question = (text: string, contentHash = text): GeneratedRow => ({
  level: 2,
  topic: 'streaming',
  text,
  options: ['one', 'two', 'three', 'four'],
  correctIndex: 2,
  explanation: 'Because of this. Not because of that.',
  reference: 'Apache Kafka 3.x documentation',
  difficultyIndex: 6,
  contentHash,
  provider: 'local',
  model: 'model-1',
  promptVersion: 'v1',
  blindModel: 'model-2',
  inputTokens: 900,
  outputTokens: 120,
});

const KAFKA =
  'A Kafka 3.x topic has six partitions and eight consumers in one group. How many of them stand idle?';
const AIRFLOW =
  'An Airflow 2 task that is retried writes its rows a second time. What makes the load idempotent?';

describe('generated questions', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
  });
  afterEach(() => close?.());
  const store = () => makeGeneratedStore(db, { mostSimilar: 0.5 });

  it('are stored with the model that wrote them, what it cost, and a cell that has grown', async () => {
    await addLearners(db, {});
    const stored = await store().storeGenerated(question(KAFKA));
    if (!('id' in stored)) throw new Error('not stored');
    expect(stored.id).to.match(/^generated-[0-9a-f-]{36}$/);
    const [row] = await db.sql(
      `SELECT q.source, q.status, q.difficulty_index, q.options, g.provider, g.model, g.prompt_version, g.blind_model,
         g.input_tokens, g.output_tokens
       FROM questions q JOIN generated_questions g ON g.question_id = q.id WHERE q.id = $1`,
      [stored.id],
    );
    expect(row).to.deep.equal({
      source: 'model-1',
      status: 'active',
      difficulty_index: 6,
      options: ['one', 'two', 'three', 'four'],
      provider: 'local',
      model: 'model-1',
      prompt_version: 'v1',
      blind_model: 'model-2',
      input_tokens: 900,
      output_tokens: 120,
    });
    const cells = (await readSupplyProfile(db, '1')).cells;
    expect(cells.map(({ level, topic }) => `${topic} ${level}`)).to.deep.equal(['streaming 2']);
  });

  it('are stored once, however alike two of them are written at once', async () => {
    const alike = [KAFKA, KAFKA.replace('six', '6'), KAFKA.replace('eight', '8'), `${KAFKA} Why?`];
    const stored = await Promise.all(alike.map((text) => store().storeGenerated(question(text))));
    const [id] = stored.flatMap((one) => ('id' in one ? [one.id] : []));
    expect(stored.filter((one) => 'id' in one)).to.have.length(1);
    expect(stored.flatMap((one) => ('duplicateOf' in one ? [one.duplicateOf] : []))).to.deep.equal([
      id,
      id,
      id,
    ]);
    expect(await db.sql('SELECT FROM generated_questions')).to.have.length(1);
  });

  it('are refused when a question has the same content, whatever its text is like', async () => {
    await addQuestions(db, { level: 2, topic: 'streaming', count: 1 });
    await db.sql(`UPDATE questions SET version = 2, content_hash = 'same'`);
    const refused = await store().storeGenerated(question(KAFKA, 'same'));
    expect(refused).to.deep.equal({ duplicateOf: 'streaming-2-1' });
  });

  it('are compared with every stored question, of any source and status', async () => {
    await addQuestions(db, { level: 1, topic: 'orchestration', count: 1 });
    await db.sql(`UPDATE questions SET version = 2, status = 'retired', question_text = $1`, [AIRFLOW]);
    const found = await store().findSimilar(AIRFLOW.replace('rows', 'lines'), 0.5);
    expect(found?.questionId).to.equal('orchestration-1-1');
    expect(found?.similarity).to.be.within(0.7, 0.99);
    expect(await store().findSimilar(KAFKA, 0.5)).to.equal(null);
  });

  it('are looked for through an index, not by reading every text', async () => {
    await db.sql(
      `INSERT INTO questions (id, question_text, options, correct_index, explanation, level, topic, difficulty_index,
         content_hash)
       SELECT 'n-' || n, 'Question ' || md5(n::text) || ' about ' || md5((n * 7)::text), '["a","b","c","d"]', 0, 'e', 1,
         'streaming', 2, md5(n::text)
       FROM generate_series(1, 2000) n`,
    );
    await db.sql('ANALYZE questions');
    const plan = await db.sql<Record<'QUERY PLAN', string>>(
      `EXPLAIN SELECT id, similarity(question_text, 'x') FROM questions ORDER BY question_text <-> 'x' LIMIT 1`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).to.contain('Index Scan using questions_alike');
  });

  it('leave what was refused behind, cut and without what text cannot hold', async () => {
    await store().storeRejected({
      provider: 'local',
      model: 'model-1',
      promptVersion: 'v1',
      level: 2,
      topic: 'streaming',
      reason: 'not_json',
      detail: 'at \u0000 9',
      output: `\u0000\ud83d${'x'.repeat(20_000)}`,
      inputTokens: 1,
      outputTokens: 2,
    });
    const [row] = await db.sql<{ reason: string; detail: string; output: string }>(
      'SELECT reason, detail, output FROM rejected_questions',
    );
    expect(row?.reason).to.equal('not_json');
    expect(row?.detail).to.equal('at  9');
    expect(row?.output).to.have.length(16_383);
    expect(row?.output.slice(0, 3)).to.equal('\ufffdxx');
  });
});
