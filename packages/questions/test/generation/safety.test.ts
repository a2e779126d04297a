import { expect } from 'chai';
import { findUnfit } from '../../src/generation/quality.ts';
import { makeBlockedTopicCheck } from '../../src/generation/safety/blockedTopics.ts';
import { findContact } from '../../src/generation/safety/contact.ts';
import { makeProfanityCheck } from '../../src/generation/safety/profanity.ts';
import { makeSafetyCheck } from '../../src/generation/safety.ts';
import { asWritten, fromWritten } from '../../src/generation/written.ts';
import { generationLimits, readBank, readPrompts } from '../../src/index.ts';

describe('what is unsafe', () => {
  it('is nothing in the questions of the bank, but for one that quotes a phone number', async () => {
    const findUnsafe = makeSafetyCheck(await readPrompts());
    const found = (await readBank()).flatMap((question) => {
      const written = fromWritten(asWritten(question));
      const fault = findUnsafe(written) ?? findUnfit(written, question, generationLimits);
      return fault === undefined ? [] : [`${question.id}: ${fault.reason} ${fault.detail}`];
    });

    expect(found).to.deep.equal(['data-quality-1-008: contact +49 30 55512']);
  });

  describe('profanity', () => {
    const isProfane = makeProfanityCheck();
    const profane: Record<string, readonly string[]> = {
      English: ['fuck', 'Bullshit!', 'an asshole'],
      Spanish: ['mierda', 'hijo de puta', 'gilipollas', 'JODER'],
      French: ['merde', 'putain', 'enculé'],
      German: ['Scheiße', 'SCHEISSE', 'Arschloch'],
      Italian: ['cazzo', 'vaffanculo'],
      Portuguese: ['caralho', 'merda'],
      Polish: ['kurwa'],
      Turkish: ['orospu', 'siktir'],
      Russian: ['блядь', 'СУКА', 'хуй'],
      Hindi: ['madarchod'],
      Chinese: ['你是傻逼吗'],
      Japanese: ['このちんこ'],
      Korean: ['씨발놈'],
    };
    for (const [language, texts] of Object.entries(profane)) {
      it(`is found in ${language}`, () => {
        expect(texts.filter((text) => !isProfane(text))).to.deep.equal([]);
      });
    }

    it('is found in disguise', () => {
      const disguised = [
        'f*ck',
        'sh1t',
        '$hit',
        'f u c k',
        'm-i-e-r-d-a',
        'puuuuta',
        'ｍｅｒｄｅ',
        '𝐟𝐮𝐜𝐤',
        'me\u00ADrda',
        'сazzo',
      ];
      expect(disguised.filter((text) => !isProfane(text))).to.deep.equal([]);
    });

    it('is not found in words of the trade that only look like it', () => {
      const harmless = [
        'The assumption of the analyst: class, assess, pass, bass, cockpit, document, cumulative, CockroachDB, Dickey-Fuller',
        'A fan-out to 455 consumers, got 0.455 s; SAS, con and del are names; kit, hard, am, stake',
        'count(*) * price*quantity, a/analysis/path, grafana/analyse, s3, 5xx, b2b, k8s, i18n, p95',
        'The leader kills the worker after the master aborts; a slave hangs, a dummy executes',
      ];
      expect(harmless.filter(isProfane)).to.deep.equal([]);
    });
  });

  describe('a blocked topic', () => {
    const findTopic = makeBlockedTopicCheck();

    it('is found in several languages, and named', () => {
      const texts = [
        'Politik',
        'política',
        'la politique',
        'polityka',
        'политика',
        'Религия',
        '政治问题',
        '선거',
        'إنتخابات الانتخابات',
      ];
      expect(texts.filter((text) => findTopic(text) === undefined)).to.deep.equal([]);
      expect(findTopic('What do the Catholic bishops say?')).to.equal('catholic');
    });

    it('is not found in the terms of the trade', () => {
      const harmless = [
        'A leader election needs the votes of a majority; a candidate of another party, third-party data',
        'Data governance, polite backoff, policy tags, a democratised catalogue, a canonical source of truth',
        'Kill the execution, abort, master and standby, race conditions, sects of a sector, prayable',
      ];
      expect(harmless.map(findTopic).filter((hit) => hit !== undefined)).to.deep.equal([]);
    });
  });

  describe('a way out of the chat', () => {
    it('is not found in code, nor in names between backticks', () => {
      const harmless = [
        'Kafka 3.5 keeps `retention.ms` at 7 days, e.g. 604800000, i.e. a week.',
        'The DAG `dags/load.py` has `@daily` and `@task`; `s3://lake/orders/` and `/data/raw` are read.',
        'A SELECT of `orders.id` at 10:00:00 on 2024-01-31, 1 000 000 rows, 3.14 s, C# or #1.',
        'Node.js is faster; and/or, read/write, TCP/IP, 99.9 %, version 16.4.',
      ];
      expect(harmless.map(findContact).filter((hit) => hit !== undefined)).to.deep.equal([]);
    });
  });
});
