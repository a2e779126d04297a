import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '@rung/platform';
import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { type Isolated, keepIsolated } from '../src/isolation.ts';

const ANSWERS = `process.on('message', () => process.send('pid ' + process.pid));`;
/** As one that has no time for its messages. */
const SILENT = 'setInterval(() => {}, 60_000);';

describe("a worker's isolation process", () => {
  let folder: string;
  let isolated: Isolated;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rung-isolation-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => isolated?.stop());

  const keep = (program: string) => {
    const entry = join(folder, 'entry.mjs');
    writeFileSync(entry, program);
    const logger = makeLogger({ service: 'test', level: 'error', format: 'json', secrets: [] });
    isolated = keepIsolated(entry, process.env, logger);
    return isolated;
  };
  const answer = ({ metrics }: Isolated) =>
    until('an answer', 10_000, () => metrics().catch(() => undefined)) as Promise<string>;

  it('is asked for its metrics, by several scrapes at a time as well', async () => {
    const child = keep(ANSWERS);
    const text = await answer(child);
    expect(await Promise.all([child.metrics(), child.metrics()])).to.deep.equal([text, text]);
  });

  it('answers again after its end', async () => {
    const child = keep(ANSWERS);
    const first = await answer(child);
    process.kill(Number(first.split(' ')[1]), 'SIGKILL');
    await until('another process', 10_000, async () => (await answer(child)) !== first);
  });

  it('holds no scrape up for longer than a second when it does not answer', async () => {
    const child = keep(SILENT);
    const started = performance.now();
    const failed = await child.metrics().then(
      () => false,
      () => true,
    );
    expect(failed).to.equal(true);
    expect(performance.now() - started).to.be.within(900, 2_500);
  });
});
