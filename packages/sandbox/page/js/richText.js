import { element } from './dom.js';

const FOLDED_ABOVE = 180;

/**
 * Renders a message's text with its entities (sorted and nested, offsets in UTF-16 units).
 *
 * @param {string} text
 * @param {{type: string, offset: number, length: number, url?: string, language?: string}[]} entities
 * @param {(command: string) => void} onCommand called when somebody clicks a command like /help
 */
export function richText(text, entities, onCommand) {
  let next = 0;
  return element('div', { class: 'text' }, ...upTo(0, text.length));

  function upTo(from, to) {
    const nodes = [];
    let at = from;
    while (next < entities.length && entities[next].offset < to) {
      const entity = entities[next++];
      const end = entity.offset + entity.length;
      const isBlock = entity.type === 'pre' || entity.type.endsWith('blockquote');
      const before = text.slice(at, entity.offset);
      nodes.push(isBlock ? before.replace(/\n$/, '') : before);
      nodes.push(render(entity, text.slice(entity.offset, end), upTo(entity.offset, end)));
      // The line break after a block is the block's own end.
      at = isBlock && text[end] === '\n' ? end + 1 : end;
    }
    nodes.push(text.slice(at, to));
    return nodes.filter((node) => node !== '');
  }

  function render(entity, covered, children) {
    switch (entity.type) {
      case 'bold':
        return element('strong', {}, ...children);
      case 'italic':
        return element('em', {}, ...children);
      case 'underline':
        return element('u', {}, ...children);
      case 'strikethrough':
        return element('s', {}, ...children);
      case 'code':
        return element('code', {}, ...children);
      case 'pre':
        return element('pre', { 'data-language': entity.language }, element('code', {}, ...children));
      case 'blockquote':
        return element('blockquote', {}, ...children);
      case 'expandable_blockquote':
        return foldedQuote(covered, children);
      case 'spoiler':
        return spoiler(children);
      case 'text_link':
        return link(entity.url, children);
      case 'url':
        return link(covered, children);
      case 'bot_command':
        return element(
          'button',
          { type: 'button', class: 'inline-command', onClick: () => onCommand(covered) },
          covered,
        );
      default:
        return element('span', {}, ...children);
    }
  }
}

/** Only addresses that a click may follow become links. */
function link(url, children) {
  if (!/^(https?|tg):/i.test(url)) return element('span', {}, ...children);
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

function spoiler(children) {
  const hidden = element(
    'button',
    { type: 'button', class: 'spoiler', 'aria-expanded': 'false', 'aria-label': 'Show hidden text' },
    ...children,
  );
  hidden.addEventListener('click', () => {
    const shown = element('span', { class: 'spoiler' }, ...hidden.childNodes);
    hidden.replaceWith(shown);
  });
  return hidden;
}

function foldedQuote(covered, children) {
  const quote = element('blockquote', {}, ...children);
  if (covered.length <= FOLDED_ABOVE) return quote;
  quote.classList.add('is-folded');
  quote.tabIndex = 0;
  const unfold = (event) => {
    if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
    quote.classList.remove('is-folded');
  };
  quote.addEventListener('click', unfold);
  quote.addEventListener('keydown', unfold);
  return quote;
}
