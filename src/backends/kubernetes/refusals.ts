import type { Findings } from '../../findings.ts';
import type { Gpu } from '../../jobspec/job/resources.ts';
import { outputsClaim } from '../../jobspec/values/outputs-to.ts';
import { refuseMountedCode } from '../../run/mounts/local-data.ts';
import { checkMountPlaces } from '../../run/mounts/mount-places.ts';
import { MAX_ARGUMENT } from '../../run/plan/argument-limit.ts';
import { type WrittenRun, whereBackend, whereWritten } from '../../run/types/written-run.ts';
import { keepsOutputs } from './job/container.ts';
import { optionsOf } from './job/job.ts';
import { keptPaths } from './job/kept-paths.ts';

/** Refuses what no cluster can do, and needs no cluster to be asked. */
export function refuseRun(written: WrittenRun, findings: Findings): void {
  const message = 'the nodes of the cluster see no files of this machine';
  refuseMountedCode(written, { code: 'kubernetes', message }, findings);
  refuseVolumes(written, findings);
  refuseLong(written, findings);
  refuseGpu(written, findings);
}

/** Refuses volumes that would cover what the run needs, and kept files that nothing keeps. */
export function refuseVolumes(written: WrittenRun, findings: Findings): void {
  const { run } = written;
  const { checkpoint } = keptPaths(run);
  const kept = [
    ...(run.caches ?? []).map(({ path }) => path),
    ...(checkpoint === undefined ? [] : [checkpoint]),
  ];
  findings.attempt(whereWritten(written, 'mounts'), () => checkMountPlaces(run, run.workdir, kept));
  refuseCheckpoint(written, checkpoint, findings);
  const keepsNone = outputsClaim(run.outputsTo) !== undefined && !keepsOutputs(optionsOf(run));
  if (keepsNone && keptPaths({ ...run, metrics: [] }).copies.length > 0)
    findings.error(
      'kubernetes',
      'single files are copied into a claim by the container that "outputs: none" leaves out',
      {
        hint: 'name folders as outputs, or leave "outputs: none" out below "backend.kubernetes"',
        at: whereWritten(written, 'backend.kubernetes.outputs', 'outputs'),
      },
    );
}

function refuseCheckpoint(written: WrittenRun, at: string | undefined, findings: Findings): void {
  const { run } = written;
  if (run.checkpoint === undefined) return;
  const options = optionsOf(run);
  const refuse = (message: string, hint: string): void =>
    findings.error('kubernetes', message, { hint, at: whereWritten(written, 'checkpoint') });
  if (options['cache-claim'] === undefined)
    refuse(
      'on a cluster a checkpoint is kept in a claim, and none is named',
      'write "cache-claim: <name>" below "backend.kubernetes", or leave "checkpoint" out',
    );
  else if (at === undefined || !keepsOutputs(options))
    refuse(
      'a checkpoint needs an image whose work directory is known, and "sh" in it',
      'have the image built by jobimg, and leave "outputs: none" out; or mount a claim where the job saves',
    );
}

function refuseLong(written: WrittenRun, findings: Findings): void {
  const { command } = written.run;
  const words = command.kind === 'shell' ? [command.text] : command.words;
  if (words.every((word) => Buffer.byteLength(word) <= MAX_ARGUMENT)) return;
  findings.error('input', `the command has a word of more than ${MAX_ARGUMENT} bytes`, {
    hint: 'write it to a file of the repository, and give the name of the file',
    at: whereWritten(written, 'run', 'command'),
  });
}

/** Clusters call a GPU as its driver does, and nobody here knows which of them they have. */
function refuseGpu(written: WrittenRun, findings: Findings): void {
  const { run } = written;
  const { 'node-affinity': affinity, 'node-selector': selector } = optionsOf(run);
  const unmet = unmetBy(run.resources.gpu, selector !== undefined || affinity !== undefined);
  if (unmet === undefined) return;
  const at = whereWritten(written, 'gpu') ?? whereBackend(written, 'kubernetes');
  findings.error('kubernetes', unmet.message, { hint: unmet.hint, at });
}

/** What a GPU is asked to be that no label tells of which the nodes of every cluster have. */
function unmetBy(
  gpu: Gpu | undefined,
  areNodesChosen: boolean,
): { message: string; hint: string } | undefined {
  const { names: [name] = [], vendor, memory } = gpu ?? {};
  if (vendor === 'intel') {
    return { message: 'GPUs of "intel" cannot be given to a pod yet', hint: 'ask for vendor nvidia or amd' };
  }
  if (areNodesChosen) return undefined;
  if (name !== undefined) {
    return {
      message: `on a cluster a GPU is chosen by a label of its node, not by the name "${name}"`,
      hint: 'write "node-selector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB }" below "backend.kubernetes", with a value that "kubectl get nodes --show-labels" shows',
    };
  }
  if (vendor !== 'amd' || memory === undefined) return undefined;
  return {
    message: 'on a cluster the memory of a GPU of AMD is not known',
    hint: 'leave it out, and write "node-selector" below "backend.kubernetes", with a label that "kubectl get nodes --show-labels" shows',
  };
}
