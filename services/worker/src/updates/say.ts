import type { Learner, MailboxUpdate } from '@rung/db';
import type { Notice, Rendered } from '@rung/messages';
import { MessageGone, type TelegramClient } from '@rung/telegram';
import type { Chats } from '../chat.ts';
import type { Deliver } from '../deliveries/deliver.ts';
import type { Speak } from '../speak.ts';
import { readEvent } from './event.ts';
import type { Outcome } from './outcome.ts';

export interface SayOptions {
  readonly telegram: Pick<TelegramClient, 'sendMessage' | 'editMessage' | 'answerCallback'>;
  readonly chats: Chats;
  readonly deliver: Deliver;
  readonly speak: Speak;
  readonly clock: () => Date;
  /** Told how long a learner waited from the tap to the feedback, in seconds. */
  readonly onFeedback: (seconds: number) => void;
}

/** Says what the effect of an update left to be said. Safe to repeat; `learner` is null for a stranger. */
export type Say = (update: MailboxUpdate, outcome: Outcome, learner: Learner | null) => Promise<void>;

export function makeSay({ telegram, chats, deliver, speak, clock, onFeedback }: SayOptions): Say {
  /** Edits in place, or sends anew when the message cannot be edited any more. */
  const replace = async (chatId: string, messageId: number | null, message: Rendered): Promise<void> => {
    if (messageId !== null) {
      try {
        await telegram.editMessage(chatId, messageId, message);
        return;
      } catch (error) {
        if (!(error instanceof MessageGone)) throw error;
      }
    }
    await telegram.sendMessage(chatId, message);
  };

  return async (update, outcome, learner) => {
    const event = readEvent(update.payload);
    if (event === null || outcome.kind === 'nothing') return;
    const chatId = update.userId;
    const messages = speak(learner?.language ?? event.sender.languageCode);

    const answerTap = async (): Promise<void> => {
      if (event.kind !== 'tap') return;
      const notice = noticeOf(outcome);
      await telegram.answerCallback(event.callbackId, notice === null ? undefined : messages.notice(notice));
    };

    await chats.talk(learner ?? { userId: chatId }, null, async () => {
      switch (outcome.kind) {
        // An edit can be repeated: it comes first, so that a retry still finds the callback unanswered.
        case 'graded':
          await replace(chatId, outcome.messageId, messages.feedback(outcome.feedback));
          return answerTap();
        case 'reply':
          if (outcome.replaces !== null) {
            await replace(chatId, outcome.replaces, messages.reply(outcome.reply));
            return answerTap();
          }
          // A sending cannot: nothing that may fail comes after it.
          await answerTap();
          await telegram.sendMessage(chatId, messages.reply(outcome.reply));
          return;
        default:
          return answerTap();
      }
    });
    if (outcome.kind === 'deliver') await deliver(outcome.deliveryId, update.receivedAt);
    if (outcome.kind === 'graded') onFeedback((clock().getTime() - update.receivedAt.getTime()) / 1000);
  };
}

function noticeOf(outcome: Outcome): Notice | null {
  switch (outcome.kind) {
    case 'notice':
    case 'reply':
      return outcome.notice;
    case 'graded':
      return outcome.feedback.chosen === outcome.feedback.correct ? 'graded_correct' : 'graded_wrong';
    default:
      return null;
  }
}
