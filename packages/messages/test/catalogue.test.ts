import { readFileSync } from 'node:fs';
import { TOPICS } from '@rung/domain';
import { expect } from 'chai';
import { type Catalogue, loadCatalogue } from '../src/catalogue.ts';
import { languageOf } from '../src/index.ts';
import { messagesFrom } from '../src/messages.ts';
import { notices, question, renderAll } from './samples.ts';
import { parseTelegramHtml } from './telegramHtml.ts';

const catalogue = loadCatalogue('en');

function writtenIds(): string[] {
  const source = readFileSync(new URL('../locales/en.ftl', import.meta.url), 'utf8');
  return [...source.matchAll(/^([a-z][\w-]*) =/gm)].map(([, id]) => String(id));
}

/** The ids that rendering every form of every message asks for. */
function usedIds(): Set<string> {
  const used = new Set<string>();
  const recording: Catalogue = {
    html: (id, args) => {
      used.add(id);
      return catalogue.html(id, args);
    },
    plain: (id) => {
      used.add(id);
      return catalogue.plain(id);
    },
  };
  const messages = messagesFrom(recording);
  renderAll(messages);
  for (const topic of TOPICS) messages.question({ ...question, topic });
  for (const level of [1, 2, 3, 4] as const) messages.question({ ...question, level });
  for (const notice of notices) messages.notice(notice);
  messages.commands();
  return used;
}

describe('The catalogue', () => {
  it('holds every message that is used and none that is not', () => {
    expect([...usedIds()].sort()).to.deep.equal(writtenIds().sort());
  });

  it('names no message twice', () => {
    expect(writtenIds()).to.have.length(new Set(writtenIds()).size);
  });

  it('keeps notices within 200 characters and everything plain free of markup', () => {
    const plain = writtenIds().filter((id) => /^(button|notice|command)-/.test(id));
    for (const id of plain) {
      expect(catalogue.plain(id), id).to.have.length.within(1, 200);
      expect(catalogue.plain(id), id).not.to.match(/[<>&]/);
    }
  });

  it('throws when a message or an argument is missing', () => {
    expect(() => catalogue.html('no-such-message')).to.throw('No message no-such-message in en');
    expect(() => catalogue.html('next')).to.throw(ReferenceError, '$when');
  });

  it('writes no marks of direction around arguments', () => {
    for (const { text } of renderAll(messagesFrom(catalogue))) {
      expect(parseTelegramHtml(text)).not.to.match(/[\u2066-\u2069]/);
    }
  });

  it('is English for every language without a file', () => {
    for (const code of ['en', 'en-GB', 'EN', 'xx', '', null]) expect(languageOf(code)).to.equal('en');
  });

  it('describes commands as Telegram accepts them', () => {
    const commands = messagesFrom(catalogue).commands();
    expect(commands.map(({ command }) => command).join(' ')).to.equal(
      'start quiz stats settings report pause resume stop help',
    );
    for (const { command, description } of commands) {
      expect(command).to.match(/^[a-z0-9_]{1,32}$/);
      expect(description).to.have.length.within(3, 256);
    }
  });
});
