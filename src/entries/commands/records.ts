import { resolve } from 'node:path';
import type { RecordsCall } from '../../host/inputs/record-commands.ts';
import { readKeptRuns } from '../../host/runs/kept-runs.ts';
import { keptRunsFolder } from '../../host/runs/paths.ts';
import { writeWhole } from '../../io/fs/whole-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import { printComparison } from '../../report/kept-runs/compare.ts';
import { keptRunsJson, printKeptRuns } from '../../report/kept-runs/list.ts';
import type { Json } from '../../report/plan-json.ts';
import { filterRuns, namedRuns } from '../../run/records/choose.ts';
import type { KeptRecord } from '../../run/records/kept-run.ts';

interface CommandContext {
  readonly cwd: string;
  readonly env: Variables;
  info(line: string): void;
  print(json: Json): void;
}

/** Lists or compares the runs of this machine, or writes a page of them. */
export async function recordsCall(call: RecordsCall, context: CommandContext): Promise<void> {
  const { cwd, env, info, print } = context;
  const runs = chosenRuns(await readKeptRuns(keptRunsFolder(env)), call);
  if (call.html !== undefined) await writePage(resolve(cwd, call.html), runs);
  if (call.json) print(keptRunsJson(runs));
  else for (const line of linesFor(runs, call)) info(line);
}

function linesFor(runs: readonly KeptRecord[], { html, runs: words }: RecordsCall): readonly string[] {
  if (html !== undefined) return [`wrote ${html}: ${runs.length === 1 ? '1 run' : `${runs.length} runs`}`];
  return words.length > 1 ? printComparison(runs) : printKeptRuns(runs);
}

/** Those that were named stand in the order of their names. */
function chosenRuns(kept: readonly KeptRecord[], { runs, filter }: RecordsCall): readonly KeptRecord[] {
  if (runs.length === 0) return filterRuns(kept, filter);
  const named = namedRuns(kept, runs);
  const filtered = filterRuns(named, filter);
  return named.filter((run) => filtered.includes(run));
}

/** The library for charts is loaded for nothing else. */
async function writePage(path: string, runs: readonly KeptRecord[]): Promise<void> {
  const { runsPage } = await import('../../report/runs-page/page.ts');
  await writeWhole(path, runsPage(runs, new Date()));
}
