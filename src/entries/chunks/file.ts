import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { compiledFolder } from '../../io/fs/folders.ts';

type Called = Pick<NodeJS.Process, 'argv' | 'arch' | 'env' | 'version'>;

/**
 * Where compiled code is kept for the next call of the same program and command, which needs the same of it. undefined:
 * nothing is kept, because it is not wanted or because a commit could have written it.
 */
export function codeCacheFile({ argv, arch, env, version }: Called, dist: string): string | undefined {
  const folder = compiledFolder(env);
  if (folder === undefined || isOffInNode(env) || isInCheckout(folder, env['GITHUB_WORKSPACE']))
    return undefined;
  const [, script = '', command = ''] = argv;
  const program = crc32([dist, basename(script), command].join('\0'))
    .toString(16)
    .padStart(8, '0');
  return join(folder, `${version}-${arch}-${program}`);
}

/** Functions of compiled code are missing in a coverage: https://nodejs.org/api/module.html#module-compile-cache */
function isOffInNode(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['NODE_DISABLE_COMPILE_CACHE'] || env['NODE_V8_COVERAGE']);
}

/** Where the home folder is a checkout, or in one. A checkout by the API of GitHub has no `.git`. */
function isInCheckout(folder: string, workspace: string | undefined): boolean {
  if (folder === workspace || existsSync(join(folder, '.git'))) return true;
  const above = dirname(folder);
  return above !== folder && isInCheckout(above, workspace);
}
