import { expect } from 'chai';
import fc from 'fast-check';
import {
  addDays,
  applyAnswer,
  applyMissedDay,
  applyPausedDay,
  defaultPolicy,
  isLevel,
  type LadderStep,
  type Level,
  type Standing,
} from '../src/index.ts';

const TODAY = '2026-11-21';
const YESTERDAY = '2026-11-20';

function standing(
  level: Level,
  streak: number,
  consecutiveCorrect: number,
  more: Partial<Standing> = {},
): Standing {
  return { level, streak, bestStreak: 30, consecutiveCorrect, freezes: 0, lastCorrectDate: null, ...more };
}

function answer(before: Standing, correct: boolean, localDate = TODAY): LadderStep {
  return applyAnswer(before, { correct, localDate }, defaultPolicy);
}

function figures({ level, streak, consecutiveCorrect }: Standing): number[] {
  return [level, streak, consecutiveCorrect];
}

describe('the ladder: golden cases', () => {
  const cases: [before: [Level, number, number], correct: boolean, after: number[]][] = [
    [[2, 5, 1], true, [2, 6, 2]],
    [[2, 5, 2], true, [3, 6, 0]],
    [[3, 10, 5], false, [2, 0, 0]],
    [[4, 5, 2], true, [4, 6, 0]],
    [[1, 2, 1], false, [1, 0, 0]],
  ];
  for (const [before, correct, after] of cases) {
    it(`goes from ${before} to ${after} on ${correct ? 'a correct' : 'an incorrect'} answer`, () => {
      expect(figures(answer(standing(...before), correct).standing)).to.deep.equal(after);
    });
  }

  it('starts the streak again when the answer after a missed day is correct', () => {
    const missed = applyMissedDay(standing(2, 10, 2), YESTERDAY, defaultPolicy);
    expect(figures(answer(missed.standing, true).standing)).to.deep.equal([2, 1, 1]);
  });

  it('leaves the streak unchanged on a second correct answer of the same date', () => {
    const { standing: after, outcome } = answer(standing(2, 3, 0, { lastCorrectDate: TODAY }), true);
    expect(after.streak).to.equal(3);
    expect(outcome).to.include({ change: 'maintain', reason: 'correct_answer', freezeEarned: false });
  });

  it('keeps streak and counter over one missed day with one freeze', () => {
    const missed = applyMissedDay(standing(2, 10, 2, { freezes: 1 }), YESTERDAY, defaultPolicy);
    const after = answer(missed.standing, true).standing;
    expect(figures(after)).to.deep.equal([3, 11, 0]);
    expect(after.freezes).to.equal(0);
  });

  it('loses streak and counter over two missed days with one freeze', () => {
    const first = applyMissedDay(standing(2, 10, 2, { freezes: 1 }), '2026-11-19', defaultPolicy);
    const second = applyMissedDay(first.standing, YESTERDAY, defaultPolicy);
    expect(figures(second.standing)).to.deep.equal([2, 0, 0]);
    expect([first.outcome.change, second.outcome.change]).to.deep.equal(['freeze', 'reset']);
  });
});

describe('the ladder: what an event records', () => {
  it('names levels, streaks, change, reason and date of a promotion', () => {
    expect(answer(standing(2, 5, 2), true).outcome).to.deep.equal({
      levelBefore: 2,
      levelAfter: 3,
      streakBefore: 5,
      streakAfter: 6,
      freezeEarned: false,
      change: 'increment',
      reason: 'correct_answer',
      localDate: TODAY,
    });
  });

  it('records an incorrect answer and a missed day as resets with their own reasons', () => {
    expect(answer(standing(3, 4, 1), false).outcome).to.include({
      change: 'reset',
      reason: 'incorrect_answer',
    });
    expect(applyMissedDay(standing(3, 4, 1), TODAY, defaultPolicy).outcome).to.include({
      change: 'reset',
      reason: 'day_missed',
      levelAfter: 3,
    });
  });

  it('records a freeze spent without touching the streak', () => {
    const { outcome } = applyMissedDay(standing(3, 4, 1, { freezes: 2 }), TODAY, defaultPolicy);
    expect(outcome).to.include({ change: 'freeze', reason: 'freeze_used', streakBefore: 4, streakAfter: 4 });
  });

  it('records a day of pause and changes nothing', () => {
    const before = standing(3, 4, 1, { freezes: 1 });
    const { standing: after, outcome } = applyPausedDay(before, TODAY);
    expect(after).to.deep.equal(before);
    expect(outcome).to.include({ change: 'maintain', reason: 'paused', streakAfter: 4, localDate: TODAY });
  });
});

describe('the ladder: freezes, best streak and dates', () => {
  it('earns a freeze each time the streak grows to a multiple of seven', () => {
    for (const streak of [6, 13, 20]) {
      const { standing: after, outcome } = answer(standing(2, streak, 0), true);
      expect(outcome.freezeEarned).to.equal(true);
      expect(after.freezes).to.equal(1);
    }
    expect(answer(standing(2, 7, 0), true).outcome.freezeEarned).to.equal(false);
  });

  it('holds two freezes at most', () => {
    const { standing: after, outcome } = answer(standing(2, 13, 0, { freezes: 2 }), true);
    expect(after.freezes).to.equal(2);
    expect(outcome.freezeEarned).to.equal(false);
  });

  it('earns no second freeze from a second correct answer of the same date', () => {
    const { standing: after } = answer(standing(2, 7, 0, { freezes: 1, lastCorrectDate: TODAY }), true);
    expect(after.freezes).to.equal(1);
  });

  it('keeps the best streak through a reset and raises it when it is passed', () => {
    expect(answer(standing(2, 9, 0, { bestStreak: 9 }), true).standing.bestStreak).to.equal(10);
    expect(answer(standing(2, 9, 0, { bestStreak: 9 }), false).standing.bestStreak).to.equal(9);
  });

  it("counts an open question of yesterday that is answered after today's", () => {
    const { standing: after } = answer(standing(2, 3, 0, { lastCorrectDate: TODAY }), true, YESTERDAY);
    expect(after.streak).to.equal(4);
    expect(after.lastCorrectDate).to.equal(TODAY);
  });

  it('sends a learner who misses a day back to the beginning when the policy says so', () => {
    const policy = { ...defaultPolicy, missedDay: 'resetToBeginner' } as const;
    expect(applyMissedDay(standing(4, 5, 2), TODAY, policy).standing.level).to.equal(1);
    expect(applyMissedDay(standing(4, 5, 2, { freezes: 1 }), TODAY, policy).standing.level).to.equal(4);
  });
});

describe('the ladder: whatever happens', () => {
  type Event = { kind: 'correct' | 'incorrect' | 'missed' | 'paused'; localDate: string };
  const events = fc
    .array(
      fc.record({
        kind: fc.constantFrom<Event['kind']>(
          'correct',
          'correct',
          'correct',
          'incorrect',
          'missed',
          'paused',
        ),
        gap: fc.integer({ min: 0, max: 2 }),
      }),
      { maxLength: 60 },
    )
    .map((list) => {
      let localDate = '2026-01-01';
      return list.map(({ kind, gap }): Event => {
        localDate = addDays(localDate, gap);
        return { kind, localDate };
      });
    });
  const newcomer = standing(2, 0, 0, { bestStreak: 0 });

  function apply(before: Standing, { kind, localDate }: Event): LadderStep {
    if (kind === 'missed') return applyMissedDay(before, localDate, defaultPolicy);
    if (kind === 'paused') return applyPausedDay(before, localDate);
    return applyAnswer(before, { correct: kind === 'correct', localDate }, defaultPolicy);
  }

  function replay(list: readonly Event[], from: Standing): Standing {
    return list.reduce((before, event) => apply(before, event).standing, from);
  }

  it('keeps every figure within its bounds', () => {
    fc.assert(
      fc.property(events, (list) => {
        let before = newcomer;
        for (const event of list) {
          const { standing: after, outcome } = apply(before, event);
          expect(isLevel(after.level)).to.equal(true);
          expect(Math.abs(after.level - before.level)).to.be.at.most(1);
          expect(after.streak).to.be.within(0, before.streak + 1);
          expect(after.bestStreak).to.be.at.least(Math.max(after.streak, before.bestStreak));
          expect(after.freezes).to.be.within(0, 2);
          expect(Math.abs(after.freezes - before.freezes)).to.be.at.most(1);
          expect(after.consecutiveCorrect).to.be.within(0, 2);
          expect(outcome.levelBefore).to.equal(before.level);
          expect(outcome.levelAfter).to.equal(after.level);
          expect(outcome.streakBefore).to.equal(before.streak);
          expect(outcome.streakAfter).to.equal(after.streak);
          before = after;
        }
      }),
    );
  });

  it('rises only on a correct answer and falls only on an incorrect one', () => {
    fc.assert(
      fc.property(events, (list) => {
        let before = newcomer;
        for (const event of list) {
          const after = apply(before, event).standing;
          if (after.level > before.level) expect(event.kind).to.equal('correct');
          if (after.level < before.level) expect(event.kind).to.equal('incorrect');
          before = after;
        }
      }),
    );
  });

  it('replays to the same standing as it reached step by step through storage', () => {
    fc.assert(
      fc.property(events, fc.nat(), (list, cut) => {
        const at = list.length === 0 ? 0 : cut % list.length;
        const stored: Standing = JSON.parse(JSON.stringify(replay(list.slice(0, at), newcomer)));
        expect(replay(list.slice(at), stored)).to.deep.equal(replay(list, newcomer));
      }),
    );
  });

  it('never changes the standing that it was given', () => {
    fc.assert(
      fc.property(events, (list) => {
        replay(list, Object.freeze({ ...newcomer }));
      }),
    );
  });
});
