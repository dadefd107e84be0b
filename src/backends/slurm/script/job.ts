import posix from 'node:path/posix';
import { normalizePath, wantedPaths } from '../../../io/outputs/paths.ts';
import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import { printReference } from '../../../oci/reference.ts';
import { shellWord } from '../../../recipe/shell.ts';
import { severalNodes } from '../../../run/nodes/several.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { bindsOf, keptLines, resumeLine, type SharedMount } from './binds.ts';
import { CONTAINER_PROGRAMS } from './container/tools.ts';
import { HELPERS, OWNER } from './helpers.ts';
import type { ScriptOutput } from './job-facts.ts';
import { nearLimit } from './limit.ts';
import { batchScript, NODE_FOLDER, OF_A_NODE } from './nodes.ts';

/** What Slurm is given as the batch script of a run. */
export function jobScript(
  run: RunPlan,
  name: string,
  site: SlurmSite,
  mounts: readonly SharedMount[] = [],
): string {
  const nodes = severalNodes(run);
  return nodes === undefined ? runScript(run, name, site, mounts) : batchScript(run, nodes.count, site);
}

/**
 * Runs the container of a run, or of one of its nodes: then it is a task of a step. What it knows it writes into files,
 * each whole or not at all, for the scheduler forgets a job soon after its end. `exit` is the last of them.
 */
export function runScript(
  run: RunPlan,
  name: string,
  site: SlurmSite,
  mounts: readonly SharedMount[] = [],
): string {
  const isNode = severalNodes(run) !== undefined;
  const job = {
    run,
    name,
    site,
    image: imageOf(run),
    words: commandOf(run),
    outputs: outputsOf(run),
    binds: bindsOf(run, mounts),
  };
  return [
    '#!/bin/sh',
    'umask 077',
    'r=$JOBIMG_FOLDER',
    isNode ? NODE_FOLDER : 'd=$r',
    'exec >>"$d/script.log" 2>&1 </dev/null',
    ...(isNode ? [] : [OWNER]),
    ...site.setup,
    `near=${isNode ? '' : nearLimit(run)}`,
    HELPERS,
    ...(isNode ? [OF_A_NODE] : []),
    `g=${Math.ceil(run.stopGrace)}`,
    `limit=${Math.ceil(run.timeout)}`,
    `image=${shellWord(job.image)}`,
    ...(isNode ? [] : [keptLines(run), resumeLine(run)]),
    CONTAINER_PROGRAMS[site.container].script(job),
  ].join('\n');
}

function imageOf({ image }: RunPlan): string {
  if ('engineId' in image) throw new Error('a cluster pulls its images');
  return printReference(image);
}

/** Where the image has no bash, the text runs without pipefail, which is said. */
const CHOOSE_BASH = [
  'if command -v bash >/dev/null 2>&1; then exec bash -eo pipefail -c "$1"; fi',
  'echo \'jobimg: the image has no bash: the command runs with "sh -e -c", so without pipefail\' >&2',
  'exec sh -e -c "$1"',
].join('\n');

function commandOf({ command }: RunPlan): readonly string[] {
  if (command.kind === 'arguments') return command.words;
  return command.shell === 'bash'
    ? ['sh', '-c', CHOOSE_BASH, 'jobimg', command.text]
    : ['sh', '-e', '-c', command.text];
}

/** In the order in which they are kept and fetched. */
export function outputsOf(run: Pick<RunPlan, 'outputs' | 'metrics'>): readonly ScriptOutput[] {
  const written = new Map(run.outputs.map((output) => [normalizePath(output), output]));
  return wantedPaths({ ...run } as RunPlan).map((path) => {
    const as = written.get(path);
    const isFolder = as !== undefined && (as.endsWith('/') || posix.extname(path) === '') && path !== '.';
    return { path, isFolder };
  });
}
