import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { addCandidate, type Listing, notUtf8 } from './listing.ts';
import { walk } from './walk.ts';

/** Runs a tool to its end; a subset of what `io/exec.ts` offers. */
export type Exec = (
  command: string,
  args: readonly string[],
  options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;

/** The repository's own configuration can name programs: none of them is run. */
const SAFE = [
  ['core.fsmonitor', ''],
  ['core.hooksPath', '/dev/null'],
  ['protocol.ext.allow', 'never'],
  // A checkout of another user is read as well: nothing in it is run.
  ['safe.directory', '*'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const MAX_LIST = 16_000_000;

const LIST = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];

/** Adds what Git does not ignore below a folder; everything when there is no repository. */
export async function listGit(listing: Listing, exec: Exec, start = ''): Promise<void> {
  const folder = join(listing.base, start);
  const names = isInRepository(folder) ? await gitNames(exec, folder) : [];
  // Nothing at all: no repository, or one further up that ignores this whole folder.
  if (names.length === 0) return walk(listing, start);
  const paths = Array.from(new Set(names), (name) => (start === '' ? name : `${start}/${name}`));
  const repositories = paths.filter((path) => !addFile(listing, path));
  for (const path of repositories) await addRepository(listing, exec, path.replace(/\/$/, ''));
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const above = dirname(folder);
  return above !== folder && isInRepository(above);
}

async function gitNames(exec: Exec, cwd: string): Promise<readonly string[]> {
  const env = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  const { code, stdout, stderr } = await exec('git', [...SAFE, ...LIST], { cwd, env });
  if (stderr.includes('not a git repository')) return [];
  if (code !== 0 || isCutOff(stdout)) throw gitFailed(code, stderr);
  return stdout.split('\0').filter((name) => name !== '');
}

/** A list that is not whole must not be taken for one: `exec` keeps 16 MiB, and an end mark follows every name. */
function isCutOff(list: string): boolean {
  return list.length >= MAX_LIST || (list !== '' && !list.endsWith('\0'));
}

function gitFailed(code: number, stderr: string): UserError {
  const said = stderr.trim().split('\n', 1)[0] ?? '';
  const message =
    said === '' ? `git ls-files gave no complete list (exit code ${code})` : `git ls-files: ${said}`;
  const hint =
    'what Git ignores cannot be left out without it: mend the repository, or write a .dockerignore';
  return new UserError(message, { code: 'git', hint });
}

/** False for a folder. What was deleted but is still in the index is not there. */
function addFile(listing: Listing, path: string): boolean {
  const stats = lstatSync(join(listing.base, path), { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return false;
  if (listing.rules.ignore.ignores(path)) noteLeftOut(listing, path);
  else if (stats !== undefined) addCandidate(listing, path, stats);
  else if (path.includes('\uFFFD')) listing.findings.push(notUtf8(path));
  return true;
}

/** A submodule or a repository of its own: its files enter like any others. */
async function addRepository(listing: Listing, exec: Exec, path: string): Promise<void> {
  const folder = join(listing.base, path);
  if (listing.rules.ignore.prunes(path)) {
    listing.leftOut.add(`${path}/`);
    return;
  }
  if (readdirSync(folder).length === 0) {
    listing.findings.push({
      level: 'warning',
      code: 'empty-submodule',
      message: `the submodule ${JSON.stringify(path)} is empty`,
      hint: 'check it out: git submodule update --init, in a workflow `with: { submodules: true }` at actions/checkout',
    });
  } else if (existsSync(join(folder, '.git'))) await listGit(listing, exec, path);
  else walk(listing, path);
}

/** The uppermost folder that is left out whole stands for what is in it. */
function noteLeftOut(listing: Listing, path: string): void {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    if (listing.leftOut.has(`${folder}/`)) return;
    if (!listing.rules.ignore.prunes(folder)) continue;
    listing.leftOut.add(`${folder}/`);
    return;
  }
  listing.leftOut.add(path);
}
