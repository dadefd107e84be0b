/** Days that an image stays which no job has used. */
const UNUSED = 30;
/** Minutes without a sign of the job that makes an image, after which it is taken for dead: clocks of nodes differ. */
const SILENT = 5;
/** Seconds between its signs. */
const SIGN = 30;
/** Minutes after which nobody copies an image any more that Apptainer has kept a second time. */
const COPIED = 60;

/**
 * `$file`: made once for each digest, in a folder that all nodes share, where layers are kept as well: a home has little room.
 * `pull` runs in a shell of its own and writes the file `$new`. Of jobs that start together one makes it, and the others wait as
 * long as it is at work; when it failed each makes its own, which is only slower: a file is moved to its place whole.
 */
export function sharedImageLines(image: string, extension: string, pull: string): string {
  return `images=\${r%/*}/images
file=$images/${digestOf(image)}.${extension}
if [ ! -e "$file" ]; then
  mkdir -p "$images"
  find "$images" -type f -mtime +${UNUSED} -exec rm -f {} + 2>/dev/null
  find "$images/cache/oci-tmp" -type f -mmin +${COPIED} -exec rm -f {} + 2>/dev/null
  new=$file.$(uname -n).$$
  pull() {
${pull}
  }
  at_work() { [ -n "$(find "$file.making" -prune -mmin -${SILENT} 2>/dev/null)" ]; }
  await() { while [ ! -e "$file" ] && at_work; do sleep 2; done; at_work || rmdir "$file.making" 2>/dev/null; }
  if mkdir "$file.making" 2>/dev/null; then
    making=$file.making
    (trap 'kill "$q"; exit' TERM; while sleep ${SIGN} & q=$!; wait "$q"; kill -0 "$$"; do touch -c "$making"; done) 2>/dev/null & sign=$!
  else
    aside await
  fi
  [ -e "$file" ] || { aside pull && mv "$new" "$file"; } || failed image-pull 1
  [ -z "$making" ] || { kill "$sign"; rmdir "$making"; making=; } 2>/dev/null
fi
touch -c "$file"`;
}

/** A digest names one image wherever it came from. */
function digestOf(image: string): string {
  return image.slice(image.lastIndexOf('sha256:') + 'sha256:'.length);
}
