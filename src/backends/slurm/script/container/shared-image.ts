/** Days that an image stays which no job has used. */
const UNUSED = 30;
/** Minutes after which nobody copies an image any more that Apptainer has kept a second time. */
const COPIED = 60;

/**
 * `$file`: made once for each digest, in a folder that all nodes share, where layers are kept as well: a home has little room.
 * `pull` runs in a shell of its own and writes the file `$new`.
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
  aside pull && mv "$new" "$file" || failed image-pull 1
fi
touch -c "$file"`;
}

/** A digest names one image wherever it came from. */
function digestOf(image: string): string {
  return image.slice(image.lastIndexOf('sha256:') + 'sha256:'.length);
}
