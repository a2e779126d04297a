import { api } from './api.js';
import { panels } from './panels.js';
import { sidebar } from './sidebar.js';
import { showToast } from './toast.js';

const OPENED_AT_FIRST = 3;

const info = await api.info();
const people = sidebar({ onChoose: choose, onAdd: add });
const chats = panels({ ...info, onChange: (visible) => people.setOpen(visible) });
const phone = matchMedia('(width <= 760px)');

listen();
await loadLearners();
openAtFirst();

function openAtFirst() {
  const known = chats.stored().filter((id) => people.get(id));
  const latest = people
    .all()
    .sort((a, b) => (b.lastMessage?.date ?? 0) - (a.lastMessage?.date ?? 0) || b.id - a.id)
    .slice(0, OPENED_AT_FIRST)
    .map(({ id }) => id)
    .reverse();
  for (const id of known.length > 0 ? known : latest) chats.show(people.get(id));
}

async function loadLearners() {
  people.setLearners(await api.learners());
  people.setOpen(chats.visible());
}

function choose(id) {
  const learner = people.get(id);
  if (learner) chats.show(learner, { focus: !phone.matches });
}

async function add(details) {
  try {
    const learner = await api.addLearner(details);
    people.put(learner);
    choose(learner.id);
  } catch (error) {
    showToast(error.message);
  }
}

function listen() {
  const events = new EventSource('events');
  const connection = document.querySelector('#connection');
  const on = (type, handle) => events.addEventListener(type, (event) => handle(JSON.parse(event.data)));

  events.addEventListener('open', () => {
    connection.hidden = true;
  });
  events.addEventListener('error', () => {
    connection.hidden = false;
  });
  on('reset', loadEverything);
  on('learners', loadLearners);
  on('learner', ({ learner }) => {
    if (!learner) return;
    const isNew = !people.get(learner.id);
    people.put(learner);
    chats.get(learner.id)?.setLearner(learner);
    if (isNew && chats.hasRoom()) chats.show(learner);
  });
  on('message', ({ chatId, message }) => {
    if (!message) return;
    people.noteMessage(chatId, message);
    chats.get(chatId)?.putMessage(message);
  });
  on('deleted', ({ chatId, messageId }) => chats.get(chatId)?.removeMessage(messageId));
  on('callback', ({ chatId, messageId, data, waiting }) =>
    chats.get(chatId)?.setWaiting(messageId, data, waiting),
  );
  on('notice', ({ chatId, notice }) => {
    if (chats.visible().includes(chatId)) chats.get(chatId).notice(notice.text, { stay: notice.showAlert });
  });
  on('commands', () => {
    for (const panel of chats.all()) void panel.loadCommands();
  });
}

async function loadEverything() {
  await loadLearners();
  for (const panel of chats.all()) void panel.load();
}
