import { shellWord } from '../../../../recipe/shell.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import type { JobScript } from '../job-facts.ts';
import { sharedImageLines } from './shared-image.ts';

/** The login is known to the one program that needs it. */
const PULL = `    [ ! -e "$r/login/apptainer.sh" ] || . "$r/login/apptainer.sh"
    export APPTAINER_CACHEDIR="\${APPTAINER_CACHEDIR:-$images}" APPTAINER_TMPDIR="\${APPTAINER_TMPDIR:-$scratch}"
    exec apptainer --silent pull --force "$new" "docker://$image"`;

export function imageLines({ image }: JobScript): string {
  return sharedImageLines(image, 'sif', PULL);
}

/** `$workdir`, without a slash at its end; that of an image which is not ours is in its file. */
export function workdirLine({ workdir }: RunPlan): string {
  if (workdir !== undefined) return `workdir=${shellWord(workdir.replace(/\/+$/, ''))}`;
  return `workdir=
for i in $(apptainer sif list "$file" | sed -n 's/^\\([0-9][0-9]*\\) .*JSON.*/\\1/p'); do
  said=$(apptainer sif dump "$i" "$file" | sed -n 's/.*"WorkingDir":"\\([^"]*\\)".*/\\1/p'); workdir=\${said:-$workdir}
done
workdir=\${workdir%/}`;
}
