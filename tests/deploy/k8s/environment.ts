import { readFileSync } from 'node:fs';
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import { EnvironmentError, parseEnvironment } from '@rung/platform';
import { ConfigMap, type IContainer, PersistentVolumeClaim } from 'kubernetes-models/v1';
import type { z } from 'zod';
import { backupEnvironment, restoreEnvironment } from '../../../scripts/ops/backup/environment.ts';
import { environment as gateway } from '../../../services/gateway/src/environment.ts';
import { environment as scheduler } from '../../../services/scheduler/src/environment.ts';
import { environment as worker } from '../../../services/worker/src/environment.ts';
import { allOf, type Manifest } from './manifest.ts';
import { podsOf } from './pods.ts';

const schemas: Readonly<Record<string, z.ZodObject>> = {
  gateway,
  scheduler,
  worker,
  backup: backupEnvironment,
  'restore-drill': restoreEnvironment,
};

/** Stand-ins of the right form for what Secrets hold. */
const secrets: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://services@database/rung',
  MIGRATION_DATABASE_URL: 'postgres://owner@database/rung',
  QUEUE_URL: 'redis://redis',
  TELEGRAM_BOT_TOKEN: `1:${'a'.repeat(35)}`,
  TELEGRAM_WEBHOOK_SECRET: 'a'.repeat(32),
  BACKUP_RECIPIENTS: `age1${'q'.repeat(58)}`,
  BACKUP_IDENTITY: `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
  ERASURE_SALT: 'a'.repeat(32),
};

/** Every variable that .env.example explains. */
const explained = new Set(
  [
    ...readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').matchAll(/^#?([A-Z_]+)=/gm),
  ].map(([, name = '']) => name),
);

/** A container's environment, as it will find it; of a Secret's value there is only a stand-in of its form. */
export function variablesOf(container: IContainer, manifests: readonly Manifest[]): Record<string, string> {
  const maps = allOf(manifests, ConfigMap.is);
  const fromMaps = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
    Object.entries(maps.find(({ metadata }) => metadata.name === configMapRef?.name)?.data ?? {}),
  );
  const own = (container.env ?? []).map(({ name, value, valueFrom }) => [
    name,
    value ?? secrets[valueFrom?.secretKeyRef?.key ?? ''] ?? '',
  ]);
  return Object.fromEntries([...fromMaps, ...own]);
}

/** Where a container gets a variable that it does not read, lacks one that it needs, or gets a wrong value. */
export function environmentProblems(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap(({ owner, containers }) =>
    containers.flatMap((container) => {
      const variables = variablesOf(container, manifests);
      const schema = schemas[container.name];
      const known = schema === undefined ? explained : new Set(Object.keys(schema.shape));
      const unread = Object.keys(variables).filter((name) => !known.has(name));
      return [
        ...unread.map((name) => `${owner}, ${container.name}: does not read ${name}`),
        ...(schema === undefined ? [] : mistakes(schema, variables)).map(
          (mistake) => `${owner}, ${container.name}: ${mistake}`,
        ),
      ];
    }),
  );
}

function mistakes(schema: z.ZodObject, variables: Record<string, string>): string[] {
  try {
    parseEnvironment(schema, variables);
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return error.problems.map(({ name, message }) => `${name} ${message}`);
  }
}

/** Where pods ask for a ConfigMap, Secret or volume that nobody makes, or for a Secret as a whole. */
export function referenceProblems(manifests: readonly Manifest[]): string[] {
  const maps = allOf(manifests, ConfigMap.is).map(({ metadata }) => metadata.name);
  const claims = allOf(manifests, PersistentVolumeClaim.is).map(({ metadata }) => metadata.name);
  const kept = allOf(manifests, ExternalSecret.is).flatMap(({ spec }) =>
    (spec?.data ?? []).map(({ secretKey }) => `${spec?.target?.name}/${secretKey}`),
  );
  return podsOf(manifests).flatMap(({ owner, spec, containers }) => {
    const sources = containers.flatMap(({ envFrom }) => envFrom ?? []);
    const keys = containers.flatMap(({ env }) =>
      (env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
    );
    const volumes = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim ?? []);
    return [
      ...sources
        .filter(({ configMapRef }) => !maps.includes(configMapRef?.name ?? ''))
        .map(({ configMapRef }) => `${owner}: there is no ConfigMap ${configMapRef?.name}`),
      ...sources
        .filter(({ secretRef }) => secretRef !== undefined)
        .map(() => `${owner}: reads a Secret as a whole`),
      ...volumes
        .filter(({ claimName }) => !claims.includes(claimName))
        .map(({ claimName }) => `${owner}: there is no volume ${claimName}`),
      // Without External Secrets somebody makes them by hand.
      ...keys
        .filter(({ name, key }) => kept.length > 0 && !kept.includes(`${name}/${key}`))
        .map(({ name, key }) => `${owner}: there is no key ${key} in a Secret ${name}`),
    ];
  });
}
