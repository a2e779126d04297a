import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { SANDBOX_SECRET } from '../stack/stack.ts';
import { quantile, round } from './rig.ts';
import { tapUpdate } from './updates.ts';

export interface LoadOptions {
  readonly seconds: number;
  /** Offered at an even pace, whether answers come or not; without it each connection sends as soon as it is answered. */
  readonly perSecond?: number;
}

export interface Load {
  /** Requests answered a second. */
  readonly rate: number;
  /** Milliseconds from when a request was due to its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly non2xx: number;
  /** Requests that were due and got no answer. */
  readonly unanswered: number;
}

const CONNECTIONS = 100;
/** Learners by turns, so many that nobody meets the limit per learner. */
const LEARNERS = 10_000;
const LAST_ANSWERS_MS = 2_000;

let lastUpdateId = 0;

/**
 * Sends new updates to a webhook over 100 connections. It writes and reads plain sockets: it shares the machine with
 * what it measures, and a client library costs as much as the server.
 */
export async function load(port: number, { seconds, perSecond }: LoadOptions): Promise<Load> {
  const idle: Socket[] = [];
  const latencies: number[] = [];
  const waiting: number[] = [];
  let non2xx = 0;
  let sent = 0;
  let isOver = false;

  const send = (socket: Socket, dueAt: number): void => {
    sent += 1;
    socket.once('data', (answer) => {
      if (answer.toString('latin1', 9, 10) !== '2') non2xx += 1;
      latencies.push(performance.now() - dueAt);
      next(socket);
    });
    socket.write(request());
  };
  const next = (socket: Socket): void => {
    const dueAt = perSecond === undefined && !isOver ? performance.now() : waiting.shift();
    if (dueAt === undefined) idle.push(socket);
    else send(socket, dueAt);
  };

  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  const started = performance.now();
  for (const socket of sockets) next(socket);
  if (perSecond === undefined) {
    await wait(seconds * 1_000);
  } else {
    for (let due = 0; due < seconds * perSecond; due++) {
      const dueAt = started + (due * 1_000) / perSecond;
      while (dueAt > performance.now()) await wait(1);
      const socket = idle.pop();
      if (socket === undefined) waiting.push(dueAt);
      else send(socket, dueAt);
    }
  }
  isOver = true;
  const answered = latencies.length;
  const took = performance.now() - started;
  const patience = performance.now() + LAST_ANSWERS_MS;
  while (idle.length < CONNECTIONS && performance.now() < patience) await wait(10);
  for (const socket of sockets) socket.destroy();
  return {
    rate: round(answered / (took / 1_000), 0),
    p50: round(quantile(latencies, 0.5), 1),
    p99: round(quantile(latencies, 0.99), 1),
    non2xx,
    unanswered: sent + waiting.length - latencies.length,
  };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  // What was sent on it counts as unanswered.
  socket.on('error', () => undefined);
  return socket;
}

/** A request whose answer has no body, so that the head is all of it. */
function request(): string {
  lastUpdateId += 1;
  const userId = 100_000 + (lastUpdateId % LEARNERS);
  const update = {
    updateId: lastUpdateId,
    userId,
    messageId: 7,
    callbackId: String(lastUpdateId),
    data: 'a:1:2',
  };
  const body = JSON.stringify(tapUpdate(update));
  return `POST /telegram/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: ${SANDBOX_SECRET}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
