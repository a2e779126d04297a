import { expect } from 'chai';
import { catalogue, type JobName, jobNames } from '../src/index.ts';

/** As they lie in queues while a new version is deployed. Add to them; a change here strands jobs. */
const pinned: Record<JobName, unknown[]> = {
  'answer.grade': [{ updateSeq: '1' }, { updateSeq: '9223372036854775807', sentBy: 'a later version' }],
  'command.run': [{ updateSeq: '42' }],
  'delivery.send': [{ deliveryId: '42' }],
  'delivery.expire': [{ deliveryId: '42' }],
  'correction.tell': [{ answerId: '42' }],
  'question.generate': [{ userId: '42', level: 3 }],
  'daily.distribute': [{}],
  'calibration.run': [{}],
  'retention.run': [{}],
};

describe('the catalogue of jobs', () => {
  for (const name of jobNames) {
    it(`still understands every payload of ${name} that was ever enqueued`, () => {
      for (const payload of pinned[name])
        expect(catalogue[name].payload.safeParse(payload).success).to.equal(true);
    });
  }

  it('refuses ids that are no bigint identity', () => {
    for (const updateSeq of ['', '0', '-1', '1.5', 'x', '1; DROP TABLE', '10000000000000000000', 7, null]) {
      expect(catalogue['answer.grade'].payload.safeParse({ updateSeq }).success, String(updateSeq)).to.equal(
        false,
      );
    }
  });

  it('keeps every job on the queue of the contract', () => {
    const homes = Object.fromEntries(jobNames.map((name) => [name, catalogue[name].queue]));
    expect(homes).to.deep.equal({
      'answer.grade': 'answers',
      'command.run': 'commands',
      'delivery.send': 'deliveries',
      'delivery.expire': 'deliveries',
      'correction.tell': 'deliveries',
      'question.generate': 'generation',
      'daily.distribute': 'schedule',
      'calibration.run': 'schedule',
      'retention.run': 'schedule',
    });
  });
});
