import { shellWord } from '../../../recipe/shell.ts';
import { keptPlan } from '../../../run/kept-plan.ts';
import { severalNodes } from '../../../run/nodes/several.ts';
import type { Handle } from '../../../run/types/handle.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { SlurmOptions } from '../../types/slurm-options.ts';
import type { PullLogin, Site } from '../site.ts';
import type { SharedMount } from './binds.ts';
import { exported } from './container/exported.ts';
import { sweepScript } from './container/sweep.ts';
import { CONTAINER_PROGRAMS } from './container/tools.ts';
import { givenWords } from './given.ts';
import { jobScript, runScript } from './job.ts';
import { signalLead, slurmLimit } from './limit.ts';
import { NOT_HEARD, preamble } from './place.ts';
import { broughtWord } from './take-inputs.ts';

/** What was made ready for a run before it is submitted. */
export interface Given {
  readonly login?: PullLogin | undefined;
  readonly mounts?: readonly SharedMount[];
  /** The token of its inputs, which are on the cluster. */
  readonly inputs?: string | undefined;
}

/**
 * Names of Slurm are not unique: the folder of a run is, which is there with all its files or not at all. Whoever makes it
 * submits. Another one waits for the id that this one writes, and takes the job over when nothing was written for half a
 * minute. Of several jobs that were submitted all the same, the first to start is the run: see `OWNER`.
 */
export function submitScript(
  run: RunPlan,
  intent: Handle,
  site: Site,
  { login, mounts = [], inputs }: Given = {},
): string {
  const { name } = intent;
  return `${preamble(site.settings, name)}
mkdir -p "$b"
find "$b" -maxdepth 1 -name '.new-*' -mtime +0 -exec rm -rf {} + 2>/dev/null
begin() {
  [ ! -e "$d" ] || return 1
  new=$b/.new-\${d##*/}-$(uname -n)-$$; rm -rf "$new"; mkdir "$new" || exit 1
${filesOf(run, { intent, site, login, mounts }).map(writeLine).join('\n')}
  ${inputs === undefined ? ':' : `mv ${broughtWord(inputs)} "$new/inputs" || exit 1`}
  date -u +%Y-%m-%dT%H:%M:%SZ >"$new/submitted"
  mv -T "$new" "$d" 2>/dev/null || { rm -rf "$new"; return 1; }
}
${checkpointLines(run)}
${submitLines(run, name)}
if begin; then
  submit; say attached no
else
  ${inputs === undefined ? ':' : `rm -rf ${broughtWord(inputs)}`}
  say attached yes
  j=0; until job_id || [ "$j" -ge 30 ]; do sleep 1; j=$((j + 1)); done
  if ! job_id && [ "$(cat "$d/hash" 2>/dev/null)" = ${shellWord(run.hash)} ]; then
    known; if [ -n "$id" ]; then keep; else submit; fi
  fi
fi
say hash "$(cat "$d/hash")"
job_id; say id "$i"`;
}

/** Seconds that the checkpoint of a run stays that did not succeed. */
const KEPT = 7 * 86_400;

/** Those that nobody came back for are removed, and this one says how long it may stay. */
function checkpointLines({ checkpoint, queueTimeout = 0, retry, stopGrace, timeout }: RunPlan): string {
  const longest = Math.ceil(((retry?.max ?? 0) + 1) * (timeout + stopGrace + queueTimeout) + KEPT);
  const own =
    checkpoint === undefined
      ? ':'
      : `mkdir -p "$b/checkpoints"; echo $((t + ${longest})) >"$b/checkpoints/${checkpoint.key}.until"`;
  return `t=$(date +%s)
for f in "$b"/checkpoints/*.until; do
  [ -s "$f" ] && read -r u <"$f" && [ "$u" -lt "$t" ] && rm -rf "$f" "\${f%.until}"
done
${own}`;
}

/** Times that a controller is asked which may have taken the job, and gave no answer; and looks for it after each. */
const ASKED = 5;
const LOOKS = 10;

/** A controller that gave no answer may have taken the job, which is looked for by its name then. */
function submitLines(run: RunPlan, name: string): string {
  return `known() {
  id=$(squeue --noheader --states=PENDING,CONFIGURING,RUNNING,SUSPENDED --user="$(id -u)" --name=${shellWord(name)} --format=%i 2>/dev/null) || { id=; return 1; }
  id=$(printf '%s\\n' "$id" | head -n 1)
}
keep() { printf '%s\\n' "\${id%%;*}" >"$d/id.new" && mv "$d/id.new" "$d/id"; }
submit() {
  n=0
  until id=$(JOBIMG_FOLDER=$d sbatch ${sbatchWords(run, name).map(shellWord).join(' ')} --output="$d/slurm.log" "$d/job.sh" 2>"$d/sbatch.err"); do
    n=$((n + 1))
    if [ "$n" -ge ${ASKED} ] || ! grep -Eiq '${NOT_HEARD}' "$d/sbatch.err"; then
      say refused "$(tr '\\n' ' ' <"$d/sbatch.err")"; rm -rf "$d"; exit 0
    fi
    j=0; until sleep 3; known || [ "$j" -ge ${LOOKS} ]; do j=$((j + 1)); done
    ! job_id || id=$i
    [ -z "$id" ] || break
  done
  keep
}`;
}

function writeLine({ content, path }: ScriptFile): string {
  const folder = path.includes('/') ? `mkdir -p "$new/${path.split('/')[0]}"; ` : '';
  return `  ${folder}printf %s ${shellWord(content)} >"$new/${path}"`;
}

interface ScriptFile {
  readonly path: string;
  readonly content: string;
}

interface Submission {
  readonly intent: Handle;
  readonly site: Site;
  readonly login: PullLogin | undefined;
  readonly mounts: readonly SharedMount[];
}

/** The folder is its user's alone; what is secret in it goes when the job has ended. */
function filesOf(
  run: RunPlan,
  { intent: { hash, name }, login, mounts, site: { secrets, settings } }: Submission,
): readonly ScriptFile[] {
  const values = run.secrets.flatMap((one) => {
    const value = secrets.get(one);
    return value === undefined ? [] : [[one, value] as const];
  });
  const { isEngine, login: file, prefix } = CONTAINER_PROGRAMS[settings.container];
  return [
    { path: 'hash', content: hash },
    { path: 'plan.json', content: JSON.stringify(keptPlan(run)) },
    { path: 'repository', content: run.labels.get('jobimg.repo') ?? '' },
    { path: 'job.sh', content: jobScript(run, name, settings, mounts) },
    ...(isEngine ? [{ path: 'sweep.sh', content: sweepScript(run, settings) }] : []),
    ...(severalNodes(run) === undefined
      ? []
      : [{ path: 'node.sh', content: runScript(run, name, settings, mounts) }]),
    ...(login === undefined ? [] : [{ path: `login/${file.path}`, content: file.content(login) }]),
    ...(values.length === 0
      ? []
      : [
          { path: 'secrets.json', content: JSON.stringify(Object.fromEntries(values)) },
          {
            path: 'secrets.sh',
            content: values.map(([one, value]) => exported(`${prefix}${one}`, value)).join(''),
          },
        ]),
  ];
}

/** https://slurm.schedmd.com/sbatch.html */
export function sbatchWords(run: RunPlan, name: string): readonly string[] {
  const options = SlurmOptions.parse(run.backend.options);
  const { cpu, gpu, memory } = run.resources;
  const cpus = cpu?.min ?? cpu?.max;
  const bytes = memory?.min ?? memory?.max;
  const nodes = severalNodes(run);
  return [
    '--parsable',
    `--job-name=${name}`,
    `--comment=jobimg ${run.hash.slice('sha256:'.length, 'sha256:'.length + 16)}`,
    '--no-requeue',
    '--open-mode=append',
    // What the script that submits has, which is little; anything else would read the login files of the user again.
    '--export=ALL',
    `--nodes=${nodes?.count ?? 1}`,
    nodes === undefined ? '--ntasks=1' : '--ntasks-per-node=1',
    `--time=${slurmLimit(run)}`,
    `--signal=B:TERM@${signalLead(run)}`,
    ...givenWords(options),
    ...(cpus === undefined ? [] : [`--cpus-per-task=${Math.ceil(cpus)}`]),
    ...(bytes === undefined ? [] : [`--mem=${Math.ceil(bytes / 1024 / 1024)}M`]),
    ...(gpu === undefined ? [] : [`--gpus${nodes === undefined ? '' : '-per-node'}=${gpuWord(gpu)}`]),
  ];
}

/** Types of GPUs are named by whoever runs the cluster; the first name is asked for as it stands. */
function gpuWord({ count, names }: NonNullable<RunPlan['resources']['gpu']>): string {
  const [type] = names;
  const number = count.min ?? count.max ?? 1;
  return type === undefined ? String(number) : `${type.toLowerCase()}:${number}`;
}
