import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Behaviour, isAboutQuestions, type ModelTask } from './model/behaviour.ts';
import { type ModelCall, makeModel } from './model/model.ts';
import { send } from './model/replies.ts';

/** A request that reached the server. */
export interface ModelRequest extends ModelCall {
  /** Milliseconds since the server started. */
  readonly atMs: number;
  readonly authorization: string;
  readonly behaviour: Behaviour;
  /** Bytes of the reply that were handed to the socket before it ended. */
  bytesSent: number;
}

/** A server that speaks as much of OpenAI's chat completions as generation needs, and misbehaves on request. */
export interface ModelServer {
  /** As a provider's `baseUrl`. */
  readonly baseUrl: string;
  /** Everything that came, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** From now on: for both tasks, or for each. */
  behave(as: Behaviour | Partial<Record<ModelTask, Behaviour>>): void;
  /** For the next requests of a task, one each; afterwards it goes on as before. */
  next(task: ModelTask, ...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

/**
 * Starts a model server on 127.0.0.1 (a free port unless one is given) that does everything well until told otherwise.
 * `firstQuestion`: with which of its questions it begins, so that two servers write different ones.
 */
export async function startModelServer(
  options: { readonly port?: number; readonly firstQuestion?: number } = {},
): Promise<ModelServer> {
  const model = makeModel(options.firstQuestion ?? 0);
  const requests: ModelRequest[] = [];
  const standing: Record<ModelTask, Behaviour> = { write: 'good', answer: 'good' };
  const queued: Record<ModelTask, Behaviour[]> = { write: [], answer: [] };
  const started = performance.now();

  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (!request.url?.endsWith('/v1/chat/completions')) return void response.writeHead(404).end();

    const call = model.read(Buffer.concat(chunks).toString());
    const asked = queued[call.task].shift() ?? standing[call.task];
    const behaviour = call.task === 'answer' && isAboutQuestions(asked) ? 'good' : asked;
    const entry: ModelRequest = {
      ...call,
      atMs: performance.now() - started,
      authorization: request.headers.authorization ?? '',
      behaviour,
      bytesSent: 0,
    };
    requests.push(entry);
    response.once('close', () => {
      entry.bytesSent = request.socket.bytesWritten;
    });
    await send(response, behaviour, entry.authorization, () => model.reply(call, behaviour));
  }

  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    behave(as) {
      Object.assign(standing, typeof as === 'object' && ('write' in as || 'answer' in as) ? as : both(as));
    },
    next: (task, ...behaviours) => void queued[task].push(...behaviours),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function both(behaviour: unknown) {
  return { write: behaviour, answer: behaviour };
}
