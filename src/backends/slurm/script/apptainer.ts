import posix from 'node:path/posix';
import { shellWord } from '../../../recipe/shell.ts';
import { severalNodes } from '../../../run/nodes/several.ts';
import { GPU_GRANTS } from '../../../run/plan/gpu-grants.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { isOfCheckpoint } from './binds.ts';
import { nvLines } from './gpus.ts';
import type { JobScript } from './job-facts.ts';
import { OF_NODES } from './nodes.ts';

/**
 * The container is a child of the job, so Slurm's limits hold for it. Its image is made once for each digest, in a folder
 * that all nodes share. Outputs are folders of the run's own, which are there when the container is gone.
 */
export function apptainerScript(job: JobScript): string {
  const { outputs, run, words } = job;
  const from = run.outputsFrom ?? run.workdir ?? '/';
  const folders = outputs.map(
    ({ path }, index) =>
      `--bind "$d/files/${index}/"${shellWord(posix.basename(path))}:${shellWord(posix.join(from, path))}`,
  );
  const shared = job.binds.map(
    ({ readOnly, source, target }) => `--bind ${source}:${target}${readOnly ? ':ro' : ''}`,
  );
  const binds = [...folders, ...shared];
  return `workdir=${shellWord((run.workdir ?? '').replace(/\/$/, ''))}
sif=\${r%/*}/images/${imageFile(job.image)}
stop_job() { kill -TERM "$p" 2>/dev/null; i=0; while kill -0 "$p" 2>/dev/null && [ "$i" -lt "$1" ]; do sleep 1; i=$((i + 1)); done; kill -KILL "$p" 2>/dev/null; }
mkdir -p "\${r%/*}/images"
if [ ! -e "$sif" ]; then
  [ ! -e "$r/login/apptainer.sh" ] || . "$r/login/apptainer.sh"
  new=$sif.$(uname -n).$$
  aside apptainer pull --force "$new" "docker://$image" && mv "$new" "$sif" || { rm -f "$new"; failed image-pull 1; }
fi
${nvLines(run)}
${outputs.map(({ path }, index) => `mkdir -p "$d/files/${index}/"${shellWord(posix.basename(path))}`).join('\n')}
put from ${shellWord(from)}
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
${variables(run)}
exec apptainer exec $nv --containall --no-home --writable-tmpfs --pwd ${shellWord(run.workdir ?? '/')} ${binds.join(' ')} "$sif" ${words.map(shellWord).join(' ')}
) >"$d/log" 2>&1 & p=$!
trap late TERM
started
wait_for
over
finish "$c"
`;
}

/** A digest names one image wherever it came from. */
function imageFile(image: string): string {
  return `${image.slice(image.lastIndexOf('sha256:') + 'sha256:'.length)}.sif`;
}

/** https://apptainer.org/docs/user/latest/environment_and_metadata.html: the prefix is taken away inside. */
function variables(run: RunPlan): string {
  const { env, secrets } = run;
  const isNode = severalNodes(run) !== undefined;
  const isTheirs = (name: string): boolean =>
    secrets.includes(name) ||
    GPU_GRANTS.has(name) ||
    (isNode && OF_NODES.has(name)) ||
    isOfCheckpoint(name, run);
  const own = [...env]
    .filter(([name]) => !isTheirs(name))
    .map(([name, value]) => `export APPTAINERENV_${name}=${shellWord(value)}`);
  const ofNode = ['MASTER_ADDR="$JOBIMG_MASTER"', 'NODE_RANK="$k"'].map(
    (text) => `export APPTAINERENV_${text}`,
  );
  const resume = run.checkpoint === undefined ? [] : ['export APPTAINERENV_JOBIMG_RESUME="$resume"'];
  return [...own, ...(isNode ? ofNode : []), ...resume].join('\n');
}
