import { shellWord } from '../../../../recipe/shell.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import type { JobScript } from '../job-facts.ts';

/** Days that an image stays which no job has used. */
const UNUSED_IMAGES = 30;
/** Minutes after which nobody copies an image any more that Apptainer has kept a second time. */
const COPIED = 60;

/**
 * `$sif`: made once for each digest, in a folder that all nodes share, where layers are kept as well: a home has little room.
 * The login is known to the one program that needs it.
 */
export function imageLines({ image }: JobScript): string {
  return `images=\${r%/*}/images
sif=$images/${digestOf(image)}.sif
if [ ! -e "$sif" ]; then
  mkdir -p "$images"
  find "$images" -type f -mtime +${UNUSED_IMAGES} -exec rm -f {} + 2>/dev/null
  find "$images/cache/oci-tmp" -type f -mmin +${COPIED} -exec rm -f {} + 2>/dev/null
  new=$sif.$(uname -n).$$
  pull() {
    [ ! -e "$r/login/apptainer.sh" ] || . "$r/login/apptainer.sh"
    export APPTAINER_CACHEDIR="\${APPTAINER_CACHEDIR:-$images}" APPTAINER_TMPDIR="\${APPTAINER_TMPDIR:-$scratch}"
    exec apptainer --silent pull --force "$new" "docker://$image"
  }
  aside pull && mv "$new" "$sif" || failed image-pull 1
fi
touch -c "$sif"`;
}

/** A digest names one image wherever it came from. */
function digestOf(image: string): string {
  return image.slice(image.lastIndexOf('sha256:') + 'sha256:'.length);
}

/** `$workdir`, without a slash at its end; that of an image which is not ours is in its file. */
export function workdirLine({ workdir }: RunPlan): string {
  if (workdir !== undefined) return `workdir=${shellWord(workdir.replace(/\/+$/, ''))}`;
  return `workdir=
for i in $(apptainer sif list "$sif" | sed -n 's/^\\([0-9][0-9]*\\) .*JSON.*/\\1/p'); do
  said=$(apptainer sif dump "$i" "$sif" | sed -n 's/.*"WorkingDir":"\\([^"]*\\)".*/\\1/p'); workdir=\${said:-$workdir}
done
workdir=\${workdir%/}`;
}
