import type { InboxStore } from '@rung/db';
import { type SpanDetails, type Tracing, updateSubject } from '@rung/platform';
import { type Intake, NotDurable } from './intake.ts';

/** What the first span of an update is called, by the way on which updates come. */
const arrivals: Readonly<Record<'webhook' | 'polling', { name: string; route?: string }>> = {
  webhook: { name: 'POST /telegram/webhook', route: '/telegram/webhook' },
  polling: { name: 'polled update' },
};

/**
 * The same intake; with tracing on each update gets its first span, from when it was received until it was durable. When
 * Telegram repeats an update, or has to, that is a span below the first.
 */
export function traceIntake(tracing: Tracing, intake: Intake, way: 'webhook' | 'polling'): Intake {
  if (!tracing.on) return intake;
  const { name, route } = arrivals[way];
  const detailsOf = (status: number, result: string): SpanDetails => ({
    kind: 'server',
    attributes: {
      'rung.update.result': result,
      ...(route !== undefined && { 'http.route': route, 'http.response.status_code': status }),
    },
  });
  return {
    ...intake,
    async accept(update) {
      const subject = updateSubject(update.botId, update.updateId);
      const startedAt = update.receivedAt.getTime();
      try {
        const stored = await intake.accept(update);
        const first = stored.seq !== null;
        const result = stored.quarantined ? 'quarantined' : first ? 'accepted' : 'repeated';
        tracing.ended(subject, name, { ...detailsOf(200, result), first }, startedAt);
        return stored;
      } catch (error) {
        const failure = error instanceof NotDurable ? 'NotDurable' : 'error';
        tracing.ended(subject, name, { ...detailsOf(503, 'refused'), failure }, startedAt);
        throw error;
      }
    },
  };
}

/** The same inbox; with tracing on each update gets a span of the insert that it shared with others. */
export function traceInbox(tracing: Tracing, inbox: InboxStore): InboxStore {
  if (!tracing.on) return inbox;
  return {
    async store(updates) {
      const startedAt = Date.now();
      const attributes = { 'db.system.name': 'postgresql', 'db.operation.batch.size': updates.length };
      const note = (failure?: string): void => {
        for (const { botId, updateId } of updates) {
          const subject = updateSubject(botId, updateId);
          tracing.ended(subject, 'store', { kind: 'client', attributes, failure }, startedAt);
        }
      };
      try {
        const stored = await inbox.store(updates);
        note();
        return stored;
      } catch (error) {
        note('error');
        throw error;
      }
    },
  };
}
