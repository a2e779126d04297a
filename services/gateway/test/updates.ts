/** Updates as Telegram sends them, of learner `userId` in a private chat. */
export function messageUpdate(updateId: number, userId: number, text = '/quiz') {
  return {
    update_id: updateId,
    message: {
      message_id: updateId,
      date: 1_773_000_000,
      from: { id: userId, is_bot: false, first_name: 'Ada' },
      chat: { id: userId, type: 'private', first_name: 'Ada' },
      text,
    },
  };
}

export function tapUpdate(updateId: number, userId: number, data: string) {
  return {
    update_id: updateId,
    callback_query: {
      id: String(updateId),
      from: { id: userId, is_bot: false, first_name: 'Ada' },
      chat_instance: '1',
      data,
    },
  };
}

export function membershipUpdate(updateId: number, userId: number, status: string) {
  return {
    update_id: updateId,
    my_chat_member: {
      from: { id: userId, is_bot: false, first_name: 'Ada' },
      chat: { id: userId, type: 'private', first_name: 'Ada' },
      date: 1_773_000_000,
      old_chat_member: { status: 'member' },
      new_chat_member: { status },
    },
  };
}

/** JSON of an array inside an array inside an array … */
export function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

/** An update as the gateway takes it in. */
export function raw(update: object) {
  return { text: JSON.stringify(update), body: update };
}
