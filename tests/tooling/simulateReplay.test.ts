import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@rung/domain';
import { expect } from 'chai';
import { LogError, Numbering, readAnswerLog } from '../../scripts/simulate/answerLog.ts';
import { replay } from '../../scripts/simulate/replay.ts';
import { drawNormal } from '../../scripts/simulate/world.ts';

const HEADER = 'user_id\titem_id\tcorrect\ttimestamp';

describe('npm run simulate -- replay', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rung-replay-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, text: string): string {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  }

  describe('a log of answers', () => {
    const read = async (text: string) => {
      const ids = { learners: new Numbering(), items: new Numbering() };
      const log = await readAnswerLog(write('log.csv', text), ids);
      return { ...log, ids };
    };
    const errorOf = async (text: string): Promise<string> => {
      const error = await read(text).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(LogError);
      return String(error).replaceAll(join(folder, 'log.csv'), 'log.csv');
    };

    it('is put in the order of time, ties in the order of the file', async () => {
      const log = await read(`${HEADER}\nada\tx\t1\t30\nbob\tx\t0\t10\nada\ty\t0\t10\nbob\ty\t1\t20\n`);
      expect([...log.learners]).to.deep.equal([1, 0, 1, 0]);
      expect([...log.items]).to.deep.equal([0, 1, 1, 0]);
      expect([...log.correct]).to.deep.equal([0, 0, 1, 1]);
      expect(log.ids.learners.size).to.equal(2);
    });

    it('may name its columns in any order, have more of them, dates, blank lines and the ends of lines of Windows', async () => {
      const log = await read(
        '\uFEFFtimestamp\tskill\tcorrect\titem_id\tuser_id\r\n2020-01-02\ts\t1.0\tx\tada\r\n\r\n2020-01-01\t\t0\ty\tada\r\n',
      );
      expect([...log.items]).to.deep.equal([1, 0]);
      expect([...log.correct]).to.deep.equal([0, 1]);
    });

    it('is refused with the lines that are wrong', async () => {
      const rows = [
        'a\tx\t2\t1',
        'a\tx\t1\t1',
        '\tx\t1\t1',
        'a\t\t1\t1',
        'a\tx\t\t1',
        'a\tx\t1\tsoon',
        'a\tx\t1',
      ];
      expect((await errorOf(`${HEADER}\n${rows.join('\n')}`)).split('\n')).to.deep.equal([
        'Error: log.csv:2: correct is "2", not 0 or 1',
        'log.csv:4: user_id is missing',
        'log.csv:5: item_id is missing',
        'log.csv:6: correct is "", not 0 or 1',
        'log.csv:7: timestamp is "soon", no number or date',
        'log.csv:8: timestamp is "", no number or date',
      ]);
    });

    it('shows ten faulty lines and counts the others', async () => {
      const lines = (await errorOf(`${HEADER}\n${'a\tx\tyes\t1\n'.repeat(25)}`)).split('\n');
      expect(lines).to.have.length(11);
      expect(lines.at(-1)).to.equal('log.csv: 15 more lines are faulty');
    });

    it('is refused without the columns, or without answers', async () => {
      expect(await errorOf('user_id,item_id,correct,timestamp\n')).to.include(
        'log.csv:1: the header lacks user_id',
      );
      expect(await errorOf(`${HEADER}\n`)).to.include('there are no answers');
      expect(await errorOf('')).to.include('there are no answers');
    });
  });

  describe('the predictions', () => {
    interface Kind {
      readonly seed: string;
      readonly guessFloor: number;
      /** Spread of an item's discrimination, and of what a learner can from one run of similar items to the next. */
      readonly discriminationSd: number;
      readonly runSd: number;
      readonly drift: number;
    }

    /** Logs of 300 learners with 60 answers each: four learners in five to fit to, the others to predict. */
    function writeLogs({ seed, guessFloor, discriminationSd, runSd, drift }: Kind) {
      const random = seededRandom(seed);
      const items = Array.from({ length: 150 }, () => ({
        difficulty: 1.2 * drawNormal(random) - 0.7,
        discrimination: Math.exp(discriminationSd * drawNormal(random)),
      }));
      const rows: [string[], string[]] = [[], []];
      for (let learner = 0; learner < 300; learner++) {
        let ability = drawNormal(random);
        let run = 0;
        for (let n = 0; n < 60; n++) {
          if (n % 10 === 0) run = runSd * drawNormal(random);
          const place = Math.floor(random() * items.length);
          const { difficulty, discrimination } = items[place] ?? { difficulty: 0, discrimination: 1 };
          const known = 1 / (1 + Math.exp(-discrimination * (ability + run - difficulty)));
          const correct = random() < guessFloor + (1 - guessFloor) * known ? 1 : 0;
          rows[learner % 5 === 0 ? 1 : 0].push(`u${learner}\ti${place}\t${correct}\t${1000 * learner + n}`);
          ability += drift * drawNormal(random);
        }
      }
      const [train, test] = rows.map((lines) => [HEADER, ...lines, ''].join('\n'));
      return { train: write('train.csv', train ?? ''), test: write('test.csv', test ?? '') };
    }
    const scores = async (files: { train: string; test: string }) =>
      new Map((await replay(files)).map((line) => [line.figure, line]));

    const kinds: Record<string, Kind> = {
      'multiple choice': { seed: 'm', guessFloor: 0.25, discriminationSd: 0.25, runSd: 0, drift: 0.02 },
      'open answers': { seed: 'o', guessFloor: 0, discriminationSd: 0.35, runSd: 0, drift: 0.03 },
      'runs of similar items': { seed: 'r', guessFloor: 0.1, discriminationSd: 0.3, runSd: 1, drift: 0 },
    };
    for (const [name, kind] of Object.entries(kinds)) {
      it(`predicts ${name} better than an untuned Elo, without being told what they are`, async () => {
        const figures = await scores(writeLogs(kind));
        const area = figures.get('auc');
        const loss = figures.get('log_loss');
        expect(area?.value).to.be.above(Number(area?.baseline) + 0.001);
        expect(loss?.value).to.be.below(Number(loss?.baseline) - 0.002);
        expect(area?.value).to.be.above(Number(area?.without_updates));
        expect(figures.get('guess_floor')?.value).to.be.closeTo(kind.guessFloor, 0.1);
      });
    }

    it('counts how many of the learners and items to predict are known', async () => {
      const train = write('train.csv', `${HEADER}\nada\tx\t1\t1\nbob\tx\t0\t2\nada\ty\t0\t3\n`);
      const test = write('test.csv', `${HEADER}\nada\tz\t1\t4\neve\tx\t0\t5\n`);
      expect((await scores({ train, test })).get('answers')).to.deep.include({
        value: 2,
        train: 3,
        learners: 2,
        learners_in_train: 1,
        items: 2,
        items_in_train: 1,
      });
    });

    it('copes with answers of one kind, one learner and repeated rows', async () => {
      const rows = 'ada\tx\t1\t1\n'.repeat(20);
      const file = write('one.csv', `${HEADER}\n${rows}`);
      const figures = await scores({ train: file, test: file });
      expect(figures.get('auc')).to.include({ value: null, baseline: null });
      expect(figures.get('log_loss')?.value).to.be.within(0, 0.5);

      const constant = ['ada\tx\t1', 'bob\tx\t0', 'eve\tx\t1', 'joe\tx\t0', 'ann\tx\t1'];
      const many = Array.from({ length: 50 }, (_, time) => constant.map((row) => `${row}\t${time}`)).flat();
      const extremes = write('extremes.csv', [HEADER, ...many].join('\n'));
      const again = await scores({ train: extremes, test: extremes });
      expect(again.get('auc')?.value).to.equal(1);
      expect(again.get('log_loss')?.value).to.be.within(0, 0.3);
    });
  });
});
