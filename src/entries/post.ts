import { KEEP_BUILDER, LIVE_RUNS } from '../host/post-state.ts';
import { keptRunsFolder, readRunName } from '../host/runs/paths.ts';
import { temporaryFolder, workspaceFolder } from '../io/fs/folders.ts';
import { namesIn } from '../io/fs/names-in.ts';
import type { Variables } from '../io/process/exec.ts';
import { removeLeftovers } from '../io/process/leftovers.ts';

/**
 * The action's post step: what it cannot do is told, and fails nothing. After most main steps there is nothing to do, and
 * nothing is loaded for it.
 */
export async function post(): Promise<void> {
  const { env } = process;
  await removeLeftovers(temporaryFolder(env));
  const folder = keptRunsFolder(env);
  if (mayHaveLeftRuns(env) || (await holdsRecords(folder))) {
    const { endRuns } = await import('./post/end-runs.ts');
    await endRuns(folder, workspaceFolder(env));
  }
  if (stateOf(KEEP_BUILDER, env) === 'false') {
    const { removeOwnBuilder } = await import('./post/remove-builder.ts');
    await removeOwnBuilder();
  }
}

function mayHaveLeftRuns(env: Variables): boolean {
  return !['', '[]'].includes(stateOf(LIVE_RUNS, env));
}

/** A run has a record from before it is started until nothing of it is left. */
async function holdsRecords(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some((name) => readRunName(name)?.kind === 'record');
}

/** Where the runner gives what the main step saved: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function stateOf(name: string, env: Variables): string {
  return env[`STATE_${name}`] ?? '';
}
