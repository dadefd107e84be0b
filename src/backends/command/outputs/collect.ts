import posix from 'node:path/posix';
import { Readable } from 'node:stream';
import { copyOutputs, NOTHING_COLLECTED } from '../../../io/outputs/collect.ts';
import { failureText, warning, whyFailed } from '../../../io/outputs/path.ts';
import { wantedPaths } from '../../../io/outputs/paths.ts';
import type { CommandSite } from '../../../jobspec/job/sites.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Collected } from '../../../tools/backend.ts';
import type { CommandPlace, PlacedRun } from '../place/place.ts';
import { failureOf } from '../place/tool.ts';
import { fillWords } from '../plan/fill.ts';
import { type Downloaded, download } from './downloaded.ts';

/** Each output as a tar that the place prints, the first part of whose paths is the last one of what was asked for. */
export async function collectOutputs(
  known: PlacedRun,
  run: RunPlan,
  folder: string,
  place: CommandPlace,
): Promise<Collected> {
  const { outputs } = place.site;
  const paths = wantedPaths(run);
  const kept = `they are where the run was: ${place.name}, ${known.id}`;
  if (outputs === undefined) {
    const told = warning(`the place "${place.name}" brings no outputs`, kept);
    return run.outputs.length === 0 ? NOTHING_COLLECTED : { ...NOTHING_COLLECTED, findings: [told] };
  }
  const from = run.outputsFrom ?? run.workdir ?? known.from ?? '/';
  try {
    await using opener = await openerOf(known, from, place);
    const { collected, failures } = await copyOutputs(
      { run, from, paths, folder },
      // Files are written as they come, and a disk that gets full is noticed then.
      { open: opener.open, fits: async () => true, diskOf: place.diskOf },
    );
    if (failures.length === 0) return collected;
    return { ...collected, findings: [...collected.findings, warning(failureText(failures), kept)] };
  } catch (error) {
    const why = whyFailed(error, folder);
    return {
      ...NOTHING_COLLECTED,
      findings: [warning(failureText(paths.map((path) => ({ path, why }))), kept)],
    };
  }
}

async function openerOf(known: PlacedRun, from: string, place: CommandPlace): Promise<Downloaded> {
  const { outputs } = place.site;
  if (outputs === undefined || outputs.into === 'folder') return await download(known, from, place);
  const { options, ...run } = known;
  return {
    open: (source) => {
      const path = posix.relative(from, source) || '.';
      return openTar(fillWords(outputs.run, { known: { ...run, path, source }, options }), outputs, place);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** undefined: it prints nothing, for the job has left nothing there. */
async function openTar(
  words: readonly string[],
  { absent }: NonNullable<CommandSite['outputs']>,
  { tool }: CommandPlace,
): Promise<Readable | undefined> {
  const { ended, stdout } = await tool.open(words);
  const chunks = stdout[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) {
    const answer = await ended();
    if (answer.code === 0 || absent?.test(answer.stderr)) return undefined;
    throw failureOf(words, answer);
  }
  return Readable.from(
    (async function* () {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => chunks };
      const answer = await ended();
      if (answer.code !== 0) throw failureOf(words, answer);
    })(),
    { objectMode: false },
  );
}
