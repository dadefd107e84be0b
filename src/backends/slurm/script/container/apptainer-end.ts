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
 * image: then what is written is kept in memory.
 */
export const AGAIN = `${FATAL}
if fatal && [ ! -e "$d/stopped" ]; then
  case $said in
  *"chdir $workdir: no such file"*)
    (umask 022; mkdir -p "$scratch/overlay/upper$workdir"); begin --overlay "$scratch/overlay"; wait_for ;;
  *overlay*)
    begin --writable-tmpfs; wait_for
    echo 'jobimg: Apptainer has no overlay on this node: 64 MB can be written outside of outputs and /tmp, and of outputs only folders come back' >>"$d/log" ;;
  esac
fi`;

/**
 * How many processes the kernel has killed in the group of the job, for want of memory.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export const KILLS = `group() { sed -n "s/^[0-9]*:$1://p" /proc/self/cgroup; }
kills() { cat "/sys/fs/cgroup$(group '')/memory.events" "/sys/fs/cgroup/memory$(group '[^:]*memory[^:]*')/memory.oom_control" 2>/dev/null | sed -n 's/^oom_kill //p'; }`;

/** As an engine ends where the command is not there, or is no program. */
export const END = `if fatal; then
  case $said in
  *'executable file not found'* | 'FATAL:   stat '*) c=127 ;;
  'FATAL:   permission denied') c=126 ;;
  *) printf '%s\\n' "$said" >"$d/failed.log"; failed node-error 1 ;;
  esac
fi
[ "$c" -eq 0 ] || [ "$(kills)" = "$killed" ] || put oom true`;

/**
 * Takes a file from what was written over the image, as output number `$1`. Its path has no links: those of a container lead
 * elsewhere on the node.
 */
export const KEEP = `keep() {
  f=$scratch/overlay/upper$from$2
  [ ! -e "$f" ] || [ "$(readlink -f "$f")" != "$f" ] || { mkdir -p "$d/files/$1" && cp -pR "$f" "$d/files/$1/"; }
}`;
