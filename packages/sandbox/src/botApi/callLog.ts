const CALLS_KEPT = 20_000;

/** One Bot API call, as `GET /api/calls` shows it. `at` is its arrival in Unix milliseconds. */
export interface Call {
  n: number;
  at: number;
  method: string;
  chatId: number | null;
  ok: boolean;
  /** Missing on a call that was never answered. */
  errorCode?: number;
  params: Record<string, unknown>;
}

/** The last 20,000 calls, and counts of all of them. */
export class CallLog {
  readonly #ring: Call[] = [];
  readonly #byMethod = new Map<string, number>();
  #next = 0;
  #ok = 0;

  add(call: Omit<Call, 'n'>): void {
    const n = this.#next++;
    this.#ring[n % CALLS_KEPT] = { n, ...call };
    this.#byMethod.set(call.method, (this.#byMethod.get(call.method) ?? 0) + 1);
    if (call.ok) this.#ok++;
  }

  /**
   * Calls from number `since` on, oldest first, optionally of one method.
   *
   * @returns them and `next`, the `since` that goes on after them.
   */
  list({ since, method, limit }: { since: number; method?: string | undefined; limit: number }) {
    const calls: Call[] = [];
    let n = Math.max(since, this.#next - CALLS_KEPT, 0);
    for (; n < this.#next && calls.length < limit; n++) {
      const call = this.#ring[n % CALLS_KEPT];
      if (call && (method === undefined || call.method.toLowerCase() === method.toLowerCase()))
        calls.push(call);
    }
    return { next: n, calls };
  }

  counts() {
    return {
      total: this.#next,
      ok: this.#ok,
      failed: this.#next - this.#ok,
      byMethod: Object.fromEntries(this.#byMethod),
    };
  }
}
