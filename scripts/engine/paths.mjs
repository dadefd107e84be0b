// Where everything of the test engine lives. Two roots: a cache that survives
// reruns and is shared by all clones, and a short run directory, because the
// path of a unix socket may not exceed 107 bytes.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @returns {string} the cache root, shared by all clones of this user */
export function cacheRoot() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'jobimg-engine');
}

/** @returns {string} eight hex digits that tell one cache root from another */
export function cacheId() {
  return createHash('sha256').update(cacheRoot()).digest('hex').slice(0, 8);
}

/** @returns {string} the run directory: sockets, pid records, generated config */
export function runRoot() {
  const base = process.getuid?.() === 0 ? '/run' : (process.env.XDG_RUNTIME_DIR ?? '/tmp');
  return join(base, `jobimg-${cacheId()}`);
}

/**
 * @param {...string} names
 * @returns {string} a folder under the cache root, created when missing
 */
export function cacheDir(...names) {
  return made(join(cacheRoot(), ...names));
}

/**
 * @param {...string} names
 * @returns {string} a folder under the run root, created when missing
 */
export function runDir(...names) {
  return made(join(runRoot(), ...names));
}

/** @param {string} dir */
function made(dir) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
