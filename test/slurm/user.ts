// A user who is not root, on a machine that has Apptainer: what the nodes of a cluster are to who uses it.
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Shell } from '../../src/backends/slurm/shell.ts';
import { once } from '../../src/io/process/exec.ts';
import { shellWord } from '../../src/recipe/shell.ts';
import { command } from '../engine/machine/command.ts';
import { cacheRoot } from '../engine/machine/paths.ts';
import { ensureApptainer } from './apptainer.ts';

/**
 * An enroot, with `usr` and `etc` as if it was installed there: nobody can fetch one for the tests, and who has one tries it in
 * the place of Apptainer.
 */
const ENROOT = process.env['JOBIMG_ENROOT'];
/** What such a user's jobs run in. */
export const USER_CONTAINER = ENROOT === undefined ? 'apptainer' : 'enroot';

const NAME = 'student';
/** Another one for each process of the tests, so that a test finds the processes of its own. */
const ID = 60_000 + (process.pid % 5_000);

export interface UserMachine {
  readonly id: number;
  readonly home: string;
  /** What comes before the words of a program of the machine's, which root starts. */
  readonly words: readonly string[];
  /** A shell as its user has it. */
  shellOf(shell: Shell): Shell;
}

/** In a folder that everybody may pass; `slurm`: where the programs of Slurm are. */
export async function makeUserMachine(folder: string, slurm: string): Promise<UserMachine> {
  const apptainer = await ensureApptainer();
  const home = join(folder, 'home');
  await chmod(folder, 0o755);
  await mkdir(home);
  await chown(home, ID, ID);
  const [users, groups] = await Promise.all(
    ['passwd', 'group'].map((name) => readFile(`/etc/${name}`, 'utf8')),
  );
  await writeFile(join(folder, 'passwd'), `${users}${NAME}:x:${ID}:${ID}::${home}:/bin/sh\n`);
  await writeFile(join(folder, 'group'), `${groups}${NAME}:x:${ID}:\n`);
  // Everybody may use it on the machines of a cluster.
  await command('mknod', ['-m', '666', join(folder, 'fuse'), 'c', '10', '229']);
  await mkdir(join(folder, 'seen'));
  const system = ENROOT === undefined ? [apptainer] : [ENROOT, apptainer];
  const script = scriptOf({ folder, system, slurm });
  const words = ['unshare', '--mount', 'sh', '-euc', `${script}\nexec "$0" "$@"`];
  const login = [
    'setpriv',
    `--reuid=${ID}`,
    `--regid=${ID}`,
    '--clear-groups',
    'env',
    `HOME=${home}`,
    '/bin/sh',
  ];
  const asUser = (...more: readonly string[]): string =>
    `exec ${[...words, ...login, ...more].map(shellWord).join(' ')}`;
  return {
    id: ID,
    home,
    words,
    shellOf: (shell) => ({
      ...shell,
      run: (text, signal) =>
        shell.send(asUser('-s'), once(Buffer.from(`{\n${text}\nexit 0\n} </dev/null\n`)), signal),
      send: (text, bytes, signal) => shell.send(asUser('-c', text), bytes, signal),
      open: (text) => shell.open(asUser('-c', text)),
    }),
  };
}

interface Places {
  readonly folder: string;
  /** Trees that lie over that of the machine, the uppermost first. */
  readonly system: readonly string[];
  readonly slurm: string;
}

/** Only those that it starts see it: its users, Apptainer as if it was installed, and Slurm below a home that is closed. */
function scriptOf({ folder, system, slurm }: Places): string {
  const closed = cacheRoot().startsWith(`${homedir()}/`) ? homedir() : cacheRoot();
  const seen = join(folder, 'seen');
  return [
    'umask 022',
    ...['usr', 'etc', 'var/lib'].map((name) => {
      const lower = [...system.map((tree) => join(tree, name)).filter(existsSync), `/${name}`];
      return `mount -t overlay none -o lowerdir=${lower.join(':')} /${name}`;
    }),
    ...['passwd', 'group'].map((name) => `mount --bind ${folder}/${name} /etc/${name}`),
    `mount --bind ${folder}/fuse /dev/fuse`,
    `mount --bind ${slurm} ${seen}`,
    `mount -t tmpfs -o mode=755 none ${closed}`,
    `mkdir -p ${slurm}; mount --move ${seen} ${slurm}`,
  ].join('\n');
}
