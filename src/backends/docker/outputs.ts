import { mkdtemp, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../io/own-files.ts';
import type { RunPlan } from '../../run/run.ts';
import type { Collected } from '../../tools.ts';
import type { Container } from './answers.ts';
import { type Copy, collectPath, type Failure, type Wanted, warning, whyFailed } from './collect-path.ts';
import { inspect } from './create.ts';
import type { Docker } from './docker.ts';
import { keepContainer } from './kept-container.ts';
import { LeftOuts } from './left-out.ts';
import { moveInto } from './move-into.ts';
import { MAX_NAMES } from './output-folder.ts';
import { followLinks } from './output-links.ts';
import { normalizePath, wantedNames, wantedPaths } from './output-paths.ts';
import { roomIn } from './room.ts';
import { fitsSurely } from './size.ts';
import { strayFilesOf } from './stray-files.ts';

const NOTHING: Collected = { files: [], more: 0, findings: [] };

/**
 * Copies the outputs out of the stopped container into the folder, as regular files only. They are put together
 * beside it and moved in when all of one output is there; what the folder holds already is never written over. An
 * output that cannot be copied whole is not copied at all: then the container stays, and the others come.
 */
export async function collectOutputs(
  name: string,
  run: RunPlan,
  folder: string,
  docker: Docker,
): Promise<Collected> {
  const paths = wantedPaths(run);
  let from = run.outputsFrom ?? run.workdir ?? '/';
  try {
    const container = await inspect(name, docker);
    if (container === undefined) return NOTHING;
    from = run.outputsFrom ?? (container.Config.WorkingDir || '/');
    const collected = await collectFrom({ name, run, from, paths, folder }, container, docker);
    const stopped = { container, run, from, outputs: run.outputs.map(normalizePath) };
    const stray = await strayFilesOf(stopped, docker);
    return stray === undefined ? collected : { ...collected, findings: [...collected.findings, stray] };
  } catch (error) {
    const failures = paths.map((path) => ({ path, why: whyFailed(error, folder) }));
    return await keep({ name, run, from, paths, folder }, failures, NOTHING, docker);
  }
}

async function collectFrom(wanted: Wanted, container: Container, docker: Docker): Promise<Collected> {
  const { folder, from, paths, run } = wanted;
  makeFolder(dirname(folder));
  const temporary = await mkdtemp(`${folder}.part-`);
  try {
    const room = await roomIn(dirname(folder), docker.diskOf);
    const copy: Copy = {
      temporary,
      room,
      leftOuts: new LeftOuts(),
      taken: [],
      findings: [],
      failures: [],
    };
    const isSure = await fitsSurely(container, room, docker);
    for (const path of paths) await collectPath(path, wanted, copy, isSure, docker);
    const linked = await followLinks(
      copy.taken.flatMap(({ links }) => links),
      { root: temporary, from, leftOuts: copy.leftOuts },
    );
    await moveInto(temporary, folder);
    const collected = collectedOf(copy, linked, wantedNames(run));
    return copy.failures.length === 0 ? collected : await keep(wanted, copy.failures, collected, docker);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function collectedOf(copy: Copy, linked: readonly string[], wanted: ReadonlySet<string>): Collected {
  const { findings, leftOuts, taken } = copy;
  const room = Math.max(0, MAX_NAMES - taken.reduce((sum, { names }) => sum + names.length, 0));
  const also = linked.filter((name, index) => index < room || wanted.has(name));
  const files = [...taken.flatMap(({ names }) => names), ...also].sort();
  const count = taken.reduce((sum, one) => sum + one.files, 0) + linked.length;
  const left = leftOuts.message();
  const told = left === undefined ? findings : [...findings, warning(left)];
  return { files, more: count - files.length, findings: told };
}

/** The container stays with what is nowhere else, and whoever reads the result learns how to get it. */
async function keep(
  { name, from, folder }: Wanted,
  failures: readonly Failure[],
  collected: Collected,
  docker: Docker,
): Promise<Collected> {
  const paths = [...new Set(failures.map(({ path }) => path))];
  const kept = await keepContainer({ name, from, paths, folder }, docker);
  const whys = failures.map(({ path, why }) => `the output "${path}" could not be copied: ${why}`);
  const message = `${whys.join('; ')}. The container "${kept.name}" is kept, and contains it`;
  return {
    ...collected,
    kept,
    findings: [
      ...collected.findings,
      warning(message, `on the machine of the run: ${kept.commands.join(' && ')}`),
    ],
  };
}
