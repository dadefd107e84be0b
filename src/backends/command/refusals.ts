import type { Findings } from '../../findings.ts';
import { ABILITIES, type Ability } from '../../jobspec/job/sites.ts';
import { type LocalDataRefusals, refuseLocalData } from '../../run/mounts/local-data.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { type WrittenRun, whereBackend, whereWritten } from '../../run/types/written-run.ts';
import { refuseOptions } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';

const LOCAL_DATA: LocalDataRefusals = {
  code: 'place',
  mount: 'the machines of the place see no files of this one',
  inputs: 'inputs are not brought to such a place',
  mounts: 'mounts are not made at such a place',
  checkpoint: 'such a place keeps no checkpoint',
};

/** Refuses data that no place with a command line takes. */
export function refuseData(written: WrittenRun, findings: Findings): void {
  refuseLocalData(written, LOCAL_DATA, findings);
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
