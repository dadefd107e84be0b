import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, findTool, type Variables } from '../io/exec.ts';

/** How buildx is called: `docker buildx`, or the plugin by itself. */
export interface Buildx {
  readonly command: string;
  readonly before: readonly string[];
}

export async function dockerBuildx(env: Environment): Promise<Buildx> {
  return { command: await findTool('docker', env['PATH']), before: ['buildx'] };
}

/** The names under which setup actions put it into the runner's tool cache. */
const CACHED_AS = ['buildx', 'buildx-dl-bin'] as const;
const FILES = ['docker-buildx', 'buildx'] as const;

/** buildx from the runner's tool cache, for a docker that has none; undefined when it is not there either. */
export async function cachedBuildx(env: Variables): Promise<Buildx | undefined> {
  if (!env['RUNNER_TOOL_CACHE']) return undefined;
  const { find } = await import('@actions/tool-cache');
  const folders = CACHED_AS.map((name) => find(name, '*')).filter((folder) => folder !== '');
  for (const file of folders.flatMap((folder) => FILES.map((name) => join(folder, name)))) {
    if (await isThere(file)) return { command: file, before: [] };
  }
  return undefined;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false; // Only asked whether it is there.
  }
}
