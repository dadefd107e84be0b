import posix from 'node:path/posix';
import { shellWord } from '../../../../recipe/shell.ts';
import { severalNodes } from '../../../../run/nodes/several.ts';
import { GPU_GRANTS } from '../../../../run/plan/gpu-grants.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import { isOfCheckpoint } from '../binds.ts';
import type { JobScript } from '../job-facts.ts';
import { OF_NODES } from '../nodes.ts';
import { imageLines, workdirLine } from './apptainer-image.ts';
import { nvLines } from './gpus.ts';

/**
 * The container is a child of the job, so Slurm's limits hold for it. Folders of outputs are the run's own, which every node
 * sees. What else it writes is on the disk of the node: in memory Apptainer has room for 64 MB.
 */
export function apptainerScript(job: JobScript): string {
  const { name, outputs, run } = job;
  return `scratch=$(mktemp -d "\${TMPDIR:-/tmp}/${name}.XXXXXX" 2>"$d/failed.log" || mktemp -d "/tmp/${name}.XXXXXX" 2>"$d/failed.log") || failed node-error 1
scratch=$(readlink -f "$scratch"); new=
clean() { chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch" "$new"; }
mkdir "$scratch/overlay" "$scratch/work"
${imageLines(job)}
${nvLines(run)}
${workdirLine(run)}
from=${run.outputsFrom === undefined ? '$workdir' : shellWord(withoutSlash(run.outputsFrom))}
put from "\${from:-/}"
${folders(job)
  .map(({ source }) => `mkdir -p ${source}`)
  .join('\n')}
${STOP}
${beginLines(job)}
begin --overlay "$scratch/overlay"
trap late TERM
started
wait_for
${AGAIN}
over
${END}
${outputs.map(({ isFolder, path }, index) => (isFolder ? '' : `keep ${index} ${shellWord(path === '.' ? '' : `/${path}`)}`)).join('\n')}
finish "$c"
`;
}

const STOP = `stop_job() { kill -TERM "$p" 2>/dev/null; i=0; while kill -0 "$p" 2>/dev/null && [ "$i" -lt "$1" ]; do sleep 1; i=$((i + 1)); done; kill -KILL "$p" 2>/dev/null; }`;

/** A node may be unable to lay a folder over an image: then what is written is kept in memory. */
const AGAIN = `fatal() { [ "$c" -eq 255 ] && said=$(tail -n 1 "$d/log") && case $said in FATAL:*) ;; *) false ;; esac; }
if fatal && [ ! -e "$d/stopped" ]; then
  case $said in *overlay*)
    begin --writable-tmpfs; wait_for
    echo 'jobimg: Apptainer has no overlay on this node: 64 MB can be written outside of outputs and /tmp, and of outputs only folders come back' >>"$d/log" ;;
  esac
fi`;

/**
 * Apptainer ends with 255 where it starts nothing. Files are taken from what was written over the image, by paths without
 * links: those of a container lead elsewhere on the node.
 */
const END = `if fatal; then
  case $said in
  *'executable file not found'* | 'FATAL:   stat '*) c=127 ;;
  'FATAL:   permission denied') c=126 ;;
  *) cp "$d/log" "$d/failed.log"; failed node-error 1 ;;
  esac
fi
oom() { for f in "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/memory.events" "/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:[^:]*memory[^:]*://p' /proc/self/cgroup)/memory.oom_control"; do ! grep -q '^oom_kill [1-9]' "$f" || put oom true; done; }
[ "$c" -eq 0 ] || oom 2>/dev/null
keep() { f=$scratch/overlay/upper$from$2; [ ! -e "$f" ] || [ "$(readlink -f "$f")" != "$f" ] || { mkdir -p "$d/files/$1" && cp -pR "$f" "$d/files/$1/"; }; }`;

function beginLines({ binds, run, words, ...job }: JobScript): string {
  const shared = binds.map(
    ({ readOnly, source, target }) => `--bind ${source}:${target}${readOnly ? ':ro' : ''}`,
  );
  const own = folders({ binds, run, words, ...job }).map(({ source, target }) => `--bind ${source}:${target}`);
  const options = [
    '$nv',
    '--containall --no-eval --no-umask',
    // Its files are not shown, and HOME is what the job is told.
    `--no-home --home "$scratch":${shellWord(run.env.get('HOME') ?? run.home)}`,
    '--workdir "$scratch/work"',
    '--pwd "${workdir:-/}"',
    ...own,
    ...shared,
  ];
  return `begin() {
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
${variables(run)}
exec apptainer --silent exec "$@" ${options.join(' ')} "$sif" ${words.map(shellWord).join(' ')}
) >"$d/log" 2>&1 & p=$!
}`;
}

/** Outputs that are there while the job runs. */
function folders({ outputs }: JobScript): readonly { readonly source: string; readonly target: string }[] {
  return outputs.flatMap(({ isFolder, path }, index) =>
    isFolder
      ? [
          {
            source: `"$d/files/${index}/"${shellWord(posix.basename(path))}`,
            target: `"$from"/${shellWord(path)}`,
          },
        ]
      : [],
  );
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/+$/, '');
}

/** https://apptainer.org/docs/user/latest/environment_and_metadata.html: the prefix is taken away inside. */
function variables(run: RunPlan): string {
  const { env, secrets } = run;
  const isNode = severalNodes(run) !== undefined;
  const isTheirs = (name: string): boolean =>
    name === 'HOME' ||
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
