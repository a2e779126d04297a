import { expect } from 'chai';
import fc from 'fast-check';
import { type Callback, decodeCallback, encodeCallback, REPORT_REASONS } from '../src/index.ts';

const PAIRS: [Callback, string][] = [
  [{ kind: 'answer', deliveryId: '1', position: 0 }, 'a:1:0'],
  [{ kind: 'answer', deliveryId: '9223372036854775807', position: 3 }, 'a:9223372036854775807:3'],
  [{ kind: 'quiz' }, 'q'],
  [{ kind: 'settings' }, 's'],
  [{ kind: 'timezones' }, 'z'],
  [{ kind: 'timezone', zone: 'Europe/Madrid' }, 'z:Europe/Madrid'],
  [{ kind: 'times' }, 't'],
  [{ kind: 'time', time: '10:00' }, 't:1000'],
  [{ kind: 'pause' }, 'p'],
  [{ kind: 'pauseFor', days: 0 }, 'p:0'],
  [{ kind: 'pauseFor', days: 14 }, 'p:14'],
  [{ kind: 'resume' }, 'r'],
  [{ kind: 'report', deliveryId: '42', reason: null }, 'x:42'],
  [{ kind: 'report', deliveryId: '42', reason: 'wrong_key' }, 'x:42:w'],
  [{ kind: 'report', deliveryId: '42', reason: 'unclear' }, 'x:42:u'],
  [{ kind: 'report', deliveryId: '42', reason: 'outdated' }, 'x:42:o'],
  [{ kind: 'report', deliveryId: '42', reason: 'offensive' }, 'x:42:f'],
  [{ kind: 'report', deliveryId: '42', reason: 'other' }, 'x:42:t'],
];

const MALFORMED = [
  ...[
    '',
    'a',
    'a:',
    'a:1',
    'a:1:',
    'a:1:4',
    'a:1:-1',
    'a:1:00',
    'a:1:1:1',
    'a:0:1',
    'a:01:1',
    'a:-1:1',
    'a::1',
  ],
  ...['a:1.5:1', 'a:1e3:1', 'a:0x1:1', 'a: 1:1', 'a:1:1 ', 'a:1:1\n', 'a:١:1', 'a:9223372036854775808:1'],
  ...[
    'a:92233720368547758070:1',
    'A:1:1',
    'q:',
    'q:1',
    'qq',
    'Q',
    's:',
    'r:1',
    'x',
    'x:',
    'x:0',
    'x:1:',
    'x:1:a',
    'x:1:ww',
    'x:9223372036854775808',
    '__proto__',
  ],
  ...['z:', 'z:Mars/Olympus', 'z:europe/madrid', 'z:+02:00', 't:', 't:10:00', 't:2400', 't:1060', 't:100'],
  ...['t:10000', 't:1000\n', 'p:', 'p:1', 'p:03', 'p:3 ', 'p:-3', '\u0000', '\ud800'],
];

const callbacks: fc.Arbitrary<Callback> = fc.oneof(
  fc.record({
    kind: fc.constant('answer' as const),
    deliveryId: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
    position: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  }),
  fc.record({
    kind: fc.constant('report' as const),
    deliveryId: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
    reason: fc.constantFrom(null, ...REPORT_REASONS),
  }),
  fc
    .constantFrom('quiz', 'settings', 'timezones', 'times', 'pause', 'resume')
    .map((kind) => ({ kind }) as Callback),
  fc.record({
    kind: fc.constant('timezone' as const),
    zone: fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone')),
  }),
  fc.record({
    kind: fc.constant('time' as const),
    time: fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':')),
  }),
  fc.record({
    kind: fc.constant('pauseFor' as const),
    days: fc.constantFrom(0 as const, 3 as const, 7 as const, 14 as const),
  }),
);

describe('callback data', () => {
  for (const [callback, data] of PAIRS) {
    it(`writes ${callback.kind} as ${data}, and reads it`, () => {
      expect(encodeCallback(callback)).to.equal(data);
      expect(decodeCallback(data)).to.deep.equal(callback);
    });
  }

  it('reads nothing into malformed data', () => {
    expect(MALFORMED.filter((data) => decodeCallback(data) !== null)).to.deep.equal([]);
  });

  it('refuses to write what could not be read', () => {
    expect(() => encodeCallback({ kind: 'answer', deliveryId: '0', position: 1 })).to.throw(RangeError);
    expect(() => encodeCallback({ kind: 'answer', deliveryId: '7:2', position: 1 })).to.throw(RangeError);
    expect(() => encodeCallback({ kind: 'timezone', zone: 'Mars/Olympus' })).to.throw(RangeError);
    expect(() => encodeCallback({ kind: 'time', time: '25:00' })).to.throw(RangeError);
  });

  it('reads back whatever it writes, in 64 bytes', () => {
    fc.assert(
      fc.property(callbacks, (callback) => {
        const data = encodeCallback(callback);
        expect(Buffer.byteLength(data)).to.be.at.most(64);
        expect(decodeCallback(data)).to.deep.equal(callback);
      }),
    );
  });

  it('never throws, and takes nothing that it would write otherwise', () => {
    const prefixed = fc
      .tuple(fc.constantFrom('a:', 'z:', 't:', 'p:', 'q', ''), fc.string({ unit: 'binary' }))
      .map((parts) => parts.join(''));
    const nearly = fc.stringMatching(/^[aztpqsr]:?\d{0,20}:?\d{0,2}$/);
    fc.assert(
      fc.property(fc.oneof(prefixed, nearly), (data) => {
        const callback = decodeCallback(data);
        if (callback !== null) expect(encodeCallback(callback)).to.equal(data);
      }),
      { numRuns: 500 },
    );
  });
});
