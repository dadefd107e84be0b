import posix from 'node:path/posix';
import type { Readable } from 'node:stream';
import type { Finding } from '../../errors.ts';
import { TarError } from '../../io/fs/tar-reader.ts';
import { CallError, retrying } from '../../io/http/retry.ts';
import { copyOutputs, NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { type Failure, failureText, warning, whyFailed } from '../../io/outputs/path.ts';
import { wantedNames, wantedPaths } from '../../io/outputs/paths.ts';
import { parseClaim } from '../../jobspec/values/claim.ts';
import type { RunPlan } from '../../run/run.ts';
import type { Collected } from '../../tools/backend.ts';
import { mainOf, type Pod } from './api/answers.ts';
import { exec } from './api/exec.ts';
import { type Cluster, podPath, type Target } from './job/cluster.ts';
import { ANNOTATION, OUTPUTS } from './job/names.ts';
import { podsOf } from './job/remove.ts';
import { NOTHING_THERE, tarCommand } from './job/scripts.ts';
import { keepPod } from './kept-pod.ts';

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
  const { outputsTo } = run;
  const paths = outputsTo === undefined ? wantedPaths(run) : [...wantedNames(run)];
  let pod: string | undefined;
  const end = (collected: Collected, failures: readonly Failure[]): Collected => {
    if (failures.length === 0 || pod === undefined) return withFailures(collected, failures);
    return keepPod(collected, failures, { pod, target, folder, cluster });
  };
  try {
    const found = (await podsOf(run.id, target, cluster)).find(hasBegun);
    if (found === undefined || !hasKeeper(found)) return NOTHING_COLLECTED;
    if (!isKept(found)) return lost(paths, 'the container that kept the outputs has ended');
    pod = found.metadata.name;
    const from = found.metadata.annotations?.[ANNOTATION.from] ?? '/';
    const path = podPath(target.namespace, pod);
    const { collected, failures } = await copyOutputs(
      { run, from, paths, folder },
      {
        open: (source) => openTar(path, posix.relative(from, source), cluster),
        // Files are written as they come, and a disk that gets full is noticed then.
        fits: async () => true,
        diskOf: cluster.diskOf,
        repeat: (attempt) => repeated(attempt, cluster),
      },
    );
    const there = outputsTo === undefined ? [] : [keptThere(run, outputsTo)];
    return end({ ...collected, findings: [...there, ...collected.findings] }, failures);
  } catch (error) {
    const why = whyFailed(error, folder);
    return end(
      NOTHING_COLLECTED,
      paths.map((path) => ({ path, why })),
    );
  }
}

/** They are as whole as the job has left them, and only what is read here came home. */
function keptThere({ id }: RunPlan, to: string): Finding {
  const { name, path } = parseClaim(to);
  const message = `the outputs are in the claim "${name}", in the folder ${posix.join('/', path, id)}`;
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

function hasBegun(pod: Pod): boolean {
  const { running, terminated } = mainOf(pod)?.state ?? {};
  return running !== undefined || terminated !== undefined;
}

function keeperOf({ status }: Pod) {
  return status?.containerStatuses?.find(({ name }) => name === OUTPUTS);
}

function hasKeeper(pod: Pod): boolean {
  return keeperOf(pod) !== undefined;
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
