/**
 * `$said`: why nothing was started. Most of that ends with 255 and is the last line; a part of Apptainer that is not written
 * in Go ends with 1, before anything else was printed, in red.
 */
const FATAL = `fatal() {
  case $c in 255) said=$(tail -n 1 "$d/log") ;; 1) said=$(head -n 1 "$d/log" | tr -d '\\033') ;; *) return 1 ;; esac
  case $said in FATAL:* | 'ERROR  : '* | '[91mERROR  : '*) ;; *) return 1 ;; esac
}`;

/**
 * A work directory that the image does not have is made, as an engine does. A node may be unable to lay a folder over an
 * image: then what is written is kept in memory. The time limit is counted from the second start, and ends that process.
 */
export const AGAIN = `${FATAL}
again() { kill -KILL "$w" 2>/dev/null; started; wait_for; }
if fatal && [ ! -e "$d/stopped" ]; then
  case $said in
  *"chdir $workdir: no such file"*)
    (umask 022; mkdir -p "$over$workdir"); begin --overlay "$scratch/overlay"; again ;;
  *overlay*)
    begin --writable-tmpfs; again
    echo 'jobimg: Apptainer has no overlay on this node: 64 MB can be written outside of outputs and /tmp, and of outputs only folders come back' >>"$d/log" ;;
  esac
fi`;

/** As an engine ends where the command is not there, or is no program. */
export const END = `if fatal; then
  case $said in
  *'executable file not found'* | 'FATAL:   stat '*) c=127 ;;
  'FATAL:   permission denied') c=126 ;;
  *) printf '%s\\n' "$said" >"$d/failed.log"; failed node-error 1 ;;
  esac
fi`;
