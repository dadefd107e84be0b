import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import { nodeFolder } from '../../../run/nodes/several.ts';
import { SWEEP } from './container/sweep.ts';
import { LATE, MOST_LOG, NOT_HEARD, preamble } from './place.ts';
import { ALL_BROUGHT } from './take-inputs.ts';

/** Files of a run's folder that tell how it stands, one line each. */
const FACTS =
  'id hash submitted started stopped stop failure exit log-size oom duration from repository nodes node';
/**
 * What Slurm itself says: state and reason, also of a job that has just ended; accounting may be off. Commands print warnings
 * beside it. What the accounting has for running is over when the controller has forgotten it: the end was never recorded.
 */
const SCHEDULER = `state_of() {
  if q=$(squeue --noheader --states=all --jobs="$1" --format='%T|%r' 2>&1); then q=$(printf '%s\\n' "$q" | grep '^[A-Z][A-Z_]*|' | head -n 1)
  else case $q in *'Invalid job id'*) q= ;; *) say silent "$(printf '%s' "$q" | tr '\\n' ' ')"; return ;; esac; fi
  if [ -z "$q" ]; then
    q=$(sacct --noheader --parsable2 --allocations --jobs="$1" --format=State,Reason 2>/dev/null | head -n 1)
    case $q in PENDING* | RUNNING* | SUSPENDED* | RESIZING*) q= ;; esac
  fi
  say scheduler "$q"
}`;
const TELL = `tell() { for f in ${FACTS}; do [ ! -s "$d/$f" ] || say "$f" "$(head -n 1 "$d/$f")"; done
  for f in "$d/container" "$d"/node-*/container; do [ ! -s "$f" ] || say container "$(cat "$f")"; done; }`;

/** A folder that cannot be looked into is not taken for one that is not there. */
const UNSEEN = `unseen() {
  q=$(LC_ALL=C ls "$1" 2>&1 >/dev/null)
  case $q in *'No such file or directory'*) ;; *) say silent "$(printf '%s' "\${q:-$1 is empty}" | tr '\\n' ' ')" ;; esac
}`;

export interface PollQuestion {
  /** Bytes of the log that were read. */
  readonly offset: number;
  /** Whether Slurm itself is asked of a job that runs: each question costs its controller. */
  readonly ofScheduler: boolean;
}

/** How a run stands: lines of `key=value`, an empty one, and bytes of the log. */
export function pollScript(site: SlurmSite, name: string, { offset, ofScheduler }: PollQuestion): string {
  const ask = ofScheduler ? '' : '[ ! -s "$d/started" ] || state_of() { say scheduler "RUNNING|None"; }\n';
  // It was there when the run was: its file system is away.
  const base = '[ -d "$b" ] || say silent "there is no folder $b"\n';
  return `${askScript(site, name, '', `${base}${ask}`)}
echo
tail -c +${offset + 1} "$d/log" 2>/dev/null | head -c ${MOST_LOG}`;
}

/** The same without the log. */
function askScript(site: SlurmSite, name: string, extra: string, before = ''): string {
  return `${preamble(site, name)}
${TELL}
${SCHEDULER}
${UNSEEN}
${before}if [ -s "$d/hash" ]; then
  say now "$(date +%s)"
  tell
  if job_id; then
    # An end that was written meanwhile is told with it.
    [ -s "$d/exit" ] && [ ! -s "$d/stopped" ] || { state_of "$i"; tell; }
    [ -s "$d/exit" ] || say words "$(tail -n 3 "$d/slurm.log" 2>/dev/null | tr '\\n' ' ')"
  fi
${extra}
else
  unseen "$d/hash"
fi`;
}

/** What it was given as well: it is there while the run is. */
export function lookScript(site: SlurmSite, name: string): string {
  const more = [
    'say plan "$(cat "$d/plan.json")"',
    '[ ! -s "$d/secrets.json" ] || say secrets "$(cat "$d/secrets.json")"',
  ];
  return askScript(site, name, more.join('\n'));
}

/** Every run below the folder, one after the other; the scheduler is asked once. */
export function listScript(site: SlurmSite): string {
  return `${preamble(site, 'none')}
${TELL}
silent=; jobs=$(squeue --noheader --states=all --user="$(id -u)" --format='%i|%T|%r' 2>&1) || silent="squeue: $(printf '%s' "$jobs" | tr '\\n' ' ')"
for d in "$b"/jobimg-*/; do
  d=\${d%/}; [ -s "$d/hash" ] || continue
  say name "\${d##*/}"
  say now "$(date +%s)"
  tell
  say plan "$(cat "$d/plan.json")"
  [ -z "$silent" ] || say silent "$silent"
  [ -n "$silent" ] || ! job_id || say scheduler "$(printf '%s\\n' "$jobs" | grep "^$i|" | head -n 1 | cut -d '|' -f 2-)"
  echo
done`;
}

/** Ends a job, and says so when a controller that gives no answer may still have it. */
const END_JOB = `end_job() { q=$(scancel "$@" 2>&1) || ! printf '%s' "$q" | grep -Eiq '${NOT_HEARD}' || { say silent "$(printf '%s' "$q" | tr '\\n' ' ')"; return 1; }; }`;

/** Asks for the end of a run: of a job that waits at once, else with the grace that its script keeps. */
export function stopScript(site: SlurmSite, name: string, grace: number): string {
  return `${preamble(site, name)}
[ -d "$d" ] || exit 0
printf '%s\\n' ${Math.ceil(grace)} >"$d/stop.new" && mv "$d/stop.new" "$d/stop"
job_id || exit 0
${END_JOB}
if [ -e "$d/started" ] || [ -e "$d/nodes" ]; then end_job --batch --signal=TERM "$i"; else end_job "$i"; fi`;
}

/** What does not end by itself is ended, and its files are removed. */
export function removeScript(site: SlurmSite, name: string): string {
  return `${preamble(site, name)}
rm -rf ${ALL_BROUGHT}
[ -d "$d" ] || exit 0
${END_JOB}
if ! job_id; then :
elif [ -s "$d/exit" ]; then scancel "$i" 2>/dev/null
else end_job "$i" || exit 0; fi
${SWEEP}
rm -rf "$d"`;
}

/** Where the outputs of a run are, or those of one of its nodes, in the folder of the run. */
function filesFolder(index: number, rank: number): string {
  return `"$d/${rank === 0 ? '' : `${nodeFolder(rank)}/`}files/${index}"`;
}

/** Takes a checkpoint away that nobody needs any more. */
export function releaseScript(site: SlurmSite, key: string): string {
  return `${preamble(site, 'none')}
rm -rf "$b/checkpoints/${key}" "$b/checkpoints/${key}.until"`;
}

/** A tar of one output, below its own name; nothing where the job has left none. */
export function tarScript(site: SlurmSite, name: string, index: number, rank = 0): string {
  return `${preamble(site, name)}
cd ${filesFolder(index, rank)} 2>/dev/null || exit 0
n=$(ls -A | head -n 1)
[ -z "$n" ] || exec tar -cf - -- "$n"`;
}

/** The log of a node, and one byte more than is kept of it when it is longer. */
export function nodeLogScript(site: SlurmSite, name: string, rank: number, most: number): string {
  return `${preamble(site, name)}
head -c ${most + 1} "$d/${nodeFolder(rank)}/log" 2>/dev/null`;
}

/** Waits until the logs of the nodes are seen as long as they were at their ends, and says how long each was. */
export function nodeSizesScript(site: SlurmSite, name: string, count: number): string {
  return `${preamble(site, name)}
seen() { ls "$n" >/dev/null 2>&1; [ "$(($(wc -c <"$n/log")))" -ge "$s" ]; }
k=1; i=0
while [ "$k" -lt ${count} ]; do
  n=$d/node-$k; s=
  [ ! -s "$n/log-size" ] || read -r s <"$n/log-size"
  until [ -z "$s" ] || seen 2>/dev/null || [ "$i" -ge ${LATE} ]; do sleep 1; i=$((i + 1)); done
  [ -z "$s" ] || say "$k" "$s"
  k=$((k + 1))
done`;
}

/** `any`: something is there. `lost`: why the node could not copy it. */
export function hasOutputScript(site: SlurmSite, name: string, index: number, rank = 0): string {
  return `${preamble(site, name)}
f=${filesFolder(index, rank)}
[ ! -e "$f.lost" ] || say lost "$(cat "$f.lost")"
say any "$(ls -A "$f" 2>/dev/null | head -n 1)"`;
}

/** Where the client is that submits; nothing: it is not there. */
export function clientScript(site: SlurmSite): string {
  return `${preamble(site, 'none')}\nsay client "$(command -v sbatch)"`;
}
