import { connectOwnEngine } from '../../connect/docker.ts';
import { printBytes } from '../../disk/bytes.ts';
import { UserError } from '../../errors.ts';
import type { PruneCall } from '../../host/inputs/record-commands.ts';
import { removeRun } from '../../host/runs/expired.ts';
import { readKeptRuns } from '../../host/runs/kept-runs.ts';
import { keptRunsFolder } from '../../host/runs/paths.ts';
import type { EngineApi } from '../../io/engine/api.ts';
import type { Variables } from '../../io/process/exec.ts';
import { ownProcess, startedAt } from '../../io/process/own-process.ts';
import { ownerState } from '../../run/owner-process.ts';
import type { KeptRecord } from '../../run/records/kept-run.ts';
import { type PruneCandidate, prunableImages, prunableRuns } from '../../run/records/prune.ts';
import { isInUse } from '../../run/retention.ts';

interface CommandContext {
  readonly cwd: string;
  readonly env: Variables;
  readonly cancelled: AbortSignal;
  info(line: string): void;
}

/** Removes old runs and then the images that no other run needs, or says which. */
export async function pruneRunsAndImages(call: PruneCall, context: CommandContext): Promise<void> {
  const folder = keptRunsFolder(context.env);
  const kept = await readKeptRuns(folder);
  const gone = prunableRuns(kept.flatMap(candidateOf), call.rule, Date.now());
  const word = call.dryRun ? 'would be removed' : 'removed';
  for (const { run, size } of gone) {
    if (!call.dryRun) await removeRun(folder, run);
    context.info(`run ${run}: ${word}, ${printBytes(size)}`);
  }
  const ids = new Set(gone.map(({ run }) => run));
  await pruneImages(
    kept.filter(({ run }) => !ids.has(run)),
    { dryRun: call.dryRun, word },
    context,
  );
}

/** Nothing for one that is not known to be over, or whose process may still read it. */
function candidateOf({ run, record, isOver }: KeptRecord): readonly PruneCandidate[] {
  if (record?.ended === undefined || !isOver) return [];
  const { at, size } = record.ended;
  const owner = ownerState(record.owner, ownProcess(), startedAt);
  if (isInUse(owner, Date.parse(at), Date.now())) return [];
  return [{ run, job: record.plan.job, ended: Date.parse(at), size }];
}

async function pruneImages(
  kept: readonly KeptRecord[],
  { dryRun, word }: { readonly dryRun: boolean; readonly word: string },
  { env, cancelled, info }: CommandContext,
): Promise<void> {
  const { imagesOfContainers, listLocalImages, removeLocalImage } = await import(
    '../../build/local-images.ts'
  );
  const engine = await engineOrNone(env, cancelled, info);
  if (engine === undefined) return;
  const named = kept.flatMap(({ record }) => record?.plan.image ?? []);
  const used = new Set([...named, ...(await imagesOfContainers(engine))]);
  for (const image of prunableImages(await listLocalImages(engine), used, Date.now())) {
    const isGone = dryRun || (await removeLocalImage(image, engine));
    const what = isGone ? word : 'is in use, and was kept';
    info(`image ${image.tags.join(', ')}: ${what}, ${printBytes(image.size)} with what it shares`);
  }
}

/** A machine without an engine has no images, and its runs are removed all the same. */
async function engineOrNone(
  env: Variables,
  cancelled: AbortSignal,
  info: (line: string) => void,
): Promise<EngineApi | undefined> {
  try {
    const engine = await connectOwnEngine(env, cancelled);
    await engine.version();
    return engine;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    info(`images: none was looked at: ${error.message}`);
    return undefined;
  }
}
