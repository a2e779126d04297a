import { expect } from 'chai';
import { z } from 'zod';
import { EnvironmentError, modelProviders, openAiKey, parseEnvironment } from '../src/index.ts';

const schema = z.object({ LLM_PROVIDERS: modelProviders.optional(), OPENAI_API_KEY: openAiKey.optional() });
const canary = 'canary-2b7e15';

const good = {
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  apiKey: 'sk-0123456789',
  model: 'gpt-5-mini',
  timeoutMs: 8_000,
};

function parse(providers: unknown) {
  return parseEnvironment(schema, { LLM_PROVIDERS: JSON.stringify(providers) }).LLM_PROVIDERS;
}

/** What is wrong with a list of providers, one sentence a mistake. */
function mistakes(value: unknown): string[] {
  try {
    parseEnvironment(schema, { LLM_PROVIDERS: typeof value === 'string' ? value : JSON.stringify(value) });
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    expect(error.message).not.to.include(canary);
    expect(new Set(error.problems.map(({ name }) => name))).to.deep.equal(new Set(['LLM_PROVIDERS']));
    return error.problems.map(({ message }) => message);
  }
  return [];
}

describe('LLM_PROVIDERS', () => {
  it('is a list of providers in its order', () => {
    const local = { ...good, name: 'local', baseUrl: 'http://127.0.0.1:8000/v1' };
    expect(parse([local, good])).to.deep.equal([local, good]);
    expect(parse([])).to.deep.equal([]);
  });

  it('gives a provider 30 s when it says nothing else, and takes an address with or without a slash at its end', () => {
    const { timeoutMs: _, ...short } = good;
    expect(parse([{ ...short, baseUrl: `${good.baseUrl}//` }])).to.deep.equal([
      { ...good, timeoutMs: 30_000 },
    ]);
  });

  it('takes no model whose questions would pass for those of the bank', () => {
    expect(mistakes([{ ...good, model: 'static' }])).to.deep.equal([
      'entry 1: model must not be static, which is the bank',
    ]);
  });

  it('takes http on this machine only', () => {
    const of = (baseUrl: string) => mistakes([{ ...good, baseUrl }]).length;
    const safe = ['https://host/v1', 'http://localhost:1/v1', 'http://127.0.0.53/v1', 'http://[::1]:9/v1'];
    const unsafe = [
      'http://host/v1',
      'http://127.0.0.1.evil.example/v1',
      'http://localhost.evil.example',
      'http://169.254.169.254/latest',
      'http://0.0.0.0/v1',
      'file:///etc/passwd',
      'ftp://localhost/',
      `https://user:${canary}@host/v1`,
      `https://host/v1?key=${canary}`,
      'https://host/v1#x',
      '//host/v1',
      '',
    ];
    expect(safe.filter((baseUrl) => of(baseUrl) > 0)).to.deep.equal([]);
    expect(unsafe.filter((baseUrl) => of(baseUrl) === 0)).to.deep.equal([]);
  });

  it('names every mistake by entry and field, without values', () => {
    const bad = {
      name: `${canary} !`,
      baseUrl: `http://${canary}/v1`,
      apiKey: ` ${canary} ${canary} `,
      model: '',
      timeoutMs: 1.5,
    };
    const found = mistakes([
      good,
      bad,
      { ...good, [canary]: 1 },
      { ...good, name: 'openai' },
      canary,
      null,
      {},
    ]);
    expect(found).to.deep.equal([
      'entry 2: name must be 1 to 40 of a-z, 0-9, _, . and -, and begin with a letter or digit',
      'entry 2: baseUrl must be an https:// address, or http:// of this machine, without credentials and query',
      'entry 2: apiKey must be printable ASCII without spaces',
      'entry 2: model must not be empty',
      'entry 2: timeoutMs must be a whole number from 100 to 600000',
      'entry 3: must have name, baseUrl, apiKey, model and timeoutMs only',
      'entry 4: name must differ from those before',
      'entry 5: must be an object with name, baseUrl, apiKey, model and timeoutMs',
      'entry 6: must be an object with name, baseUrl, apiKey, model and timeoutMs',
      'entry 7: name must be text',
      'entry 7: baseUrl must be text',
      'entry 7: apiKey must be text',
      'entry 7: model must be text',
    ]);
  });

  it('must be a list, in JSON', () => {
    const message = 'must be a JSON list like [{"name","baseUrl","apiKey","model","timeoutMs"}]';
    for (const value of ['x', '{}', '"x"', '[', '1', 'null'])
      expect(mistakes(value)).to.deep.equal([message]);
  });
});

describe('OPENAI_API_KEY', () => {
  it('stands for OpenAI as the only provider', () => {
    const { OPENAI_API_KEY: providers } = parseEnvironment(schema, { OPENAI_API_KEY: 'sk-0123456789' });
    expect(providers).to.deep.equal([{ ...good, timeoutMs: 30_000 }]);
  });

  it('is told to be wrong without being repeated', () => {
    const wrong = () => parseEnvironment(schema, { OPENAI_API_KEY: `sk ${canary}` });
    expect(wrong).to.throw(EnvironmentError, 'OPENAI_API_KEY must be printable ASCII without spaces');
    expect(wrong).not.to.throw(canary);
  });
});
