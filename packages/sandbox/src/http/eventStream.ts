import type { Request, Response } from 'express';
import type { SandboxEvent, World } from '../state/world.ts';
import { learnerView, messageView } from './views.ts';

const EVENTS_KEPT = 5_000;
const HEARTBEAT_MS = 15_000;
/** A watcher who reads too slowly is cut off; he resumes by himself. */
const UNREAD_BYTES_AT_MOST = 4 * 1024 * 1024;

/**
 * Server-sent events of all that happens. A watcher resumes with Last-Event-ID; when too much has happened since, or
 * the sandbox was restarted, he gets a `reset` and has to load everything anew.
 */
export class EventStream {
  readonly #world: World;
  readonly #run: string;
  readonly #kept: SandboxEvent[] = [];
  readonly #watchers = new Set<Response>();
  #next = 1;

  constructor(world: World) {
    this.#world = world;
    this.#run = world.now().toString(36);
    world.watch((event) => this.#add(event));
  }

  /** Answers `GET /events`. */
  open(request: Request, response: Response): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    const from = this.#resumeFrom(request.get('last-event-id'));
    // The id alone makes a watcher who has seen nothing yet resume from here.
    response.write(`retry: 1000\nid: ${this.#run}-${(from ?? this.#next) - 1}\n\n`);
    if (from === undefined) response.write('event: reset\ndata: {}\n\n');
    for (let n = from ?? this.#next; n < this.#next; n++) this.#write(response, n);
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
    this.#watchers.add(response);
    response.on('close', () => {
      clearInterval(heartbeat);
      this.#watchers.delete(response);
    });
  }

  /** Ends all streams. */
  close(): void {
    for (const watcher of this.#watchers) watcher.end();
  }

  /** A first visit starts now; undefined means that what was missed is no longer known. */
  #resumeFrom(lastEventId: string | undefined): number | undefined {
    if (lastEventId === undefined || lastEventId === '') return this.#next;
    const [run, last] = lastEventId.split('-');
    const from = Number(last) + 1;
    const known = run === this.#run && from <= this.#next && from >= this.#next - EVENTS_KEPT;
    return known ? from : undefined;
  }

  #add(event: SandboxEvent): void {
    const n = this.#next++;
    this.#kept[n % EVENTS_KEPT] = event;
    for (const watcher of this.#watchers) {
      if (watcher.writableLength > UNREAD_BYTES_AT_MOST) watcher.destroy();
      else this.#write(watcher, n);
    }
  }

  #write(response: Response, n: number): void {
    const event = this.#kept[n % EVENTS_KEPT];
    if (!event) return;
    response.write(
      `id: ${this.#run}-${n}\nevent: ${event.type}\ndata: ${JSON.stringify(this.#show(event))}\n\n`,
    );
  }

  /** Events carry the state of now, so that a resumed watcher sees the latest version straight away. */
  #show(event: SandboxEvent): object {
    switch (event.type) {
      case 'message': {
        const message = this.#world.chats.get(event.chatId)?.message(event.messageId);
        return { chatId: event.chatId, message: message ? messageView(message) : null };
      }
      case 'learner': {
        const chat = this.#world.chats.get(event.chatId);
        return { learner: chat ? learnerView(chat) : null };
      }
      case 'notice':
        return { chatId: event.chatId, notice: event.notice };
      case 'callback':
        return { chatId: event.chatId, messageId: event.messageId, data: event.data, waiting: event.waiting };
      case 'deleted':
        return { chatId: event.chatId, messageId: event.messageId };
      case 'learners':
      case 'commands':
        return {};
    }
  }
}
