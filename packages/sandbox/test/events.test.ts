import { expect } from 'chai';
import { Harness, until } from './fixture.ts';

interface ServerEvent {
  id: string;
  event: string;
  data: {
    chatId?: number;
    message?: { message_id: number; text: string; editedAt: number | null };
    [other: string]: unknown;
  };
}

/** Reads a stream of server-sent events until it is closed. */
class EventReader {
  readonly events: ServerEvent[] = [];
  readonly #abort = new AbortController();

  async open(url: string, lastEventId?: string): Promise<this> {
    const response = await fetch(`${url}/events`, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      signal: this.#abort.signal,
    });
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    if (response.body) void this.#read(response.body).catch(() => undefined);
    return this;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#add(block);
    }
  }

  #add(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const data = fields.get('data');
    if (data)
      this.events.push({
        id: fields.get('id') ?? '',
        event: fields.get('event') ?? '',
        data: JSON.parse(data),
      });
  }
}

describe('GET /events', () => {
  let sandbox: Harness;
  let chat: number;
  let reader: EventReader;

  beforeEach(async () => {
    sandbox = await Harness.start();
    chat = await sandbox.learner();
    reader = await new EventReader().open(sandbox.url);
  });
  afterEach(async () => {
    reader.close();
    await sandbox.close();
  });

  const received = (count: number) => until(() => reader.events.length >= count, `${count} events`);

  it('tells of messages, edits, taps, notices, deletions, learners and commands', async () => {
    const id = await sandbox.send(chat, 'x', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    });
    const { callback_query: query } = await sandbox.tap(chat, id, 'a');
    await sandbox.call('answerCallbackQuery', { callback_query_id: query?.id, text: 'Right' });
    await sandbox.call('editMessageText', { chat_id: chat, message_id: id, text: 'y' });
    await sandbox.call('deleteMessage', { chat_id: chat, message_id: id });
    await sandbox.call('setMyCommands', { commands: [{ command: 'start', description: 'Begin' }] });
    await sandbox.http('POST', `/api/chats/${chat}/block`);
    await sandbox.http('POST', '/api/learners', { count: 3 });
    await received(9);
    expect(reader.events.map(({ event }) => event)).to.deep.equal([
      'message',
      'callback',
      'callback',
      'notice',
      'message',
      'deleted',
      'commands',
      'learner',
      'learners',
    ]);
    const [sent, tapped, answered, notice] = reader.events;
    expect(sent?.data).to.have.nested.include({ chatId: chat, 'message.text': 'x' });
    expect(tapped?.data).to.deep.equal({ chatId: chat, messageId: id, data: 'a', waiting: true });
    expect(answered?.data).to.include({ waiting: false });
    expect(notice?.data).to.have.nested.include({ chatId: chat, 'notice.text': 'Right' });
  });

  it('resumes after the last event that was seen', async () => {
    await sandbox.send(chat, 'one');
    await received(1);
    const lastSeen = reader.events[0]?.id;
    reader.close();
    await sandbox.send(chat, 'two');
    await sandbox.send(chat, 'three');
    reader = await new EventReader().open(sandbox.url, lastSeen);
    await received(2);
    expect(reader.events.map(({ data }) => data.message?.text)).to.deep.equal(['two', 'three']);
  });

  it('sends a reset to whoever comes from another run', async () => {
    reader.close();
    reader = await new EventReader().open(sandbox.url, 'another-7');
    await sandbox.send(chat, 'one');
    await received(2);
    expect(reader.events.map(({ event }) => event)).to.deep.equal(['reset', 'message']);
  });

  it('sends a reset to whoever has missed more than is kept', async () => {
    await sandbox.send(chat, 'one');
    await received(1);
    const lastSeen = reader.events[0]?.id;
    reader.close();
    const updates = Array.from({ length: 5_001 }, () => ({ chatId: chat, text: 'x' }));
    await sandbox.http('POST', '/api/updates', { updates, deliver: false });
    reader = await new EventReader().open(sandbox.url, lastSeen);
    await received(1);
    expect(reader.events[0]?.event).to.equal('reset');
  });
});
