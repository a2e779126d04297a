/** Kinds of update that the bot handles: what the gateway routes, and what Telegram is asked to send. */
export const HANDLED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const;

export type HandledUpdate = (typeof HANDLED_UPDATES)[number];
