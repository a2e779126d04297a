import { element } from './dom.js';

const SHOWN_MS = 4_000;
const toast = document.querySelector('#toast');
let timer;

/**
 * Shows a short notice over a chat, or over the whole page.
 *
 * @param {string} text
 * @param {{over?: Element | undefined, stay?: boolean}} options `stay` keeps it until somebody presses OK
 */
export function showToast(text, { over, stay = false } = {}) {
  clearTimeout(timer);
  const box = over?.getBoundingClientRect();
  toast.style.maxWidth = box ? `${Math.min(box.width - 24, 440)}px` : '';
  toast.style.top = box ? `${box.top + 72}px` : '';
  toast.style.left = box ? `${box.left + box.width / 2}px` : '50%';
  toast.hidden = true;
  toast.replaceChildren(element('span', { class: 'toast-text' }, text));
  toast.hidden = false;
  if (stay) toast.append(element('button', { type: 'button', onClick: hide }, 'OK'));
  else timer = setTimeout(hide, Math.max(SHOWN_MS, text.length * 60));
}

function hide() {
  toast.hidden = true;
}
