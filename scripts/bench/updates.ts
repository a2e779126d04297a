/** A tap on a button as Telegram sends it, about as large as a real one. */
export function tapUpdate(tap: {
  updateId: number;
  userId: number;
  messageId: number;
  callbackId: string;
  data: string;
}): object {
  const user = {
    id: tap.userId,
    is_bot: false,
    first_name: 'Learner',
    username: 'learner',
    language_code: 'en',
  };
  const bot = { id: 700000001, is_bot: true, first_name: 'Rung', username: 'rung_bot' };
  return {
    update_id: tap.updateId,
    callback_query: {
      id: tap.callbackId,
      from: user,
      message: {
        message_id: tap.messageId,
        from: bot,
        chat: { id: tap.userId, first_name: 'Learner', username: 'learner', type: 'private' },
        date: 1_795_000_000,
        text: 'Streaming · Intermediate\n\nA question of ordinary length, with four options below it.\n\nA. One option\nB. Another one\nC. A third\nD. The last',
        reply_markup: {
          inline_keyboard: [['A', 'B', 'C', 'D'].map((text, i) => ({ text, callback_data: `a:1:${i}` }))],
        },
      },
      chat_instance: '5000015001000003',
      data: tap.data,
    },
  };
}
