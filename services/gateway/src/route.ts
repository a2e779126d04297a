import { decodeCallback, HANDLED_UPDATES, type HandledUpdate } from '@rung/domain';
import { z } from 'zod';

/** What the gateway reads of an update: whose it is and which job it makes. */
export type Route =
  /** Not an update: no integer `update_id`. */
  | { readonly kind: 'invalid' }
  /** Kept, but of no use to us. */
  | {
      readonly kind: 'quarantined';
      readonly updateId: number;
      readonly type: UpdateType;
      readonly reason: string;
    }
  | {
      readonly kind: 'job';
      readonly updateId: number;
      readonly type: UpdateType;
      readonly userId: string;
      readonly job: 'answer.grade' | 'command.run';
    };

/** Label of `rung_webhook_requests_total`: a small fixed set. */
export type UpdateType = HandledUpdate | 'other';

const id = z.int().positive();
const privateChat = z.object({ type: z.literal('private') });
const person = z.object({ id });

const message = z.object({ from: person, chat: privateChat });
const tap = z.object({ id: z.string().min(1).max(64), from: person, data: z.string().optional() });
const membership = z.object({
  from: person,
  chat: privateChat,
  new_chat_member: z.object({ status: z.string() }),
});

/** JSON nested deeper than this is no update of Telegram's. */
const DEEPEST = 64;

/** Decides, from the update alone, what becomes of it. Never throws. */
export function routeUpdate(body: unknown): Route {
  if (typeof body !== 'object' || body === null) return { kind: 'invalid' };
  const update = body as Readonly<Record<string, unknown>>;
  const updateId = update.update_id;
  if (typeof updateId !== 'number' || !Number.isSafeInteger(updateId) || updateId < 0)
    return { kind: 'invalid' };
  const type = typeOf(update);
  const useless = (reason: string): Route => ({ kind: 'quarantined', updateId, type, reason });
  if (type === 'other') return useless('not a kind of update that the bot handles');
  if (depthOver(body, DEEPEST)) return useless('nested too deep');
  const owner = ownerOf(type, update[type]);
  if (owner === null) return useless(`not a ${type} in a private chat with a known sender`);
  return { kind: 'job', updateId, type, ...owner };
}

function typeOf(update: Readonly<Record<string, unknown>>): UpdateType {
  for (const type of HANDLED_UPDATES) {
    if (Object.hasOwn(update, type)) return type;
  }
  return 'other';
}

function ownerOf(
  type: HandledUpdate,
  content: unknown,
): { userId: string; job: 'answer.grade' | 'command.run' } | null {
  if (type === 'callback_query') {
    const parsed = tap.safeParse(content);
    if (!parsed.success) return null;
    const isAnswer = decodeCallback(parsed.data.data ?? '')?.kind === 'answer';
    return { userId: String(parsed.data.from.id), job: isAnswer ? 'answer.grade' : 'command.run' };
  }
  const parsed = (type === 'message' ? message : membership).safeParse(content);
  return parsed.success ? { userId: String(parsed.data.from.id), job: 'command.run' } : null;
}

/** Whether a value nests objects or arrays deeper than `limit`. */
function depthOver(value: object, limit: number): boolean {
  if (limit === 0) return true;
  // Not for…in, which costs as much as parsing the update.
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null && depthOver(child, limit - 1)) return true;
  }
  return false;
}
