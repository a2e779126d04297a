import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs `npm ci` when node_modules is not there or not what package-lock.json asks for; its progress goes to standard
 * error. Ends the process with npm's exit code when that fails.
 */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.error('Installing dependencies (once, about a minute) …');
  // Optional dependencies hold Node 24 and PostgreSQL, whatever the machine's npm is set to.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined) console.error(`npm could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * @typedef {Record<string, {version?: string, integrity?: string, optional?: boolean, cpu?: unknown, link?: boolean, resolved?: string}>} Packages
 *   as in npm's lockfiles: path in the repository → what is there
 */

/** npm writes down what it has installed, last of all, so that a broken-off installation does not look whole. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  return wanted !== undefined && isUpToDate(wanted, readPackages('node_modules/.package-lock.json'));
}

/**
 * Whether everything that the lockfile wants is there in the same version and content.
 *
 * @param {Packages} wanted
 * @param {Packages | undefined} present
 */
export function isUpToDate(wanted, present) {
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = present[path];
    if (path === '') return true;
    // A package for other machines is missing rightly.
    if (found === undefined) return entry.optional === true || entry.cpu !== undefined;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
