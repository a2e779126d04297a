import type { CorrectionStore } from '@rung/db';
import type { TelegramClient } from '@rung/telegram';
import type { Chats } from '../chat.ts';
import type { Speak } from '../speak.ts';

export interface TellCorrectionOptions {
  readonly corrections: Pick<CorrectionStore, 'findUntold' | 'markTold'>;
  readonly telegram: Pick<TelegramClient, 'sendMessage'>;
  readonly chats: Chats;
  readonly speak: Speak;
}

/** Tells a learner that an answer of theirs counts differently now; nothing when they know. */
export function makeTellCorrection(options: TellCorrectionOptions): (answerId: string) => Promise<void> {
  const { corrections, telegram, chats, speak } = options;
  return async (answerId) => {
    const untold = await corrections.findUntold(answerId);
    if (untold === null) return;
    const { learner, ...correction } = untold;
    const { totalAnswered, totalCorrect } = learner;
    const message = speak(learner.language).correction({ ...correction, totalAnswered, totalCorrect });
    const said = await chats.talk(learner, null, () => telegram.sendMessage(learner.userId, message));
    if (said !== 'blocked') await corrections.markTold(answerId);
  };
}
