import { chatPanel } from './chatPanel.js';

const OPEN_STORED = 'rung-sandbox-open';
const PANEL_WIDTH = 320;

/**
 * The chats side by side: as many as fit, one on a phone.
 *
 * @param {{bot: object, nextDay: boolean, onChange: (visible: number[]) => void}} options
 */
export function panels({ bot, nextDay, onChange }) {
  const host = document.querySelector('#panels');
  const welcome = document.querySelector('#welcome');
  const chats = new Map();
  /** Ids in the order of use, the latest last. */
  let recent = [];
  let visible = [];

  new ResizeObserver(arrange).observe(host);

  return {
    show,
    close,
    get: (id) => chats.get(id),
    all: () => [...chats.values()],
    visible: () => visible,
    stored,
    hasRoom,
  };

  function show(learner, { focus = false } = {}) {
    if (!chats.has(learner.id)) {
      const panel = chatPanel(learner, { bot, nextDay, onClose: () => close(learner.id) });
      chats.set(learner.id, panel);
      host.append(panel.root);
    }
    recent = [...recent.filter((id) => id !== learner.id), learner.id];
    arrange();
    if (focus) chats.get(learner.id).focus();
  }

  function close(id) {
    chats.get(id)?.root.remove();
    chats.delete(id);
    recent = recent.filter((other) => other !== id);
    arrange();
  }

  function hasRoom() {
    return visible.length < capacity();
  }

  function capacity() {
    return Math.max(1, Math.floor(host.clientWidth / PANEL_WIDTH));
  }

  function arrange() {
    const shown = recent.slice(-capacity());
    for (const [id, panel] of chats) {
      const wasHidden = panel.root.hidden;
      panel.root.hidden = !shown.includes(id);
      if (wasHidden && !panel.root.hidden) panel.scrollToEnd();
    }
    welcome.hidden = chats.size > 0;
    if (String(shown) === String(visible)) return;
    visible = shown;
    localStorage.setItem(OPEN_STORED, JSON.stringify(recent));
    onChange(visible);
  }

  /** The ids that the address names (`#5000000001,5000000002`), else those that were open last. */
  function stored() {
    const named = location.hash.slice(1).split(',').map(Number).filter(Boolean);
    if (named.length > 0) return named;
    try {
      const ids = JSON.parse(localStorage.getItem(OPEN_STORED) ?? '[]');
      return Array.isArray(ids) ? ids : [];
    } catch {
      return [];
    }
  }
}
