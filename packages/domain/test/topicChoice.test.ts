import { expect } from 'chai';
import fc from 'fast-check';
import {
  chooseTopic,
  defaultPolicy,
  seededRandom,
  TOPICS,
  type Topic,
  type TopicPerformance,
  type TopicWeight,
  topicWeights,
} from '../src/index.ts';

interface Learner {
  allowed?: readonly Topic[];
  performance?: [Topic, TopicPerformance][];
  recent?: readonly Topic[];
}

function weights({ allowed = TOPICS, performance = [], recent = [] }: Learner): TopicWeight[] {
  return topicWeights({ allowed, performance: new Map(performance), recent }, defaultPolicy);
}

function weightOf(list: TopicWeight[], topic: Topic): number | undefined {
  return list.find((entry) => entry.topic === topic)?.weight;
}

function total(list: TopicWeight[]): number {
  return list.reduce((sum, { weight }) => sum + weight, 0);
}

const topic = fc.constantFrom(...TOPICS);
const learners: fc.Arbitrary<Required<Learner>> = fc.record({
  allowed: fc.shuffledSubarray([...TOPICS], { minLength: 1 }),
  performance: fc.array(
    fc.tuple(
      topic,
      fc
        .nat(500)
        .chain((answered) => fc.record({ answered: fc.constant(answered), correct: fc.nat(answered) })),
    ),
    { maxLength: 9 },
  ),
  recent: fc.array(topic, { maxLength: 4 }),
});

describe('the weights of topics', () => {
  it('are equal for a learner of whom nothing is known', () => {
    for (const { weight } of weights({})) expect(weight).to.be.closeTo(1 / 9, 1e-12);
  });

  it('lean towards what the learner is weak in', () => {
    const list = weights({
      allowed: ['streaming', 'orchestration'],
      performance: [
        ['streaming', { answered: 20, correct: 18 }],
        ['orchestration', { answered: 20, correct: 6 }],
      ],
    });
    expect(weightOf(list, 'orchestration')).to.be.above(0.6);
    expect(weightOf(list, 'streaming')).to.be.above(0.1);
  });

  it('make little of few answers', () => {
    const list = weights({
      allowed: ['streaming', 'orchestration', 'data_quality'],
      performance: [
        ['streaming', { answered: 1, correct: 0 }],
        ['orchestration', { answered: 50, correct: 5 }],
      ],
    });
    expect(weightOf(list, 'orchestration')).to.be.above(weightOf(list, 'streaming') ?? 1);
    expect(weightOf(list, 'streaming')).to.be.above(weightOf(list, 'data_quality') ?? 1);
  });

  it('rest a topic after two days running while another is allowed', () => {
    const recent: Topic[] = ['streaming', 'streaming', 'data_quality'];
    expect(weightOf(weights({ recent }), 'streaming')).to.equal(0);
    expect(weights({ allowed: ['streaming'], recent })).to.deep.equal([{ topic: 'streaming', weight: 1 }]);
  });

  it('do not rest a topic after one day, or after two with another between', () => {
    expect(weightOf(weights({ recent: ['streaming'] }), 'streaming')).to.be.above(0);
    expect(
      weightOf(weights({ recent: ['streaming', 'data_quality', 'streaming'] }), 'streaming'),
    ).to.be.above(0);
  });

  it('sum to 1, keep the floor and the order, and rest at most one topic', () => {
    fc.assert(
      fc.property(learners, (learner) => {
        const list = weights(learner);
        expect(list.map((entry) => entry.topic)).to.deep.equal(learner.allowed);
        expect(total(list)).to.be.closeTo(1, 1e-9);
        const resting = list.filter(({ weight }) => weight === 0);
        expect(resting.length).to.be.at.most(1);
        const open = list.filter(({ weight }) => weight > 0);
        for (const { weight } of open) expect(weight).to.be.at.least(defaultPolicy.topicFloor - 1e-12);
      }),
    );
  });

  it('share equally when the floor asks for more than there is', () => {
    const policy = { ...defaultPolicy, topicFloor: 0.9 };
    const list = topicWeights(
      { allowed: ['streaming', 'data_quality'], performance: new Map(), recent: [] },
      policy,
    );
    expect(list.map(({ weight }) => weight)).to.deep.equal([0.5, 0.5]);
  });

  it('do not exist without an allowed topic', () => {
    expect(() => weights({ allowed: [] })).to.throw(RangeError);
  });
});

describe('the choice of a topic', () => {
  const list: TopicWeight[] = [
    { topic: 'streaming', weight: 0 },
    { topic: 'data_quality', weight: 0.7 },
    { topic: 'observability', weight: 0.3 },
    { topic: 'etl_vs_elt', weight: 0 },
  ];

  it('follows the weights', () => {
    const random = seededRandom('topics');
    const draws = Array.from({ length: 10_000 }, () => chooseTopic(list, random));
    expect(draws.filter((drawn) => drawn === 'data_quality').length).to.be.within(6850, 7150);
    expect(new Set(draws)).to.deep.equal(new Set(['data_quality', 'observability']));
  });

  it('never draws a topic that rests, at either end of the random range', () => {
    expect(chooseTopic(list, () => 0)).to.equal('data_quality');
    expect(chooseTopic(list, () => 1 - 2 ** -53)).to.equal('observability');
  });

  it('never gives a topic three days running while another is allowed', () => {
    const random = seededRandom('days');
    const performance: [Topic, TopicPerformance][] = [['streaming', { answered: 200, correct: 1 }]];
    const days: Topic[] = [];
    for (let day = 0; day < 500; day++) {
      const allowed: Topic[] = ['streaming', 'data_quality'];
      days.unshift(chooseTopic(weights({ allowed, performance, recent: days }), random));
    }
    const threes = days.filter((drawn, day) => drawn === days[day + 1] && drawn === days[day + 2]);
    expect(threes).to.deep.equal([]);
  });

  it('gives the last topic when rounding leaves the draw past the end', () => {
    expect(chooseTopic(list, () => 1)).to.equal('observability');
  });

  it('is refused when nothing has a weight', () => {
    expect(() => chooseTopic([{ topic: 'streaming', weight: 0 }], () => 0)).to.throw(RangeError);
  });
});
