import { join } from 'node:path';
import posix from 'node:path/posix';
import { UserError } from '../../errors.ts';
import { copyOutputs, NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { failureText, warning, whyFailed } from '../../io/outputs/path.ts';
import { wantedPaths } from '../../io/outputs/paths.ts';
import { NoAnswer } from '../../io/polled/passing.ts';
import { nodeFolder, severalNodes } from '../../run/nodes/several.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Collected } from '../../tools/backend.ts';
import { type Answer, readAnswer } from './answers.ts';
import { hasOutputScript, lookScript, tarScript } from './script/ask.ts';
import type { Site } from './site.ts';

interface Collecting {
  readonly handle: Handle;
  readonly run: RunPlan;
  readonly folder: string;
  /** Where the container had them. */
  readonly from: string;
  readonly paths: readonly string[];
}

/** Fetches the outputs from the folder of the run, where they were put when its container had ended. */
export async function collectOutputs(
  handle: Handle,
  run: RunPlan,
  folder: string,
  site: Site,
): Promise<Collected> {
  const paths = wantedPaths(run);
  try {
    const { answer } = readAnswer(await site.shell.run(lookScript(site.settings, handle.name)));
    const from = answer.get('from');
    // Whoever has followed it to its end has seen its folder.
    if (!answer.has('hash') && paths.length > 0) throw unseen(answer);
    if (answer.get('hash') !== handle.hash || from === undefined) return NOTHING_COLLECTED;
    const collecting = { handle, run, folder, from, paths };
    let all = await collectNode(collecting, 0, site);
    const nodes = severalNodes(run);
    if (nodes?.outputs !== 'all') return all;
    for (let rank = 1; rank < nodes.count; rank++) {
      const name = nodeFolder(rank);
      const own = await collectNode({ ...collecting, folder: join(folder, name) }, rank, site);
      all = together(all, own, name);
    }
    return all;
  } catch (error) {
    const why = whyFailed(error, folder);
    const lost = paths.map((path) => ({ path, why }));
    return { ...NOTHING_COLLECTED, findings: [warning(failureText(lost), stays(handle))] };
  }
}

async function collectNode(
  { folder, from, handle, paths, run }: Collecting,
  rank: number,
  { diskOf, settings, shell }: Site,
): Promise<Collected> {
  const { name } = handle;
  const isLost = new Set<string>();
  const { collected, failures } = await copyOutputs(
    { run, from, paths, folder },
    {
      async open(source) {
        const index = paths.indexOf(posix.relative(from, source) || '.');
        const there = readAnswer(await shell.run(hasOutputScript(settings, name, index, rank)));
        const lost = there.answer.get('lost');
        if (lost !== undefined) {
          isLost.add(source);
          throw new UserError(`its node had to leave it: ${lost}`);
        }
        if ((there.answer.get('any') ?? '') === '') return undefined;
        return await shell.open(tarScript(settings, name, index, rank));
      },
      // Files are written as they come, and a disk that gets full is noticed then.
      fits: async () => true,
      diskOf,
    },
  );
  if (failures.length === 0) return collected;
  const hint = isLost.size < failures.length ? stays(handle) : ROOM;
  return { ...collected, findings: [...collected.findings, warning(failureText(failures), hint)] };
}

function together(all: Collected, own: Collected, name: string): Collected {
  return {
    files: [...all.files, ...own.files.map((file) => `${name}/${file}`)].sort(),
    more: all.more + own.more,
    findings: [
      ...all.findings,
      ...own.findings.map((one) => ({ ...one, message: `${name}: ${one.message}` })),
    ],
  };
}

function unseen(answer: Answer): NoAnswer {
  return new NoAnswer(answer.get('silent') ?? 'the folder of the run is not seen');
}

const ROOM =
  'make room where the cluster has the folder of all runs, or have its quota raised, and run it again';

function stays({ name }: Handle): string {
  return `they are on the cluster, in the folder files of ${name}`;
}
