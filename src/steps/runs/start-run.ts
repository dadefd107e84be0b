import { isAbort, UserError } from '../../errors.ts';
import { printDuration } from '../../report/duration.ts';
import { startedLater } from '../../run/plan/plan-run.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Backend } from '../../tools/backend.ts';
import type { Tools } from '../../tools/tools.ts';
import { failedRun } from './failed-run.ts';

/** A run that a backend has, and that is ours to follow. */
export interface StartedRun {
  readonly run: RunPlan;
  readonly handle: Handle;
  readonly backend: Backend;
}

/** undefined: the user wanted to stop before it was started, and nothing is left of it. */
export async function startRun(plan: RunPlan, tools: Tools): Promise<StartedRun | undefined> {
  const { host, caller, runs } = tools;
  const run = startedLater(plan, caller.time());
  const backend = await tools.backend(run.backend, secretsOf(run, tools));
  const intent = backend.intentOf(run);

  await runs.remember(run, intent);
  try {
    const handle = await backend.submit(run, intent, host.cancelled);
    host.info(`run ${run.id}: at most ${printDuration(run.timeout)}`);
    return { run, handle, backend };
  } catch (error) {
    if (host.cancelled.aborted && isAbort(error)) {
      await runs.forget(intent);
      return undefined;
    }
    if (error instanceof UserError) await keepRefused(error, { run, handle: intent, backend }, tools);
    throw error;
  }
}

/** What was refused before anything of it was made is over. Of a place that does not answer nothing is known. */
async function keepRefused(
  error: UserError,
  { run, handle, backend }: StartedRun,
  { runs }: Tools,
): Promise<void> {
  if (error.kind === 'unavailable') return;
  const { state } = await backend.look(handle, []).catch(() => ({ state: undefined }));
  if (state !== 'absent') return;
  await runs.keep(failedRun(run, error), handle);
  await runs.forget(handle);
}

/** Values of the caller for the names that the run may see. */
export function secretsOf(run: RunPlan, { caller }: Pick<Tools, 'caller'>): ReadonlyMap<string, string> {
  return new Map(
    run.secrets.flatMap((name) => {
      const value = caller.env.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
