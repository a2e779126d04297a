import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Figure } from '../../scripts/simulate/figures.ts';
import { judgeRules } from '../../scripts/simulate/judge.ts';
import { readCommand } from '../../scripts/simulate/options.ts';

const program = fileURLToPath(new URL('../../scripts/simulate.mjs', import.meta.url));

async function simulate(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return { code, output, errors };
}

function valuesOf(figures: readonly Figure[]): Map<string, number | null> {
  return new Map(figures.map(({ figure, value }) => [figure, value]));
}

describe('npm run simulate', () => {
  it('prints one JSON line for each figure, and the same ones for the same seed', async () => {
    const small = ['--learners', '40', '--items', '72', '--answers', '8'];
    const first = await simulate(...small, '--seed', 'a');
    expect(first).to.deep.include({ code: 0, errors: '' });
    const figures: Figure[] = first.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(figures.map(({ figure }) => figure)).to.include.members([
      'correct_rate',
      'level_distance',
      'item_correlation',
      'item_rmse',
      'log_loss',
      'calibration_error',
      'choice_distance',
    ]);
    expect(figures[0]).to.include({ figure: 'answers', value: 320, learners: 40, items: 72, seed: 'a' });
    expect((await simulate(...small, '--seed', 'a')).output).to.equal(first.output);
    expect((await simulate(...small, '--seed', 'b')).output).not.to.equal(first.output);
  });

  it('refuses an option that it does not know, and says how it is called', async () => {
    const { code, output, errors } = await simulate('--learner', '5');
    expect({ code, output }).to.deep.equal({ code: 1, output: '' });
    expect(errors).to.include("Unknown option '--learner'").and.to.include('--learners N');
  });

  it('explains itself when asked', async () => {
    const { code, output, errors } = await simulate('--help');
    expect({ code, errors }).to.deep.equal({ code: 0, errors: '' });
    expect(output).to.include('npm run simulate');
  });

  it('says which file cannot be read', async () => {
    const { code, output, errors } = await simulate(
      'replay',
      '--train',
      'nowhere.csv',
      '--test',
      'nowhere.csv',
    );
    expect({ code, output }).to.deep.equal({ code: 1, output: '' });
    expect(errors).to.match(/^nowhere\.csv cannot be read: ENOENT/);
  });
});

describe('the arguments of simulate', () => {
  it('have defaults', () => {
    expect(readCommand([])).to.deep.equal({
      kind: 'simulate',
      seed: '1',
      learners: 500,
      items: 200,
      answers: 60,
    });
  });

  it('name both files of a replay', () => {
    expect(readCommand(['replay', '--train', 'a', '--test', 'b'])).to.deep.equal({
      kind: 'replay',
      train: 'a',
      test: 'b',
    });
  });

  it('are refused when they make no sense', () => {
    const wrong: [string[], RegExp][] = [
      [['--learners', '0'], /--learners takes a whole number/],
      [['--items', '1.5'], /--items takes a whole number/],
      [['--answers', 'many'], /--answers takes a whole number/],
      [['--train', 'a'], /belong to replay/],
      [['replay', '--train', 'a'], /needs --train FILE and --test FILE/],
      [['replay', '--train', 'a', '--test', 'b', '--seed', '1'], /draws nothing/],
      [['play'], /unknown command: play/],
      [['replay', 'a', 'b'], /unknown command: replay a b/],
    ];
    for (const [args, message] of wrong) expect(() => readCommand(args), args.join(' ')).to.throw(message);
  });
});

describe('the rules, judged by simulation', () => {
  let figures: Figure[];
  before(function () {
    this.timeout(120_000);
    figures = judgeRules({ seed: '1', learners: 500, items: 200, answers: 60 });
  });

  it('keep learners right three times in four, less than a level from where they belong', () => {
    expect(valuesOf(figures).get('correct_rate')).to.be.within(0.73, 0.79);
    expect(valuesOf(figures).get('level_distance')).to.be.below(0.75);
  });

  it('recover difficulties from a prior that is 0.6 off, with honest standard errors', () => {
    expect(valuesOf(figures).get('item_correlation')).to.be.at.least(0.96);
    expect(valuesOf(figures).get('item_rmse')).to.be.at.most(0.35);
    expect(valuesOf(figures).get('item_error_ratio')).to.be.within(0.8, 1.2);
    expect(figures.find(({ figure }) => figure === 'item_rmse')?.baseline).to.be.within(0.5, 0.7);
  });

  it('predict better than the mean rate, and mean what they say', () => {
    const loss = figures.find(({ figure }) => figure === 'log_loss');
    expect(loss?.value).to.be.below(Number(loss?.baseline) - 0.02);
    expect(loss?.value).to.be.above(Number(loss?.best_possible));
    expect(valuesOf(figures).get('calibration_error')).to.be.below(0.02);
  });

  it('bring questions nearer to the target when they are chosen by ability than at random', () => {
    const compared = (name: string) => {
      const found = figures.find(({ figure }) => figure === name);
      return Number(found?.value) - Number(found?.baseline);
    };
    expect(compared('choice_distance')).to.be.below(-0.005);
    expect(compared('choice_within_0.1')).to.be.above(0.02);
    expect(compared('choice_too_hard')).to.be.below(0);
    expect(compared('choice_too_easy')).to.be.below(0);
    expect(compared('choice_information')).to.be.above(0);
  });
});
