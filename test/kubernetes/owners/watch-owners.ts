// A process that stops the cluster when the last run of tests that uses it has ended, also by SIGKILL.
import { fileURLToPath } from 'node:url';
import { findDaemon, startDaemon } from '../../../scripts/engine/daemon.mjs';
import { daemonEnv } from '../../../scripts/engine/daemon-env.mjs';
import { daemonOf, type Place } from '../parts/place.ts';

const LOADER = fileURLToPath(new URL('../../../scripts/typescript.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./stop-with-owners.ts', import.meta.url));

export async function watchOwners(place: Place): Promise<void> {
  const name = daemonOf(place, 'owners');
  if (findDaemon(name)) return;
  await startDaemon({
    name,
    file: process.execPath,
    args: ['--import', LOADER, PROGRAM, place.name],
    env: daemonEnv({ PATH: process.env['PATH'] ?? '', ...cacheHome() }),
    ready: async () => true,
    timeoutMs: 1000,
  });
}

/** It has to find the same folders. */
function cacheHome(): Record<string, string> {
  const home = process.env['XDG_CACHE_HOME'];
  return home ? { XDG_CACHE_HOME: home } : {};
}
