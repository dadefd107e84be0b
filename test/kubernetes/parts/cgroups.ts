// The cgroups of all pods of a cluster: below one folder in each hierarchy of version 1, or in that of version 2. A
// machine may have both, and then the runtime uses version 1 and makes folders in the other one as well.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

export function makeCgroups(cgroup: string): void {
  const hierarchies = mountsOf(['cgroup']);
  for (const root of hierarchies) mkdirSync(join(root, cgroup), { recursive: true });
  if (hierarchies.length > 0) fillCpuset(hierarchies, cgroup);
  else makeVersionTwo(cgroup);
}

/** A new folder has no CPUs and no memory nodes, and then nothing can be put into it. */
function fillCpuset(hierarchies: readonly string[], cgroup: string): void {
  for (const root of hierarchies.filter((path) => existsSync(join(path, 'cpuset.cpus')))) {
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      writeFileSync(join(root, cgroup, file), readFileSync(join(root, file)));
    }
  }
}

function makeVersionTwo(cgroup: string): void {
  delegate(ROOT);
  mkdirSync(join(ROOT, cgroup), { recursive: true });
  delegate(join(ROOT, cgroup));
}

/**
 * Version 2 gives controllers only to children of a folder without processes. In a container the root of what is seen
 * has some, which get a folder of their own. Not tried: the machines of these tests had version 1.
 */
function delegate(folder: string): void {
  const controllers = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const enable = () => {
    for (const name of controllers) writeFileSync(join(folder, 'cgroup.subtree_control'), `+${name}`);
  };
  try {
    enable();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    const own = join(folder, 'init');
    mkdirSync(own, { recursive: true });
    for (const pid of pidsOf(folder)) writeFileSync(join(own, 'cgroup.procs'), `${pid}`);
    enable();
  }
}

/** Every process of every pod. */
export function processesIn(cgroup: string): readonly number[] {
  const folders = foldersOf(cgroup).flatMap(withChildren);
  return [...new Set(folders.flatMap(pidsOf))];
}

/** Whether all are gone: a folder stays while a process of it is still ending. */
export function removeCgroups(cgroup: string): boolean {
  for (const folder of foldersOf(cgroup).flatMap(withChildren).reverse()) {
    try {
      rmdirSync(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EBUSY' && code !== 'ENOENT') throw error;
    }
  }
  return foldersOf(cgroup).length === 0;
}

function foldersOf(cgroup: string): readonly string[] {
  const paths = mountsOf(['cgroup', 'cgroup2']).map((root) => join(root, cgroup));
  return paths.filter((path) => existsSync(path));
}

/** A folder before those below it. */
function withChildren(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...entries.flatMap((entry) => withChildren(join(folder, entry.name)))];
}

function pidsOf(folder: string): readonly number[] {
  const text = readFileSync(join(folder, 'cgroup.procs'), 'utf8');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Where hierarchies of these types are mounted. */
function mountsOf(types: readonly string[]): readonly string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const paths = lines.filter(([, , type]) => types.includes(type ?? '')).map(([, path]) => path ?? '');
  return paths.filter((path) => `${path}/`.startsWith(`${ROOT}/`));
}
