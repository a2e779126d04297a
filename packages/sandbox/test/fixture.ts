import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Sandbox, type SandboxOptions, startSandbox } from '@rung/sandbox';

export const TOKEN = '123456:test-token';

/** The envelope of the Bot API; `result` is looked into with chai's deep assertions. */
export interface Answer {
  status: number;
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after: number };
}

export interface Update {
  update_id: number;
  message?: { message_id: number; text: string };
  callback_query?: { id: string; data: string; message: { message_id: number; date: number; text?: string } };
  my_chat_member?: { old_chat_member: { status: string }; new_chat_member: { status: string } };
}

export interface ChatView {
  learner: { id: number; name: string; blocked: boolean };
  messages: {
    message_id: number;
    from: 'bot' | 'user';
    text: string;
    html: string;
    entities: object[];
    keyboard: { text: string; data?: string }[][] | null;
    editedAt: number | null;
    photo?: { url: string; width: number; height: number };
  }[];
  notices: { text: string; showAlert: boolean }[];
  awaitingCallback: { messageId: number; data: string } | null;
}

/** A running sandbox with what tests do to it. */
export class Harness {
  readonly sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(options: Partial<SandboxOptions> = {}): Promise<Harness> {
    return new Harness(await startSandbox({ port: 0, token: TOKEN, ...options }));
  }

  get url(): string {
    return this.sandbox.url;
  }

  /** Calls a Bot API method with JSON parameters. */
  async call(method: string, params: object = {}, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/bot${TOKEN}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
      ...init,
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  }

  /** Uses the sandbox's own routes; `Body` is what the caller expects of the answer. */
  async http<Body>(method: string, path: string, body?: object): Promise<{ status: number; body: Body }> {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  async learner(name = 'Ada'): Promise<number> {
    const { body } = await this.http<{ learners: { id: number }[] }>('POST', '/api/learners', { name });
    const [learner] = body.learners;
    if (!learner) throw new Error('No learner was made');
    return learner.id;
  }

  async say(chatId: number, text: string): Promise<Update> {
    return (await this.http<{ update: Update }>('POST', `/api/chats/${chatId}/messages`, { text })).body
      .update;
  }

  async tap(chatId: number, messageId: number, data: string): Promise<Update> {
    return (await this.http<{ update: Update }>('POST', `/api/chats/${chatId}/taps`, { messageId, data }))
      .body.update;
  }

  async chat(chatId: number): Promise<ChatView> {
    return (await this.http<ChatView>('GET', `/api/chats/${chatId}`)).body;
  }

  /** Sends a text and returns the id of its message. */
  async send(chatId: number, text: string, extra: object = {}): Promise<number> {
    const { result } = await this.call('sendMessage', { chat_id: chatId, text, ...extra });
    return (result as { message_id: number }).message_id;
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}

/** One delivery as a webhook received it. */
export interface Delivery {
  update: Update;
  secret: string | undefined;
  at: number;
}

/** A webhook whose answers a test chooses. */
export class WebhookReceiver {
  readonly deliveries: Delivery[] = [];
  /** Status, headers and delay of the answer to a delivery. */
  answer: (delivery: Delivery) => { status: number; headers?: Record<string, string>; delayMs?: number } =
    () => ({
      status: 200,
    });
  inFlight = 0;
  mostInFlight = 0;
  readonly #server = createServer((request, response) => {
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    void readJson(request).then((update) => {
      const secret = request.headers['x-telegram-bot-api-secret-token'];
      const delivery = { update: update as Update, secret: secret?.toString(), at: Date.now() };
      this.deliveries.push(delivery);
      const { status, headers = {}, delayMs = 0 } = this.answer(delivery);
      setTimeout(() => {
        this.inFlight--;
        response.writeHead(status, headers).end();
      }, delayMs);
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** The header of a PNG: enough for its size to be read. */
export function pngHeader(width: number, height: number): Buffer {
  const png = Buffer.alloc(33);
  png.write('89504e470d0a1a0a', 'hex');
  png.write('IHDR', 12, 'latin1');
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}
