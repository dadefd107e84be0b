import { shellWord } from '../../../../recipe/shell.ts';
import { severalNodes } from '../../../../run/nodes/several.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import type { Bind } from '../binds.ts';
import type { JobScript } from '../job-facts.ts';
import { knownVariables } from '../variables.ts';
import { gpuLines } from './gpus.ts';

/**
 * A container of an engine is no child of the job: what Slurm gives to the job is passed on here, and its end as well.
 * Podman has the same commands.
 */
export function dockerScript(job: JobScript): string {
  const { name, outputs, run, site } = job;
  return `name=${shellWord(name)}${severalNodes(run) === undefined ? '' : '-$k'}
engine() { ${site.container} "$@"; }
${RUNNING}
stop_job() { engine stop --time "$1" "$name" >/dev/null 2>&1; }
if [ -d "$r/login" ]; then aside ${site.container} --config "$r/login" pull --quiet "$image"; else aside ${site.container} pull --quiet "$image"; fi || failed image-pull 1
${gpuLines(job)}
engine rm --force "$name" >/dev/null 2>&1
${workdirLine(run)}
${createLines(job)}
put container "$SLURMD_NODENAME $name"
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
exec ${site.container} "$@"
) >"$d/failed.log" 2>&1 || { rm -f "$d/container"; failed node-error 1; }
${fromLine(run)}
${outputs
  .filter(({ isFolder }) => isFolder)
  .map(({ path }) => makeFolder(path))
  .join('\n')}
put from "$from"
engine start --attach "$name" >"$d/log" 2>&1 & p=$!
trap late TERM
started
wait_for
while running; do
  echo '${CUT}' >>"$d/log"
  engine attach --no-stdin --sig-proxy=false "$name" >>"$d/log" 2>&1 & p=$!
  wait_for
done
over
set -- $(engine inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' "$name" 2>"$d/failed.log")
[ "$#" -eq 2 ] || failed engine-lost 1
[ "$2" != true ] || put oom true
${[COPY, ...outputs.map(({ path }, index) => copyOut(path, index))].join('\n')}
engine rm --force --volumes "$name" >/dev/null 2>&1 && rm -f "$d/container"
finish "$1"
`;
}

const CUT = 'jobimg: the client of the engine ended before the container did: lines may be missing here';

/**
 * A client may end before its container, whose exit code is 0 until it has one: the end of the client is never taken for that
 * of the job. An engine that gives no answer for five minutes is given up.
 */
const RUNNING = `running() {
  i=0
  until on=$(engine inspect --format '{{.State.Running}}' "$name" 2>/dev/null); do
    i=$((i + 1)); [ "$i" -lt 60 ] || return 1
    sleep 5
  done
  [ "$on" = true ]
}`;

/** The words are made before the values of secrets are known to the shell, so that none of them can change one. */
function createLines({ binds, run, site, words }: JobScript): string {
  const [entrypoint = '', ...rest] = words;
  const isPodman = site.container === 'podman';
  const options = [
    '--name "$name"',
    ...[...run.labels].map(([key, value]) => `--label ${shellWord(`${key}=${value}`)}`),
    '--pull never',
    '--init',
    '--stop-signal SIGTERM',
    '--security-opt no-new-privileges',
    '--pids-limit 32768',
    ...(isPodman ? [] : ['--log-driver none']),
    `--shm-size ${Math.floor(run.resources.shm ?? SHM)}`,
    '$memory',
    '$gpus',
    ...(run.workdir === undefined ? [] : [`--workdir ${shellWord(run.workdir)}`]),
    `--entrypoint ${shellWord(entrypoint)}`,
    ...variables(run),
    ...ofNode(run),
    ...binds.map(mountWord),
    ...(run.checkpoint === undefined ? [] : ['--env JOBIMG_RESUME="$resume"']),
  ];
  return `${MEMORY}\nset -- create ${options.join(' ')} "$image" ${rest.map(shellWord).join(' ')}`;
}

/** As data loaders share tensors through it. */
const SHM = 8e9;

/** Megabytes that Slurm has set aside for the job on this node; the container is in no group of the job's. */
const MEMORY = `m=\${SLURM_MEM_PER_NODE:-}
[ -n "$m" ] || [ -z "\${SLURM_MEM_PER_CPU:-}" ] || m=$((SLURM_MEM_PER_CPU * \${SLURM_CPUS_ON_NODE:-1}))
memory=; [ "\${m:-0}" -eq 0 ] || memory="--memory \${m}m --memory-swap \${m}m"`;

/** Nodes meet over the network of their machines: what an engine makes for containers ends at each of them. */
function ofNode(run: RunPlan): readonly string[] {
  if (severalNodes(run) === undefined) return [];
  return ['--network host', '--env MASTER_ADDR="$JOBIMG_MASTER"', '--env NODE_RANK="$k"'];
}

/** Values of secrets are in the environment of the client alone, never among its words. */
function variables(run: RunPlan): readonly string[] {
  const plain = knownVariables(run).map(([name, value]) => `${name}=${value}`);
  const none = run.resources.gpu === undefined ? ['NVIDIA_VISIBLE_DEVICES=void'] : [];
  return [...none, ...plain, ...run.secrets].map((text) => `--env ${shellWord(text)}`);
}

/** The engine of a node makes no folder there that is missing. */
function mountWord({ readOnly, source, target }: Bind): string {
  return `--mount type=bind,source=${source},target=${target}${readOnly ? ',readonly' : ''}`;
}

/** A checkpoint is relative to it. */
function workdirLine({ checkpoint, workdir }: RunPlan): string {
  if (checkpoint === undefined) return ':';
  if (workdir !== undefined) return `workdir=${shellWord(workdir)}`;
  return `workdir=$(engine image inspect --format '{{.Config.WorkingDir}}' "$image"); workdir=\${workdir%/}`;
}

/** The folder that outputs are relative to; of an image that is not ours, its work directory. */
function fromLine({ outputsFrom, workdir }: RunPlan): string {
  const known = outputsFrom ?? workdir;
  if (known !== undefined) return `from=${shellWord(known)}`;
  return `from=$(engine inspect --format '{{.Config.WorkingDir}}' "$name"); from=\${from:-/}`;
}

/** Whoever the user of the image is writes into it. */
function makeFolder(path: string): string {
  const [first = ''] = path.split('/');
  return `rm -rf "$d/new" && (umask 000; mkdir -p "$d/new"/${shellWord(path)}) && engine cp "$d/new"/${shellWord(first)} "$name:$from/"`;
}

/** What is not there was not left by the job; Docker and Podman say so in words of their own. */
const COPY = `copy() {
  mkdir -p "$d/files/$1" 2>"$d/copy.log" && engine cp "$2" "$d/files/$1/" 2>"$d/copy.log" && return
  if [ -z "$(ls -A "$d/files/$1" 2>/dev/null)" ] && grep -Eqi 'could not find the file|could not be found|no such file' "$d/copy.log"; then return; fi
  lost "$1"
}`;

function copyOut(path: string, index: number): string {
  const source = path === '.' ? '"$name:$from"' : `"$name:$from"/${shellWord(path)}`;
  return `copy ${index} ${source}`;
}
