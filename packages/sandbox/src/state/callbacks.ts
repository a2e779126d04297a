/** How long a tap can be answered. Telegram gives about this long, then "query is too old". */
const ANSWERABLE_MS = 150_000;

interface OpenCallback {
  chatId: number;
  messageId: number;
  data: string;
  expiresAt: number;
}

/** Taps that wait for `answerCallbackQuery`. Each can be answered once, within 150 seconds. */
export class Callbacks {
  readonly #open = new Map<string, OpenCallback>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Registers a tap. `updateId` makes its id unique for ever. */
  open(tap: { chatId: number; messageId: number; data: string }, updateId: number): string {
    this.#forgetOld();
    const id = String((BigInt(tap.chatId) << 30n) + BigInt(updateId));
    this.#open.set(id, { ...tap, expiresAt: this.#now() + ANSWERABLE_MS });
    return id;
  }

  /** The chat of a tap that can still be answered. */
  chatOf(id: string): number | undefined {
    return this.#open.get(id)?.chatId;
  }

  /** Takes a tap that is to be answered now; undefined when there is none, or none any more. */
  take(id: string): OpenCallback | undefined {
    this.#forgetOld();
    const callback = this.#open.get(id);
    this.#open.delete(id);
    return callback;
  }

  /** The newest tap of a chat that still waits for its answer. */
  waitingIn(chatId: number): { messageId: number; data: string } | undefined {
    this.#forgetOld();
    let newest: OpenCallback | undefined;
    for (const callback of this.#open.values()) if (callback.chatId === chatId) newest = callback;
    return newest && { messageId: newest.messageId, data: newest.data };
  }

  #forgetOld(): void {
    for (const [id, { expiresAt }] of this.#open) {
      if (expiresAt > this.#now()) break;
      this.#open.delete(id);
    }
  }
}
