import { UserError } from '../../errors.ts';
import type { RunPlan } from '../../run/run.ts';
import type { CommandPlace } from './place.ts';
import { optionsOf } from './submit.ts';

/** Throws for what such a place cannot do, and for programs that are not there. */
export async function checkRun(run: RunPlan, place: CommandPlace): Promise<void> {
  const { checkpoint, inputs = [], mount, mounts = [] } = run;
  const refuse = (message: string, hint: string): never => {
    throw new UserError(message, { code: 'place', hint });
  };
  if (mount !== undefined)
    refuse('the machines of the place see no files of this one', 'write "code: layer" or "code: none"');
  if (inputs.length > 0)
    refuse('inputs are not brought to such a place', 'fetch them in "run", or have them in the image');
  if (mounts.length > 0) refuse('mounts are not made at such a place', 'leave "mounts" out');
  if (checkpoint !== undefined) refuse('such a place keeps no checkpoint', 'leave "checkpoint" out');
  if (run.caches !== undefined) place.progress('caches start empty: the place keeps none');
  optionsOf(run, place);
  const { cancel, list, logs, outputs, remove, status, submit } = place.site;
  for (const words of [submit.run, status.run, cancel, logs?.run, outputs, remove, list?.run])
    if (words !== undefined) await place.tool.check(words);
  if (logs === undefined) place.progress(`the place "${place.name}" shows no logs`);
}
