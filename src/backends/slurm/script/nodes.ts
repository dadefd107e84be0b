import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { keptLines, resumeLine } from './binds.ts';
import { HELPERS, OWNER } from './helpers.ts';
import { nearLimit } from './limit.ts';
import { LATE } from './place.ts';

/** Variables that only the cluster can give; a spec cannot set them. */
export const OF_NODES: ReadonlySet<string> = new Set(['MASTER_ADDR', 'NODE_RANK']);

/** The folder of one node in that of its run, which the batch script has made. */
export const NODE_FOLDER = 'k=$SLURM_PROCID; d=$r/node-$k';

/**
 * A task that has said how it ended ends with 0, whatever that was: Slurm ends all others at once when one does not, and
 * they have a grace. They read `word` each second, since a file that is opened is seen on every node as it is.
 */
export const OF_A_NODE = `trap early TERM
( while sleep 1 && kill -0 "$$" 2>/dev/null; do read -r said _ <"$r/word" && [ -n "$said" ] && { kill -TERM "$$"; exit; }; done ) & o=$!
finish() {
  trap '' TERM; kill "$o" 2>/dev/null; size; clean; put exit "$1"
  [ "$1" -eq 0 ] || [ "$(cat "$d/stopped" 2>/dev/null)" = signal ] || ! mkdir "$r/failed" 2>/dev/null || {
    printf '%s\\n' "$k" >"$r/first.new" && mv "$r/first.new" "$r/first"; echo failed >"$r/word"
  }
  exit 0
}`;

/**
 * Starts the container of each node as a task of one step, and writes how the run ended when all have: as the node did that
 * failed first. The first node, on which this runs, is the one that all meet at.
 */
export function batchScript(run: RunPlan, count: number, site: SlurmSite): string {
  const cpus = run.resources.cpu?.min ?? run.resources.cpu?.max;
  const perTask = cpus === undefined ? '' : ` --cpus-per-task=${Math.ceil(cpus)}`;
  return [
    '#!/bin/sh',
    'umask 077',
    'r=$JOBIMG_FOLDER; d=$r',
    'exec >>"$d/script.log" 2>&1 </dev/null',
    OWNER,
    ...site.setup,
    `near=${nearLimit(run)}`,
    HELPERS,
    `n=${count}`,
    keptLines(run),
    resumeLine(run),
    BEGIN,
    `srun --nodes=$n --ntasks=$n --ntasks-per-node=1${perTask} --kill-on-bad-exit=1 /bin/sh "$r/node.sh" & p=$!`,
    WAIT,
    `late=${LATE}`,
    FIND,
    END,
  ].join('\n');
}

const BEGIN = `each() { k=0; while [ "$k" -lt "$n" ]; do "$@" || return 1; k=$((k + 1)); done; }
make() { mkdir -p "$r/node-$k"; }
each make
: >"$r/word"
ln -s node-0/log "$r/log"; ln -s node-0/files "$r/files"
JOBIMG_MASTER=\${SLURMD_NODENAME:-$(uname -n)}; export JOBIMG_MASTER
trap '[ -e "$r/stopped" ] || ended_by; echo stop >"$r/word"' TERM
put nodes "$n"`;

const WAIT = `begun() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/started" ]; }
( until each begun; do sleep 1; done; put started "$(date +%s)" ) & w=$!
while :; do wait "$p"; kill -0 "$p" 2>/dev/null || break; done
kill -KILL "$w" 2>/dev/null; wait "$w" 2>/dev/null`;

/** `$bad`: the lowest of those that failed; `$silent`: of those that were killed before they said anything. */
const FIND = `ended() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/exit" ]; }
bad= silent=
look() {
  i=0; until ended || [ "$i" -ge "$late" ]; do sleep 1; i=$((i + 1)); done
  if ended; then read -r e <"$r/node-$k/exit"; [ "$e" -eq 0 ] || bad=\${bad:-$k}; else silent=\${silent:-$k}; late=0; fi
}
each look
[ -s "$r/started" ] || ! each begun || put started "$(date +%s)"`;

const END = `from_node() { for f in "$@"; do [ ! -s "$r/node-$k/$f" ] || put "$f" "$(cat "$r/node-$k/$f")"; done; }
k=0; from_node from duration
if [ -s "$r/first" ]; then read -r k <"$r/first"
elif [ -e "$r/stopped" ]; then k=
else k=\${silent:-$bad}; fi
if [ -z "$k" ]; then
  k=0; e=143; [ ! -s "$r/node-0/exit" ] || read -r e <"$r/node-0/exit"; finish "$e"
fi
put node "$k"
if [ ! -s "$r/node-$k/exit" ]; then put failure "node-lost $(grep '^s[a-z]*: ' "$r/script.log" | tail -n 3 | tr '\\n' ' ')"; finish 1; fi
rm -f "$r/stopped"; from_node stopped failure oom
read -r e <"$r/node-$k/exit"; finish "$e"`;
