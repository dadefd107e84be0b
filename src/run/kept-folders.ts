import { Findings } from '../findings.ts';
import type { Cache } from '../jobspec/job/data.ts';
import type { Job } from '../jobspec/job/job.ts';
import { idOf } from '../oci/canonical.ts';
import type { KeptFolder, RunPlan } from './types/plan.ts';

interface Scoped {
  /** The repository, and how far its code is trusted. */
  readonly scope?: string | undefined;
}

/** A cache belongs to a repository and a trust level: nobody less trusted writes what this run reads. */
export function cachesOf({ caches }: Job, { scope = '' }: Scoped): Pick<RunPlan, 'caches'> {
  if (caches === undefined) return {};
  return { caches: caches.map(({ name, path }) => ({ name, path, key: keyOf({ scope, cache: name }) })) };
}

/** A checkpoint belongs to a run and its attempts, those by a workflow that is run again included. */
export function checkpointOf(
  { checkpoint }: Job,
  family: string,
  { scope = '' }: Scoped,
): { readonly checkpoint?: KeptFolder } {
  if (checkpoint === undefined) return {};
  return {
    checkpoint: { name: 'checkpoint', path: checkpoint, key: keyOf({ scope, family, path: checkpoint }) },
  };
}

/** Throws for every cache that would hide what the run starts with. */
export function checkCachePlaces({ caches = [] }: Job, workdir: string | undefined): void {
  const findings = new Findings();
  for (const { name, path, location: at } of caches) {
    if (workdir === undefined || !`${workdir}/`.startsWith(`${path}/`)) continue;
    const message = `the cache "${name}" at "${path}" would cover the work directory`;
    findings.error('cache', message, { hint: `give it a path of its own: /caches/${name}`, at });
  }
  findings.throwIfErrors();
}

/** The variables by which tools are told where their caches are. */
export function cacheVariables(caches: readonly Cache[] = []): ReadonlyMap<string, string> {
  return new Map(caches.flatMap(({ env, path }) => (env === undefined ? [] : [[env, path] as const])));
}

/** Part of a name wherever folders have names of their own: a DNS label. */
function keyOf(of: unknown): string {
  return idOf(of).slice('sha256:'.length, 'sha256:'.length + 16);
}
