import { createHash } from 'node:crypto';
import { wantedPaths } from '../../../io/outputs/paths.ts';
import type { Wrap } from '../../../jobspec/job/sites.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { argvOf } from './document.ts';

/** What a run is called, and what its plan is: enough to know its own last line. */
export interface Named {
  readonly name: string;
  readonly hash: string;
}

/** The beginning of the line that tells the exit code. What a job prints by chance is not it. */
export function trailerOf({ hash, name }: Named): string {
  const nonce = createHash('sha256').update(`${hash} ${name}`).digest('hex').slice(0, 16);
  return `jobimg-exit ${nonce}`;
}

/**
 * Starts the words after `--` in the folder `$6`, passes signals on, ends them after `$1` seconds and kills them `$2`
 * seconds later, copies each path behind `-p` from `$3` to `$4`, and prints `$5`, the exit code, and whether there was no
 * time left.
 */
const WRAPPER = `exec 2>&1
limit=$1 grace=$2 from=$3 to=$4 last=$5 workdir=$6; shift 6
case $to in ''|/*) ;; *) to=$PWD/$to ;; esac
[ -z "$to" ] || mkdir -p "$to"
[ -z "$workdir" ] || mkdir -p "$workdir" 2>/dev/null; [ -z "$workdir" ] || cd "$workdir" || exit 126
paths=
while [ "$1" != -- ]; do case $1 in
  -e) word=$(printf '%b.' "$2"); export "\${word%.}"; shift 2 ;;
  -d) mkdir -p "$2" 2>/dev/null || :; shift 2 ;;
  -p) paths="$paths
$2"; shift 2 ;;
esac; done
shift
count=$#
while [ "$count" -gt 0 ]; do
  word=$(printf '%b.' "$1"); set -- "$@" "\${word%.}"; shift; count=$((count - 1))
done
child= ended= signals=0
stop() { signals=$((signals + 1)); ended=\${ended:-told}; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }
trap stop TERM INT
trap 'ended=timeout; stop' USR1
"$@" & child=$!
[ -z "$ended" ] || kill -TERM "$child"
watch=
if [ "$limit" -gt 0 ]; then
  (sleep "$limit"; kill -USR1 $$; sleep "$grace"; kill -KILL "$child") >/dev/null 2>&1 & watch=$!
fi
seen=
until [ "$seen" = "$signals" ]; do seen=$signals code=0; wait "$child" || code=$?; done
[ -z "$watch" ] || kill "$watch" 2>/dev/null
if [ -n "$to" ]; then
  IFS='
'; set -f
  for path in $paths; do
    [ -e "$from/$path" ] || continue
    case $path in */*) folder=$to/\${path%/*} ;; *) folder=$to ;; esac
    mkdir -p "$folder" && cp -RP "$from/$path" "$folder/" || echo "jobimg: $path was not copied to $to" >&2
  done
fi
[ -z "$last" ] || printf '\\n%s %s %s\\n' "$last" "$code" "$ended"
exit "$code"`;

/** The words that are started in the container: those of the run, with whatever the place does not do around them. */
export function wrappedArgv(run: RunPlan, named: Named, wrap: Wrap): readonly string[] {
  const { env, outputs, timeout, trailer } = wrap;
  const argv = argvOf(run);
  if (!env && !timeout && !trailer && outputs === undefined) return argv;
  const from = run.outputsFrom ?? run.workdir ?? '/';
  const variables = env ? [...run.env].flatMap(([name, value]) => ['-e', encoded(`${name}=${value}`)]) : [];
  return [
    ...['sh', '-c', WRAPPER, 'jobimg'],
    ...[String(timeout ? run.timeout : 0), String(run.stopGrace), from, outputs ?? ''],
    ...[trailer ? trailerOf(named) : '', run.workdir ?? ''],
    ...variables,
    // A program that writes into a folder of its outputs need not make it.
    ...run.outputs.filter((path) => path.endsWith('/')).flatMap((path) => ['-d', `${from}/${path}`]),
    ...(outputs === undefined ? [] : pathsToCopy(wantedPaths(run), from, outputs)),
    '--',
    ...argv.map(encoded),
  ];
}

/** What a template language or Kubernetes would take for its own, as `printf %b` reads it. */
function encoded(word: string): string {
  return word.replaceAll('\\', '\\\\').replaceAll('{', '\\173').replaceAll('$(', '\\044(');
}

/** Not those that are in the folder already. */
function pathsToCopy(paths: readonly string[], from: string, to: string): readonly string[] {
  const folder = `${to.replace(/\/+$/, '')}/`;
  return paths
    .filter((path) => !`${from.replace(/\/+$/, '')}/${path}/`.startsWith(folder))
    .flatMap((path) => ['-p', path]);
}

/** A command line for a place that has a text of a shell: each word stays one. */
export function shellText(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

/**
 * The same for `printf %b`, with nothing in it that any reader takes for its own. Digits are written as numbers, too: most
 * shells read three more of them behind `\0`.
 */
export function octalText(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const one = String.fromCharCode(byte);
      return /[A-Za-z _./-]/.test(one) ? one : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}
