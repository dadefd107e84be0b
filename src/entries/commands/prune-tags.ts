import type { PruneCall } from '../../host/inputs/record-commands.ts';
import { readKeptRuns } from '../../host/runs/kept-runs.ts';
import { keptRunsFolder } from '../../host/runs/paths.ts';
import type { Variables } from '../../io/process/exec.ts';
import { namedRepository } from '../../plan/destination.ts';
import { pruneRegistry } from '../../steps/prune/prune-registry.ts';
import type { Tools } from '../../tools/tools.ts';

interface CommandContext {
  readonly env: Variables;
}

/** `jobimg prune --registry`: images of runs that this machine keeps stay. */
export async function pruneTagsOf(
  { registry = '', dryRun }: PruneCall,
  tools: Tools,
  { env }: CommandContext,
): Promise<number> {
  const kept = await readKeptRuns(keptRunsFolder(env));
  const used = new Set(kept.flatMap(({ record }) => record?.plan.image.split('@')[1] ?? []));
  await pruneRegistry({ repository: namedRepository(registry), used, dryRun }, tools);
  return 0;
}
