import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../tool.ts';

const digest = z.object({ table: z.string(), rows: z.int().nonnegative(), hash: z.string() });

const schema = z.object({
  format: z.literal(1),
  /** Name of the encrypted archive beside it. */
  file: z.string().regex(/^[\w.-]+$/),
  /** The instant that it shows. */
  takenAt: z.iso.datetime(),
  bytes: z.int().nonnegative(),
  /** Of the file as it is, encrypted. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Major versions of the server, and of the pg_dump that wrote it. */
  server: z.int(),
  pgDump: z.int(),
  /** Newest migration. */
  schema: z.string().nullable(),
  /** Whose identities open it. */
  recipients: z.array(z.string()),
  /** Of the salt with which erasures are hashed. */
  saltId: z.string(),
  tables: z.array(digest),
});

/** What a backup says of itself: a JSON file beside it, written when all else is done. Holds counts and hashes only. */
export type Manifest = z.output<typeof schema>;

/** Rows of all tables. */
export function rowsOf({ tables }: Manifest): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

const ARCHIVE = '.dump.age';
const MANIFEST = '.json';

/** Names of a backup's files: `rung-20261121T021500Z.dump.age` and `rung-20261121T021500Z.json`. */
export function namesAt(instant: Date): { archive: string; manifest: string } {
  const stem = `rung-${instant.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  return { archive: stem + ARCHIVE, manifest: stem + MANIFEST };
}

/** Complete backups of a folder, oldest first. */
export async function listBackups(folder: string): Promise<Manifest[]> {
  const names = (await readdir(folder)).filter((name) => /^rung-\d{8}T\d{6}Z\.json$/.test(name)).sort();
  return Promise.all(names.map((name) => parse(join(folder, name))));
}

/** The manifest of a backup's file; throws a Refusal when there is none. */
export async function readManifest(file: string): Promise<Manifest> {
  if (!file.endsWith(ARCHIVE)) throw new Refusal(`${file} is no backup: its name would end in ${ARCHIVE}.`);
  const path = file.slice(0, -ARCHIVE.length) + MANIFEST;
  const manifest = await parse(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new Refusal(`${path} is not there: the backup was never finished.`)
      : error;
  });
  if (manifest.file !== basename(file)) throw new Refusal(`${path} belongs to ${manifest.file}.`);
  return manifest;
}

async function parse(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8');
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Refusal(`${path} is no manifest of a backup.`);
  return parsed.data;
}

/** Throws a Refusal unless the file has the size and hash that its manifest names. */
export async function checkFile(file: string, { bytes, sha256 }: Manifest): Promise<void> {
  const { size } = await stat(file);
  if (size !== bytes)
    throw new Refusal(`${file} has ${size} bytes and was written with ${bytes}: it is damaged.`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  if (hash.digest('hex') !== sha256) throw new Refusal(`${file} is not what was written: it is damaged.`);
}

/** Writes a file that is there as a whole or not at all, also after a crash of the machine. */
export async function writeWhole(path: string, content: AsyncIterable<Uint8Array> | string): Promise<void> {
  const unfinished = `${path}.partial`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await writeFile(file, content);
    await file.sync();
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}
