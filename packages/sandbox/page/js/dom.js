/**
 * Makes an element. Text goes in as text nodes only, never as markup.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} properties `class`, `data-…`, `aria-…`, `role` and `for` become attributes, `on…` listeners, the rest properties; undefined and null are left out
 * @param {...(Node | string | null)} children
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === 'class' || name === 'role' || name.includes('-'))
      made.setAttribute(name, String(value));
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** An icon of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

const TONES = 7;

/** A learner's round picture: the initials on one of a few colours. */
export function avatar({ id, name }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
  return element('span', { class: `avatar tone-${id % TONES}`, 'aria-hidden': 'true' }, initials);
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });

/** Hours and minutes of a Unix time in seconds. */
export const timeOf = (seconds) => TIME.format(seconds * 1000);
/** The day of a Unix time in seconds, in words. */
export const dayOf = (seconds) => {
  const day = DAY.format(seconds * 1000);
  return day === DAY.format(Date.now()) ? 'Today' : day;
};
