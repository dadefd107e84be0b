import { LAST_INPUT } from '../../../../io/inputs/moved-tar.ts';

/** Where the container that takes the inputs has their volume. */
export const INPUTS_AT = '/.jobimg-inputs';
/** Seconds that it waits for whoever brings them. */
export const INPUTS_WAIT = 600;
/** Seconds that they may take to come, in all. */
export const INPUTS_TIME = 3_600;

/** Where in the volume one of those folders is. */
export function inputPath(index: number): string {
  return `files/${index}`;
}

/**
 * What the container does before that of the job is started: it waits until everything has been brought. Nobody may come,
 * and meanwhile the GPUs of the pod are taken; so it gives up where nothing is being brought either.
 */
export function inputsScript(): string {
  return [
    `d=${INPUTS_AT}`,
    'up() { IFS=" ." read -r u _ </proc/uptime; }',
    'up; s=$u',
    'until [ -e "$d/done" ]; do',
    '  up; p=',
    '  if [ -s "$d/pid" ]; then read -r p <"$d/pid"; fi',
    '  if [ -n "$p" ] && [ -d "/proc/$p" ]; then s=$u; fi',
    `  if [ $((u-s)) -ge ${INPUTS_WAIT} ]; then echo late >/dev/termination-log; exit 1; fi`,
    '  sleep 1 & wait "$!"',
    'done',
  ].join('\n');
}

/** What is run in that container with the tar of all inputs; a try that broke off leaves nothing behind. */
export function takeInputsCommand(): readonly string[] {
  const text = [
    `cd ${INPUTS_AT} && echo "$$" >pid.new && mv pid.new pid`,
    `rm -rf files && mkdir files && tar -xpof - -C files && [ -e files/${LAST_INPUT} ] && : >done`,
  ].join(' && ');
  return ['sh', '-c', text];
}
