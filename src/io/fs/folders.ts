import { userInfo } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { isHosted } from '../../disk/free-space.ts';
import { UserError } from '../../errors.ts';
import type { Variables } from '../process/exec.ts';

/**
 * The places of this machine. We stand in a checkout, so that an empty or relative path would mean the commit's own
 * files: where a standard lets us, it counts as not set; where another program would follow it, it is refused.
 */

/** The file that a variable names, by the same rule as a folder. */
export function namedFile(env: Variables, name: string): string | undefined {
  return namedFolder(env, name);
}

/** The folder that a variable names; undefined when it names none, or one relative to the checkout. */
export function namedFolder(env: Variables, name: string): string | undefined {
  const folder = env[name];
  return folder !== undefined && isAbsolute(folder) ? folder : undefined;
}

/** The user's home folder. */
export function homeFolder(env: Variables): string {
  return namedFolder(env, 'HOME') ?? knownHome();
}

function knownHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/nonexistent'; // As Debian writes it: this user is in no table of the machine.
  }
}

/** Docker's configuration: https://docs.docker.com/reference/cli/docker/#change-the-docker-directory */
export function dockerFolder(env: Variables, home?: string): string {
  return requiredFolder(env, 'DOCKER_CONFIG') ?? join(home ?? homeFolder(env), '.docker');
}

/** Like `namedFolder`, for what Docker's programs read by themselves. */
export function requiredFolder(env: Variables, name: string): string | undefined {
  const folder = env[name];
  if (folder === undefined || folder === '') return undefined;
  if (isAbsolute(folder)) return folder;
  throw new UserError(`${name} is ${JSON.stringify(folder)}, which would be a folder of the checkout`, {
    kind: 'usage',
    code: 'relative-folder',
    hint: 'write an absolute path, or leave it unset',
  });
}

/** Where whoever operates the machine says; else https://specifications.freedesktop.org/basedir-spec/latest/ */
export function stateFolder(env: Variables): string {
  const named = requiredFolder(env, 'JOBIMG_STATE');
  return (
    named ?? join(namedFolder(env, 'XDG_STATE_HOME') ?? join(homeFolder(env), '.local', 'state'), 'jobimg')
  );
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export function cacheFolder(env: Variables): string {
  return join(namedFolder(env, 'XDG_CACHE_HOME') ?? join(homeFolder(env), '.cache'), 'jobimg');
}

/** What is remembered of the code between calls; undefined: nothing is. */
export function rememberFolder(env: Variables): string | undefined {
  return remembers(env) ? join(cacheFolder(env), 'code') : undefined;
}

/** What V8 compiled of this program, from one call for the next; undefined as with `rememberFolder`. */
export function compiledFolder(env: Variables): string | undefined {
  return remembers(env) ? join(cacheFolder(env), 'compiled') : undefined;
}

/** Not where it is thrown away with the machine, nor where whoever operates it does not want it. */
function remembers(env: Variables): boolean {
  return (
    !isHosted(env) && !['0', 'false', 'no'].includes((env['JOBIMG_REMEMBER'] ?? '').trim().toLowerCase())
  );
}

/** Where everything that must not outlive a call is made. */
export function temporaryFolder(env: Variables): string {
  return (
    ['RUNNER_TEMP', 'TMPDIR', 'TMP', 'TEMP'].map((name) => namedFolder(env, name)).find(Boolean) ?? '/tmp'
  );
}

/** A value of PATH without the entries that would mean the checkout, an empty one among them. */
export function absoluteEntries(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}

/** The checkout of a workflow; elsewhere the folder that the call came from. */
export function workspaceFolder(env: Variables): string {
  return env['GITHUB_WORKSPACE'] || process.cwd();
}
