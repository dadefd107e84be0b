import { printReference } from '../../../oci/reference.ts';
import type { RunPlan } from '../../../run/types/plan.ts';

/** Where the image has no bash, the text runs without pipefail, which is said. */
const CHOOSE_BASH = [
  'if command -v bash >/dev/null 2>&1; then exec bash -eo pipefail -c "$1"; fi',
  'echo \'jobimg: the image has no bash: the command runs with "sh -e -c", so without pipefail\' >&2',
  'exec sh -e -c "$1"',
].join('\n');

/** Seconds. */
const TO_SPARE = 60;

/**
 * What a place is told of a run. A key that a program does not know may be passed over; one that it needs and does not
 * find, it has to refuse.
 */
export function planDocument(run: RunPlan, name: string): Readonly<Record<string, unknown>> {
  const { cpu, disk, gpu, memory, shm } = run.resources;
  return {
    version: 1,
    run: run.id,
    name,
    hash: run.hash,
    family: run.family,
    job: run.job,
    attempt: run.attempt,
    image: imageOf(run),
    argv: argvOf(run),
    workdir: run.workdir,
    env: Object.fromEntries(run.env),
    // Their names; the values are on standard input alone.
    'secret-names': run.secrets,
    resources: {
      gpus: gpu === undefined ? 0 : (gpu.count.min ?? gpu.count.max ?? 1),
      'gpu-names': gpu?.names ?? [],
      'gpu-memory': gpu?.memory?.min,
      cpus: cpu?.min ?? cpu?.max,
      memory: memory?.min ?? memory?.max,
      'memory-mib': inMebibytes(memory?.min ?? memory?.max),
      disk: disk?.min ?? disk?.max,
      shm,
    },
    timeout: run.timeout,
    // Beyond both: whoever ends it then has waited for the one who should have.
    'time-limit': run.timeout + run.stopGrace + TO_SPARE,
    'stop-grace': run.stopGrace,
    'queue-timeout': run.queueTimeout,
    outputs: run.outputs,
    'outputs-from': run.outputsFrom ?? run.workdir,
    labels: Object.fromEntries(run.labels),
  };
}

export function imageOf({ image }: RunPlan): string {
  if ('engineId' in image) throw new Error('the machines of a place pull their images');
  return printReference(image);
}

export function argvOf({ command }: RunPlan): readonly string[] {
  if (command.kind === 'arguments') return command.words;
  return command.shell === 'bash'
    ? ['sh', '-c', CHOOSE_BASH, 'jobimg', command.text]
    : ['sh', '-e', '-c', command.text];
}

function inMebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.ceil(bytes / 1024 ** 2);
}
