import { api } from './api.js';
import { composer } from './composer.js';
import { avatar, dayOf, element, icon } from './dom.js';
import { messageView } from './messageView.js';
import { nextDayButton } from './nextDayButton.js';
import { showToast } from './toast.js';

/** As on Telegram, a tap that nobody answered stops waiting by itself. */
const WAIT_MS = 150_000;
const NEAR_END_PX = 120;

/**
 * One learner's chat: loads itself, then follows events.
 *
 * @param {object} learner
 * @param {{bot: {first_name: string}, nextDay: boolean, onClose: () => void}} options
 */
export function chatPanel(learner, { bot, nextDay, onClose }) {
  const messages = new Map();
  const waiting = new Map();
  let commands = [];
  /** Messages that came while the chat was being loaded: they are newer than what is loaded. */
  const meanwhile = [];
  let loading = false;

  const log = element('div', {
    class: 'log',
    role: 'log',
    'aria-label': `Chat of ${learner.name}`,
    tabIndex: 0,
  });
  const list = element('div', { class: 'log-inner' });
  log.append(list);
  let isAtEnd = true;
  log.addEventListener('scroll', () => {
    isAtEnd = isNearEnd();
  });
  // A new neighbour makes the chat narrower, a phone's keyboard makes it shorter: who was at its end stays there.
  new ResizeObserver(() => {
    if (isAtEnd) scrollToEnd();
  }).observe(log);
  const writing = composer({ name: learner.name, commands: () => commands, onSend: say });
  const blockButton = element(
    'button',
    { type: 'button', class: 'icon-button', onClick: toggleBlocked },
    icon('block'),
  );
  const unblockButton = element(
    'button',
    { type: 'button', class: 'primary', onClick: toggleBlocked },
    'Unblock',
  );
  const blockedNote = element('div', { class: 'unblock' }, 'The bot is blocked.', unblockButton);
  const status = element('p');
  const root = element(
    'section',
    { class: 'panel', 'data-testid': `learner-${learner.id}`, 'aria-label': learner.name },
    element(
      'header',
      { class: 'panel-header' },
      avatar(learner),
      element('div', { class: 'panel-title' }, element('h2', {}, learner.name), status),
      nextDay ? nextDayButton(learner.id, { notice, report }) : null,
      blockButton,
      element(
        'button',
        {
          type: 'button',
          class: 'icon-button panel-close',
          'aria-label': `Close the chat of ${learner.name}`,
          onClick: onClose,
        },
        icon('close'),
      ),
    ),
    log,
    writing.menu,
    blockedNote,
    writing.form,
  );
  setLearner(learner);
  void load();

  return {
    root,
    load,
    setLearner,
    putMessage,
    removeMessage,
    setWaiting,
    loadCommands,
    focus: writing.focus,
    notice,
    scrollToEnd,
  };

  async function load() {
    loading = true;
    const chat = await api.chat(learner.id).catch(report);
    loading = false;
    if (!chat) return;
    messages.clear();
    for (const message of chat.messages) messages.set(message.message_id, message);
    commands = chat.commands;
    setLearner(chat.learner);
    draw();
    for (const message of meanwhile.splice(0)) putMessage(message);
    scrollToEnd();
  }

  async function loadCommands() {
    commands = (await api.chat(learner.id).catch(report))?.commands ?? commands;
  }

  function setLearner(current) {
    status.textContent = current.blocked ? 'has blocked the bot' : `talks to ${bot.first_name}`;
    blockButton.setAttribute('aria-label', current.blocked ? 'Unblock the bot' : 'Block the bot');
    blockButton.title = current.blocked ? 'Unblock the bot' : 'Block the bot';
    blockButton.setAttribute('aria-pressed', String(current.blocked));
    blockedNote.hidden = !current.blocked;
    writing.form.hidden = current.blocked;
  }

  function draw() {
    const nodes = [];
    let previous;
    for (const message of messages.values()) {
      if (!previous || dayOf(previous.date) !== dayOf(message.date))
        nodes.push(element('div', { class: 'day' }, dayOf(message.date)));
      nodes.push(view(message, previous));
      previous = message;
    }
    list.replaceChildren(...(nodes.length > 0 ? nodes : [emptyChat()]));
  }

  function view(message, previous) {
    const node = messageView(message, {
      onCommand: say,
      onTap,
      isWaiting: (id, data) => waiting.has(`${id} ${data}`),
    });
    if (previous?.from === message.from) node.classList.add('same-sender');
    return node;
  }

  function putMessage(message) {
    if (loading) {
      meanwhile.push(message);
      return;
    }
    const previous = [...messages.values()].at(-1);
    const known = messages.has(message.message_id);
    const wasNearEnd = isNearEnd();
    messages.set(message.message_id, message);
    if (known) replaceView(message);
    else if (!previous || dayOf(previous.date) !== dayOf(message.date)) draw();
    else {
      const node = view(message, previous);
      node.classList.add('is-new');
      list.append(node);
    }
    if (wasNearEnd || message.from === 'user') scrollToEnd();
  }

  function replaceView(message) {
    const old = nodeOf(message.message_id);
    if (!old) return;
    const node = view(message);
    node.classList.toggle('same-sender', old.classList.contains('same-sender'));
    node.classList.add('is-edited-now');
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(node);
    // Whoever pressed a key goes on from the keys that replaced it, or from the message when there are none.
    if (hadFocus) (node.querySelector('.key') ?? node).focus({ preventScroll: true });
  }

  function removeMessage(messageId) {
    messages.delete(messageId);
    draw();
  }

  function nodeOf(messageId) {
    return list.querySelector(`[data-message-id="${messageId}"]`);
  }

  function setWaiting(messageId, data, isWaiting) {
    const key = `${messageId} ${data}`;
    clearTimeout(waiting.get(key));
    waiting.delete(key);
    if (isWaiting)
      waiting.set(
        key,
        setTimeout(() => setWaiting(messageId, data, false), WAIT_MS),
      );
    for (const button of nodeOf(messageId)?.querySelectorAll('button.key') ?? [])
      if (button.dataset.callback === data) button.setAttribute('aria-busy', String(isWaiting));
  }

  async function onTap(message, data) {
    if (waiting.has(`${message.message_id} ${data}`)) return;
    await api.tap(learner.id, message.message_id, data).catch(report);
  }

  async function say(text) {
    return (await api.say(learner.id, text).catch(report)) !== undefined;
  }

  async function toggleBlocked() {
    const isBlocked = !blockedNote.hidden;
    await (isBlocked ? api.unblock(learner.id) : api.block(learner.id)).catch(report);
  }

  function emptyChat() {
    return element(
      'div',
      { class: 'empty' },
      element('h3', {}, `What can this bot do?`),
      element('p', {}, 'It asks one question a day, at your level. Press Start to begin.'),
      element(
        'button',
        { type: 'button', class: 'primary', 'data-testid': 'start', onClick: () => void say('/start') },
        'Start',
      ),
    );
  }

  function notice(text, options = {}) {
    showToast(text, { ...options, over: root });
  }

  /** Tells the learner what went wrong; the caller gets undefined. */
  function report(error) {
    notice(error.message);
    return undefined;
  }

  function isNearEnd() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  }

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
  }
}
