import { mkdtemp, readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { outputsParts } from '../../evidence/outputs/outputs-parts.ts';
import { makeFolder } from '../../io/fs/own-files.ts';
import { NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { MAX_NAMES } from '../../io/outputs/folder.ts';
import { moveInto } from '../../io/outputs/move-into.ts';
import { failureText, warning, whyFailed } from '../../io/outputs/path.ts';
import { isDeclared, normalizePath, wantedNames, wantedPaths } from '../../io/outputs/paths.ts';
import { pullFolder } from '../../io/outputs/pulled-folder.ts';
import { removeTree } from '../../io/remove-tree.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import type { Image } from '../../oci/types.ts';
import type { PushedRecord } from '../../run/records/pushed-record.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Collected } from '../../tools/backend.ts';
import type { GithubPlace } from './place.ts';
import { repositoryOf } from './runs.ts';

/** Fetches the outputs that the other repository has pushed beside the image, where the record of the run names them. */
export async function collectOutputs(
  { ended }: PushedRecord,
  image: Image,
  { run, folder }: { readonly run: RunPlan; readonly folder: string },
  place: GithubPlace,
): Promise<Collected> {
  const machine = ended?.machine;
  const named = ended?.['outputs-artifact'];
  const digest = named === undefined ? undefined : parseReference(named).digest;
  if (digest === undefined) return { ...NOTHING_COLLECTED, machine, findings: missing(run, []) };
  // Of a record only the digest is taken: nobody is led to another repository.
  const artifact = { ...repositoryOf(image), digest };
  try {
    const { names, all } = await pull(artifact, folder, run, place);
    return { files: names, more: all.length - names.length, findings: missing(run, all), machine };
  } catch (error) {
    const lost = wantedPaths(run).map((path) => ({ path, why: whyFailed(error, folder) }));
    const kept = `they are in the registry: jobimg pull ${printReference(artifact)}`;
    return { ...NOTHING_COLLECTED, machine, findings: [warning(failureText(lost), kept)] };
  }
}

async function pull(artifact: Image, folder: string, run: RunPlan, { registry, diskOf }: GithubPlace) {
  makeFolder(dirname(folder));
  const temporary = await mkdtemp(`${folder}.part-`);
  const own = join(temporary, 'outputs');
  try {
    const parts = outputsParts(printReference(artifact), await registry.manifest(artifact));
    await pullFolder(own, parts, { open: (blob) => registry.blob(artifact, blob), diskOf });
    const all = await filesIn(own);
    await moveInto(own, folder);
    const wanted = wantedNames(run);
    return { all, names: all.filter((name, index) => index < MAX_NAMES || wanted.has(name)) };
  } finally {
    await removeTree(temporary);
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function missing(run: RunPlan, files: readonly string[]) {
  const isThere = (path: string): boolean =>
    path === '.' ? files.length > 0 : files.some((file) => file === path || file.startsWith(`${path}/`));
  return run.outputs
    .map(normalizePath)
    .filter((path) => isDeclared(run, path) && !isThere(path))
    .map((path) => warning(`the job left no output "${path}"`));
}
