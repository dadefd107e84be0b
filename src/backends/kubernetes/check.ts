import { UserError } from '../../errors.ts';
import { MAX_ARGUMENT } from '../../run/plan/argument-limit.ts';
import type { RunPlan } from '../../run/run.ts';
import { isStatus } from './api/errors.ts';
import { type Cluster, jobsPath, servicesPath, type Target } from './job/cluster.ts';
import { jobBody, optionsOf } from './job/job.ts';
import { jobName } from './job/names.ts';
import { headlessService } from './job/nodes.ts';

/** Stands for an image that is not made yet. */
const SOME_IMAGE = {
  registry: 'registry.invalid',
  path: 'image',
  digest: `sha256:${'0'.repeat(64)}`,
} as const;

/** Throws for what a cluster cannot do, and for what this one refuses of a Job that it need not start. */
export async function checkRun(run: RunPlan, { namespace }: Target, cluster: Cluster): Promise<void> {
  refuseOfThisMachine(run);
  refuseLong(run);
  refuseGpuNames(run);
  const body = jobBody(
    { ...run, image: SOME_IMAGE },
    { namespace, pullSecret: optionsOf(run)['pull-secret'] },
  );
  await tryOut(jobsPath(namespace), body, cluster);
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

function refuseOfThisMachine({ inputs = [], mount, mounts = [] }: RunPlan): void {
  const what = [
    mounts.length > 0 ? 'leave out "mounts"' : undefined,
    inputs.length > 0 ? 'have the job fetch its "inputs" itself' : undefined,
    mount === undefined ? undefined : 'write "code: layer" or "code: none"',
  ].filter((one) => one !== undefined);
  if (what.length === 0) return;
  throw new UserError('the nodes of the cluster see no files of this machine', {
    code: 'kubernetes',
    hint: what.join(', and '),
  });
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
  if (names.length === 0 || optionsOf(run)['node-selector'] !== undefined) return;
  throw new UserError(`on a cluster a GPU is chosen by a label of its node, not by the name "${names[0]}"`, {
    code: 'kubernetes',
    hint: 'write "node-selector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB }" below "backend.kubernetes", with a value that "kubectl get nodes --show-labels" shows',
  });
}
