import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const script = fileURLToPath(new URL('../../scripts/compose/healthcheck.mjs', import.meta.url));

describe('the health check of the image', () => {
  async function check(listener: RequestListener): Promise<number> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await run((server.address() as AddressInfo).port);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
  async function run(port: number): Promise<number> {
    const child = spawn(process.execPath, [script, 'OPS_PORT', '/healthz'], {
      env: { ...process.env, OPS_PORT: String(port) },
      stdio: 'ignore',
    });
    const [code] = await once(child, 'exit');
    return code;
  }

  it('passes when the service says that it makes progress', async () => {
    let asked: string | undefined;
    const code = await check((request, response) => {
      asked = request.url;
      response.end('{}');
    });
    expect({ code, asked }).to.deep.equal({ code: 0, asked: '/healthz' });
  });

  it('fails when the service says that it makes none', async () => {
    expect(await check((_request, response) => response.writeHead(503).end())).to.equal(1);
  });

  it('fails when the service does not answer', async () => {
    expect(await check(() => undefined)).to.equal(1);
  });

  it('fails when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await run(port)).to.equal(1);
  });
});
