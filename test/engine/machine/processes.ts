import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Empty for a kernel thread and for a zombie. */
  readonly argv: readonly string[];
}

export function processes(): readonly Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({ pid: Number(pid), parent: Number(statOf(pid)?.[1] ?? 0), argv: argvOf(pid) }));
}

/** Undefined for no process, and for a zombie. */
export function startTimeOf(pid: number): string | undefined {
  const fields = statOf(pid);
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** /proc/<pid>/stat from its third field on. */
function statOf(pid: number | string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function argvOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Under jest an error of Node is none of its own `Error`.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A process and all that it started. */
export function killTree(pid: number): void {
  const all = processes();
  const family = (one: number): readonly number[] => [
    one,
    ...all.filter(({ parent }) => parent === one).flatMap((child) => family(child.pid)),
  ];
  for (const one of family(pid)) kill(one);
}
