import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const strings = z.array(z.string());

const service = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), target: z.string() }).optional(),
  command: strings.optional(),
  profiles: strings.default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  networks: strings,
  ports: strings.default([]),
  volumes: strings.default([]),
  tmpfs: strings,
  healthcheck: z.looseObject({}).optional(),
  restart: z.string(),
  read_only: z.boolean(),
  cap_drop: strings,
  cap_add: strings.default([]),
  security_opt: strings,
  mem_limit: z.string(),
  pids_limit: z.number(),
  stop_grace_period: z.string().optional(),
});

const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.looseObject({})),
});

export type ComposeService = z.output<typeof service>;

/** The text of a file of the repository, by its path from the root. */
export function readRepositoryFile(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
}

/** docker-compose.yml with its anchors and merges resolved, its variables as they are written. */
export function readComposeFile(): z.output<typeof composeFile> {
  return composeFile.parse(parse(readRepositoryFile('docker-compose.yml'), { merge: true }));
}
