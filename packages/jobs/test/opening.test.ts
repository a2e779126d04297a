import { createServer } from 'node:net';
import { expect } from 'chai';
import { connectQueues, openQueues } from '../src/index.ts';
import { makeRecordingLogger } from './recording.ts';
import { backends, skipWithout } from './servers.ts';

for (const backend of backends) {
  it(`queues on ${backend.name} are connected ahead of their first use`, async function () {
    skipWithout(backend.missing, this);
    const server = await backend.open();
    const queues = connectQueues({ url: server.url, logger: makeRecordingLogger() });
    try {
      const soFar = () => Promise.race([queues.queue('answers'), 'still connecting']);
      expect(await soFar()).to.equal('still connecting');
      await openQueues(queues, ['answers', 'commands']);
      expect(await soFar()).to.have.property('name', 'answers');
    } finally {
      await queues.close();
      await server.stop();
    }
  });
}

for (const protocol of ['redis', 'postgres']) {
  it(`a ${protocol} server that takes connections and says nothing is not waited for`, async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const queues = connectQueues({
      url: `${protocol}://127.0.0.1:${port}/rung`,
      logger: makeRecordingLogger(),
    });
    const started = performance.now();
    await openQueues(queues, ['answers'], 200);
    expect(performance.now() - started).to.be.within(190, 2_000);
    await queues.close();
    mute.close();
  });
}
