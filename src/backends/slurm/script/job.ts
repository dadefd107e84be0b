import posix from 'node:path/posix';
import { normalizePath, wantedPaths } from '../../../io/outputs/paths.ts';
import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import { printReference } from '../../../oci/reference.ts';
import { shellWord } from '../../../recipe/shell.ts';
import type { RunPlan } from '../../../run/run.ts';
import { apptainerScript } from './apptainer.ts';
import { dockerScript } from './docker.ts';
import type { ScriptOutput } from './job-facts.ts';

/**
 * The batch script of a run. What it knows it writes into files of the run's folder, each whole or not at all, for the
 * scheduler forgets a job soon after its end. `exit` is the last of them.
 */
export function jobScript(run: RunPlan, name: string, site: SlurmSite): string {
  const job = { run, name, site, image: imageOf(run), words: commandOf(run), outputs: outputsOf(run) };
  return [
    '#!/bin/sh',
    'umask 077',
    'd=$JOBIMG_FOLDER',
    'exec >>"$d/script.log" 2>&1 </dev/null',
    // A job that was requeued behind our back is not run twice.
    'if [ -e "$d/exit" ]; then read -r c <"$d/exit"; exit "$c"; fi',
    ...site.setup,
    HELPERS,
    `g=${Math.ceil(run.stopGrace)}`,
    `limit=${Math.ceil(run.timeout)}`,
    `image=${shellWord(job.image)}`,
    site.container === 'apptainer' ? apptainerScript(job) : dockerScript(job),
  ].join('\n');
}

/**
 * `started`, `failed` and `finish` are called by what runs the container, which defines `stop_job <grace>` and sets `$p`,
 * the process to wait for. A TERM that Slurm sends, and one that we ask for, end the run in the same way.
 */
const HELPERS = `put() { printf '%s\\n' "$2" >"$d/$1.new" && mv "$d/$1.new" "$d/$1"; }
up() { IFS=' .' read -r u f _ </proc/uptime; u=$((u * 100 + 1$f - 100)); }
grace() { if [ -s "$d/stop" ]; then read -r g <"$d/stop"; fi; }
finish() { rm -rf "$d/secrets.sh" "$d/secrets.json" "$d/login"; put exit "$1"; exit "$1"; }
failed() { put failure "$1 $(tail -c 600 "$d/failed.log" | tr '\\n' ' ')"; finish "$2"; }
p=; w=
early() { put stopped signal; [ -z "$p" ] || kill "$p" 2>/dev/null; finish 143; }
late() { [ -e "$d/stopped" ] || put stopped signal; grace; stop_job "$g" & }
trap early TERM
aside() { "$@" >"$d/failed.log" 2>&1 & p=$!; wait "$p"; c=$?; p=; return "$c"; }
started() {
  up; s=$u; put started "$(date +%s)"
  (trap 'kill "$q"; exit' TERM; sleep "$limit" & q=$!; wait "$q"; put stopped timeout; stop_job "$g") & w=$!
}
wait_for() {
  while :; do wait "$p"; c=$?; kill -0 "$p" 2>/dev/null || break; done
  wait "$p"; again=$?; [ "$again" -eq 127 ] || c=$again
  kill "$w" 2>/dev/null; up; put duration $((u - s))
}`;

function imageOf({ image }: RunPlan): string {
  if ('engineId' in image) throw new Error('a cluster pulls its images');
  return printReference(image);
}

/** Where the image has no bash, the text runs without pipefail, which is said. */
const CHOOSE_BASH = [
  'if command -v bash >/dev/null 2>&1; then exec bash -eo pipefail -c "$1"; fi',
  'echo \'jobimg: the image has no bash: the command runs with "sh -e -c", so without pipefail\' >&2',
  'exec sh -e -c "$1"',
].join('\n');

function commandOf({ command }: RunPlan): readonly string[] {
  if (command.kind === 'arguments') return command.words;
  return command.shell === 'bash'
    ? ['sh', '-c', CHOOSE_BASH, 'jobimg', command.text]
    : ['sh', '-e', '-c', command.text];
}

/** In the order in which they are kept and fetched. */
export function outputsOf(run: Pick<RunPlan, 'outputs' | 'metrics'>): readonly ScriptOutput[] {
  const written = new Map(run.outputs.map((output) => [normalizePath(output), output]));
  return wantedPaths({ ...run } as RunPlan).map((path) => {
    const as = written.get(path);
    const isFolder = as !== undefined && (as.endsWith('/') || posix.extname(path) === '') && path !== '.';
    return { path, isFolder };
  });
}
