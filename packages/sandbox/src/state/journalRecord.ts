import { z } from 'zod';
import { ENTITY_TYPES } from '../text/entities.ts';

const learner = z.object({
  id: z.int(),
  name: z.string(),
  username: z.string().exactOptional(),
  languageCode: z.string(),
  blocked: z.boolean(),
});

const entity = z.object({
  type: z.enum(ENTITY_TYPES),
  offset: z.int(),
  length: z.int(),
  url: z.string().exactOptional(),
  language: z.string().exactOptional(),
});

const button = z.object({
  text: z.string(),
  data: z.string().exactOptional(),
  url: z.string().exactOptional(),
});

const photoRef = z.object({ id: z.string(), width: z.int(), height: z.int(), bytes: z.int() });

const message = z.object({
  id: z.int(),
  from: z.enum(['bot', 'user']),
  date: z.int(),
  text: z.string(),
  entities: z.array(entity),
  keyboard: z.array(z.array(button)).nullable(),
  editedAt: z.int().nullable(),
  photo: photoRef.nullable(),
});

const command = z.object({ command: z.string(), description: z.string() });

/** One line of the data file. `message` is a new message or a new version of one; `ids` are the next free ids. */
export const journalRecord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ids'), updateId: z.int().exactOptional(), learnerId: z.int().exactOptional() }),
  z.object({ kind: z.literal('learner'), learner }),
  z.object({ kind: z.literal('messageIds'), chatId: z.int(), next: z.int() }),
  z.object({ kind: z.literal('message'), chatId: z.int(), message }),
  z.object({ kind: z.literal('deleted'), chatId: z.int(), messageId: z.int() }),
  z.object({
    kind: z.literal('commands'),
    scope: z.string(),
    languageCode: z.string(),
    commands: z.array(command),
  }),
  z.object({ kind: z.literal('photo'), ref: photoRef, contentType: z.string(), base64: z.string() }),
  z.object({
    kind: z.literal('update'),
    userId: z.int(),
    createdAt: z.int(),
    update: z.looseObject({ update_id: z.int() }),
  }),
  z.object({ kind: z.literal('delivered'), updateId: z.int() }),
]);

export type JournalRecord = z.infer<typeof journalRecord>;
