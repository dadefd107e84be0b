import posix from 'node:path/posix';
import { shellWord } from '../../../recipe/shell.ts';
import { COPIES, type KeptPaths, SHARED, VOLUMES } from './kept-paths.ts';

/** Seconds that the outputs of a run that has ended are kept for whoever fetches them. */
export const KEEP = 600;

/**
 * What starts the command of the job in a shell of its own: its number is told to the other container, SIGTERM is passed
 * on, and what is no volume is copied when it has ended. The exit code is the command's.
 */
export function wrapper({ checkpoint, copies, folders }: KeptPaths, choose: string): string {
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
    ...copies.map(copyLine),
    ...(checkpoint === undefined ? [] : [releaseLine(checkpoint)]),
    `if [ -f ${SHARED}/stopped ]; then cat ${SHARED}/stopped >/dev/termination-log; fi`,
    'exit "$c"',
  ].join('\n');
}

/** An earlier attempt has left something to go on from. */
function resumeLine(checkpoint: string): string {
  return `if [ -n "$(ls -A ${shellWord(checkpoint)} 2>/dev/null)" ]; then JOBIMG_RESUME=1; export JOBIMG_RESUME; fi`;
}

/** Whoever has succeeded needs it no more; the folder itself is a volume. */
function releaseLine(checkpoint: string): string {
  const all = `${shellWord(checkpoint)}/..?* ${shellWord(checkpoint)}/.[!.]* ${shellWord(checkpoint)}/*`;
  return `if [ "$c" -eq 0 ] && [ ! -f ${SHARED}/stopped ]; then rm -rf ${all}; fi`;
}

function copyLine({ path, at }: KeptPaths['copies'][number]): string {
  const target = posix.join(COPIES, path);
  const [source, place, folder] = [at, target, posix.dirname(target)].map(shellWord);
  return `if [ -e ${source} ] || [ -h ${source} ]; then mkdir -p ${folder} && cp -pPR ${source} ${place}; fi`;
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
}

/**
 * What the other container does: it ends the command at its time limit, or when it is told to, and stays for a while
 * after that. It counts by the uptime of the node, which is never set. A process that is seen no more has ended.
 */
export function keeper({ timeout, grace }: KeepScriptOptions): string {
  return [
    `d=${SHARED}; p=; k=; t=; trap 't=1' TERM`,
    'up() { IFS=" ." read -r u _ </proc/uptime; }',
    'end() { if [ -z "$k" ]; then echo "$2" >"$d/stopped"; kill -TERM "$p" 2>/dev/null; k=$((u+$1)); elif [ $((u+$1)) -lt "$k" ]; then k=$((u+$1)); fi; }',
    'up; s=$u; e=$u',
    'while :; do',
    '  up',
    '  if [ -z "$p" ] && [ -s "$d/pid" ]; then read -r p <"$d/pid"; s=$u; fi',
    '  if [ -n "$p" ] && [ -d "/proc/$p" ]; then',
    '    e=$u',
    '    if [ -f "$d/stop" ]; then read -r n <"$d/stop"; rm -f "$d/stop"; end "$n" stopped; fi',
    `    if [ -z "$k" ] && [ $((u-s)) -gt ${Math.ceil(timeout)} ]; then end ${Math.ceil(grace)} timeout; fi`,
    '    if [ -n "$k" ] && [ "$u" -gt "$k" ]; then kill -KILL "$p" 2>/dev/null; fi',
    `  elif [ -n "$t" ] || [ $((u-e)) -ge ${KEEP} ]; then exit 0; fi`,
    '  sleep 1 & wait "$!"',
    'done',
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
