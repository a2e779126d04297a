import { expect } from 'chai';
import { z } from 'zod';
import * as platform from '../src/index.ts';

const canary = 'canary-9f31c7';

const schema = z.object({
  DATABASE_URL: platform.postgresUrl,
  QUEUE_URL: platform.queueUrl.optional(),
  PUBLIC_URL: platform.httpUrl.optional(),
  TELEGRAM_BOT_TOKEN: platform.telegramToken,
  TELEGRAM_WEBHOOK_SECRET: platform.webhookSecret,
  OPS_PORT: platform.port(9101),
  TICK_INTERVAL_MS: platform.milliseconds(60_000),
  WORKER_CONCURRENCY: platform.positiveInteger(16),
  LOG_LEVEL: platform.logLevel,
  LOG_FORMAT: platform.logFormat,
});

const good = {
  DATABASE_URL: 'postgres://rung:secret@127.0.0.1:5432/rung',
  TELEGRAM_BOT_TOKEN: `123456:${'A'.repeat(35)}`,
  TELEGRAM_WEBHOOK_SECRET: 'abcdefghijklmnop',
  LOG_FORMAT: 'json',
};

function problems(env: NodeJS.ProcessEnv): readonly platform.EnvironmentProblem[] {
  try {
    platform.parseEnvironment(schema, env);
  } catch (error) {
    if (error instanceof platform.EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe('the environment', () => {
  it('gives typed values and defaults, and leaves out what the schema does not name', () => {
    expect(platform.parseEnvironment(schema, { ...good, OPS_PORT: '0', HOME: '/root' })).to.deep.equal({
      ...good,
      OPS_PORT: 0,
      TICK_INTERVAL_MS: 60_000,
      WORKER_CONCURRENCY: 16,
      LOG_LEVEL: 'info',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const parsed = platform.parseEnvironment(schema, { ...good, OPS_PORT: '', QUEUE_URL: '' });
    expect(parsed.OPS_PORT).to.equal(9101);
    expect(parsed.QUEUE_URL).to.equal(undefined);
  });

  it('reports every mistake at once, by name, with what to do and without the values', () => {
    const bad = {
      DATABASE_URL: `mysql://root:${canary}@db/x`,
      QUEUE_URL: canary,
      PUBLIC_URL: `ftp://${canary}`,
      TELEGRAM_WEBHOOK_SECRET: `${canary} not allowed`,
      OPS_PORT: `${canary}`,
      TICK_INTERVAL_MS: '-5',
      WORKER_CONCURRENCY: '0',
      LOG_LEVEL: canary,
      LOG_FORMAT: canary,
    };
    const found = problems(bad);
    expect(found.map(({ name }) => name)).to.have.members([...Object.keys(bad), 'TELEGRAM_BOT_TOKEN']);
    expect(JSON.stringify(found)).not.to.include(canary);
    for (const { name, message } of found) expect(message, name).to.match(/must be /);
    expect(found.find(({ name }) => name === 'TELEGRAM_BOT_TOKEN')?.message).to.match(
      /^is not set: it must be/,
    );
    expect(found.find(({ name }) => name === 'WORKER_CONCURRENCY')?.message).to.equal(
      'must be a whole number from 1 to 1000000',
    );
  });

  it('reports rules across fields under the variable they name', () => {
    const ruled = schema.refine((env) => env.PUBLIC_URL !== undefined, {
      path: ['PUBLIC_URL'],
      message: 'must be set when updates come by webhook',
    });
    expect(() => platform.parseEnvironment(ruled, good))
      .to.throw(platform.EnvironmentError)
      .with.property('message', 'PUBLIC_URL must be set when updates come by webhook');
  });

  for (const url of ['postgres://h/db', 'postgresql://u:p@h:1/db']) {
    it(`accepts ${url} as a database and as a queue`, () => {
      expect(problems({ ...good, DATABASE_URL: url, QUEUE_URL: url })).to.deep.equal([]);
    });
  }

  for (const url of ['redis://h:6379/3', 'rediss://:p@h']) {
    it(`accepts ${url} as a queue and refuses it as a database`, () => {
      expect(problems({ ...good, QUEUE_URL: url })).to.deep.equal([]);
      expect(problems({ ...good, DATABASE_URL: url }).map(({ name }) => name)).to.deep.equal([
        'DATABASE_URL',
      ]);
    });
  }

  for (const port of ['65536', '80.5', '0x50', ' 80', '1e3', '9'.repeat(400)]) {
    it(`refuses ${JSON.stringify(port.slice(0, 20))} as a port`, () => {
      expect(problems({ ...good, OPS_PORT: port }).map(({ name }) => name)).to.deep.equal(['OPS_PORT']);
    });
  }

  for (const secret of ['a'.repeat(15), 'a'.repeat(257), 'with spaces in between', 'línea-de-más-de-16']) {
    it(`refuses a webhook secret like ${JSON.stringify(secret.slice(0, 24))} (${secret.length})`, () => {
      expect(problems({ ...good, TELEGRAM_WEBHOOK_SECRET: secret })).to.have.length(1);
    });
  }
});
