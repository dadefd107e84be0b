import type { Findings } from '../../findings.ts';
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
  refuseGpuNames(written, findings);
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
function refuseGpuNames(written: WrittenRun, findings: Findings): void {
  const { run } = written;
  const names = run.resources.gpu?.names ?? [];
  const { 'node-affinity': affinity, 'node-selector': selector } = optionsOf(run);
  if (names.length === 0 || selector !== undefined || affinity !== undefined) return;
  findings.error(
    'kubernetes',
    `on a cluster a GPU is chosen by a label of its node, not by the name "${names[0]}"`,
    {
      hint: 'write "node-selector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB }" below "backend.kubernetes", with a value that "kubectl get nodes --show-labels" shows',
      at: whereWritten(written, 'gpu') ?? whereBackend(written, 'kubernetes'),
    },
  );
}
