import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import { shellWord } from '../../../recipe/shell.ts';

/** How much of a log one answer brings. */
export const MOST_LOG = 4 * 1024 * 1024;

/** Seconds for which a shared file system may show what was there before. */
export const LATE = 60;

/** What a command of Slurm says when its controller may have done what it was asked for, or not. */
export const NOT_HEARD = 'timed out|unable to contact|connection|communication|zero bytes|standby';

/** Where the files of all runs are, as a word of a shell. */
export function baseWord({ folder }: SlurmSite): string {
  return folder === undefined ? '"$HOME/.jobimg"' : shellWord(folder);
}

/** The job that has begun, or the one that was submitted. */
const JOB_ID = `job_id() {
  i=
  if [ -s "$d/owner" ]; then read -r i <"$d/owner"; elif [ -s "$d/id" ]; then read -r i <"$d/id"; fi
  [ -n "$i" ]
}`;

/** A value is one line: another one, such as the name of a folder with a line break, would be read as more values. */
const SAY = `say() { case $2 in *'
'*) ;; *) printf '%s=%s\\n' "$1" "$2" ;; esac; }`;

/** What the operator's lines print is no answer of ours. */
function setupLines({ setup }: SlurmSite): readonly string[] {
  return setup.length === 0 ? [] : ['{', ...setup, '} >&2'];
}

/** What every script of ours begins with: `$b` is the folder of all runs, `$d` that of this one. */
export function preamble(site: SlurmSite, name: string): string {
  return [
    'umask 077',
    ...setupLines(site),
    `b=${baseWord(site)}`,
    `d=$b/${shellWord(name)}`,
    JOB_ID,
    SAY,
  ].join('\n');
}
