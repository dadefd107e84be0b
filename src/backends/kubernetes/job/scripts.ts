import posix from 'node:path/posix';
import type { Nodes } from '../../../jobspec/job/nodes.ts';
import { shellWord } from '../../../recipe/shell.ts';
import { COPIES, ENDED, type KeptPaths, SHARED, VOLUMES } from './kept-paths.ts';

/** Seconds that the outputs of a run that has ended are kept for whoever fetches them. */
export const KEEP = 600;

/** One of the nodes of a run, which know each other by what they write. */
interface OneOfNodes {
  readonly run: string;
  readonly count: number;
}

/**
 * What starts the command of the job in a shell of its own: its number is told to the other container, SIGTERM is passed
 * on, and what is no volume is copied when it has ended. The exit code is the command's, and told to the other container
 * where that has to know it.
 */
export function wrapper({ checkpoint, copies, folders }: KeptPaths, choose: string, of?: OneOfNodes): string {
  return [
    choose,
    // Where that is not allowed, the job says so itself when it writes there.
    ...folders.map((folder) => `mkdir -p ${shellWord(folder)} 2>/dev/null`),
    ...(checkpoint === undefined ? [] : [resumeLine(checkpoint)]),
    '"$@" & p=$!',
    't=; trap \'t=1; kill -TERM "$p" 2>/dev/null\' TERM',
    `echo "$p" >${SHARED}/pid.new && mv ${SHARED}/pid.new ${SHARED}/pid`,
    'wait "$p"; c=$?',
    // A signal ends a wait; the code of the command is what the next one says, and 127 where there is none to wait for.
    'while [ -n "$t" ]; do t=; wait "$p"; n=$?; [ "$n" -eq 127 ] || c=$n; done',
    ...(of === undefined ? [] : [`echo "$c" >${SHARED}/code.new && mv ${SHARED}/code.new ${SHARED}/code`]),
    ...copies.map(copyLine),
    ...(checkpoint === undefined ? [] : [releaseLine(checkpoint, of)]),
    `if [ -f ${SHARED}/stopped ]; then cat ${SHARED}/stopped >/dev/termination-log; fi`,
    'exit "$c"',
  ].join('\n');
}

/** An earlier attempt has left something to go on from. */
function resumeLine(checkpoint: string): string {
  return `if [ -n "$(ls -A ${shellWord(checkpoint)} 2>/dev/null)" ]; then JOBIMG_RESUME=1; export JOBIMG_RESUME; fi`;
}

/** Whoever has succeeded needs it no more, of several nodes the last one; the folder itself is a volume. */
function releaseLine(checkpoint: string, of: OneOfNodes | undefined): string {
  const all = `${shellWord(checkpoint)}/..?* ${shellWord(checkpoint)}/.[!.]* ${shellWord(checkpoint)}/*`;
  return `if [ "$c" -eq 0 ] && [ ! -f ${SHARED}/stopped ]; then ${of === undefined ? `rm -rf ${all}` : releaseByLast(all, of)}; fi`;
}

/** By the name of the run, since nodes of an earlier attempt may have succeeded. */
function releaseByLast(all: string, { run, count }: OneOfNodes): string {
  const ended = `${ENDED}/${shellWord(run)}`;
  const tell = `: >${ended}."$JOB_COMPLETION_INDEX"; set -- ${ended}.*`;
  return `${tell}; if [ "$#" -ge ${count} ]; then rm -rf ${all} ${ENDED}/*; fi`;
}

function copyLine({ path, at }: KeptPaths['copies'][number]): string {
  const target = posix.join(COPIES, path);
  const [source, place, folder] = [at, target, posix.dirname(target)].map(shellWord);
  const told = shellWord(`jobimg: the output "${path}" could not be copied, and nothing of it is kept`);
  return `if [ -e ${source} ] || [ -h ${source} ]; then mkdir -p ${folder} && cp -pPR ${source} ${place} || { rm -rf ${place}; echo ${told} >&2; }; fi`;
}

/** Where the image has no bash, the text runs without pipefail, which is said. */
export const CHOOSE_BASH = [
  'if command -v bash >/dev/null 2>&1; then set -- bash -eo pipefail -c "$1"',
  'else echo \'jobimg: the image has no bash: the command runs with "sh -e -c", so without pipefail\' >&2; set -- sh -e -c "$1"; fi',
].join('\n');

export interface KeepScriptOptions {
  /** Seconds. */
  readonly timeout: number;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** undefined: it is the only one. */
  readonly nodes?: Nodes | undefined;
}

/**
 * What the other container does: it ends the command at its time limit, or when it is told to, and stays for a while
 * after that. It counts by the uptime of the node, which is never set. A process that is seen no more has ended.
 */
export function keeper({ timeout, grace, nodes }: KeepScriptOptions): string {
  const stay = nodes === undefined ? undefined : stayOf(nodes, grace);
  return [
    `d=${SHARED}; p=; k=; t=; trap 't=1' TERM`,
    'up() { IFS=" ." read -r u _ </proc/uptime; }',
    'end() { if [ -z "$k" ]; then echo "$2" >"$d/stopped"; kill -TERM "$p" 2>/dev/null; k=$((u+$1)); elif [ $((u+$1)) -lt "$k" ]; then k=$((u+$1)); fi; }',
    ...(stay === undefined ? [] : [stay]),
    'up; s=$u; e=$u',
    'while :; do',
    '  up',
    '  if [ -z "$p" ] && [ -s "$d/pid" ]; then read -r p <"$d/pid"; s=$u; fi',
    '  if [ -n "$p" ] && [ -d "/proc/$p" ]; then',
    '    e=$u',
    '    if [ -f "$d/stop" ]; then read -r n <"$d/stop"; rm -f "$d/stop"; end "$n" stopped; fi',
    `    if [ -z "$k" ] && [ $((u-s)) -gt ${Math.ceil(timeout)} ]; then end ${Math.ceil(grace)} timeout; fi`,
    '    if [ -n "$k" ] && [ "$u" -gt "$k" ]; then kill -KILL "$p" 2>/dev/null; fi',
    `  elif [ -n "$t" ] || [ $((u-e)) -ge ${stay === undefined ? KEEP : '"$(stay)"'} ]; then exit 0; fi`,
    '  sleep 1 & wait "$!"',
    'done',
  ].join('\n');
}

/** Seconds that whoever follows a run gets to notice that a node has failed. */
const NOTICE = 60;

/**
 * For how long a pod of several stays. The controller ends all others when one that has failed is over: soon, so that no
 * node waits for it in vain, but for whoever follows the run, who stops the others with their grace and tells this one
 * to stay for its outputs. A node whose outputs nobody wants leaves its machine at once when it has succeeded.
 */
function stayOf({ outputs }: Nodes, grace: number): string {
  const succeeded =
    outputs === 'all' ? `echo ${KEEP}` : `case "$JOB_COMPLETION_INDEX" in 0) echo ${KEEP};; *) echo 0;; esac`;
  return [
    'stay() {',
    '  c=; if [ -s "$d/code" ]; then read -r c <"$d/code"; fi',
    `  if [ "$c" = 0 ]; then ${succeeded}`,
    `  elif [ -z "$p" ] || [ -n "$k" ] || [ -f "$d/stop" ]; then echo ${KEEP}; else echo ${Math.ceil(grace) + NOTICE}; fi`,
    '}',
  ].join('\n');
}

/** What is run in the other container so that it ends the command; it does so also when nobody waits for it. */
export function stopCommand(grace: number): readonly string[] {
  const text = `echo "$1" >${SHARED}/stop.new && mv ${SHARED}/stop.new ${SHARED}/stop`;
  return ['sh', '-c', text, 'jobimg', String(Math.ceil(grace))];
}

/** As `tarCommand` ends where there is nothing. */
export const NOTHING_THERE = 44;

/** What is run in the other container to get an output as a tar, wherever it is kept. */
export function tarCommand(path: string): readonly string[] {
  if (posix.join(path, '.') === '.') return ['tar', '-C', SHARED, '-cf', '-', `./${posix.basename(COPIES)}`];
  // One line, for a person may have to type it.
  const text = [
    `for r in ${VOLUMES} ${COPIES}; do`,
    'if cd "$r/$1" 2>/dev/null && { [ -e "./$2" ] || [ -h "./$2" ]; }; then exec tar -cf - "./$2"; fi;',
    `done; exit ${NOTHING_THERE}`,
  ].join(' ');
  return ['sh', '-c', text, 'jobimg', posix.dirname(path), posix.basename(path)];
}
