import type { Faults } from '../faults/faults.ts';
import type { PendingUpdates } from './pendingUpdates.ts';
import { WebhookDelivery, type WebhookTarget } from './webhookDelivery.ts';

/** The bot's webhook, set or not. */
export class Webhook {
  readonly #updates: PendingUpdates;
  readonly #faults: Faults;
  readonly #now: () => number;
  #target: WebhookTarget | undefined;
  #delivery: WebhookDelivery | undefined;
  #lastError: { date: number; message: string } | undefined;

  constructor({ updates, faults, now }: { updates: PendingUpdates; faults: Faults; now: () => number }) {
    this.#updates = updates;
    this.#faults = faults;
    this.#now = now;
  }

  get isSet(): boolean {
    return this.#target !== undefined;
  }

  /** Sets the webhook and begins to deliver; undefined takes it away. */
  set(target: WebhookTarget | undefined): void {
    this.#delivery?.stop();
    this.#delivery = undefined;
    this.#lastError = undefined;
    this.#target = target;
    if (!target) return;
    this.#delivery = new WebhookDelivery(target, {
      updates: this.#updates,
      faults: this.#faults,
      onFailure: (message) => {
        this.#lastError = { date: Math.floor(this.#now() / 1000), message };
      },
    });
  }

  /** The `WebhookInfo` object, without `allowed_updates`. */
  info() {
    return {
      url: this.#target?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.#updates.size,
      ...(this.#lastError
        ? { last_error_date: this.#lastError.date, last_error_message: this.#lastError.message }
        : {}),
      ...(this.#target ? { max_connections: this.#target.maxConnections } : {}),
    };
  }
}
