import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { startService } from './serviceProcess.ts';
import { messageUpdate } from './updates.ts';

const SECRET = 'webhook-secret-of-the-tests';

describe('the gateway at SIGTERM', () => {
  let inbox: InboxDatabase;
  let agent: Agent;
  before(async () => {
    inbox = await openInboxDatabase();
    agent = new Agent({ keepAlive: true, maxSockets: 8 });
  });
  after(async () => {
    agent?.destroy();
    await inbox?.close();
  });

  it('answers what has come, waits for no slow sender, and ends with all that it accepted stored', async () => {
    const gateway = await startService('gateway', {
      DATABASE_URL: inbox.url,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
    });
    const url = `${gateway.url()}/telegram/webhook`;
    const accepted: number[] = [];
    const otherwise: (number | undefined)[] = [];
    let nextId = 1;
    let gone = false;

    const send = (updateId: number): Promise<void> =>
      new Promise((resolve) => {
        const outgoing = request(url, {
          agent,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
        });
        outgoing.on('response', (response) => {
          response.resume();
          response.on('end', () => {
            if (response.statusCode === 200) accepted.push(updateId);
            else otherwise.push(response.statusCode);
            resolve();
          });
        });
        outgoing.on('error', (error: NodeJS.ErrnoException) => {
          // A connection may be closed at the very moment when a request goes out on it: that one is sent again.
          if (error.code === 'ECONNREFUSED') gone = true;
          resolve();
        });
        outgoing.end(JSON.stringify(messageUpdate(updateId, 10_000 + updateId)));
      });
    const sender = async (): Promise<void> => {
      while (!gone) await send(nextId++);
    };

    const senders = Promise.all(Array.from({ length: 8 }, sender));
    await until('traffic flows', 5000, () => accepted.length > 100);
    const slow = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
    });
    slow.on('error', () => undefined).write('{"update_id":');
    const { code, ms } = await gateway.stop();
    await senders;
    expect(code).to.equal(0);
    expect(ms).to.be.below(5000);
    expect(gateway.output()).to.include('"msg":"shut down","clean":true');
    expect(otherwise).to.deep.equal([]);
    const kept = new Set((await inbox.rows()).map((row) => row.updateId));
    expect(accepted.filter((updateId) => !kept.has(updateId))).to.deep.equal([]);
    const jobs = await inbox.db.sql('SELECT FROM bullmq.job');
    expect(jobs.length).to.be.at.least(accepted.length);
  });
});
