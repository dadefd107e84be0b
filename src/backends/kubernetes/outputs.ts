import { join } from 'node:path';
import posix from 'node:path/posix';
import type { Readable } from 'node:stream';
import { copyOutputs, NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { type Failure, failureText, warning, whyFailed } from '../../io/outputs/path.ts';
import { wantedPaths } from '../../io/outputs/paths.ts';
import type { RunPlan } from '../../run/run.ts';
import type { Collected } from '../../tools/backend.ts';
import { keeperOf, type Pod } from './api/answers.ts';
import { exec } from './api/exec.ts';
import { hasBegun, rankOf } from './follow/nodes.ts';
import { type Cluster, podPath, type Target } from './job/cluster.ts';
import { ANNOTATION, OUTPUTS } from './job/names.ts';
import { severalNodes } from './job/nodes.ts';
import { podsOf } from './job/remove.ts';
import { NOTHING_THERE, tarCommand } from './job/scripts.ts';

/** Copies the outputs out of the container that keeps them. An output that cannot be copied whole is not copied at all. */
export async function collectOutputs(
  run: RunPlan,
  target: Target,
  folder: string,
  cluster: Cluster,
): Promise<Collected> {
  try {
    const nodes = (await podsOf(run.id, target, cluster)).filter(hasBegun);
    const first = nodes.find((pod) => rankOf(pod) === 0);
    if (severalNodes(run)?.outputs !== 'all')
      return await collectFrom(first, { run, target, folder }, cluster);
    let all = await collectFrom(first, { run, target, folder }, cluster);
    for (const pod of nodes.filter((one) => one !== first)) {
      const name = `node-${rankOf(pod)}`;
      const own = await collectFrom(pod, { run, target, folder: join(folder, name) }, cluster);
      all = together(all, own, name);
    }
    return all;
  } catch (error) {
    return lost(wantedPaths(run), whyFailed(error, folder));
  }
}

function together(all: Collected, { files, more, findings }: Collected, name: string): Collected {
  return {
    ...all,
    files: [...all.files, ...files.map((file) => `${name}/${file}`)].sort(),
    more: all.more + more,
    findings: [...all.findings, ...findings.map((one) => ({ ...one, message: `${name}: ${one.message}` }))],
  };
}

interface Collecting {
  readonly run: RunPlan;
  readonly target: Target;
  readonly folder: string;
}

async function collectFrom(
  pod: Pod | undefined,
  { run, target, folder }: Collecting,
  cluster: Cluster,
): Promise<Collected> {
  const paths = wantedPaths(run);
  if (pod === undefined || keeperOf(pod) === undefined) return NOTHING_COLLECTED;
  if (!isKept(pod)) return lost(paths, 'the container that kept the outputs has ended');
  const from = pod.metadata.annotations?.[ANNOTATION.from] ?? '/';
  const path = podPath(target.namespace, pod.metadata.name);
  const { collected, failures } = await copyOutputs(
    { run, from, paths, folder },
    {
      open: (source) => openTar(path, posix.relative(from, source), cluster),
      // Files are written as they come, and a disk that gets full is noticed then.
      fits: async () => true,
      diskOf: cluster.diskOf,
    },
  );
  return withFailures(collected, failures);
}

function isKept(pod: Pod): boolean {
  return keeperOf(pod)?.state?.running !== undefined;
}

/** undefined: the job has left nothing there. */
async function openTar(path: string, output: string, { api }: Cluster): Promise<Readable | undefined> {
  const call = { path, container: OUTPUTS, command: tarCommand(output) };
  const { exitCode, stdout } = await exec(call, api);
  return exitCode === NOTHING_THERE ? undefined : stdout;
}

function lost(paths: readonly string[], why: string): Collected {
  return withFailures(
    NOTHING_COLLECTED,
    paths.map((path) => ({ path, why })),
  );
}

function withFailures(collected: Collected, failures: readonly Failure[]): Collected {
  if (failures.length === 0) return collected;
  return { ...collected, findings: [...collected.findings, warning(failureText(failures))] };
}
