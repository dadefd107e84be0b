import { shellWord } from '../../../../recipe/shell.ts';
import { severalNodes } from '../../../../run/nodes/several.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import type { Bind } from '../binds.ts';
import type { JobScript } from '../job-facts.ts';
import { knownVariables } from '../variables.ts';
import { AGAIN, END } from './apptainer-end.ts';
import { imageLines, workdirLine } from './apptainer-image.ts';
import { nvLines } from './gpus.ts';
import { foldersOf, fromLines, KILLED, KILLS, keepLines, STOP, scratchLines } from './node-disk.ts';

/**
 * The container is a child of the job, so Slurm's limits hold for it. Folders of outputs are the run's own, which every node
 * sees. What else it writes is on the disk of the node: in memory Apptainer has room for 64 MB.
 */
export function apptainerScript(job: JobScript): string {
  const { name, outputs, run } = job;
  const folders = foldersOf(outputs);
  return [
    scratchLines(name),
    'over=$scratch/overlay/upper; mkdir "$scratch/overlay" "$scratch/work"',
    ...[imageLines(job), nvLines(run), workdirLine(run), fromLines(run)],
    ...folders.map(({ source }) => `mkdir -p ${source}`),
    ...[STOP, KILLS, beginLines(job, folders)],
    'begin --overlay "$scratch/overlay"',
    'trap late TERM',
    ...['started', 'wait_for', AGAIN, 'over', END, KILLED],
    keepLines(outputs),
    'finish "$c"',
  ].join('\n');
}

/** `begin <options>`: starts the container in the background. */
function beginLines({ binds, run, words }: JobScript, folders: readonly Bind[]): string {
  const options = [
    '$nv',
    '--containall --no-eval --no-umask',
    // The home of the user is not shown, and HOME is what the job is told.
    `--no-home --home "$scratch":${shellWord(run.env.get('HOME') ?? run.home)}`,
    '--workdir "$scratch/work"',
    `--pwd "\${workdir:-/}"`,
    ...[...folders, ...binds].map(
      ({ readOnly, source, target }) => `--bind ${source}:${target}${readOnly ? ':ro' : ''}`,
    ),
  ];
  return `begin() {
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
${variables(run)}
exec apptainer --silent exec "$@" ${options.join(' ')} "$file" ${words.map(shellWord).join(' ')}
) >"$d/log" 2>&1 & p=$!
}`;
}

/** https://apptainer.org/docs/user/latest/environment_and_metadata.html: the prefix is taken away inside. */
function variables(run: RunPlan): string {
  const own = knownVariables(run)
    .filter(([name]) => name !== 'HOME')
    .map(([name, value]) => `export APPTAINERENV_${name}=${shellWord(value)}`);
  const ofNode = ['MASTER_ADDR="$JOBIMG_MASTER"', 'NODE_RANK="$k"'].map(
    (text) => `export APPTAINERENV_${text}`,
  );
  const resume = run.checkpoint === undefined ? [] : ['export APPTAINERENV_JOBIMG_RESUME="$resume"'];
  return [...own, ...(severalNodes(run) === undefined ? [] : ofNode), ...resume].join('\n');
}
