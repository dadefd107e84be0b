// Where everything of the test engine lives. Two roots: a cache that survives
// reruns and is shared by all clones, and a short run directory, because the
// path of a unix socket may not exceed 107 bytes.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Shared by all clones of this user. */
export function cacheRoot(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(base, 'jobimg-engine');
}

/** Eight hex digits that tell one cache root from another. */
export function cacheId(): string {
  return createHash('sha256').update(cacheRoot()).digest('hex').slice(0, 8);
}

/** Sockets, pid records, generated configuration. */
export function runRoot(): string {
  const base = process.getuid?.() === 0 ? '/run' : (process.env['XDG_RUNTIME_DIR'] ?? '/tmp');
  return join(base, `jobimg-${cacheId()}`);
}

/** A folder under the cache root, created when missing. */
export function cacheDir(...names: readonly string[]): string {
  return made(join(cacheRoot(), ...names));
}

/** A folder under the run root, created when missing. */
export function runDir(...names: readonly string[]): string {
  return made(join(runRoot(), ...names));
}

function made(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
