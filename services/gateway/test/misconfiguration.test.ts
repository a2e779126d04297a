import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { type ServiceName, spawnService } from './serviceProcess.ts';

const services: readonly ServiceName[] = ['gateway', 'scheduler', 'worker'];

describe('every service, when it is misconfigured,', () => {
  const mistakes = async (name: ServiceName, env: Readonly<Record<string, string>>) => {
    const service = spawnService(name, env);
    const ended = await until(`${name} ends`, 15_000, () => service.ended());
    expect(ended.code).to.equal(1);
    expect(service.output()).to.not.include('canary');
    expect(service.output()).to.not.include('"msg"');
    return service
      .output()
      .trim()
      .split('\n')
      .map((line) => line.slice(0, line.indexOf(' ')))
      .sort();
  };

  const required: Readonly<Record<ServiceName, readonly string[]>> = {
    gateway: ['DATABASE_URL', 'TELEGRAM_WEBHOOK_SECRET'],
    scheduler: ['DATABASE_URL'],
    worker: ['DATABASE_URL', 'TELEGRAM_BOT_TOKEN'],
  };
  const all = [
    'DATABASE_URL',
    'QUEUE_URL',
    'DATABASE_POOL_SIZE',
    'OPS_PORT',
    'LOG_LEVEL',
    'LOG_FORMAT',
    'SHUTDOWN_GRACE_MS',
  ];
  const checked: Readonly<Record<ServiceName, readonly string[]>> = {
    gateway: [
      ...all,
      'PORT',
      'TELEGRAM_API_ROOT',
      'TELEGRAM_BOT_TOKEN',
      'TELEGRAM_UPDATES',
      'TELEGRAM_WEBHOOK_SECRET',
    ],
    scheduler: [...all, 'TICK_INTERVAL_MS'],
    worker: [
      ...all,
      'TELEGRAM_API_ROOT',
      'TELEGRAM_BOT_TOKEN',
      'TELEGRAM_MESSAGES_PER_SECOND',
      'WORKER_CONCURRENCY',
    ],
  };

  for (const name of services) {
    it(`names all that the ${name} misses, and ends with 1`, async () => {
      expect(await mistakes(name, {})).to.deep.equal(required[name]);
    });

    it(`names all that is wrong for the ${name}, without showing it`, async () => {
      const wrong = Object.fromEntries(checked[name].map((variable) => [variable, 'canary #1']));
      expect(await mistakes(name, wrong)).to.deep.equal([...checked[name]].sort());
    });
  }

  it('is told that polling needs a token, together with what else is missing', async () => {
    expect(await mistakes('gateway', { TELEGRAM_UPDATES: 'polling' })).to.deep.equal([
      'DATABASE_URL',
      'TELEGRAM_BOT_TOKEN',
    ]);
  });
});
