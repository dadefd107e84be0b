import { shellWord } from '../../../../recipe/shell.ts';
import { severalNodes } from '../../../../run/nodes/several.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import type { Bind } from '../binds.ts';
import type { JobScript } from '../job-facts.ts';
import { knownVariables } from '../variables.ts';
import { foldersOf, fromLines, KILLED, KILLS, keepLines, STOP, scratchLines } from './node-disk.ts';
import { sharedImageLines } from './shared-image.ts';

/**
 * What pyxis starts as well, without pyxis: the container is the process of the job itself. Its image is unpacked on the disk
 * of the node. https://github.com/NVIDIA/enroot/blob/master/doc/configuration.md
 */
export function enrootScript(job: JobScript): string {
  const { image, name, outputs, run, words } = job;
  const folders = foldersOf(outputs);
  return [
    scratchLines(name),
    PLACES,
    sharedImageLines(image, 'sqsh', pullLines(image)),
    gpuLines(run),
    'aside enroot create --name job "$file" || failed node-error 1',
    'over=$scratch/data/job',
    ...[workdirLine(run), fromLines(run)],
    ...folders.map(({ source }) => `mkdir -p ${source}`),
    ...[STOP, KILLS, rcLines(run)],
    startLine(words, [...folders, ...job.binds]),
    'trap late TERM',
    ...['started', 'wait_for', 'over'],
    '[ -e "$scratch/tmp/.jobimg-begun" ] || { cp "$d/log" "$d/failed.log"; failed node-error 1; }',
    KILLED,
    keepLines(outputs),
    'finish "$c"',
  ].join('\n');
}

/** Its own folders are often in a home, or made for each user by the cluster; a login shell would change PATH. */
const PLACES = `mkdir "$scratch/tmp" "$scratch/data"; chmod 1777 "$scratch/tmp"
export ENROOT_DATA_PATH="$scratch/data" ENROOT_RUNTIME_PATH="$scratch/run" ENROOT_TEMP_PATH="\${ENROOT_TEMP_PATH:-$scratch}"
export ENROOT_MOUNT_HOME=n ENROOT_REMAP_ROOT=n ENROOT_LOGIN_SHELL=n ENROOT_UNSHARE_PID=y`;

/** A registry is divided from what it has by `#`; the login is in a file of the run, which goes with it. */
function pullLines(image: string): string {
  const at = image.indexOf('/');
  const uri = `docker://${image.slice(0, at)}#${image.slice(at + 1)}`;
  return `    [ ! -e "$r/login" ] || export ENROOT_CONFIG_PATH="$r/login"
    export ENROOT_CACHE_PATH="\${ENROOT_CACHE_PATH:-$images/cache}"
    exec enroot import --output "$new" ${shellWord(uri)}`;
}

/** Its hook asks by the variables of NVIDIA, of which an image may have some that are meant for an engine. */
function gpuLines({ resources: { gpu } }: RunPlan): string {
  if (gpu === undefined) return 'gpus="--env NVIDIA_VISIBLE_DEVICES=void"';
  return `nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
gpus="--env NVIDIA_VISIBLE_DEVICES=all --env NVIDIA_DRIVER_CAPABILITIES=compute,utility"`;
}

/** `$workdir`, without a slash at its end; that of an image which is not ours is in the script it was given by enroot. */
function workdirLine({ workdir }: RunPlan): string {
  if (workdir !== undefined) return `workdir=${shellWord(workdir.replace(/\/+$/, ''))}`;
  return `workdir=$(sed -n 's/^cd "\\(.*\\)" && unset OLDPWD.*/\\1/p' "$over/etc/rc" | head -n 1); workdir=\${workdir%/}`;
}

/**
 * The first process of a namespace, with which all others end; since 4.1 there is one. A command in that place would not be
 * ended by a signal that it does nothing about.
 */
const FIRST = `p=; trap '[ -z "$p" ] || kill -TERM "$p" 2>/dev/null' TERM
"$@" & p=$!
while :; do wait "$p"; c=$?; kill -0 "$p" 2>/dev/null || break; done
wait "$p" 2>/dev/null; again=$?; [ "$again" -eq 127 ] || c=$again
exit "$c"`;

/**
 * What the container begins with, in place of the entrypoint of the image: variables with every value they may have, and no
 * value among the words of a program.
 */
function rcLines(run: RunPlan): string {
  const isNode = severalNodes(run) !== undefined;
  const own = knownVariables(run).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  const quoted = (name: string, value: string): string => `printf 'export ${name}=%s\\n' "${value}"`;
  const more = [
    `printf '%s\\n' ${shellWord([': >/tmp/.jobimg-begun', ...own].join('\n'))}`,
    `[ -z "\${CUDA_VISIBLE_DEVICES:-}" ] || ${quoted('CUDA_VISIBLE_DEVICES', '$CUDA_VISIBLE_DEVICES')}`,
    ...(isNode ? [quoted('MASTER_ADDR', '$JOBIMG_MASTER'), quoted('NODE_RANK', '$k')] : []),
    ...(run.checkpoint === undefined ? [] : [quoted('JOBIMG_RESUME', '$resume')]),
    '[ ! -e "$r/secrets.sh" ] || cat "$r/secrets.sh"',
    `cat <<'END'
umask 022
mkdir -p "$JOBIMG_WORKDIR" && cd "$JOBIMG_WORKDIR" && unset JOBIMG_WORKDIR OLDPWD || exit 1
${FIRST}
END`,
  ];
  return `{\n${more.join('\n')}\n} >"$scratch/rc"`;
}

function startLine(words: readonly string[], binds: readonly Bind[]): string {
  const mounts = [{ source: '"$scratch/tmp"', target: '/tmp', readOnly: false }, ...binds].map(
    ({ readOnly, source, target }) =>
      `--mount ${source}:${target}:none:x-create=auto,rbind,${readOnly ? 'ro' : 'rw'}`,
  );
  return `enroot start --rw --rc "$scratch/rc" --env JOBIMG_WORKDIR="\${workdir:-/}" $gpus ${mounts.join(' ')} job ${words.map(shellWord).join(' ')} >"$d/log" 2>&1 & p=$!`;
}
