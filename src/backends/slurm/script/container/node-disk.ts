import posix from 'node:path/posix';
import { shellWord } from '../../../../recipe/shell.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import type { Bind } from '../binds.ts';
import type { ScriptOutput } from '../job-facts.ts';

/** Seconds in which a program whose container was killed takes its mounts away. */
const UNMOUNTED = 5;

/** `$scratch`: a folder on the disk of the node, which is removed when the job ends; `clean` does so. */
export function scratchLines(name: string): string {
  const folder = (base: string): string => `mktemp -d "${base}/${name}.XXXXXX" 2>"$d/failed.log"`;
  return `new=; making=; scratch=$(${folder(`\${TMPDIR:-/tmp}`)} || ${folder('/tmp')}) || failed node-error 1
scratch=$(readlink -f "$scratch")
clean() { chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch" "$new" "$making"; }`;
}

/** `$from`: the folder that outputs are relative to, without a slash at its end. */
export function fromLines({ outputsFrom }: RunPlan): string {
  return `from=${outputsFrom === undefined ? '$workdir' : shellWord(outputsFrom.replace(/\/+$/, ''))}
put from "\${from:-/}"`;
}

/** Outputs that are there while the job runs, in the folder of the run, which every node sees. */
export function foldersOf(outputs: readonly ScriptOutput[]): readonly Bind[] {
  return outputs.flatMap(({ isFolder, path }, index) => {
    const source = `"$d/files/${index}/"${shellWord(posix.basename(path))}`;
    return isFolder ? [{ source, target: `"$from"/${shellWord(path)}`, readOnly: false }] : [];
  });
}

/**
 * All others are taken from `$over`, where the job has written them. Their paths have no links: those of a container lead
 * elsewhere on the node.
 */
export function keepLines(outputs: readonly ScriptOutput[]): string {
  const files = outputs.flatMap(({ isFolder, path }, index) =>
    isFolder ? [] : [`keep ${index} ${shellWord(path === '.' ? '' : `/${path}`)}`],
  );
  return [KEEP, ...files].join('\n');
}

const KEEP = `keep() {
  f=$over$from$2
  [ ! -e "$f" ] || [ "$(readlink -f "$f")" != "$f" ] || { mkdir -p "$d/files/$1" && cp -pR "$f" "$d/files/$1/"; } 2>"$d/copy.log" || lost "$1"
}`;

/**
 * For a container that is a process of the job. What did not end in its grace is killed from below, so that the program that
 * started it unmounts what it has mounted; its file systems are processes as well, which outlive it otherwise.
 */
export const STOP = `below() { cat "/proc/$p/task/"*/children 2>/dev/null; }
within() { i=0; while kill -0 "$p" 2>/dev/null; do [ "$i" -lt "$1" ] || return 1; sleep 1; i=$((i + 1)); done; }
stop_job() {
  kill -TERM "$p" 2>/dev/null; within "$1" && return
  for one in $(below); do
    case $(cat "/proc/$one/comm" 2>/dev/null) in *fuse*) ;; *) kill -KILL "$one" 2>/dev/null ;; esac
  done
  within ${UNMOUNTED} || kill -KILL "$p" $(below) 2>/dev/null
}`;

/**
 * `$killed`: how many processes the kernel has killed in the group of the job, for want of memory.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export const KILLS = `group() { sed -n "s/^[0-9]*:$1://p" /proc/self/cgroup; }
kills() { cat "/sys/fs/cgroup$(group '')/memory.events" "/sys/fs/cgroup/memory$(group '[^:]*memory[^:]*')/memory.oom_control" 2>/dev/null | sed -n 's/^oom_kill //p'; }
killed=$(kills)`;

export const KILLED = '[ "$c" -eq 0 ] || [ "$(kills)" = "$killed" ] || put oom true';
