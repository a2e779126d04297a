import { postgresUrl } from '@rung/platform';
import { z } from 'zod';
import { erasureSalt } from '../erasureSalt.ts';

const recipientForm =
  'must be one or more age recipients, age1… with commas between them: make a pair with `npm run ops -- backup key`';
const recipients = z
  .string({ error: recipientForm })
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine((all) => all.every((one) => /^age1[0-9a-z]{20,}$/.test(one)), recipientForm);

const identityForm =
  'must be the age identity, AGE-SECRET-KEY-1…, of one of the recipients that the backup was made for';
const identity = z
  .string({ error: identityForm })
  .regex(/^AGE-SECRET-KEY-1[0-9A-Z]{20,}$/, { error: identityForm });

const folder = z.string({ error: 'must be the folder of the backups' }).min(1);

/** What `ops backup` reads. */
export const backupEnvironment = z.object({
  DATABASE_URL: postgresUrl,
  MIGRATION_DATABASE_URL: postgresUrl.optional(),
  BACKUP_DIR: folder,
  BACKUP_RECIPIENTS: recipients,
  ERASURE_SALT: erasureSalt,
  PG_BIN: z.string().optional(),
});

/** What `ops restore` reads. The database that was backed up may be gone. */
export const restoreEnvironment = z.object({
  DATABASE_URL: postgresUrl.optional(),
  MIGRATION_DATABASE_URL: postgresUrl.optional(),
  BACKUP_DIR: folder.optional(),
  BACKUP_IDENTITY: identity.optional(),
  ERASURE_SALT: erasureSalt,
  PG_BIN: z.string().optional(),
});
