import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Owner } from '../../run/owner-process.ts';
import { errnoOf } from '../errno.ts';

/** This process, by what tells it from a later one with its number. */
export function ownProcess(): Owner {
  const isLinux = process.platform === 'linux';
  return {
    pid: process.pid,
    host: hostname(),
    boot: isLinux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '',
    namespace: isLinux ? readlinkSync('/proc/self/ns/pid') : '',
    started: startedAt(process.pid) ?? '',
  };
}

/** When the process of this number started; undefined when there is none that still runs. */
export function startedAt(pid: number): string | undefined {
  return process.platform === 'linux' ? startedOnLinux(pid) : startedElsewhere(pid);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html : the name, which may hold anything, stands in brackets. */
function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended is there until its parent asks for its exit code.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

/** As `ps` says it: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html */
export function startedElsewhere(pid: number): string | undefined {
  try {
    const answer = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: '/',
    });
    return answer.trim() || undefined;
  } catch (error) {
    // Its exit code says that there is no such process; what cannot be asked is not taken for that.
    if ((error as { status?: unknown }).status === 1) return undefined;
    throw error;
  }
}
