import { element, timeOf } from './dom.js';
import { richText } from './richText.js';

/**
 * Renders one message.
 *
 * @param {object} message as `GET /api/chats/:id` shows it
 * @param {object} actions
 * @param {(command: string) => void} actions.onCommand
 * @param {(message: object, data: string) => void} actions.onTap
 * @param {(messageId: number, data: string) => boolean} actions.isWaiting whether that button's tap has no answer yet
 */
export function messageView(message, { onCommand, onTap, isWaiting }) {
  const { message_id: id, from, text, entities, photo, keyboard, editedAt, date } = message;
  const meta = element(
    'span',
    { class: 'meta' },
    editedAt === null ? null : 'edited ',
    element('time', { dateTime: new Date(date * 1000).toISOString() }, timeOf(date)),
  );
  const body = richText(text, entities, onCommand);
  body.append(meta);
  const bubble = element('div', { class: 'bubble' }, photo ? picture(photo) : null, body);
  const classes = ['message', `from-${from}`, ...(keyboard ? ['has-keyboard'] : [])];
  return element(
    'article',
    {
      class: classes.join(' '),
      'data-testid': 'message',
      'data-message-id': id,
      'data-from': from,
      'aria-label': from === 'bot' ? 'Message from the bot' : 'Message from the learner',
      tabIndex: -1,
    },
    bubble,
    keyboard ? keyboardView() : null,
  );

  function keyboardView() {
    const rows = keyboard.map((row) => element('div', { class: 'keys' }, ...row.map(key)));
    return element('div', { class: 'keyboard', role: 'group', 'aria-label': 'Buttons' }, ...rows);
  }

  function key(button) {
    const common = { class: 'key', 'data-testid': 'keyboard-button' };
    if (button.url !== undefined)
      return element(
        'a',
        { ...common, href: safeUrl(button.url), target: '_blank', rel: 'noopener noreferrer' },
        button.text,
      );
    const waiting = isWaiting(id, button.data);
    return element(
      'button',
      {
        ...common,
        type: 'button',
        'data-callback': button.data,
        'aria-busy': waiting ? 'true' : undefined,
        onClick: () => onTap(message, button.data),
      },
      button.text,
    );
  }
}

function picture({ url, width, height }) {
  return element('img', {
    class: 'photo',
    src: url,
    width,
    height,
    alt: 'Picture from the bot',
    loading: 'lazy',
  });
}

const safeUrl = (url) => (/^(https?|tg|mailto):/i.test(url) ? url : undefined);
