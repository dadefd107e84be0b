import { messageOf, UserError } from '../../errors.ts';
import type { BackendChoice } from '../../jobspec/job/job.ts';
import type { Backend, ListedRun } from '../../tools/backend.ts';
import type { Reaped } from '../../tools/found-run.ts';
import type { Tools } from '../../tools/tools.ts';

/** Removes the runs of these places whose deadline has passed, whoever started them, by the labels that they have. */
export async function reap(
  choices: readonly BackendChoice[],
  dryRun: boolean,
  tools: Tools,
): Promise<readonly Reaped[]> {
  const reaped: Reaped[] = [];
  for (const choice of choices) {
    const backend = await tools.backend(choice, new Map());
    const overdue = (await backend.list()).filter(isReapable);
    for (const one of overdue) reaped.push(await reapOne(one, dryRun, backend, tools));
  }
  return reaped;
}

/** Labels may come from an image, and a name does not. */
function isReapable({ handle, overdue }: ListedRun): boolean {
  return overdue && handle.name.startsWith('jobimg-');
}

async function reapOne(
  { handle, job, started }: ListedRun,
  dryRun: boolean,
  backend: Backend,
  { runs }: Tools,
): Promise<Reaped> {
  const reaped = { run: handle.run, job, backend: handle.backend, started };
  if (dryRun) return reaped;
  try {
    await backend.cancel(handle, 0);
    await runs.forget(handle);
    return reaped;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...reaped, failure: messageOf(error) };
  }
}
