import type { Findings } from '../../findings.ts';
import type { JobFields } from '../fields/job.ts';
import type { Cache } from '../job/data.ts';
import type { Job } from '../job/job.ts';
import { locationOf, type MapNode } from '../yaml/node.ts';

/** undefined: the job has none. */
export function cachesOf(written: JobFields['caches'], root: MapNode): Job['caches'] {
  if (written === undefined || written.length === 0) return undefined;
  return written.map((cache, index): Cache => ({ ...cache, location: locationOf(root, ['caches', index]) }));
}

/** Each has a name, a place and a variable that nothing else has. */
export function checkCaches(
  { caches = [], mounts = [], inputs = [], env, secrets }: Job,
  findings: Findings,
): void {
  const taken = [...mounts.map(({ to }) => to), ...inputs.map(({ folder }) => folder)];
  const own = new Set([...env.keys(), ...secrets.map(({ name }) => name)]);
  for (const [index, cache] of caches.entries()) {
    const before = caches.slice(0, index);
    const at = cache.location;
    if (before.some(({ name }) => name === cache.name)) {
      findings.error('cache', `two caches are named "${cache.name}"`, { hint: 'rename one of them', at });
    } else if ([...taken, ...before.map(({ path }) => path)].some((path) => overlap(path, cache.path))) {
      const message = `the cache "${cache.name}" is at "${cache.path}", where there is something else`;
      findings.error('cache', message, { hint: `give it a path of its own: /caches/${cache.name}`, at });
    } else if (cache.env !== undefined && own.has(cache.env)) {
      const message = `the cache "${cache.name}" sets "${cache.env}", which the job sets, too`;
      findings.error('cache', message, { hint: 'remove it from "env" and "secrets"', at });
    }
  }
}

function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
