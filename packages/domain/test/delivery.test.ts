import { expect } from 'chai';
import { assertMove, canMove, type DeliveryState, isOpen, isTerminal } from '../src/index.ts';

const STATES: DeliveryState[] = [
  'pending',
  'sent',
  'answered',
  'feedback_delivered',
  'expired',
  'blocked',
  'failed',
];

describe('the states of a delivery', () => {
  it('allow these moves and no others', () => {
    const moves = STATES.flatMap((from) =>
      STATES.filter((to) => canMove(from, to)).map((to) => `${from} ${to}`),
    );
    expect(moves).to.have.members([
      'pending sent',
      'pending blocked',
      'pending failed',
      'pending expired',
      'sent answered',
      'sent expired',
      'answered feedback_delivered',
      'blocked pending',
      'failed pending',
    ]);
  });

  it('name both states of a move that is refused', () => {
    expect(() => assertMove('pending', 'sent')).not.to.throw();
    expect(() => assertMove('expired', 'answered')).to.throw('from expired to answered');
  });

  it('end in feedback or expiry', () => {
    expect(STATES.filter(isTerminal)).to.have.members(['feedback_delivered', 'expired']);
  });

  it('are open until the question is answered or can no longer be', () => {
    expect(STATES.filter(isOpen)).to.have.members(['pending', 'sent']);
  });
});
