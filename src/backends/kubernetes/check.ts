import { UserError } from '../../errors.ts';
import { outputsClaim } from '../../jobspec/values/outputs-to.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import { checkMountPlaces } from '../../run/mounts/mount-places.ts';
import { MAX_ARGUMENT } from '../../run/plan/argument-limit.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { isStatus } from './api/errors.ts';
import { type Cluster, jobsPath, servicesPath, type Target } from './job/cluster.ts';
import { keepsOutputs } from './job/container.ts';
import { jobBody, optionsOf } from './job/job.ts';
import { keptPaths } from './job/kept-paths.ts';
import { jobName } from './job/names.ts';
import { headlessService } from './job/nodes.ts';
import { checkClaims } from './job/volumes/claims.ts';

/** Stands for an image that is not made yet. */
const SOME_IMAGE = {
  registry: 'registry.invalid',
  path: 'image',
  digest: `sha256:${'0'.repeat(64)}`,
} as const;

/** Throws for what a cluster cannot do, and for what this one refuses of a Job that it need not start. */
export async function checkRun(run: RunPlan, { namespace }: Target, cluster: Cluster): Promise<void> {
  refuseMountedCode(run);
  checkVolumes(run, cluster);
  refuseLong(run);
  if (run.caches !== undefined && optionsOf(run)['cache-claim'] === undefined)
    cluster.progress('caches start empty: no "cache-claim" is named below "backend.kubernetes"');
  refuseGpuNames(run);
  const body = jobBody(
    { ...run, image: SOME_IMAGE },
    { namespace, pullSecret: optionsOf(run)['pull-secret'] },
  );
  // What the machine gives to the run is read meanwhile, and is there when it is started.
  await Promise.all([tryOut(jobsPath(namespace), body, cluster), cluster.network?.()]);
  const service = headlessService(run, { name: jobName(run), uid: 'none' });
  if (service !== undefined) await tryOut(servicesPath(namespace), service, cluster);
}

async function tryOut(path: string, body: object, { api }: Cluster): Promise<void> {
  const query = { fieldManager: 'jobimg', fieldValidation: 'Strict', dryRun: 'All' };
  try {
    await api.call({ method: 'POST', path, query, body, patience: 0 });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
  }
}

function refuseMountedCode({ mount }: RunPlan): void {
  if (mount === undefined) return;
  throw new UserError('the nodes of the cluster see no files of this machine', {
    code: 'kubernetes',
    hint: CODE_ELSEWHERE,
  });
}

/** Throws for claims that the operator does not allow, and for what they would cover. */
export function checkVolumes(run: RunPlan, { allowMounts }: Pick<Cluster, 'allowMounts'>): void {
  checkClaims(run, allowMounts);
  const { checkpoint } = keptPaths(run);
  checkMountPlaces(run, run.workdir, [
    ...(run.caches ?? []).map(({ path }) => path),
    ...(checkpoint === undefined ? [] : [checkpoint]),
  ]);
  checkCheckpoint(run, checkpoint);
  const keepsNone = outputsClaim(run.outputsTo) !== undefined && !keepsOutputs(optionsOf(run));
  if (keepsNone && keptPaths({ ...run, metrics: [] }).copies.length > 0)
    throw new UserError(
      'single files are copied into a claim by the container that "outputs: none" leaves out',
      {
        code: 'kubernetes',
        hint: 'name folders as outputs, or leave "outputs: none" out below "backend.kubernetes"',
      },
    );
}

function checkCheckpoint(run: RunPlan, at: string | undefined): void {
  if (run.checkpoint === undefined) return;
  const options = optionsOf(run);
  const problem = (message: string, hint: string) => new UserError(message, { code: 'kubernetes', hint });
  if (options['cache-claim'] === undefined)
    throw problem(
      'on a cluster a checkpoint is kept in a claim, and none is named',
      'write "cache-claim: <name>" below "backend.kubernetes", or leave "checkpoint" out',
    );
  if (at === undefined || !keepsOutputs(options))
    throw problem(
      'a checkpoint needs an image whose work directory is known, and "sh" in it',
      'have the image built by jobimg, and leave "outputs: none" out; or mount a claim where the job saves',
    );
}

function refuseLong({ command }: RunPlan): void {
  const words = command.kind === 'shell' ? [command.text] : command.words;
  if (words.every((word) => Buffer.byteLength(word) <= MAX_ARGUMENT)) return;
  throw new UserError(`the command has a word of more than ${MAX_ARGUMENT} bytes`, {
    hint: 'write it to a file of the repository, and give the name of the file',
  });
}

/** Clusters call a GPU as its driver does, and nobody here knows which of them they have. */
function refuseGpuNames(run: RunPlan): void {
  const names = run.resources.gpu?.names ?? [];
  const { 'node-affinity': affinity, 'node-selector': selector } = optionsOf(run);
  if (names.length === 0 || selector !== undefined || affinity !== undefined) return;
  throw new UserError(`on a cluster a GPU is chosen by a label of its node, not by the name "${names[0]}"`, {
    code: 'kubernetes',
    hint: 'write "node-selector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB }" below "backend.kubernetes", with a value that "kubectl get nodes --show-labels" shows',
  });
}
