import type { RecordsCall } from '../host/inputs/record-commands.ts';
import { readKeptRuns } from '../host/runs/kept-runs.ts';
import { runPlace } from '../host/runs/paths.ts';
import type { Variables } from '../io/process/exec.ts';
import { printComparison } from '../report/kept-runs/compare.ts';
import { keptRunsJson, printKeptRuns } from '../report/kept-runs/list.ts';
import type { Json } from '../report/plan-json.ts';
import { filterRuns, namedRuns } from '../run/records/choose.ts';

interface Ground {
  readonly cwd: string;
  readonly env: Variables;
  info(line: string): void;
  print(json: Json): void;
}

/** Lists or compares the runs of this machine, or writes a page of them. */
export async function recordsCall(call: RecordsCall, { cwd, env, info, print }: Ground): Promise<void> {
  const kept = await readKeptRuns(runPlace(env, cwd).folder);
  const named = call.runs.length === 0 ? kept : namedRuns(kept, call.runs);
  const filtered = filterRuns(named, call.filter);
  // Those that were named stand in the order of their names.
  const runs = call.runs.length === 0 ? filtered : named.filter((run) => filtered.includes(run));
  if (call.json) print(keptRunsJson(runs));
  else for (const line of call.runs.length > 1 ? printComparison(runs) : printKeptRuns(runs)) info(line);
}
