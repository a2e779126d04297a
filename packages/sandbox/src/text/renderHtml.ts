import type { TextEntity } from './entities.ts';

/** Escapes text for Telegram's HTML style; `parseHtml` gives the same text back. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * Renders a message in Telegram's HTML style. `entities` must be sorted and nested, as `formatText` returns them.
 */
export function renderHtml(text: string, entities: readonly TextEntity[]): string {
  let next = 0;
  return renderUpTo(0, text.length);

  function renderUpTo(from: number, to: number): string {
    let html = '';
    let at = from;
    for (let entity = entities[next]; entity && entity.offset < to; entity = entities[next]) {
      next++;
      html += escapeHtml(text.slice(at, entity.offset));
      at = entity.offset + entity.length;
      const [open, close] = tags(entity);
      html += open + renderUpTo(entity.offset, at) + close;
    }
    return html + escapeHtml(text.slice(at, to));
  }
}

function tags(entity: TextEntity): [open: string, close: string] {
  switch (entity.type) {
    case 'bold':
      return ['<b>', '</b>'];
    case 'italic':
      return ['<i>', '</i>'];
    case 'underline':
      return ['<u>', '</u>'];
    case 'strikethrough':
      return ['<s>', '</s>'];
    case 'spoiler':
      return ['<tg-spoiler>', '</tg-spoiler>'];
    case 'blockquote':
      return ['<blockquote>', '</blockquote>'];
    case 'expandable_blockquote':
      return ['<blockquote expandable>', '</blockquote>'];
    case 'code':
      return ['<code>', '</code>'];
    case 'pre':
      return entity.language
        ? [`<pre><code class="language-${escapeHtml(entity.language)}">`, '</code></pre>']
        : ['<pre>', '</pre>'];
    case 'text_link':
      return [`<a href="${escapeHtml(entity.url ?? '')}">`, '</a>'];
    case 'mention':
    case 'hashtag':
    case 'bot_command':
    case 'url':
      return ['', ''];
  }
}
