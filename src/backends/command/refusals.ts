import type { Findings } from '../../findings.ts';
import { ABILITIES, type Ability } from '../../jobspec/job/sites.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { type WrittenRun, whereBackend, whereWritten } from '../../run/types/written-run.ts';
import { refuseOptions } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';

/** Refuses data that no place with a command line takes. */
export function refuseData(written: WrittenRun, findings: Findings): void {
  const { checkpoint, inputs = [], mount, mounts = [] } = written.run;
  const refuse = (message: string, hint: string, ...paths: readonly string[]): void =>
    findings.error('place', message, { hint, at: whereWritten(written, ...paths) });
  if (mount !== undefined)
    refuse(
      'the machines of the place see no files of this one',
      CODE_ELSEWHERE,
      'code.mode',
      'code',
      'image',
      'backend',
    );
  if (inputs.length > 0)
    refuse(
      'inputs are not brought to such a place',
      'fetch them in "run", or have them in the image',
      'inputs',
    );
  if (mounts.length > 0) refuse('mounts are not made at such a place', 'leave "mounts" out', 'mounts');
  if (checkpoint !== undefined)
    refuse('such a place keeps no checkpoint', 'leave "checkpoint" out', 'checkpoint');
}

/** Refuses what this place cannot do, and options that it does not have so. */
export function refuseAtPlace(
  written: WrittenRun,
  place: Pick<CommandPlace, 'name' | 'site'>,
  findings: Findings,
): void {
  refuseOptions(written, place, findings);
  const { name, site } = place;
  for (const ability of abilitiesAsked(written.run)) {
    const hint = site.refuses.get(ability);
    if (hint === undefined) continue;
    const at = whereWritten(written, FIELDS[ability]) ?? whereBackend(written, 'command');
    findings.error('place', `the place "${name}" cannot do what the job asks for: ${ability}`, { hint, at });
  }
}

/** The field of a spec that asks for it. */
const FIELDS: Readonly<Record<Ability, string>> = {
  secrets: 'secrets',
  outputs: 'outputs',
  timeout: 'timeout',
  gpus: 'gpu',
  'gpu-names': 'gpu',
  'gpu-memory': 'gpu',
  cpus: 'cpu',
  memory: 'memory',
  disk: 'disk',
  shm: 'shm',
};

/** What the run asks for beyond what every place can do. */
export function abilitiesAsked(run: RunPlan): readonly Ability[] {
  const { cpu, disk, gpu, memory, shm } = run.resources;
  const wanted: Readonly<Record<Ability, boolean>> = {
    secrets: run.secrets.length > 0,
    outputs: run.outputs.length > 0,
    timeout: true,
    gpus: gpu !== undefined,
    'gpu-names': (gpu?.names?.length ?? 0) > 0,
    'gpu-memory': gpu?.memory !== undefined,
    cpus: cpu !== undefined,
    memory: memory !== undefined,
    disk: disk !== undefined,
    shm: shm !== undefined,
  };
  return ABILITIES.filter((one) => wanted[one]);
}
