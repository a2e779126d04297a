import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a service and its database, and fails as networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Lets new connections through. Those that were swallowed stay dead. */
  pass(): Promise<void>;
  /** Keeps connections open, takes new ones, and answers nothing: a black hole. */
  swallow(): void;
  /** Cuts every connection and refuses new ones, as a server that is stopped. */
  refuse(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback interface; it lets everything through until told otherwise. */
export async function startProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let swallowing = false;
  let swallowAll: (() => void)[] = [];

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server: Server = createServer((client) => {
    keep(client);
    if (swallowing) return void client.resume();
    const upstream = connect(target.port, target.host);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    const partOf = (one: Socket, other: Socket) => one.on('close', () => other.destroy());
    partOf(client, upstream);
    partOf(upstream, client);
    swallowAll.push(() => {
      client.unpipe(upstream).resume();
      upstream.unpipe(client).resume();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;

  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    async pass() {
      swallowing = false;
      swallowAll = [];
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    swallow() {
      swallowing = true;
      for (const swallowOne of swallowAll) swallowOne();
    },
    refuse: cut,
    close: cut,
  };
}
