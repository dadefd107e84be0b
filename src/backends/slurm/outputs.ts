import posix from 'node:path/posix';
import { copyOutputs, NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { failureText, warning, whyFailed } from '../../io/outputs/path.ts';
import { wantedPaths } from '../../io/outputs/paths.ts';
import type { Handle, RunPlan } from '../../run/run.ts';
import type { Collected } from '../../tools/backend.ts';
import { readAnswer } from './answers.ts';
import { hasOutputScript, lookScript, tarScript } from './script/ask.ts';
import type { Site } from './site.ts';

/** Fetches the outputs from the folder of the run, where they were put when its container had ended. */
export async function collectOutputs(
  handle: Handle,
  run: RunPlan,
  folder: string,
  site: Site,
): Promise<Collected> {
  const { name } = handle;
  const { settings, shell } = site;
  const paths = wantedPaths(run);
  try {
    const { answer } = readAnswer(await shell.run(lookScript(settings, name)));
    const from = answer.get('from');
    if (answer.get('hash') !== handle.hash || from === undefined) return NOTHING_COLLECTED;
    const { collected, failures } = await copyOutputs(
      { run, from, paths, folder },
      {
        async open(source) {
          const index = paths.indexOf(posix.relative(from, source) || '.');
          const there = readAnswer(await shell.run(hasOutputScript(settings, name, index)));
          if ((there.answer.get('any') ?? '') === '') return undefined;
          return await shell.open(tarScript(settings, name, index));
        },
        // Files are written as they come, and a disk that gets full is noticed then.
        fits: async () => true,
        diskOf: site.diskOf,
      },
    );
    if (failures.length === 0) return collected;
    return { ...collected, findings: [...collected.findings, warning(failureText(failures), stays(handle))] };
  } catch (error) {
    const why = whyFailed(error, folder);
    const lost = paths.map((path) => ({ path, why }));
    return { ...NOTHING_COLLECTED, findings: [warning(failureText(lost), stays(handle))] };
  }
}

function stays({ name }: Handle): string {
  return `they are on the cluster, in the folder files of ${name}`;
}
