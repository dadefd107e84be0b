/**
 * Slurm may have taken a job whose submission got no answer, and another was submitted. One alone runs; and one that was
 * requeued behind our back is not run twice.
 */
export const OWNER = `( set -C; printf '%s\\n' "$SLURM_JOB_ID" >"$r/owner" ) 2>/dev/null
j=; read -r j <"$r/owner"; [ "$j" = "$SLURM_JOB_ID" ] || exit 0
if [ -e "$r/exit" ]; then read -r c <"$r/exit"; exit "$c"; fi`;

/**
 * `started`, `failed` and `finish` are called by what runs the container, which defines `stop_job <grace>`, and `clean` where it
 * leaves something, and sets `$p`, the process to wait for. A TERM that Slurm sends, and one that we ask for, end the run in the
 * same way, but for one that comes when Slurm's own limit is near (`$near`, seconds; empty where another script knows it).
 * `lost <output>` keeps why one could not be copied, of which no part may be taken for the whole. `size` keeps how long the
 * log is, because a shared file system may show its end later than that of the run.
 */
export const HELPERS = `put() { printf '%s\\n' "$2" >"$d/$1.new" && mv "$d/$1.new" "$d/$1"; }
up() { IFS=' .' read -r u f _ </proc/uptime; u=$((u * 100 + 1$f - 100)); }
grace() { if [ -s "$r/stop" ]; then read -r g <"$r/stop"; fi; }
size() { [ ! -e "$d/log" ] || put log-size "$(($(wc -c <"$d/log")))"; }
clean() { :; }
lost() { rm -rf "$d/files/$1"; mkdir -p "$d/files"; put "files/$1.lost" "$(tail -c 300 "$d/copy.log" | tr '\\n' ' ')"; }
finish() { size; clean; rm -rf "$r/secrets.sh" "$r/secrets.json" "$r/login"; put exit "$1"; exit "$1"; }
failed() { put failure "$1 $(tail -c 600 "$d/failed.log" | tr '\\n' ' ')"; finish "$2"; }
up; began=$u; p=; w=
ended_by() {
  up
  if [ -n "$near" ] && [ ! -e "$r/stop" ] && [ "$((u - began))" -ge "$((near * 100))" ]; then put stopped timeout
  else put stopped signal; fi
}
early() { ended_by; [ -z "$p" ] || kill "$p" 2>/dev/null; finish 143; }
late() { [ -e "$d/stopped" ] || ended_by; grace; stop_job "$g" & }
trap early TERM
aside() { "$@" >"$d/failed.log" 2>&1 & p=$!; wait "$p"; c=$?; p=; return "$c"; }
started() {
  up; s=$u; put started "$(date +%s)"
  (
    e=$((s + limit * 100))
    while sleep 1 && kill -0 "$$" 2>/dev/null && [ ! -e "$d/duration" ]; do
      up; [ "$u" -lt "$e" ] || { put stopped timeout; stop_job "$g"; exit; }
    done
  ) & w=$!
}
wait_for() {
  while :; do wait "$p"; c=$?; kill -0 "$p" 2>/dev/null || break; done
  wait "$p"; again=$?; [ "$again" -eq 127 ] || c=$again
}
over() { kill -KILL "$w" 2>/dev/null; up; put duration $((u - s)); }`;
