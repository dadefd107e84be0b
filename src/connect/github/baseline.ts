import { readFile } from 'node:fs/promises';
import { posix, relative, sep } from 'node:path';
import * as z from 'zod';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Baseline } from '../../tools/pull-requests/baseline.ts';
import { connectGithub, type GithubOptions } from './github.ts';

const Event = z.object({
  pull_request: z.object({ base: z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) }) }).optional(),
});

interface BaselineOptions extends Omit<GithubOptions, 'token'> {
  readonly inputs: Pick<Inputs, 'folder' | 'githubToken'>;
}

/** Of a pull request, the commit that it is to be merged into; elsewhere, the branch that the clone came from. */
export async function connectBaseline({ inputs, ...github }: BaselineOptions): Promise<Baseline | undefined> {
  const { commitBefore, readCommitted, rootOf } = await import('../../source/git/committed.ts');
  const root = rootOf(inputs.folder);
  if (root === undefined) return undefined;
  const folder = relative(root, inputs.folder).split(sep).join('/');
  const path = (name: string): string => posix.join(folder, name);
  const base = await baseOf(github.env);
  if (base !== undefined) {
    const api = await connectGithub({ ...github, token: inputs.githubToken });
    if (api === undefined) return undefined;
    const { fileAt } = await import('../../github/contents.ts');
    return { read: (name) => fileAt(api, base, path(name)) };
  }
  const commit = commitBefore(inputs.folder);
  if (commit === undefined) return undefined;
  return { read: async (name) => readCommitted(inputs.folder, commit, path(name)) };
}

async function baseOf(env: GithubOptions['env']): Promise<string | undefined> {
  const path = env['GITHUB_EVENT_PATH'];
  if (!path) return undefined;
  return Event.parse(JSON.parse(await readFile(path, 'utf8'))).pull_request?.base.sha;
}
