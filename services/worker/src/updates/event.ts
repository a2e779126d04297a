import { z } from 'zod';

const person = z.object({
  id: z.number(),
  first_name: z.string().catch(''),
  username: z
    .string()
    .regex(/^\w{1,64}$/)
    .optional()
    .catch(undefined),
  language_code: z.string().optional().catch(undefined),
});

const update = z.object({
  message: z.object({ from: person, text: z.string().catch('') }).optional(),
  callback_query: z
    .object({
      id: z.string(),
      from: person,
      data: z.string().catch(''),
      message: z.object({ message_id: z.number() }).optional().catch(undefined),
    })
    .optional(),
  my_chat_member: z.object({ from: person, new_chat_member: z.object({ status: z.string() }) }).optional(),
});

/** Who wrote, as Telegram names them; nothing of it is trusted as text. */
export interface Sender {
  readonly firstName: string;
  readonly username: string | null;
  readonly languageCode: string | null;
}

/** What an update of the inbox means to the worker. */
export type Event =
  | { readonly kind: 'text'; readonly sender: Sender; readonly text: string }
  | {
      readonly kind: 'tap';
      readonly sender: Sender;
      readonly callbackId: string;
      readonly messageId: number | null;
      readonly data: string;
    }
  | { readonly kind: 'membership'; readonly sender: Sender; readonly blocked: boolean };

/** Reads a stored update; null for one that says nothing to us. */
export function readEvent(payload: unknown): Event | null {
  const parsed = update.safeParse(payload);
  if (!parsed.success) return null;
  const { message, callback_query: tap, my_chat_member: membership } = parsed.data;
  if (tap !== undefined) {
    const messageId = tap.message?.message_id ?? null;
    return { kind: 'tap', sender: senderOf(tap.from), callbackId: tap.id, messageId, data: tap.data };
  }
  if (message !== undefined)
    return { kind: 'text', sender: senderOf(message.from), text: message.text.trim() };
  if (membership !== undefined) {
    const { status } = membership.new_chat_member;
    return {
      kind: 'membership',
      sender: senderOf(membership.from),
      blocked: status === 'kicked' || status === 'left',
    };
  }
  return null;
}

function senderOf(from: z.infer<typeof person>): Sender {
  return {
    firstName: from.first_name,
    username: from.username ?? null,
    languageCode: from.language_code ?? null,
  };
}
