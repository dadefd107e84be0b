import { UserError } from '../../errors.ts';
import { ABILITIES, type Ability } from '../../jobspec/job/sites.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { optionsOf } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';

/** Throws for what such a place cannot do, and for programs that are not there. */
export async function checkRun(run: RunPlan, place: CommandPlace): Promise<void> {
  const { checkpoint, inputs = [], mount, mounts = [] } = run;
  const refuse = (message: string, hint: string): never => {
    throw new UserError(message, { code: 'place', hint });
  };
  if (mount !== undefined) refuse('the machines of the place see no files of this one', CODE_ELSEWHERE);
  if (inputs.length > 0)
    refuse('inputs are not brought to such a place', 'fetch them in "run", or have them in the image');
  if (mounts.length > 0) refuse('mounts are not made at such a place', 'leave "mounts" out');
  if (checkpoint !== undefined) refuse('such a place keeps no checkpoint', 'leave "checkpoint" out');
  if (run.caches !== undefined) place.progress('caches start empty: the place keeps none');
  checkAbilities(run, place);
  const { cancel, list, logs, outputs, remove, status, submit } = place.site;
  const lines = [
    ...submit.before,
    submit.run,
    status.run,
    cancel,
    logs?.before?.run,
    logs?.run,
    outputs?.run,
    remove?.list?.run,
    remove?.run,
    list?.run,
  ];
  for (const words of lines) if (words !== undefined) await place.tool.check(String(words[0]));
  if (logs === undefined) place.progress(`the place "${place.name}" shows no logs`);
}

/** What the run asks for beyond what every place can do. */
function checkAbilities(run: RunPlan, place: CommandPlace): void {
  optionsOf(run, place);
  const { name, site } = place;
  for (const ability of asked(run)) {
    const hint = site.refuses.get(ability);
    if (hint !== undefined)
      throw new UserError(`the place "${name}" cannot do what the job asks for: ${ability}`, {
        code: 'place',
        hint,
      });
    const told = site.ignores.get(ability);
    if (told !== undefined) place.progress(told);
  }
}

function asked(run: RunPlan): readonly Ability[] {
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
