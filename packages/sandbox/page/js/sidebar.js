import { avatar, element, timeOf } from './dom.js';

const LISTED = 150;
const SEARCH_ABOVE = 8;

/**
 * The list of learners.
 *
 * @param {{onChoose: (id: number) => void, onAdd: (details: {name: string, languageCode: string}) => Promise<void>}} actions
 */
export function sidebar({ onChoose, onAdd }) {
  const list = document.querySelector('#learners');
  const search = document.querySelector('#search');
  const form = document.querySelector('#add');
  const nameField = document.querySelector('#add-name');
  let learners = new Map();
  let open = [];
  let drawing = false;

  search.addEventListener('input', draw);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const details = Object.fromEntries(new FormData(form));
    await onAdd({ ...details, name: details.name.trim() || freeName() });
    nameField.value = '';
  });

  return {
    setLearners(all) {
      learners = new Map(all.map((learner) => [learner.id, { unread: 0, ...learner }]));
      draw();
    },
    put(learner) {
      learners.set(learner.id, { unread: 0, ...learners.get(learner.id), ...learner });
      draw();
    },
    get: (id) => learners.get(id),
    all: () => [...learners.values()],
    setOpen(ids) {
      open = ids;
      for (const id of ids) if (learners.has(id)) learners.get(id).unread = 0;
      draw();
    },
    noteMessage(chatId, message) {
      const learner = learners.get(chatId);
      if (!learner) return;
      learner.lastMessage = {
        from: message.from,
        date: message.date,
        text: message.text,
        photo: Boolean(message.photo),
      };
      if (message.from === 'bot' && message.editedAt === null && !open.includes(chatId)) learner.unread++;
      draw();
    },
  };

  /** Draws at most once a frame, however much happens. */
  function draw() {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      const wanted = search.value.trim().toLowerCase();
      const found = [...learners.values()].filter(({ name, id }) =>
        `${name} ${id}`.toLowerCase().includes(wanted),
      );
      found.sort((a, b) => (b.lastMessage?.date ?? 0) - (a.lastMessage?.date ?? 0) || b.id - a.id);
      search.hidden = learners.size <= SEARCH_ABOVE;
      const focused = document.activeElement?.closest?.('.learner')?.dataset.id;
      list.replaceChildren(
        ...found.slice(0, LISTED).map(item),
        ...(found.length > LISTED ? [more(found.length)] : []),
      );
      if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
    });
  }

  function item(learner) {
    const { id, name, lastMessage, unread, blocked } = learner;
    const preview = blocked ? 'has blocked the bot' : previewOf(lastMessage);
    return element(
      'li',
      {},
      element(
        'button',
        {
          type: 'button',
          class: 'learner',
          'data-id': id,
          'data-testid': `learner-tab-${id}`,
          'aria-current': open.includes(id) ? 'true' : 'false',
          'aria-label': unread > 0 ? `${name}, ${unread} new` : name,
          title: name,
          onClick: () => onChoose(id),
        },
        avatar(learner),
        element(
          'div',
          { class: 'learner-text' },
          element(
            'div',
            { class: 'learner-line' },
            element('span', { class: 'learner-name' }, name),
            element('span', { class: 'learner-time' }, lastMessage ? timeOf(lastMessage.date) : ''),
          ),
          element(
            'div',
            { class: `learner-line${unread > 0 ? ' has-unread' : ''}` },
            element('span', { class: 'learner-preview' }, preview),
            unread > 0 ? element('span', { class: 'unread' }, String(unread)) : null,
          ),
        ),
      ),
    );
  }

  function more(count) {
    return element('li', { class: 'more' }, `and ${count - LISTED} more: find them by name`);
  }

  function freeName() {
    const taken = new Set([...learners.values()].map(({ name }) => name));
    return NAMES.find((name) => !taken.has(name)) ?? `Learner ${learners.size + 1}`;
  }
}

function previewOf(lastMessage) {
  if (!lastMessage) return 'No messages yet';
  const text = lastMessage.text.replaceAll('\n', ' ') || (lastMessage.photo ? 'Picture' : '');
  return lastMessage.from === 'user' ? `You: ${text}` : text;
}

const NAMES = (
  'Ada,Grace,Edgar,Barbara,Linus,Margaret,Donald,Radia,Alan,Katherine,Dennis,Frances,Ken,Hedy,Tim,Jean,Clara,Sophie,' +
  'Niklaus,Karen,Leslie,Adele,Jim,Shafi,Vint,Anita,Guido,Lynn,Bjarne,Mary'
).split(',');
