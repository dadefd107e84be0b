import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isThere } from '../../io/fs/is-there.ts';
import {
  type Environment,
  type ExecResult,
  lookForTool,
  textOf,
  type Variables,
} from '../../io/process/exec.ts';
import type { StartProcess } from '../../io/process/process.ts';
import { classify } from '../failure/failure.ts';

/** How buildx is called: `docker buildx`, or the plugin by itself. */
export interface Buildx {
  readonly command: string;
  readonly before: readonly string[];
}

/**
 * The ways to call buildx, the usual one first: a later one is tried only when `docker` turns out to have no buildx.
 * Throws when there is none.
 */
export async function findBuildx(env: Variables): Promise<readonly [Buildx, ...Buildx[]]> {
  const docker = await lookForTool('docker', env['PATH']);
  const cached = await cachedBuildx(env);
  const [first, ...others] = [
    ...(docker === undefined ? [] : [{ command: docker, before: ['buildx'] }]),
    ...(cached === undefined ? [] : [{ command: cached, before: [] }]),
  ];
  if (first !== undefined) return [first, ...others];
  throw new UserError('the build needs Docker with buildx, and this machine has neither', {
    kind: 'unavailable',
    code: 'build-no-buildx',
    hint: 'build the image once on a machine with Docker: after that, changes of the code need no builder here. Or install docker-cli and docker-buildx-plugin, and name a remote builder with the input "builder" (--builder)',
  });
}

/** Runs buildx for a short answer, in the first way that knows it. */
export async function callBuildx(
  args: readonly string[],
  { env, search, start, signal }: BuildxCall,
): Promise<ExecResult> {
  const [first, ...others] = await findBuildx(search);
  let answer = await answerOf(first);
  for (const buildx of others) {
    if (!lacksBuildx(answer)) break;
    answer = await answerOf(buildx);
  }
  return answer;

  async function answerOf({ command, before }: Buildx): Promise<ExecResult> {
    const child = start(command, [...before, ...args], { env, signal });
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    const { code } = await child.ended();
    return { code: code ?? -1, stdout, stderr };
  }
}

export interface BuildxCall {
  /** What the process gets. */
  readonly env: Environment;
  /** Where it is looked for: `PATH`, and the runner's tool cache. */
  readonly search: Variables;
  readonly start: StartProcess;
  readonly signal?: AbortSignal | undefined;
}

function lacksBuildx({ code, stderr }: ExecResult): boolean {
  const symptoms = { text: stderr, code, aborted: false, stepStarted: false };
  return code !== 0 && classify(symptoms).kind === 'no-buildx';
}

/** The names under which setup actions put it into the runner's tool cache. */
const CACHED_AS = ['buildx', 'buildx-dl-bin'] as const;
const FILES = ['docker-buildx', 'buildx'] as const;

async function cachedBuildx(env: Variables): Promise<string | undefined> {
  if (!env['RUNNER_TOOL_CACHE']) return undefined;
  const { find } = await import('@actions/tool-cache');
  const folders = CACHED_AS.map((name) => find(name, '*')).filter((folder) => folder !== '');
  for (const file of folders.flatMap((folder) => FILES.map((name) => join(folder, name)))) {
    if (await isThere(file)) return file;
  }
  return undefined;
}
