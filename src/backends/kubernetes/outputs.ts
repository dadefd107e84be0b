import { join } from 'node:path';
import posix from 'node:path/posix';
import type { Readable } from 'node:stream';
import type { Finding } from '../../errors.ts';
import { TarError } from '../../io/fs/tar-reader.ts';
import { CallError, retrying } from '../../io/http/retry.ts';
import { copyOutputs, NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { type Failure, failureText, warning, whyFailed } from '../../io/outputs/path.ts';
import { wantedNames, wantedPaths } from '../../io/outputs/paths.ts';
import { parseClaim } from '../../jobspec/values/claim.ts';
import { outputsClaim } from '../../jobspec/values/outputs-to.ts';
import { nodeFolder, severalNodes } from '../../run/nodes/several.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Collected } from '../../tools/backend.ts';
import { keeperOf, type Pod } from './api/answers.ts';
import { exec } from './api/exec.ts';
import { hasBegun, rankOf } from './follow/nodes.ts';
import { type Cluster, podPath, type Target } from './job/cluster.ts';
import { ANNOTATION, OUTPUTS } from './job/names.ts';
import { podsOf } from './job/remove.ts';
import { NOTHING_THERE, tarCommand } from './job/scripts.ts';
import { keepPod, keptTogether } from './kept-pod.ts';

/**
 * Copies the outputs out of the container that keeps them. An output that cannot be copied whole is not copied at all: then
 * the pod stays for as long as that container does.
 */
export async function collectOutputs(
  run: RunPlan,
  target: Target,
  folder: string,
  cluster: Cluster,
): Promise<Collected> {
  const wanted = { run, target, folder, paths: wantedHere(run) };
  try {
    const nodes = (await podsOf(run.id, target, cluster)).filter(hasBegun);
    const first = nodes.find((pod) => rankOf(pod) === 0);
    let all = await collectFrom(first, wanted, cluster);
    if (severalNodes(run)?.outputs !== 'all') return all;
    for (const pod of nodes.filter((one) => one !== first)) {
      const name = nodeFolder(rankOf(pod));
      const own = await collectFrom(pod, { ...wanted, folder: join(folder, name) }, cluster);
      all = together(all, own, name);
    }
    return all;
  } catch (error) {
    return lost(wanted.paths, whyFailed(error, folder));
  }
}

/** What a claim keeps stays there, but for what the result is made from. */
function wantedHere(run: RunPlan): readonly string[] {
  return outputsClaim(run.outputsTo) === undefined ? wantedPaths(run) : [...wantedNames(run)];
}

function together(all: Collected, own: Collected, name: string): Collected {
  const kept = keptTogether(all.kept, own.kept);
  return {
    files: [...all.files, ...own.files.map((file) => `${name}/${file}`)].sort(),
    more: all.more + own.more,
    findings: [
      ...all.findings,
      ...own.findings.map((one) => ({ ...one, message: `${name}: ${one.message}` })),
    ],
    kept,
  };
}

interface Collecting {
  readonly run: RunPlan;
  readonly target: Target;
  readonly folder: string;
  readonly paths: readonly string[];
}

async function collectFrom(
  pod: Pod | undefined,
  collecting: Collecting,
  cluster: Cluster,
): Promise<Collected> {
  const { folder, paths, run, target } = collecting;
  if (pod === undefined || keeperOf(pod) === undefined) return NOTHING_COLLECTED;
  if (!isKept(pod)) return lost(paths, 'the container that kept the outputs has ended');
  const end = (collected: Collected, failures: readonly Failure[]): Collected =>
    failures.length === 0
      ? collected
      : keepPod(collected, failures, { pod: pod.metadata.name, target, folder, cluster });
  try {
    const { collected, failures } = await copyFrom(pod, collecting, cluster);
    const claim = outputsClaim(run.outputsTo);
    const there = claim === undefined ? [] : [keptThere(run, claim, rankOf(pod))];
    return end({ ...collected, findings: [...there, ...collected.findings] }, failures);
  } catch (error) {
    const why = whyFailed(error, folder);
    return end(
      NOTHING_COLLECTED,
      paths.map((path) => ({ path, why })),
    );
  }
}

function copyFrom({ metadata }: Pod, { run, target, folder, paths }: Collecting, cluster: Cluster) {
  const from = metadata.annotations?.[ANNOTATION.from] ?? '/';
  const path = podPath(target.namespace, metadata.name);
  return copyOutputs(
    { run, from, paths, folder },
    {
      open: (source) => openTar(path, posix.relative(from, source), cluster),
      // Files are written as they come, and a disk that gets full is noticed then.
      fits: async () => true,
      diskOf: cluster.diskOf,
      repeat: (attempt) => repeated(attempt, cluster),
    },
  );
}

/** They are as whole as the job has left them, and only what is read here came home. */
function keptThere(run: RunPlan, to: string, rank: number): Finding {
  const { name, path } = parseClaim(to);
  const own = severalNodes(run) === undefined ? '' : nodeFolder(rank);
  const message = `the outputs are in the claim "${name}", in the folder ${posix.join('/', path, run.id, own)}`;
  return { level: 'notice', code: 'outputs', message };
}

/** A connection that broke is made again, and what it had brought is asked for again from its beginning. */
function repeated<T>(attempt: () => Promise<T>, { clock, progress }: Cluster): Promise<T> {
  return retrying({ clock, log: progress }, async () => {
    try {
      return await attempt();
    } catch (error) {
      throw error instanceof TarError && error.cause instanceof CallError ? error.cause : error;
    }
  });
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
