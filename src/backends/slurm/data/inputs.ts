import { randomBytes } from 'node:crypto';
import { UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { CallError, LONG_PATIENCE, retrying } from '../../../io/http/retry.ts';
import { movedTar } from '../../../io/inputs/moved-tar.ts';
import { isPassing } from '../../../io/polled/passing.ts';
import { inputFolders } from '../../../run/mounts/input-folders.ts';
import { isInside } from '../../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { type WrittenRun, whereWritten } from '../../../run/types/written-run.ts';
import { readAnswer } from '../answers.ts';
import { takeInputsScript, thereScript } from '../script/take-inputs.ts';
import { ScriptError } from '../shell.ts';
import type { Site } from '../site.ts';

/** Inputs may be read there and not changed: all nodes of a run see the same files. */
export function refuseInputs(written: WrittenRun, findings: Findings): void {
  const { run } = written;
  const base = run.outputsFrom ?? run.workdir ?? '/';
  const outputs = run.outputs.map((path) => `${base}/${path}`.replace(/\/+$/, ''));
  const refuse = (message: string, hint: string): void =>
    findings.error('slurm', message, { hint, at: whereWritten(written, 'inputs') });
  for (const folder of inputFolders(run)) {
    const covered = [run.workdir ?? '', ...outputs].find((path) => isInside(path, folder));
    if (/[,:"]/.test(folder))
      refuse(`the folder "${folder}" of an input has a comma, a colon or a quote`, 'give it another name');
    else if (covered !== undefined)
      refuse(
        `inputs on a Slurm cluster may be read and not changed, and "${covered}" is in "${folder}"`,
        'choose another "workdir", or write outputs elsewhere',
      );
  }
}

function problem(message: string, hint: string): UserError {
  return new UserError(message, { code: 'slurm', hint });
}

/**
 * Fetches what a run finds below its inputs, and copies it to the cluster, for the submission to take it into the folder of
 * the run. undefined: there is nothing to be brought, or the run is there already.
 */
export async function bringInputs(
  run: RunPlan,
  name: string,
  site: Site,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { inputs = [] } = run;
  const { clock, progress, settings, shell } = site;
  if (inputs.length === 0) return undefined;
  if (site.inputs === undefined) throw new Error(`run ${run.id} has inputs, and nothing here can fetch them`);
  const { answer } = readAnswer(await shell.run(thereScript(settings, name), signal));
  if (answer.get('there') === 'yes') return undefined;
  const archives = await site.inputs(inputs);
  const token = randomBytes(4).toString('hex');
  progress('the inputs are copied to the cluster');
  await retrying({ clock, log: progress, signal, patience: LONG_PATIENCE }, async () => {
    try {
      await shell.send(
        takeInputsScript(settings, name, token),
        movedTar(archives, inputFolders(run)),
        signal,
      );
    } catch (error) {
      throw failureOf(error);
    }
  });
  return token;
}

function failureOf(error: unknown): unknown {
  if (isPassing(error)) return new CallError((error as Error).message, { code: 'slurm', repeat: {} });
  if (!(error instanceof ScriptError)) return error;
  return problem(
    `the inputs could not be copied to the cluster: ${error.message}`,
    'see whether its "folder" has room; large data that is there already is named below "mounts"',
  );
}
