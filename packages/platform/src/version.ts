import { readFileSync } from 'node:fs';

/** The version in the package.json one folder above the module at `moduleUrl` (its `src` or `dist`). */
export function versionOf(moduleUrl: string): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', moduleUrl), 'utf8'));
  return String(version);
}
