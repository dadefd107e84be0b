#!/bin/sh
# A queue in a folder: each run is a folder with a number, and a process of its own.
set -eu
umask 077
q=${QUEUE_FOLDER:?}
field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$d/plan.json" "$1"; }
START='import json, os, sys; p = json.load(open(sys.argv[1])); e = {"PATH": os.environ["PATH"], **p["env"], **p["secrets"]}
try: os.execvpe(p["argv"][0], p["argv"], e)
except FileNotFoundError: sys.exit(127)'
c=$1; d=$q/${2:-}
case $c in
  submit)
    i=1; until mkdir "$q/$i" 2>/dev/null; do i=$((i + 1)); done; d=$q/$i
    cat >"$d/plan.json"; printf '%s\n' "$2" >"$d/name"; mkdir -p "$d/files/outputs"
    setsid "$0" job "$i" </dev/null >/dev/null 2>&1 &
    echo "id=$i" ;;
  job) cd "$d/files"; limit=$(field timeout); s=$(date +%s)
    timeout --preserve-status -k "$(field stop-grace)" "$limit" python3 -c "$START" "$d/plan.json" >"$d/log" 2>&1 &
    echo $! >"$d/pid"; [ ! -e "$d/stop" ] || kill $!; code=0; wait $! || code=$?; state=done; t=$(($(date +%s) - s))
    if [ -e "$d/stop" ]; then state=cancelled; elif [ "$t" -ge "$limit" ]; then state=timeout; fi
    echo "$state $code $t" >"$d/end.new"; mv "$d/end.new" "$d/end" ;;
  status) if [ -e "$d/end" ]; then cat "$d/end"; elif [ -e "$d/pid" ]; then echo running; elif [ -d "$d" ]; then echo waiting; else echo gone; fi ;;
  logs) tail -c "+$(($3 + 1))" "$d/log" ;;
  cancel)
    : >"$d/stop"; [ -e "$d/pid" ] || exit 0; read -r p <"$d/pid"
    if [ "$3" -gt 0 ] || ! kill -KILL "-$p"; then kill "$p"; fi ;;
  outputs) cd "$d/files"; [ ! -e "$3" ] || tar -C "$(dirname "$3")" -cf - "$(basename "$3")" ;;
  list) for d in "$q"/*/; do echo "$(cat "$d/name") $(basename "$d")"; done ;;
  remove) rm -rf "$d" ;;
esac
