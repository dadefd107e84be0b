import { copyOutputs, NOTHING_COLLECTED } from '../../../io/outputs/collect.ts';
import { type CopyOptions, type Failure, failureText, warning, whyFailed } from '../../../io/outputs/path.ts';
import { normalizePath, wantedPaths } from '../../../io/outputs/paths.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Collected } from '../../../tools/backend.ts';
import type { Container } from '../engine/answers.ts';
import { inspect } from '../engine/containers.ts';
import type { Docker } from '../engine/docker.ts';
import { keepContainer } from '../engine/kept-container.ts';
import { openArchive } from './archive.ts';
import { machineOf } from './machine.ts';
import { fitsSurely } from './size.ts';
import { strayFilesOf } from './stray-files.ts';

/**
 * Copies the outputs out of the stopped container into the folder. An output that cannot be copied whole is not copied
 * at all: then the container stays, and the others come.
 */
export async function collectOutputs(
  name: string,
  run: RunPlan,
  folder: string,
  docker: Docker,
): Promise<Collected> {
  const paths = wantedPaths(run);
  let from = run.outputsFrom ?? run.workdir ?? '/';
  let container: Container | undefined;
  let collected: Collected;
  try {
    container = await inspect(name, docker);
    if (container === undefined) return NOTHING_COLLECTED;
    from = run.outputsFrom ?? (container.Config.WorkingDir || '/');
    collected = await collectFrom(name, { run, from, paths, folder }, container, docker);
  } catch (error) {
    const failures = paths.map((path) => ({ path, why: whyFailed(error, folder) }));
    return await keep(name, { run, from, paths, folder }, failures, NOTHING_COLLECTED, docker);
  }
  // Beyond what is caught: nothing that happens from here on takes away what was copied.
  return await withNotices(collected, { container, run, from }, docker);
}

/** What else the engine tells of the run. */
async function withNotices(
  collected: Collected,
  { container, run, from }: Pick<CopyOptions, 'run' | 'from'> & { readonly container: Container },
  docker: Docker,
): Promise<Collected> {
  const stopped = { container, run, from, outputs: run.outputs.map(normalizePath) };
  const stray = await strayFilesOf(stopped, docker);
  const machine = await machineOf(container, docker);
  const findings = stray === undefined ? collected.findings : [...collected.findings, stray];
  return { ...collected, findings, machine };
}

async function collectFrom(
  name: string,
  wanted: CopyOptions,
  container: Container,
  docker: Docker,
): Promise<Collected> {
  const { collected, failures } = await copyOutputs(wanted, {
    open: (source) => openArchive(name, source, docker),
    fits: (room) => fitsSurely(container, room, docker),
    diskOf: docker.diskOf,
  });
  return failures.length === 0 ? collected : await keep(name, wanted, failures, collected, docker);
}

/** The container stays with what is nowhere else, and whoever reads the result learns how to get it. */
async function keep(
  name: string,
  { from, folder }: CopyOptions,
  failures: readonly Failure[],
  collected: Collected,
  docker: Docker,
): Promise<Collected> {
  const paths = [...new Set(failures.map(({ path }) => path))];
  const kept = await keepContainer({ name, from, paths, folder }, docker);
  const message = `${failureText(failures)}. The container "${kept.name}" is kept, and contains it`;
  return {
    ...collected,
    kept,
    findings: [
      ...collected.findings,
      warning(message, `on the machine of the run: ${kept.commands.join(' && ')}`),
    ],
  };
}
