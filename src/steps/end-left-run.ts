import { watchLines } from '../run/line-watch.ts';
import { outcomeText } from '../run/outcome.ts';
import type { Handle, LeftRun } from '../run/run.ts';
import type { Backend, RunFiles, Tools } from '../tools.ts';
import { followRun } from './follow-run.ts';

export interface LeftRunTools extends Pick<Tools, 'cleaner'> {
  readonly host: Pick<Tools['host'], 'info' | 'line' | 'now'>;
  readonly backend: Backend;
  readonly files: RunFiles;
}

/**
 * Sees a run to its end that an earlier process had to leave: it is stopped with what is left of its grace, the rest of
 * its log is shown, its outputs are brought back, and it is removed. What came of it, in a sentence.
 */
export async function endLeftRun(handle: Handle, left: LeftRun, tools: LeftRunTools): Promise<string> {
  const { backend, files } = tools;
  const events = backend.follow(handle, AbortSignal.abort());
  const { verdict } = await followRun(events, watchLines([]), files, tools);
  await files.closeLog();
  const outputs = await backend.collect(handle, left, files.folder);
  await backend.clean(handle);
  const code = verdict.exitCode === undefined ? '' : `, exit code ${verdict.exitCode}`;
  return `${outcomeText(verdict)}${code}; ${outputsIn(outputs, files.folder)}`;
}

function outputsIn(outputs: readonly string[], folder: string): string {
  if (outputs.length === 0) return 'it left no outputs';
  const shown = outputs.slice(0, MOST_SHOWN).join(', ');
  const rest = outputs.length > MOST_SHOWN ? ` and ${outputs.length - MOST_SHOWN} more` : '';
  return `its outputs are in ${folder}: ${shown}${rest}`;
}

const MOST_SHOWN = 10;
