import { expect } from 'chai';
import { canMove, type DeliveryState } from '../src/index.ts';

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
      'pending answered',
      'pending blocked',
      'pending failed',
      'pending expired',
      'sent answered',
      'sent expired',
      'answered feedback_delivered',
      'expired pending',
      'blocked pending',
      'failed pending',
      'failed answered',
    ]);
  });
});
