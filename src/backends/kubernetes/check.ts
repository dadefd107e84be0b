import { Findings } from '../../findings.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { type Cluster, jobsPath, servicesPath, type Target } from './job/cluster.ts';
import { jobBody, optionsOf } from './job/job.ts';
import { jobName } from './job/names.ts';
import { headlessService } from './job/nodes.ts';
import { createOnce } from './job/submit/create.ts';
import { checkClaims } from './job/volumes/claims.ts';
import { refuseRun, refuseVolumes } from './refusals.ts';

/** Stands for an image that is not made yet. */
const SOME_IMAGE = {
  registry: 'registry.invalid',
  path: 'image',
  digest: `sha256:${'0'.repeat(64)}`,
} as const;

/** Throws for what a cluster cannot do, and for what this one refuses of a Job that it need not start. */
export async function checkRun(run: RunPlan, { namespace }: Target, cluster: Cluster): Promise<void> {
  checkClaims(run, cluster.allowMounts);
  const findings = new Findings();
  refuseRun({ run, origins: new Map() }, findings);
  findings.throwIfErrors();
  if (run.caches !== undefined && optionsOf(run)['cache-claim'] === undefined)
    cluster.progress('caches start empty: no "cache-claim" is named below "backend.kubernetes"');
  const body = jobBody(
    { ...run, image: SOME_IMAGE },
    { namespace, pullSecret: optionsOf(run)['pull-secret'] },
  );
  // What the machine gives to the run is read meanwhile, and is there when it is started.
  await Promise.all([tryOut(jobsPath(namespace), body, cluster), cluster.network?.()]);
  const service = headlessService(run, { name: jobName(run), uid: 'none' });
  if (service !== undefined) await tryOut(servicesPath(namespace), service, cluster);
}

async function tryOut(path: string, body: object, cluster: Cluster): Promise<void> {
  const query = { fieldManager: 'jobimg', fieldValidation: 'Strict', dryRun: 'All' };
  // One of that name that is there already is the affair of the start.
  await createOnce({ method: 'POST', path, query, body, patience: 0 }, cluster);
}

/** Throws for claims that the operator does not allow, and for what they would cover. */
export function checkVolumes(run: RunPlan, { allowMounts }: Pick<Cluster, 'allowMounts'>): void {
  checkClaims(run, allowMounts);
  const findings = new Findings();
  refuseVolumes({ run, origins: new Map() }, findings);
  findings.throwIfErrors();
}
