import { expect } from 'chai';
import fc from 'fast-check';
import { routeUpdate } from '../src/route.ts';
import { membershipUpdate, messageUpdate, nested, tapUpdate } from './updates.ts';

describe('routing an update', () => {
  it('makes a tap on an answer a job of its own, and of everything else a command', () => {
    const job = (update: object) => {
      const route = routeUpdate(update);
      return route.kind === 'job' ? [route.type, route.userId, route.job] : route.kind;
    };
    expect(job(tapUpdate(1, 42, 'a:7:3'))).to.deep.equal(['callback_query', '42', 'answer.grade']);
    expect(job(tapUpdate(1, 42, 'q'))).to.deep.equal(['callback_query', '42', 'command.run']);
    expect(job(tapUpdate(1, 42, 'a:7:4'))).to.deep.equal(['callback_query', '42', 'command.run']);
    expect(job(messageUpdate(1, 42))).to.deep.equal(['message', '42', 'command.run']);
    expect(job(membershipUpdate(1, 42, 'kicked'))).to.deep.equal(['my_chat_member', '42', 'command.run']);
  });

  it('keeps every digit of the largest ids that JSON numbers can hold', () => {
    const largest = Number.MAX_SAFE_INTEGER;
    expect(routeUpdate(messageUpdate(largest, largest))).to.include({
      updateId: largest,
      userId: '9007199254740991',
    });
  });

  for (const [what, body] of [
    ['no object', 5],
    ['null', null],
    ['a list', []],
    ['nothing at all', undefined],
    ['no update_id', { message: {} }],
    ['an update_id that is text', { update_id: '1' }],
    ['a fractional update_id', { update_id: 1.5 }],
    ['a negative update_id', { update_id: -1 }],
    ['an update_id beyond exact integers', { update_id: 2 ** 53 }],
  ] as const) {
    it(`finds ${what} invalid`, () => {
      expect(routeUpdate(body).kind).to.equal('invalid');
    });
  }

  const message = messageUpdate(1, 42).message;
  for (const [what, update] of [
    ['from a group', { update_id: 1, message: { ...message, chat: { id: -5, type: 'group' } } }],
    ['without a sender', { update_id: 1, message: { ...message, from: undefined } }],
    ['whose sender has no positive id', { update_id: 1, message: { ...message, from: { id: 0 } } }],
    ['that is a channel post', { update_id: 1, channel_post: message }],
    ['that is an edited message', { update_id: 1, edited_message: message }],
    ['that is nothing else', { update_id: 1 }],
    ['with a tap that nobody made', { update_id: 1, callback_query: { id: '1', data: 'q' } }],
    ['nested 100 deep', { ...messageUpdate(1, 42), more: JSON.parse(nested(100)) }],
    ['nested 60,000 deep', { ...messageUpdate(1, 42), more: JSON.parse(nested(60_000)) }],
  ] as const) {
    it(`quarantines an update ${what}, with a reason`, () => {
      const route = routeUpdate(update);
      expect(route).to.include({ kind: 'quarantined', updateId: 1 });
      expect(route.kind === 'quarantined' && route.reason).to.be.a('string').that.is.not.empty;
    });
  }

  it('takes keys like __proto__ and constructor for data', () => {
    const hostile = JSON.parse(
      '{"update_id":1,"__proto__":{"message":{"from":{"id":1},"chat":{"type":"private"}}},"constructor":{"prototype":{"x":1}}}',
    );
    expect(routeUpdate(hostile)).to.include({ kind: 'quarantined', type: 'other' });
    expect(({} as { x?: unknown }).x).to.equal(undefined);
  });

  it('decides about whatever JSON there is, without throwing', () => {
    const update = fc.oneof(
      fc.jsonValue(),
      fc.record({ update_id: fc.jsonValue(), message: fc.jsonValue() }),
      fc.record({ update_id: fc.nat(), message: fc.record({ from: fc.jsonValue(), chat: fc.jsonValue() }) }),
      fc.record({ update_id: fc.nat(), callback_query: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(update, (body) => {
        const route = routeUpdate(body);
        expect(['invalid', 'quarantined', 'job']).to.include(route.kind);
      }),
      { seed: 42 },
    );
  });
});
