import { expect } from 'chai';
import fc from 'fast-check';
import { formatText } from '../src/text/formatText.ts';
import { parseHtml } from '../src/text/parseHtml.ts';
import { escapeHtml, renderHtml } from '../src/text/renderHtml.ts';

const parse = (html: string) => formatText(parseHtml(html));

describe('HTML parse mode', () => {
  const styles: [tag: string, type: string][] = [
    ['b', 'bold'],
    ['strong', 'bold'],
    ['i', 'italic'],
    ['em', 'italic'],
    ['u', 'underline'],
    ['ins', 'underline'],
    ['s', 'strikethrough'],
    ['strike', 'strikethrough'],
    ['del', 'strikethrough'],
    ['tg-spoiler', 'spoiler'],
    ['code', 'code'],
    ['pre', 'pre'],
    ['blockquote', 'blockquote'],
  ];
  for (const [tag, type] of styles)
    it(`turns <${tag}> into ${type}`, () => {
      expect(parse(`a <${tag}>bc</${tag}> d`)).to.deep.equal({
        text: 'a bc d',
        entities: [{ type, offset: 2, length: 2 }],
      });
    });

  it('reads attributes of links, spoilers, code and quotes', () => {
    expect(parse('<a href="https://example.org/?a=1&amp;b=2">x</a>').entities).to.deep.equal([
      { type: 'text_link', offset: 0, length: 1, url: 'https://example.org/?a=1&b=2' },
    ]);
    expect(parse("<span class='tg-spoiler'>x</span>").entities).to.deep.equal([
      { type: 'spoiler', offset: 0, length: 1 },
    ]);
    expect(parse('<pre><code class="language-sql">x</code></pre>').entities).to.deep.equal([
      { type: 'pre', offset: 0, length: 1, language: 'sql' },
    ]);
    expect(parse('<blockquote expandable>x</blockquote>').entities).to.deep.equal([
      { type: 'expandable_blockquote', offset: 0, length: 1 },
    ]);
  });

  it('nests entities, the outer one first', () => {
    expect(parse('<b>one <i>two</i></b>').entities).to.deep.equal([
      { type: 'bold', offset: 0, length: 7 },
      { type: 'italic', offset: 4, length: 3 },
    ]);
  });

  it('counts offsets in UTF-16 code units', () => {
    expect(parse('🔥<b>é𝄞</b>')).to.deep.equal({
      text: '🔥é𝄞',
      entities: [{ type: 'bold', offset: 2, length: 3 }],
    });
  });

  it('decodes the four named references and numeric ones, and leaves all others alone', () => {
    expect(parse('&lt;&gt;&amp;&quot; &#33; &#x1F525; &nbsp; &apos; & &#0;').text).to.equal(
      '<>&" ! 🔥 &nbsp; &apos; & &#0;',
    );
  });

  it('drops what Telegram drops: styles inside code, empty entities, links to nowhere', () => {
    expect(parse('<code>a<b>b</b></code>').entities).to.deep.equal([{ type: 'code', offset: 0, length: 2 }]);
    expect(parse('x<b></b>').entities).to.deep.equal([]);
    expect(parse('<a href="nowhere">x</a>').entities).to.deep.equal([]);
  });

  it('trims white space and moves the entities along', () => {
    expect(parse('  \n x <b>y </b>\n ')).to.deep.equal({
      text: 'x y',
      entities: [{ type: 'bold', offset: 2, length: 1 }],
    });
  });

  it('replaces control characters and drops carriage returns, keeping entities in place', () => {
    expect(parse('a\r\n\u0007<b>b</b>')).to.deep.equal({
      text: 'a\n b',
      entities: [{ type: 'bold', offset: 3, length: 1 }],
    });
  });

  it('finds commands, addresses, mentions and hashtags by itself, but not inside code', () => {
    const { entities } = parse('/help @rung_bot #sql https://example.org/x. <code>/no</code>');
    expect(entities.map(({ type, offset, length }) => [type, offset, length])).to.deep.equal([
      ['bot_command', 0, 5],
      ['mention', 6, 9],
      ['hashtag', 16, 4],
      ['url', 21, 21],
      ['code', 44, 3],
    ]);
  });

  const refused: [html: string, problem: string][] = [
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['é<table>', 'Unsupported start tag "table" at byte offset 2'],
    ['1 < 2', 'Unsupported start tag "" at byte offset 2'],
    ['a <', 'Unclosed start tag at byte offset 2'],
    ['a <> b', 'Unsupported start tag "" at byte offset 2'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<a href=x/y>z</a>', 'Unexpected end of name token at byte offset 8'],
    ['<a href', 'Unclosed start tag "a" at byte offset 0'],
  ];
  for (const [html, problem] of refused)
    it(`refuses ${html}`, () => {
      expect(() => parseHtml(html)).to.throw(problem);
    });

  it('refuses half a surrogate pair', () => {
    expect(() => parseHtml('&#xD83D;')).to.throw('unmatched surrogate code units');
    expect(parse('&#xD83D;&#xDD25;').text).to.equal('🔥');
  });

  it('accepts any escaped text and gives it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (readable, any) => {
        for (const text of [readable, any, `${any}<b>&amp;${readable}`])
          expect(parseHtml(escapeHtml(text))).to.deep.equal({ text, entities: [] });
      }),
    );
  });

  it('never fails but with a refusal, whatever it gets', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '<b>',
      '</b>',
      '<a href="',
      '"',
      '&',
      '&lt',
      ';',
      '=',
      ' ',
      'x',
      'é',
      '<span',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        try {
          parseHtml(pieces.join(''));
        } catch (error) {
          expect(error).to.have.property('name', 'HtmlError');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('renders what it parsed so that it parses the same again', () => {
    const tag = fc.constantFrom('b', 'i', 'u', 's', 'tg-spoiler', 'code', 'pre', 'blockquote');
    const tree = fc.letrec<{ html: string }>((tie) => ({
      html: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme', maxLength: 5 }).map(escapeHtml),
        fc.tuple(tag, tie('html')).map(([name, inside]) => `<${name}>${inside}</${name}>`),
        fc.tuple(tie('html'), tie('html')).map(([first, second]) => first + second),
      ),
    })).html;
    fc.assert(
      fc.property(tree, (html) => {
        const once = parse(html);
        expect(parse(renderHtml(once.text, once.entities))).to.deep.equal(once);
      }),
    );
  });
});
