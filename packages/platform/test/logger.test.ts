import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { correlationId, type LoggerOptions, makeLogger, withCorrelation } from '../src/index.ts';

function capture(options: Partial<LoggerOptions> = {}) {
  const stream = new PassThrough();
  const logger = makeLogger({
    service: 'gateway',
    level: 'info',
    format: 'json',
    secrets: [],
    ...options,
    stream,
  });
  const text = async (): Promise<string> => {
    await turn();
    return String(stream.read() ?? '');
  };
  return {
    logger,
    text,
    lines: async (): Promise<Record<string, unknown>[]> =>
      (await text())
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}

describe('the logger', () => {
  it('writes one JSON line an event, with time, level, service, message and fields', async () => {
    const { logger, lines } = capture();
    logger.info('update stored', { seq: 7n, at: new Date(0), nothing: undefined });
    logger.warn('second\nline');
    const [first, second, ...others] = await lines();
    expect(first?.ts).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect({ ...first, ts: '' }).to.deep.equal({
      ts: '',
      level: 'info',
      service: 'gateway',
      msg: 'update stored',
      seq: '7',
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(second).to.include({ level: 'warn', msg: 'second\nline' });
    expect(others).to.deep.equal([]);
  });

  it('leaves out what is below its level', async () => {
    const { logger, lines } = capture({ level: 'warn' });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    expect((await lines()).map(({ msg }) => msg)).to.deep.equal(['c', 'd']);
  });

  it('never lets fields hide the message, level or service', async () => {
    const { logger, lines } = capture();
    logger.info('real', { msg: 'forged', level: 'x', toString: 'kept' });
    const [line] = await lines();
    expect(line).to.deep.include({
      msg: 'real',
      level: 'info',
      fields: { msg: 'forged', level: 'x', toString: 'kept' },
    });
  });

  it('carries the correlation id through awaits, and none outside', async () => {
    const { logger, lines } = capture();
    await Promise.all(
      ['a', 'b'].map((id) =>
        withCorrelation(id, async () => {
          await turn();
          logger.info(`in ${correlationId()}`);
        }),
      ),
    );
    logger.info('outside');
    expect((await lines()).map((line) => [line.msg, line.correlationId])).to.deep.equal([
      ['in a', 'a'],
      ['in b', 'b'],
      ['outside', undefined],
    ]);
  });

  it('serialises errors with their causes, and nothing else that hangs on them', async () => {
    const { logger, lines } = capture();
    const cause = Object.assign(new RangeError('inner'), { code: 'E_INNER', request: { body: 'private' } });
    const error = new Error('outer', { cause });
    logger.error('failed', { error, many: new AggregateError([new Error('one')], 'all') });
    const [line] = await lines();
    expect(line).to.have.nested.property('error.stack').that.includes('logger.test.ts');
    expect(line).to.have.nested.property('error.cause.name', 'RangeError');
    expect(line).to.have.nested.property('error.cause.code', 'E_INNER');
    expect(line).to.have.nested.property('many.errors[0].message', 'one');
    expect(JSON.stringify(line)).not.to.include('private');
  });

  it('survives cycles, throwing getters, endless depth and huge values', async () => {
    const { logger, lines } = capture();
    const circular: Record<string, unknown> = { name: 'loop' };
    circular.self = circular;
    const error = new Error('self-caused');
    error.cause = error;
    const deep = Array.from({ length: 100 }).reduce<object>((inner) => ({ inner }), {});
    const throwing = {
      get bad(): string {
        throw new Error('no');
      },
      fine: 1,
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    logger.info('odd', {
      circular,
      error,
      deep,
      throwing,
      revoked: revoked.proxy,
      symbol: Symbol('s'),
      infinite: Number.POSITIVE_INFINITY,
      date: new Date(Number.NaN),
      bytes: Buffer.alloc(1_000_000),
      long: 'x'.repeat(1_000_000),
      many: Array.from({ length: 1000 }, (_, index) => index),
      map: new Map([['key', new Set([1])]]),
    });
    const [line] = await lines();
    expect(line).to.have.nested.property('circular.self', '[circular]');
    expect(line).to.have.nested.property('error.cause', '[circular]');
    expect(line).to.have.nested.property('throwing.fine', 1);
    expect(line).to.have.nested.property('throwing.bad', '[unreadable]');
    expect(line).to.include({ revoked: '[unreadable]', bytes: '[1000000 bytes]', infinite: 'Infinity' });
    expect(line).to.have.deep.nested.property('map.key', [1]);
    expect(JSON.stringify(line).length).to.be.below(20_000);
  });

  it('logs for people on one line, with the stack below', async () => {
    const { logger, text } = capture({ format: 'pretty', secrets: ['canary-1'] });
    logger.warn('late', { queue: 'answers', ms: 12 });
    logger.error('failed', { error: new Error('canary-1') });
    const shown = await text();
    expect(shown).to.match(/^\d\d:\d\d:\d\d\.\d{3} warn {2}gateway late queue="answers" ms=12$/m);
    expect(shown).to.match(/^ {4}Error: \[redacted\]\n {8}at /m);
  });
});
