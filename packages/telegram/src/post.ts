import type { Agent, RequestOptions } from 'node:http';
import * as http from 'node:http';
import * as https from 'node:https';
import { urlToHttpOptions } from 'node:url';

/** A reply as it came, whatever its status. */
export interface HttpReply {
  status: number;
  body: string;
}

/** No whole reply came. The message says why and never holds the address, which holds the token. */
export class NoReply extends Error {
  override readonly name = 'NoReply';
  /** Whether the request had a connection to go out on: then it may have had its effect. */
  readonly left: boolean;

  constructor(why: string, left: boolean) {
    super(why);
    this.left = left;
  }
}

/** What is needed of an AbortSignal; Telegraf's types name a shim's. */
export interface AbortSource {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Posts JSON to a path below the root; rejects with NoReply. */
export type Post = (
  path: string,
  body: string,
  limits: { timeoutMs: number; signal?: AbortSource },
) => Promise<HttpReply>;

/** A poster with keep-alive connections of its own for one root, `http` or `https`. Idle connections do not keep the process up. */
export function makePost(root: URL): Post {
  const secure = root.protocol === 'https:';
  const { Agent, request } = secure ? https : http;
  const agent: Agent = new Agent({ keepAlive: true });
  const base: RequestOptions = { ...urlToHttpOptions(root), method: 'POST', agent };
  const prefix = root.pathname.replace(/\/$/, '');

  return (path, body, { timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const outgoing = request({ ...base, path: prefix + path, headers });

      let left = false;
      outgoing.on('socket', (socket) => {
        const leave = () => {
          left = true;
        };
        // A kept connection is there already, and would keep a listener for every request.
        if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', leave);
        else leave();
      });
      const give = (why: string) => {
        reject(new NoReply(why, left));
        outgoing.destroy();
      };
      const onAbort = () => give('aborted');
      const timer = setTimeout(() => give(`no reply within ${timeoutMs} ms`), timeoutMs);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) onAbort();

      const onError = (error: NodeJS.ErrnoException) => give(error.code ?? 'connection failed');
      outgoing.on('error', onError);
      outgoing.on('close', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        reject(new NoReply('connection closed', left));
      });
      outgoing.on('response', (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', onError);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
      });
      outgoing.end(body);
    });
}
