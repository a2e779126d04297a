import type { FeedbackView, Notice, Reply } from '@rung/messages';

/**
 * What the effect of an update left to be said, stored with the update in the same transaction: a retry says the
 * same again and grades nothing. It is JSON.
 */
export type Outcome =
  | { readonly kind: 'nothing' }
  /** A short notice on the tapped button; no change of state. */
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** The tapped question becomes its feedback. */
  | { readonly kind: 'graded'; readonly messageId: number | null; readonly feedback: FeedbackView }
  /** A message; a tapped one (`replaces`) is edited in place. */
  | {
      readonly kind: 'reply';
      readonly reply: Reply;
      readonly replaces: number | null;
      readonly notice: Notice | null;
    }
  /** A daily question to be sent now, or shown again when it is out already. */
  | { readonly kind: 'deliver'; readonly deliveryId: string };

/** An outcome that sends `reply` as a new message. */
export function replyWith(reply: Reply): Outcome {
  return { kind: 'reply', reply, replaces: null, notice: null };
}
