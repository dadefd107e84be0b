export const id=399;export const ids=[399];export const modules={60399:(function(e,t,n){n.r(t),n.d(t,{createSlurmBackend:()=>ek});var i=n(19473),r=n(88189);function o(e){if(10===e[0])return{answer:new Map,rest:e.subarray(1)};let t=e.indexOf("\n\n");return{answer:a((t<0?e:e.subarray(0,t)).toString()),rest:t<0?Buffer.alloc(0):e.subarray(t+2)}}function a(e){return new Map(e.split("\n").flatMap(e=>{let t=e.indexOf("=");return t<1?[]:[[e.slice(0,t),e.slice(t+1)]]}))}var s=n(16517),d=n(5597),l=n(43876),u=n(27941);let $=`job_id() {
  i=
  if [ -s "$d/owner" ]; then read -r i <"$d/owner"; elif [ -s "$d/id" ]; then read -r i <"$d/id"; fi
  [ -n "$i" ]
}`;function c(e,t){return["umask 077",...e.setup,`b=${function({folder:e}){return void 0===e?'"$HOME/.jobimg"':(0,u.r)(e)}(e)}`,`d=$b/${(0,u.r)(t)}`,$,'say() { printf "%s=%s\\n" "$1" "$2"; }'].join("\n")}async function f({mounts:e=[]},t){if(0===e.length)return[];let n=(t.allowedMounts??"").split(",").map(e=>e.trim()).filter(e=>e.startsWith("/")),i=n.map(e=>e.replace(/:ro$/,"")),r=await async function(e,{settings:t,shell:n}){let i=e.map((e,t)=>{let n=(0,u.r)(e);return`p=$(readlink -f ${n} 2>/dev/null); if [ -d "$p" ] || [ -f "$p" ]; then say ${t} "$p"; fi`}),r=[c(t,"none"),...i].join("\n"),{answer:a}=o(await n.run(r));return e.map((e,t)=>a.get(String(t)))}([...i,...e.map(({from:e})=>e)],t),a=n.flatMap((e,t)=>{let n=r[t];return void 0===n?[]:[{folder:n,readOnly:e.endsWith(":ro")}]}),s=new l.F,$=e.flatMap((e,t)=>{let n=function(e,t,n,i){let r=(0,d.EJ)(e,i),{from:o,readOnly:a,to:s}=e,l=n.filter(({folder:e})=>void 0!==t&&(0,d.FK)(t,e));if(void 0===t||0===l.length){let e=`the operator allows folders that login node and nodes share with JOBIMG_ALLOW_MOUNTS=${o} in the environment of the runner`;return r(`there is no folder "${o}" on the cluster that jobs may see`,e)}return/[,:"]/.test(`${t}${s}`)?r(`the path "${t}" or "${s}" has a comma, a colon or a quote`,"mount one without"):!a&&l.every(e=>e.readOnly)?r(`"${o}" may only be read on the cluster`,'write "read-only: true"'):{from:t,to:s,readOnly:a}}(e,r[i.length+t],a,s);return void 0===n?[]:[n]});return s.throwIfErrors(),$}var h=n(26880),p=n(31918);let m=["partition","account","qos","reservation","constraint"];function g(e){return m.flatMap(t=>void 0===e[t]?[]:[`--${t}=${e[t]}`])}let w=`for f in "$d/container" "$d"/node-*/container; do
  [ -s "$f" ] || continue
  read -r on c <"$f"
  JOBIMG_CONTAINER=$c sbatch --nodelist="$on" $\{i:+--dependency=afterany:$i} --output=/dev/null "$d/sweep.sh" >/dev/null
done`,v=`state_of() {
  if q=$(squeue --noheader --states=all --jobs="$1" --format='%T|%r' 2>&1); then q=$(printf '%s' "$q" | head -n 1)
  else case $q in *'Invalid job id'*) q= ;; *) say silent "$(printf '%s' "$q" | tr '\\n' ' ')"; return ;; esac; fi
  [ -n "$q" ] || q=$(sacct --noheader --parsable2 --allocations --jobs="$1" --format=State,Reason 2>/dev/null | head -n 1)
  say scheduler "$q"
}`,b=`tell() { for f in id hash submitted started stopped stop failure exit log-size oom duration from repository nodes node; do [ ! -s "$d/$f" ] || say "$f" "$(head -n 1 "$d/$f")"; done
  for f in "$d/container" "$d"/node-*/container; do [ ! -s "$f" ] || say container "$(cat "$f")"; done; }`;function y(e,t,{offset:n,ofScheduler:i}){return`${k(e,t,"",i?"":'[ ! -s "$d/started" ] || state_of() { say scheduler "RUNNING|None"; }\n')}
echo
tail -c +${n+1} "$d/log" 2>/dev/null | head -c 4194304`}function k(e,t,n,i=""){return`${c(e,t)}
${b}
${v}
${i}if [ -d "$d" ]; then
  say now "$(date +%s)"
  tell
  if job_id; then
    # An end that was written meanwhile is told with it.
    [ -s "$d/exit" ] && [ ! -s "$d/stopped" ] || { state_of "$i"; tell; }
    [ -s "$d/exit" ] || say words "$(tail -n 3 "$d/slurm.log" 2>/dev/null | tr '\\n' ' ')"
  fi
${n}
fi`}function E(e,t){return k(e,t,'say plan "$(cat "$d/plan.json")"\n[ ! -s "$d/secrets.json" ] || say secrets "$(cat "$d/secrets.json")"')}function _(e,t){return`"$d/${0===t?"":`${(0,h.pG)(t)}/`}files/${e}"`}var M=n(53916),S=n(36852),O=n(20907),A=n(69420);let j='"${r%/*}/caches"',I='"${r%/*}/checkpoints"';function N(e,{key:t}){return`${e}/${t}`}function x({caches:e=[],checkpoint:t}){let n=[...e.map(e=>N(j,e)),...void 0===t?[]:[N(I,t)]];return 0===n.length?":":`mkdir -p ${j} ${I}; (umask 000; mkdir -p ${n.join(" ")})`}function R({checkpoint:e,env:t}){if(void 0===e)return":";let n=`[ -z "$(ls -A ${N(I,e)} 2>/dev/null)" ]`;return`resume=${(0,u.r)(t.get("JOBIMG_RESUME")??"0")}; ${n} || resume=1; export resume`}function D(e,{checkpoint:t}){return void 0!==t&&"JOBIMG_RESUME"===e}let T=`( set -C; printf '%s\\n' "$SLURM_JOB_ID" >"$r/owner" ) 2>/dev/null
j=; read -r j <"$r/owner"; [ "$j" = "$SLURM_JOB_ID" ] || exit 0
if [ -e "$r/exit" ]; then read -r c <"$r/exit"; exit "$c"; fi`,L=`put() { printf '%s\\n' "$2" >"$d/$1.new" && mv "$d/$1.new" "$d/$1"; }
up() { IFS=' .' read -r u f _ </proc/uptime; u=$((u * 100 + 1$f - 100)); }
grace() { if [ -s "$r/stop" ]; then read -r g <"$r/stop"; fi; }
size() { [ ! -e "$d/log" ] || put log-size "$(($(wc -c <"$d/log")))"; }
finish() { size; rm -rf "$r/secrets.sh" "$r/secrets.json" "$r/login"; put exit "$1"; exit "$1"; }
failed() { put failure "$1 $(tail -c 600 "$d/failed.log" | tr '\\n' ' ')"; finish "$2"; }
p=; w=
early() { put stopped signal; [ -z "$p" ] || kill "$p" 2>/dev/null; finish 143; }
late() { [ -e "$d/stopped" ] || put stopped signal; grace; stop_job "$g" & }
trap early TERM
aside() { "$@" >"$d/failed.log" 2>&1 & p=$!; wait "$p"; c=$?; p=; return "$c"; }
started() {
  up; s=$u; put started "$(date +%s)"
  (trap 'kill "$q"; exit' TERM; sleep "$limit" & q=$!; wait "$q"; put stopped timeout; stop_job "$g") & w=$!
}
wait_for() {
  while :; do wait "$p"; c=$?; kill -0 "$p" 2>/dev/null || break; done
  wait "$p"; again=$?; [ "$again" -eq 127 ] || c=$again
}
over() { kill "$w" 2>/dev/null; up; put duration $((u - s)); }`,q=new Set(["MASTER_ADDR","NODE_RANK"]),C=`trap early TERM
( while sleep 1; do read -r said _ <"$r/word" && [ -n "$said" ] && { kill -TERM "$$"; exit; }; done ) & o=$!
finish() {
  trap '' TERM; kill "$o" 2>/dev/null; size; put exit "$1"
  [ "$1" -eq 0 ] || [ "$(cat "$d/stopped" 2>/dev/null)" = signal ] || ! mkdir "$r/failed" 2>/dev/null || {
    printf '%s\\n' "$k" >"$r/first.new" && mv "$r/first.new" "$r/first"; echo failed >"$r/word"
  }
  exit 0
}`,B=`each() { k=0; while [ "$k" -lt "$n" ]; do "$@" || return 1; k=$((k + 1)); done; }
make() { mkdir -p "$r/node-$k"; }
each make
: >"$r/word"
ln -s node-0/log "$r/log"; ln -s node-0/files "$r/files"
JOBIMG_MASTER=$\{SLURMD_NODENAME:-$(uname -n)}; export JOBIMG_MASTER
trap '[ -e "$r/stopped" ] || put stopped signal; echo stop >"$r/word"' TERM
put nodes "$n"`,P=`begun() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/started" ]; }
( until each begun; do sleep 1; done; put started "$(date +%s)" ) & w=$!
while :; do wait "$p"; kill -0 "$p" 2>/dev/null || break; done
kill "$w" 2>/dev/null; wait "$w" 2>/dev/null`,G=`ended() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/exit" ]; }
bad= silent=
look() {
  i=0; until ended || [ "$i" -ge "$late" ]; do sleep 1; i=$((i + 1)); done
  if ended; then read -r e <"$r/node-$k/exit"; [ "$e" -eq 0 ] || bad=$\{bad:-$k}; else silent=$\{silent:-$k}; late=0; fi
}
each look
[ -s "$r/started" ] || ! each begun || put started "$(date +%s)"`,z=`from_node() { for f in "$@"; do [ ! -s "$r/node-$k/$f" ] || put "$f" "$(cat "$r/node-$k/$f")"; done; }
k=0; from_node from duration
if [ -s "$r/first" ]; then read -r k <"$r/first"
elif [ -e "$r/stopped" ]; then k=
else k=$\{silent:-$bad}; fi
if [ -z "$k" ]; then
  k=0; e=143; [ ! -s "$r/node-0/exit" ] || read -r e <"$r/node-0/exit"; finish "$e"
fi
put node "$k"
if [ ! -s "$r/node-$k/exit" ]; then put failure "node-lost $(grep '^s[a-z]*: ' "$r/script.log" | tail -n 3 | tr '\\n' ' ')"; finish 1; fi
rm -f "$r/stopped"; from_node stopped failure oom
read -r e <"$r/node-$k/exit"; finish "$e"`,U=`running() {
  i=0
  until on=$(engine inspect --format '{{.State.Running}}' "$name" 2>/dev/null); do
    i=$((i + 1)); [ "$i" -lt 60 ] || return 1
    sleep 5
  done
  [ "$on" = true ]
}`,V=`m=$\{SLURM_MEM_PER_NODE:-}
[ -n "$m" ] || [ -z "$\{SLURM_MEM_PER_CPU:-}" ] || m=$((SLURM_MEM_PER_CPU * $\{SLURM_CPUS_ON_NODE:-1}))
memory=; [ "$\{m:-0}" -eq 0 ] || memory="--memory $\{m}m --memory-swap $\{m}m"`;function J({readOnly:e,source:t,target:n}){return`--mount type=bind,source=${t},target=${n}${e?",readonly":""}`}function F(e,t,n,i=[]){let r=void 0!==(0,h.E1)(e),o={run:e,name:t,site:n,image:function({image:e}){if("engineId"in e)throw Error("a cluster pulls its images");return(0,O.nt)(e)}(e),words:function({command:e}){return"arguments"===e.kind?e.words:"bash"===e.shell?["sh","-c",'if command -v bash >/dev/null 2>&1; then exec bash -eo pipefail -c "$1"; fi\necho \'jobimg: the image has no bash: the command runs with "sh -e -c", so without pipefail\' >&2\nexec sh -e -c "$1"',"jobimg",e.text]:["sh","-e","-c",e.text]}(e),outputs:W(e),binds:function(e,t){let{caches:n=[],checkpoint:i}=e,r=n.map(e=>({source:N(j,e),target:(0,u.r)(e.path),readOnly:!1})),o=t.map(({from:e,readOnly:t,to:n})=>({source:(0,u.r)(e),target:(0,u.r)(n),readOnly:t}));if(void 0===i)return[...o,...r];let a=M.isAbsolute(i.path)?(0,u.r)(i.path):`"$workdir"/${(0,u.r)(M.normalize(i.path))}`;return[...o,...r,{source:N(I,i),target:a,readOnly:!1}]}(e,i)};return["#!/bin/sh","umask 077","r=$JOBIMG_FOLDER",r?"k=$SLURM_PROCID; d=$r/node-$k":"d=$r",'exec >>"$d/script.log" 2>&1 </dev/null',...r?[]:[T],...n.setup,L,...r?[C]:[],`g=${Math.ceil(e.stopGrace)}`,`limit=${Math.ceil(e.timeout)}`,`image=${(0,u.r)(o.image)}`,...r?[]:[x(e),R(e)],"apptainer"===n.container?function(e){var t;let{outputs:n,run:i,words:r}=e,o=i.outputsFrom??i.workdir??"/",a=n.map(({path:e},t)=>`--bind "$d/files/${t}/"${(0,u.r)(M.basename(e))}:${(0,u.r)(M.join(o,e))}`),s=e.binds.map(({readOnly:e,source:t,target:n})=>`--bind ${t}:${n}${e?":ro":""}`),d=[...a,...s];return`workdir=${(0,u.r)((i.workdir??"").replace(/\/$/,""))}
sif=$\{r%/*}/images/${t=e.image,`${t.slice(t.lastIndexOf("sha256:")+7)}.sif`}
stop_job() { kill -TERM "$p" 2>/dev/null; i=0; while kill -0 "$p" 2>/dev/null && [ "$i" -lt "$1" ]; do sleep 1; i=$((i + 1)); done; kill -KILL "$p" 2>/dev/null; }
mkdir -p "$\{r%/*}/images"
if [ ! -e "$sif" ]; then
  [ ! -e "$r/login/apptainer.sh" ] || . "$r/login/apptainer.sh"
  new=$sif.$(uname -n).$$
  aside apptainer pull --force "$new" "docker://$image" && mv "$new" "$sif" || { rm -f "$new"; failed image-pull 1; }
fi
${function({resources:{gpu:e}}){return void 0===e?"nv=":`nv=--nv; nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
[ -z "$\{CUDA_VISIBLE_DEVICES:-}" ] || export APPTAINERENV_CUDA_VISIBLE_DEVICES="$CUDA_VISIBLE_DEVICES"`}(i)}
${n.map(({path:e},t)=>`mkdir -p "$d/files/${t}/"${(0,u.r)(M.basename(e))}`).join("\n")}
put from ${(0,u.r)(o)}
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
${function(e){let{env:t,secrets:n}=e,i=void 0!==(0,h.E1)(e),r=[...t].filter(([t])=>!(n.includes(t)||A.R.has(t)||i&&q.has(t)||D(t,e))).map(([e,t])=>`export APPTAINERENV_${e}=${(0,u.r)(t)}`),o=['MASTER_ADDR="$JOBIMG_MASTER"','NODE_RANK="$k"'].map(e=>`export APPTAINERENV_${e}`),a=void 0===e.checkpoint?[]:['export APPTAINERENV_JOBIMG_RESUME="$resume"'];return[...r,...i?o:[],...a].join("\n")}(i)}
exec apptainer exec $nv --containall --no-home --writable-tmpfs --pwd ${(0,u.r)(i.workdir??"/")} ${d.join(" ")} "$sif" ${r.map(u.r).join(" ")}
) >"$d/log" 2>&1 & p=$!
trap late TERM
started
wait_for
over
finish "$c"
`}(o):function(e){let{name:t,outputs:n,run:i,site:r}=e;return`name=${(0,u.r)(t)}${void 0===(0,h.E1)(i)?"":"-$k"}
engine() { ${r.container} "$@"; }
${U}
stop_job() { engine stop --time "$1" "$name" >/dev/null 2>&1; }
if [ -d "$r/login" ]; then aside ${r.container} --config "$r/login" pull --quiet "$image"; else aside ${r.container} pull --quiet "$image"; fi || failed image-pull 1
${function({run:{resources:e},site:t}){if(void 0===e.gpu)return"gpus=";let n="podman"===t.container?"true":"engine info --format '{{.CDISpecDirs}}' 2>/dev/null | grep -q / && nvidia-ctk cdi list 2>/dev/null | grep -q '^nvidia.com/gpu='";return`gpus=; of=$\{SLURM_JOB_GPUS:-$\{SLURM_STEP_GPUS:-$\{CUDA_VISIBLE_DEVICES:-}}}
if [ -z "$of" ]; then echo 'Slurm gave the job no GPU' >"$d/failed.log"; failed node-error 1; fi
if ${n}; then
  for one in $(printf %s "$of" | tr , ' '); do gpus="$gpus --device nvidia.com/gpu=$one"; done
else
  gpus="--gpus \\"device=$of\\""
fi`}(e)}
engine rm --force "$name" >/dev/null 2>&1
${function({checkpoint:e,workdir:t}){return void 0===e?":":void 0!==t?`workdir=${(0,u.r)(t)}`:"workdir=$(engine image inspect --format '{{.Config.WorkingDir}}' \"$image\"); workdir=${workdir%/}"}(i)}
${function({binds:e,run:t,site:n,words:i}){var r;let[o="",...a]=i,s="podman"===n.container,d=['--name "$name"',...[...t.labels].map(([e,t])=>`--label ${(0,u.r)(`${e}=${t}`)}`),"--pull never","--init","--stop-signal SIGTERM","--security-opt no-new-privileges","--pids-limit 32768",...s?[]:["--log-driver none"],`--shm-size ${Math.floor(t.resources.shm??8e9)}`,"$memory","$gpus",...void 0===t.workdir?[]:[`--workdir ${(0,u.r)(t.workdir)}`],`--entrypoint ${(0,u.r)(o)}`,...function(e){let{env:t,resources:n,secrets:i}=e,r=[...t].filter(([t])=>!(i.includes(t)||A.R.has(t)||void 0!==(0,h.E1)(e)&&q.has(t)||D(t,e))).map(([e,t])=>`${e}=${t}`);return[...void 0===n.gpu?["NVIDIA_VISIBLE_DEVICES=void"]:[],...r,...i].map(e=>`--env ${(0,u.r)(e)}`)}(t),...(r=t,void 0===(0,h.E1)(r)?[]:["--network host",'--env MASTER_ADDR="$JOBIMG_MASTER"','--env NODE_RANK="$k"']),...e.map(J),...void 0===t.checkpoint?[]:['--env JOBIMG_RESUME="$resume"']];return`${V}
set -- create ${d.join(" ")} "$image" ${a.map(u.r).join(" ")}`}(e)}
put container "$SLURMD_NODENAME $name"
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
exec ${r.container} "$@"
) >"$d/failed.log" 2>&1 || { rm -f "$d/container"; failed node-error 1; }
${function({outputsFrom:e,workdir:t}){let n=e??t;return void 0!==n?`from=${(0,u.r)(n)}`:"from=$(engine inspect --format '{{.Config.WorkingDir}}' \"$name\"); from=${from:-/}"}(i)}
${n.filter(({isFolder:e})=>e).map(({path:e})=>(function(e){let[t=""]=e.split("/");return`rm -rf "$d/new" && (umask 000; mkdir -p "$d/new"/${(0,u.r)(e)}) && engine cp "$d/new"/${(0,u.r)(t)} "$name:$from/"`})(e)).join("\n")}
put from "$from"
engine start --attach "$name" >"$d/log" 2>&1 & p=$!
trap late TERM
started
wait_for
while running; do
  echo 'jobimg: the client of the engine ended before the container did: lines may be missing here' >>"$d/log"
  engine attach --no-stdin --sig-proxy=false "$name" >>"$d/log" 2>&1 & p=$!
  wait_for
done
over
set -- $(engine inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' "$name" 2>"$d/failed.log")
[ "$#" -eq 2 ] || failed engine-lost 1
[ "$2" != true ] || put oom true
${n.map(({path:e},t)=>{var n,i;let r;return n=e,i=t,r="."===n?'"$name:$from"':`"$name:$from"/${(0,u.r)(n)}`,`mkdir -p "$d/files/${i}" && engine cp ${r} "$d/files/${i}/"`}).join("\n")}
engine rm --force --volumes "$name" >/dev/null 2>&1 && rm -f "$d/container"
finish "$1"
`}(o)].join("\n")}function W(e){let t=new Map(e.outputs.map(e=>[(0,S.Fd)(e),e]));return(0,S.wG)({...e}).map(e=>{let n=t.get(e),i=void 0!==n&&(n.endsWith("/")||""===M.extname(e))&&"."!==e;return{path:e,isFolder:i}})}function K(e,t){return new i.yo(e,{code:"slurm",hint:t})}let Z=/^(?:DOCKER_|CONTAINER|XDG_|LD_|(?:HOME|PATH|IFS)$)/;var H=n(1564),Y=n(21265),Q=n(55491),X=n(37897),ee=n(79328);function et(e){if(void 0===e||""===e)return;let[t="",n=""]=e.split("|"),[i=""]=t.trim().split(/[ +]/);return{state:i.toUpperCase(),reason:n}}let en={CANCELLED:{reason:"cancelled",detail:"the job was cancelled"},TIMEOUT:{reason:"timeout",detail:"the time limit of Slurm was reached"},DEADLINE:{reason:"queue-timeout",detail:"its deadline passed before it was started"},OUT_OF_MEMORY:{reason:"oom-host",detail:"the job ran out of memory",hint:'raise "memory" in the spec, or load less at once: fewer workers, smaller batches'},PREEMPTED:{reason:"interrupted",detail:"another job took its place"},REVOKED:{reason:"interrupted",detail:"a sibling of it was started elsewhere"},REQUEUED:{reason:"interrupted",detail:"Slurm took it back into the queue"},NODE_FAIL:{reason:"node-error",detail:"its node has failed"},BOOT_FAIL:{reason:"node-error",detail:"its node did not start"},LAUNCH_FAILED:{reason:"node-error",detail:"it could not be launched"},COMPLETED:{reason:"node-error",detail:"the job ended without a word of how"},FAILED:{reason:"node-error",detail:"its script could not be run"}};function ei({reason:e,state:t},n){let i=Object.hasOwn(en,t)?en[t]:void 0;if(void 0===i)return{reason:"interrupted",detail:`Slurm ended it (${t})`};let r=(n.get("words")??"").trim(),o=[""===e||"None"===e?void 0:e,""===r?void 0:r].filter(e=>void 0!==e).join("; "),{detail:a,reason:s}=i;return{reason:s,detail:""===o?a:`${a}: ${o}`,...void 0===i.hint?{}:{hint:i.hint}}}let er={None:"Slurm has not looked at it yet",Resources:"no node has enough that is free",Priority:"jobs of a higher priority come first",Dependency:"another job has to end first",BeginTime:"its time to begin has not come",Reservation:"its reservation has not begun",ReqNodeNotAvail:"the nodes it needs are down, drained or reserved",NodeDown:"a node it needs is down",Licenses:"licenses are used up",Prolog:"the node is being prepared",Cleaning:"the node is being cleaned up"},eo=[[/^PartitionTimeLimit$/,"the partition allows less time",'lower "timeout" in the spec, or name another "partition"'],[/^Partition\w*Limit$|^PartitionConfig$|^BadConstraints$/,"no node of the partition can ever hold it",'ask for less (gpu, cpu, memory, timeout), or name another "partition"; "sinfo" shows what there is'],[/^(?:AccountNotAllowed|InvalidAccount|QOSNotAllowed|InvalidQOS)$/,"the account or quality of service may not use the partition",'name another "account", "qos" or "partition" below "backend.slurm"'],[/^JobHeld(?:Admin|User)$/,"the job is held",'release it with "scontrol release", or start it again'],[/^DependencyNeverSatisfied$/,"what it depends on has failed","start it again"]];function ea(e,t,n=!0){if(e.get("hash")!==t)return{state:"absent"};let i=et(e.get("scheduler")),r=e.get("exit");if(void 0!==r){var o,a,s,d,l,u,$,c;let t,n,f,p;return{state:"ended",...Number.isFinite(t=Number((o=e).get("duration")))&&o.has("duration")?{duration:t/100}:{},verdict:($=(a=e,s=r,d=i,void 0!==(f="signal"!==(n=a.get("stopped"))||a.has("stop")?void 0:d)?(l=ei(f,a),u=Number(s),{...l,exitCode:u}):(0,ee.Vj)({cancelled:a.has("stop")&&void 0!==n&&"timeout"!==n,timedOut:"timeout"===n,outOfMemory:"true"===a.get("oom"),interrupted:"signal"===n&&!a.has("stop"),launch:function(e){if(void 0===e)return;let t=e.indexOf(" "),n=e.slice(t+1).trim();return e.startsWith("node-lost")?{reason:"node-error",detail:`it was ended without a word of its own: ${n}`}:e.startsWith("engine-lost")?{reason:"node-error",detail:`the engine of the node no longer told of the container: ${n}`}:e.startsWith("image-pull")?{reason:"image-pull",detail:`the image cannot be pulled on the node: ${n}`,hint:"see that the node reaches the registry, and that the login of the action may pull"}:{reason:"node-error",detail:`the container could not be started: ${n}`}}(a.get("failure")),exitCode:Number(s)})),void 0===(p=(c=e).get("node"))?$:(0,h.B3)($,Number(p),Number(c.get("nodes"))))}}if(!e.has("id"))return{state:"queued",detail:"it is being submitted"};let f=e.get("silent");if(void 0!==f)throw new X.W(f);return!n&&es(e)?{state:"running"}:void 0===i?{state:"ended",verdict:ed}:!function({state:e}){return Object.hasOwn(en,e)}(i)?e.has("started")?{state:"running"}:"PENDING"===i.state?{state:"queued",...function(e){let[,t,n]=eo.find(([t])=>t.test(e))??[];if(void 0!==t){let i={reason:"no-capacity",detail:`${t} (${e})`,hint:n};return{detail:`${t} (${e})`,never:i}}let i=Object.hasOwn(er,e)?er[e]:void 0;return{detail:void 0===i?`it waits: ${e}`:`${i} (${e})`}}(i.reason)}:{state:"pulling",detail:"the node fetches the image"}:{state:"ended",verdict:ei(i,e)}}function es(e){if(e.has("exit")||e.has("silent")||!e.has("id"))return!1;let t=et(e.get("scheduler"));return void 0===t||function({state:e}){return"COMPLETED"===e||"FAILED"===e}(t)}let ed={reason:"node-error",detail:"Slurm no longer knows the job, and it did not say how it ended",hint:'see the files of the run in the folder that "slurm" names in the defaults file: script.log and slurm.log'},el=Q.g1P(Q.YjP(),Q.YjP());function eu({state:e}){return"pulling"===e?"queued":e}function e$(e,t){if(function(e,{state:t}){return"ended"===t&&e.has("container")}(e,t))return!0;let{state:n}=t,i=(0,Y.ny)(e.get("plan")??""),[r,o]=["now","started"].map(t=>Number(e.get(t)));return"running"===n&&void 0!==i&&void 0!==r&&void 0!==o&&r>o+i.timeout+i["stop-grace"]+120}async function*ec({name:e},t,n){var i;if(t<2)return;let r=[],{answer:a}=o(await n.shell.run((i=n.settings,`${c(i,e)}
seen() { ls "$n" >/dev/null 2>&1; [ "$(($(wc -c <"$n/log")))" -ge "$s" ]; }
k=1; i=0
while [ "$k" -lt ${t} ]; do
  n=$d/node-$k; s=
  [ ! -s "$n/log-size" ] || read -r s <"$n/log-size"
  until [ -z "$s" ] || seen 2>/dev/null || [ "$i" -ge 60 ]; do sleep 1; i=$((i + 1)); done
  [ -z "$s" ] || say "$k" "$s"
  k=$((k + 1))
done`)));for(let i=1;i<t;i++){let{hasMore:t,read:o}=yield*eh(e,i,n),s=Number(a.get(String(i))??0);t?r.push(i):o<s&&(yield{type:"note",message:ef(`the log of node ${i}`,s,o)})}if(0===r.length)return;let s=1===r.length?`node ${r[0]}`:`the nodes ${r.join(", ")}`;yield{type:"note",message:`the log of ${s} is too long to be kept whole`}}function ef(e,t,n){return`the end of ${e} is not seen: it has ${t} bytes, of which ${n} can be read`}async function*eh(e,t,{settings:n,shell:i}){let r=0x4000000;for await(let o of(await i.open(`${c(n,e)}
head -c ${0x4000001} "$d/${(0,h.pG)(t)}/log" 2>/dev/null`))){let e=o.subarray(0,r);if(e.length>0&&(yield{type:"log",stream:"stdout",bytes:e,node:t}),e.length<o.length)return{hasMore:!0,read:0x4000000};r-=e.length}return{hasMore:!1,read:0x4000000-r}}var ep=n(76760),em=n(38304),eg=n(36225);async function ew({folder:e,from:t,handle:n,paths:i,run:r},a,{diskOf:s,settings:d,shell:l}){let{name:u}=n,{collected:$,failures:f}=await (0,em.O)({run:r,from:t,paths:i,folder:e},{async open(e){let n=i.indexOf(M.relative(t,e)||".");if((o(await l.run(function(e,t,n,i=0){return`${c(e,t)}
say any "$(ls -A ${_(n,i)} 2>/dev/null | head -n 1)"`}(d,u,n,a))).answer.get("any")??"")!=="")return await l.open(function(e,t,n,i=0){return`${c(e,t)}
cd ${_(n,i)} 2>/dev/null || exit 0
n=$(ls -A | head -n 1)
[ -z "$n" ] || exec tar -cf - -- "$n"`}(d,u,n,a))},fits:async()=>!0,diskOf:s});return 0===f.length?$:{...$,findings:[...$.findings,(0,eg.$e)((0,eg.kY)(f),ev(n))]}}function ev({name:e}){return`they are on the cluster, in the folder files of ${e}`}function eb({content:e,path:t}){let n=t.includes("/")?`mkdir -p "$new/${t.split("/")[0]}"; `:"";return`  ${n}printf %s ${(0,u.r)(e)} >"$new/${t}"`}function ey(e,t){return`${e}=${(0,u.r)(t)}; export ${e}
`}function ek(e){let{clock:t,settings:n,shell:l}=e,$=new Set,m=new Map,v=new Map,k=new Map,_=new Map,M=new Map,O={every:"local"===l.where?1e3:5e3,watchCommand:({name:e})=>`squeue --states=all --name=${e}`,async poll({hash:i,name:r},a){var s,d,u,$;let c,f=Number(a??"0"),h=t.now(),p=h-(v.get(r)??-1/0)>3e4;p&&v.set(r,h);let{answer:m,rest:g}=o(await l.run(y(n,r,{offset:f,ofScheduler:p})));M.set(r,Number(m.get("nodes")??1));let w=f+g.length,b=ea(m,i,(s=r,es(m)?(v.delete(s),A(k,s)):(k.delete(s),!1)));return{standing:"ended"!==b.state||g.length>0||(d=r,u=m,($=w)>=(c=Number(u.get("log-size")??0))||A(_,d)&&(e.progress(ef("the log",c,$)),1))?b:{state:"running"},log:g,cursor:String(w)}},async requestStop({name:e},t){await l.run(`${c(n,e)}
[ -d "$d" ] || exit 0
printf '%s\\n' ${Math.ceil(t)} >"$d/stop.new" && mv "$d/stop.new" "$d/stop"
job_id || exit 0
if [ -e "$d/started" ] || [ -e "$d/nodes" ]; then scancel --batch --signal=TERM "$i"; else scancel "$i"; fi`),v.delete(e)}};function A(e,n){let i=e.get(n)??t.now();return e.set(n,i),t.now()-i>6e4}async function j({name:e}){await l.run(`${c(n,e)}
[ -d "$d" ] || exit 0
if job_id; then scancel "$i" 2>/dev/null; fi
${w}
rm -rf "$d"`)}async function I(e,i){await O.requestStop(e,i);let r=t.now()+1e3*i+6e4;for(;t.now()<r;){let{state:i}=ea(o(await l.run(y(n,e.name,e_))).answer,e.hash);if("ended"===i||"absent"===i)return;await t.sleep(eM)}}return{intentOf:e=>({backend:"slurm",run:e.id,name:`jobimg-${e.id}`,hash:e.hash,native:{where:l.where}}),check:t=>(async function(e,t){(function({inputs:e=[],mount:t}){if(void 0!==t)throw K("the nodes of the cluster see no files of this machine",s.L);if(e.length>0)throw K("inputs are not brought to a Slurm cluster yet",'fetch them in "run", or have them in the image')})(e),function(e,{settings:t}){if("apptainer"!==t.container)return;let n=W(e).find(({isFolder:t,path:n})=>!t&&e.outputs.includes(n));if(void 0!==n)throw K(`the output "${n.path}" is a file, and of a container of apptainer only folders come back`,'write files into a folder, and name the folder, as in "outputs: [outputs/]"')}(e,t),function({secrets:e},{settings:t}){let n=e.find(e=>Z.test(e));if(void 0!==n&&"apptainer"!==t.container)throw K(`a secret called "${n}" would change the client of the engine on the node`,'give it another name, and set the variable in "run"')}(e,t),await async function({settings:e,shell:t}){let{answer:n}=o(await t.run(`${c(e,"none")}
say client "$(command -v sbatch)"`));if(""!==n.get("client"))return;let i="local"===t.where?"this machine":t.where;throw K(`${i} has no commands of Slurm: sbatch was not found`,'name the login node in the defaults file of the machine (slurm: { host: ssh://… }), or load its module with "setup"')}(t),(0,d.y8)(e,e.workdir,e.caches?.map(({path:e})=>e)),await f(e,t)})(t,e),submit:async function(t,n,r){if("engineId"in t.image)throw Error("a cluster pulls its images");let[a,s]=await Promise.all([e.pullLogin(t.image),f(t,e)]);try{let{answer:d}=o(await l.run(function(e,t,n,i,r=[]){var o,a;let{name:s}=t;return`${c(n.settings,s)}
mkdir -p "$b"
find "$b" -maxdepth 1 -name '.new-*' -mtime +0 -exec rm -rf {} + 2>/dev/null
begin() {
  [ ! -e "$d" ] || return 1
  new=$b/.new-$\{d##*/}-$(uname -n)-$$; rm -rf "$new"; mkdir "$new" || exit 1
${(function(e,{intent:{hash:t,name:n},login:i,mounts:r,site:{secrets:o,settings:a}}){let s=e.secrets.flatMap(e=>{let t=o.get(e);return void 0===t?[]:[[e,t]]}),d="apptainer"===a.container?"APPTAINERENV_":"";return[{path:"hash",content:t},{path:"plan.json",content:JSON.stringify((0,Y.GZ)(e))},{path:"repository",content:e.labels.get("jobimg.repo")??""},{path:"job.sh",content:function(e,t,n,i=[]){var r;let o,a,s=(0,h.E1)(e);return void 0===s?F(e,t,n,i):(r=s.count,o=e.resources.cpu?.min??e.resources.cpu?.max,a=void 0===o?"":` --cpus-per-task=${Math.ceil(o)}`,["#!/bin/sh","umask 077","r=$JOBIMG_FOLDER; d=$r",'exec >>"$d/script.log" 2>&1 </dev/null',T,...n.setup,L,`n=${r}`,x(e),R(e),B,`srun --nodes=$n --ntasks=$n --ntasks-per-node=1${a} --kill-on-bad-exit=1 /bin/sh "$r/node.sh" & p=$!`,P,"late=60",G,z].join("\n"))}(e,n,a,r)},..."apptainer"===a.container?[]:[{path:"sweep.sh",content:function(e,{container:t,setup:n}){return["#!/bin/sh",...["--job-name=jobimg-sweep","--no-requeue","--ntasks=1","--time=5",...g(p.u.parse(e.backend.options))].map(e=>`#SBATCH ${e}`),...n,`${t} rm --force --volumes "$JOBIMG_CONTAINER"`].join("\n")}(e,a)}],...void 0===(0,h.E1)(e)?[]:[{path:"node.sh",content:F(e,n,a,r)}],...void 0===i?[]:[{path:"login/config.json",content:function({server:e,username:t,password:n}){return JSON.stringify({auths:{[e]:{auth:Buffer.from(`${t}:${n}`).toString("base64")}}})}(i)},{path:"login/apptainer.sh",content:function({username:e,password:t}){return ey("APPTAINER_DOCKER_USERNAME",e)+ey("APPTAINER_DOCKER_PASSWORD",t)}(i)}],...0===s.length?[]:[{path:"secrets.json",content:JSON.stringify(Object.fromEntries(s))},{path:"secrets.sh",content:s.map(([e,t])=>ey(`${d}${e}`,t)).join("")}]]})(e,{intent:t,site:n,login:i,mounts:r}).map(eb).join("\n")}
  date -u +%Y-%m-%dT%H:%M:%SZ >"$new/submitted"
  mv -T "$new" "$d" 2>/dev/null || { rm -rf "$new"; return 1; }
}
${function({checkpoint:e,queueTimeout:t=0,retry:n,stopGrace:i,timeout:r}){let o=Math.ceil(((n?.max??0)+1)*(r+i+t)+604800),a=void 0===e?":":`mkdir -p "$b/checkpoints"; echo $((t + ${o})) >"$b/checkpoints/${e.key}.until"`;return`t=$(date +%s)
for f in "$b"/checkpoints/*.until; do
  [ -s "$f" ] && read -r u <"$f" && [ "$u" -lt "$t" ] && rm -rf "$f" "$\{f%.until}"
done
${a}`}(e)}
${o=e,a=s,`known() {
  id=$(squeue --noheader --states=PENDING,CONFIGURING,RUNNING,SUSPENDED --name=${(0,u.r)(a)} --format=%i 2>/dev/null) || { id=; return 1; }
  id=$(printf '%s\\n' "$id" | head -n 1)
}
keep() { printf '%s\\n' "$\{id%%;*}" >"$d/id.new" && mv "$d/id.new" "$d/id"; }
submit() {
  n=0
  until id=$(JOBIMG_FOLDER=$d sbatch ${(function(e,t){let n=p.u.parse(e.backend.options),{cpu:i,gpu:r,memory:o}=e.resources,a=i?.min??i?.max,s=o?.min??o?.max,d=Math.ceil(e.stopGrace),l=(0,h.E1)(e);return["--parsable",`--job-name=${t}`,`--comment=jobimg ${e.hash.slice(7,23)}`,"--no-requeue","--open-mode=append","--export=ALL",`--nodes=${l?.count??1}`,void 0===l?"--ntasks=1":"--ntasks-per-node=1",`--time=${Math.ceil((e.timeout+d+600)/60)}`,`--signal=B:TERM@${d+60}`,...g(n),...void 0===a?[]:[`--cpus-per-task=${Math.ceil(a)}`],...void 0===s?[]:[`--mem=${Math.ceil(s/1024/1024)}M`],...void 0===r?[]:[`--gpus${void 0===l?"":"-per-node"}=${function({count:e,names:t}){let[n]=t,i=e.min??e.max??1;return void 0===n?String(i):`${n.toLowerCase()}:${i}`}(r)}`]]})(o,a).map(u.r).join(" ")} --output="$d/slurm.log" "$d/job.sh" 2>"$d/sbatch.err"); do
    n=$((n + 1))
    if [ "$n" -ge 5 ] || ! grep -Eiq 'timed out|unable to contact|connection|communication' "$d/sbatch.err"; then
      say refused "$(tr '\\n' ' ' <"$d/sbatch.err")"; rm -rf "$d"; exit 0
    fi
    j=0; until sleep 3; known || [ "$j" -ge 10 ]; do j=$((j + 1)); done
    ! job_id || id=$i
    [ -z "$id" ] || break
  done
  keep
}`}
if begin; then
  submit; say attached no
else
  say attached yes
  j=0; until job_id || [ "$j" -ge 30 ]; do sleep 1; j=$((j + 1)); done
  if ! job_id && [ "$(cat "$d/hash" 2>/dev/null)" = ${(0,u.r)(e.hash)} ]; then
    known; if [ -n "$id" ]; then keep; else submit; fi
  fi
fi
say hash "$(cat "$d/hash")"
job_id; say id "$i"`}(t,n,e,a,s),r));return function(e,t,n,r){let o=e.get("refused");if(void 0!==o){var a;throw a=o,new i.yo(`Slurm does not take the job: ${a.replaceAll(/sbatch: (?:error: )?/g,"").trim()}`,{kind:"unavailable",code:"slurm",hint:'change what it asks for (gpu, cpu, memory, or "backend.slurm"); "sinfo" shows what there is'})}if(e.get("hash")!==t.hash)throw function({id:e},{name:t},{settings:n}){return new i.yo(`the run id "${e}" is already used by another plan`,{code:"run-id",hint:`remove what is left of it: scancel --name=${t}, and its folder below ${n.folder??"~/.jobimg"}`})}(t,n,r)}(d,t,n,e),"yes"===d.get("attached")&&$.add(n.name),m.set(n.name,{grace:t.stopGrace,queueTimeout:t.queueTimeout}),{...n,native:{...n.native,id:d.get("id")??""}}}catch(e){throw r?.aborted&&await j(n),e}},follow:async function*(n,i,o){$.has(n.name)&&(yield{type:"note",message:`attached to the run that is already there: ${n.name}`});let{grace:a=eE,queueTimeout:s}=m.get(n.name)??{};for await(let d of(0,r.c)({handle:n,signal:i,leaving:o,grace:a,queueTimeout:s},O,t))"end"===d.type&&(yield*ec(n,M.get(n.name)??1,e)),yield d},collect:(t,n,i)=>(async function(e,t,n,i){let r=(0,S.wG)(t);try{let{answer:a}=o(await i.shell.run(E(i.settings,e.name))),s=a.get("from");if(a.get("hash")!==e.hash||void 0===s)return em.W;let d={handle:e,run:t,folder:n,from:s,paths:r},l=await ew(d,0,i),u=(0,h.E1)(t);if(u?.outputs!=="all")return l;for(let e=1;e<u.count;e++){let t=(0,h.pG)(e),r=await ew({...d,folder:(0,ep.join)(n,t)},e,i);l=function(e,t,n){return{files:[...e.files,...t.files.map(e=>`${n}/${e}`)].sort(),more:e.more+t.more,findings:[...e.findings,...t.findings.map(e=>({...e,message:`${n}: ${e.message}`}))]}}(l,r,t)}return l}catch(o){let t=(0,eg.KE)(o,n),i=r.map(e=>({path:e,why:t}));return{...em.W,findings:[(0,eg.$e)((0,eg.kY)(i),ev(e))]}}})(t,n,i,e),async cancel(e,t){await I(e,t),await j(e)},stop:I,look:(t,n)=>(async function({hash:e,name:t},n,{settings:i,shell:r}){let{answer:a}=o(await r.run(E(i,t))),s=ea(a,e);return{state:eu(s),overdue:e$(a,s),secrets:function(e,t){if(void 0===e)return new Map;let n=el.parse(JSON.parse(e));return new Map(t.flatMap(e=>void 0===n[e]?[]:[[e,n[e]]]))}(a.get("secrets"),n),..."ended"===s.state?{verdict:s.verdict}:{}}})(t,n,e),clean:async e=>(await j(e),!0),async releaseCheckpoint({key:e}){await l.run(`${c(n,"none")}
rm -rf "$b/checkpoints/${e}" "$b/checkpoints/${e}.until"`)},list:()=>(async function({settings:e,shell:t}){return(await t.run(`${c(e,"none")}
${b}
jobs=$(squeue --noheader --states=all --me --format='%i|%T|%r' 2>/dev/null)
for d in "$b"/jobimg-*/; do
  d=$\{d%/}; [ -s "$d/hash" ] || continue
  say name "$\{d##*/}"
  say now "$(date +%s)"
  tell
  say plan "$(cat "$d/plan.json")"
  ! job_id || say scheduler "$(printf '%s\\n' "$jobs" | grep "^$i|" | head -n 1 | cut -d '|' -f 2-)"
  echo
done`)).toString().split("\n\n").filter(e=>""!==e.trim()).map(a).flatMap(e=>(function(e,t){let[n,i,r]=["name","hash","id"].map(t=>e.get(t)),o=(0,Y.ny)(e.get("plan")??"");if(void 0===n||void 0===i||!(0,H.Bc)(i)||void 0===o)return[];let a=ea(e,i),s=eu(a);if("absent"===s)return[];let d={where:t,...void 0===r?{}:{id:r}};return[{handle:{backend:"slurm",run:n.slice(7),name:n,hash:i,native:d},job:o.job,plan:o,state:s,started:e.get("submitted"),repository:e.get("repository"),overdue:e$(e,a),isOwn:!1}]})(e,t.where))})(e)}}let eE=10,e_={offset:Number.MAX_SAFE_INTEGER-1,ofScheduler:!0},eM=300}),91839:(function(e,t,n){n.d(t,{kJ:()=>o,w:()=>a,yL:()=>s});var i=n(19473),r=n(59969);let o=(0,r.d_)(s(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,"the key of a label","write it as in nvidia.com/gpu.product"),r.An),a=(0,r.d_)(s(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/,"the value of a label",'letters, digits, ".", "_" and "-", at most 63'));function s(e,t,n){return r=>{if(e.test(r))return r;throw new i.yo(`"${r}" is not ${t}`,{hint:n})}}}),31918:(function(e,t,n){n.d(t,{I:()=>l,u:()=>u});var i=n(6286),r=n(64405),o=n(59969),a=n(91839);let s=/^[A-Za-z0-9_][A-Za-z0-9_.,-]{0,127}$/,d=(e,t)=>(0,o.d_)((0,a.yL)(s,e,`write it as "${t}" shows it`),o.An),l={partition:{value:d("a partition","sinfo"),description:"Partition, or several separated by commas",type:"name",otherwise:"the cluster's",shown:(0,i.uK)("partition")},account:{value:d("an account","sacctmgr show associations"),description:"Account that is charged",type:"name",otherwise:"the user's",shown:(0,i.uK)("account")},qos:{value:d("a quality of service","sacctmgr show qos"),description:"Quality of service",type:"name",otherwise:"the account's",shown:(0,i.uK)("qos")},reservation:{value:d("a reservation","scontrol show reservations"),description:"Reservation to run in",type:"name",otherwise:"none",shown:(0,i.uK)("reservation")},constraint:{value:(0,o.d_)((0,a.yL)(/^[A-Za-z0-9_][A-Za-z0-9_.,&|*[\]()-]{0,199}$/,"a constraint",'write features as "sinfo -o %f" shows them, as in a100&nvlink'),o.An),description:"Features that the node must have",type:"features",otherwise:"any node",shown:(0,i.uK)("constraint")}},u=(0,r.p)(l)}),88189:(function(e,t,n){n.d(t,{c:()=>d});var i=n(19473),r=n(37897);let o="logged";class a{#e;#t;#n;#i;#r;#o="";#a=!1;#s=!1;#d=!1;#l;#u="";#$=200;constructor(e,t,n){this.#e=e,this.#t=t,this.#n=n,this.#i=n.now(),this.#l=n.now(),this.#r=e.handle.native[o]}async *events(){for(;;){await this.#c();let e=await this.#f();void 0!==e&&(yield*this.#h(e));let t=await this.#p(e);if(void 0!==t)return yield t;if(this.#e.leaving?.aborted)return yield this.#m();await this.#g(e)}}async #p(e){return void 0!==e?await this.#w(e):this.#v()?{type:"end",verdict:this.#b()}:void 0}async #c(){let{grace:e,handle:t,signal:n}=this.#e;if(n.aborted&&!this.#s)try{await this.#t.requestStop(t,e),this.#s=!0}catch(e){this.#y(e)}}#y(e){if(!(0,r.D)(e))throw e;this.#u=(0,i.bD)(e)}async #f(){try{let e=await this.#t.poll(this.#e.handle,this.#r);return this.#l=this.#n.now(),this.#r=e.cursor,e}catch(e){return this.#y(e)}}*#h({log:e,standing:t}){("queued"===t.state||"pulling"===t.state)&&t.detail!==this.#o&&(this.#o=t.detail,yield{type:"state",state:t.state,detail:t.detail}),!this.#a&&("running"===t.state||e.length>0)&&(this.#a=!0,yield{type:"state",state:"started"}),e.length>0&&(yield{type:"log",stream:"stdout",bytes:e})}async #w({log:e,standing:t}){if("queued"===t.state)return await this.#k(t);if("absent"===t.state)return{type:"end",verdict:{reason:"cancelled",detail:"it is not there any more"}};if("ended"!==t.state||e.length>0)return;let{duration:n,verdict:i}=t;return this.#d?{type:"end",verdict:this.#E()}:{type:"end",verdict:this.#s?function(e){if("timeout"===e.reason)return e;let{exitCode:t}=e;return{reason:"cancelled",...void 0===t?{}:{exitCode:t}}}(i):i,duration:n}}async #k({never:e}){let{handle:t,queueTimeout:n}=this.#e,i=void 0!==n&&this.#n.now()-this.#i>1e3*n;if(!this.#s&&(void 0!==e||i)){if(await this.#t.requestStop(t,0),void 0!==e)return{type:"end",verdict:e};this.#d=!0,this.#s=!0}}#E(){return{reason:"queue-timeout",detail:`it was not started within ${this.#e.queueTimeout} s: ${this.#o}`,hint:'raise "queue-timeout" in the spec, or ask for less'}}#v(){return this.#n.now()-this.#l>6e5}#b(){return{reason:"lost-contact",detail:this.#u,hint:`it is left alone; see how it does with: ${this.#t.watchCommand(this.#e.handle)}`}}#m(){return{type:"left",verdict:{reason:"cancelled",detail:"it goes on; its outputs are collected when it has ended"},native:void 0===this.#r?{}:{[o]:this.#r}}}async #g(e){void 0!==e&&e.log.length>0?this.#$=0:this.#$=Math.min(this.#t.every,Math.max(200,1.5*this.#$));let{leaving:t,signal:n}=this.#e,i=[t,n].filter(e=>e?.aborted===!1);await this.#n.sleep(this.#$,AbortSignal.any(i.filter(e=>void 0!==e))).catch(s)}}function s(e){if(!(e instanceof Error&&"AbortError"===e.name))throw e}function d(e,t,n){return new a(e,t,n).events()}}),37897:(function(e,t,n){n.d(t,{D:()=>o,W:()=>r});var i=n(19473);class r extends i.yo{constructor(e){super(e,{kind:"unavailable",code:"no-answer"})}}function o(e){return e instanceof r}}),6286:(function(e,t,n){function i(e,t){return{path:e,text:t,writtenAt:[e]}}function r(e,...t){return{path:"",text:e,writtenAt:[...t,""]}}function o(e,t){return Object.entries(e).flatMap(([e,{shown:n}])=>{if("function"!=typeof n)return[];let r=n(t)??"";return"string"==typeof r?[i(e,r)]:d(e,r)})}function a(e,t){return[...t].flatMap(([t,n])=>d(String(t),o(e,n)))}function s(e){return[...e].map(([e,t])=>i(e,t))}function d(e,t){let n=t=>[e,t].filter(e=>""!==e).join(".");return t.map(({path:e,text:t,writtenAt:i})=>({path:n(e),text:t,writtenAt:i.map(n)}))}function l(e){let[t="",...n]=e.trim().split("\n");return 0===n.length?t:`${t} … (${n.length} more)`}function u(e){return({[e]:t})=>{if(void 0!==t)return Array.isArray(t)?t.join(", "):String(t)}}n.d(t,{D3:()=>r,Dx:()=>o,Gz:()=>d,TM:()=>l,Wx:()=>s,n8:()=>i,pQ:()=>a,uK:()=>u})}),64405:(function(e,t,n){n.d(t,{F:()=>r,p:()=>o});var i=n(55491);function r(e){return Object.fromEntries(Object.entries(e).map(([e,t])=>{var n;let i;return[e,(i=(n=t).value.meta({description:function({description:e,default:t,otherwise:n}){return void 0!==t||void 0===n?e:`${e} (default: ${n.replaceAll("`","")})`}(n)}),n.required?i:void 0===n.default?i.optional():i.prefault(n.default))]}))}function o(e){return i.rej(r(e))}}),59969:(function(e,t,n){n.d(t,{A7:()=>g,An:()=>l,BU:()=>$,Jt:()=>m,Qq:()=>p,Yh:()=>u,d_:()=>c,t6:()=>f});var i=n(88532),r=n(55491),o=n(19473),a=n(81077),s=n(70891);i.$W({jitless:!0,localeError:()=>"this value is not allowed"});let d={type:["string","number","boolean"]},l={type:"string"},u={type:["number","string"]},$={type:["integer","string"]};function c(e,t=d){return r.YjP().transform((t,n)=>h(()=>e(t),t,n)).meta({...t})}function f(e,t,n=d){return r.bzn().transform((n,r)=>n instanceof s.WT?h(()=>t(n.content),n,r):"string"==typeof n?h(()=>e(n),n,r):(r.issues.push({code:"invalid_type",expected:"string",input:n}),i.tm)).meta({...n})}function h(e,t,n){try{return e()}catch(a){if(!(a instanceof o.yo))throw a;let e=a.findings[0]?.hint,r=t instanceof s.WT;return n.issues.push({code:"custom",message:a.message,input:t,params:{hint:e},continue:r}),i.tm}}let p=c(e=>e),m=f(function(e){if(/^(?:true|True|TRUE)$/.test(e))return!0;if(/^(?:false|False|FALSE)$/.test(e))return!1;throw new o.yo(`"${e}" is neither true nor false`)},function(e){if("boolean"==typeof e)return e;throw(0,a.oO)("a flag",e)},{type:"boolean"});function g(e,t){return r.g1P(e,t).transform(e=>new Map(Object.entries(e)))}}),81077:(function(e,t,n){n.d(t,{C1:()=>d,DB:()=>s,E9:()=>y,Fv:()=>E,Oh:()=>g,PZ:()=>u,Po:()=>h,RC:()=>$,Tp:()=>c,Zj:()=>w,ab:()=>k,cd:()=>f,oO:()=>p,zq:()=>m});var i=n(19473);let r=new Map([["kb",1e3],["mb",1e6],["gb",1e9],["tb",1e12],["kib",1024],["mib",1048576],["gib",0x40000000],["tib",0x10000000000],["ki",1024],["mi",1048576],["gi",0x40000000],["ti",0x10000000000]]),o=/^(\d{1,12}(?:\.\d{1,6})?)\s?([A-Za-z]{0,3})$/,a="write a number and a unit: 512MB, 24GB, 16GiB";function s(e){let[,t,n]=o.exec(e)??[],s=r.get((n??"").toLowerCase());if(void 0===t||void 0===n)throw new i.yo(`"${e}" is not a size`,{hint:a});if(void 0===s)throw function(e,t){if(""===t)return new i.yo(`the size "${e}" has no unit`,{hint:`write ${e}GB or ${e}MB`});let n=/^[kmgt]$/i.test(t)?`write ${t.toUpperCase()}B (1000s) or ${t.toUpperCase()}iB (1024s)`:a;return new i.yo(`"${t}" in "${e}" is not a unit of size`,{hint:n})}(e,n);let d=Math.round(Number(t)*s);if(d<=0)throw new i.yo(`"${e}" is no space at all`,{hint:a});return d}function d(e){if(e>0&&Number.isSafeInteger(e))return e;throw new i.yo(e>0?`${e} bytes are not a size`:`${e} bytes are no space at all`,{hint:"write a number above 0"})}let l=[["TB",1e12],["TiB",0x10000000000],["GB",1e9],["GiB",0x40000000],["MB",1e6],["MiB",1048576],["KiB",1024]];function u(e){let t=l.find(([,t])=>e>0&&e%t==0);return void 0===t?`${e/1e3}KB`:`${e/t[1]}${t[0]}`}function $(e,t,n){var r,o;let a,s=e.indexOf("..");if(s<0){let i=t(e);return"exact"===n?{min:i,max:i}:{min:i}}let[d,l]=[e.slice(0,s).trim(),e.slice(s+2).trim()];if(""===d&&""===l)throw new i.yo(`"${e}" has no end`,{hint:"write a..b, a.. or ..b"});let u={...""===d?{}:{min:t((r=d,o=l,a=/^[\d.]+$/.test(r)?/[A-Za-z]+$/.exec(o)?.[0]??"":"",r+a))},...""===l?{}:{max:t(l)}};if((u.min??0)<=(u.max??1/0))return u;throw new i.yo(`"${e}" begins above its end`,{hint:`write ${l}..${d}`})}function c(e,t=String){if(void 0===e)return;let{min:n,max:i}=e;return void 0!==n&&n===i?t(n):`${void 0===n?"":t(n)}..${void 0===i?"":t(i)}`}function f(e,t){if("object"!=typeof e||"registry"in e)throw p("a range",e);let{min:n,max:r}=e,o={...void 0===n?{}:{min:t(n)},...void 0===r?{}:{max:t(r)}};if((o.min??0)<=(o.max??1/0))return o;throw new i.yo("it begins above its end",{hint:"swap the two"})}function h(e){if("number"==typeof e)return e;throw p("a number",e)}function p(e,t){return TypeError(`${JSON.stringify(t)} is not ${e}`)}function m(e){if(!/^\d{1,6}$/.test(e))throw new i.yo(`"${e}" is not a whole number`);return Number(e)}function g(e){return w(/^\d{1,5}(?:\.\d{1,3})?$/.test(e)?Number(e):0,e)}function w(e,t=String(e)){if(e>0&&e<v)return e;throw new i.yo(`"${t}" is not a number of CPUs`,{hint:"write a number: 4, 0.5, 4..8"})}let v=1e5,b=/^(?:(\d{1,5})d)?\s?(?:(\d{1,6})h)?\s?(?:(\d{1,8})m(?:in)?)?\s?(?:(\d{1,9})s)?$/;function y(e){let[,t,n,r,o]=b.exec(/^\d+$/.test(e)?`${e}s`:e)??[],a=[t,n,r,o];if(a.every(e=>void 0===e))throw new i.yo(`"${e}" is not a duration`,{hint:"write 2h, 90m, 1h30m, 1d or seconds"});let[s,d,l,u]=a.map(e=>Number(e??0)),$=(s??0)*86400+(d??0)*3600+(l??0)*60+(u??0);if($>0x1e28500)throw new i.yo(`"${e}" is longer than a year`,{hint:"write 2h, 90m or 1d"});return $}function k(e){if(Number.isInteger(e)&&e>0&&e<=0x1e28500)return e;throw new i.yo(`${e} seconds are not a time limit`,{hint:"write 2h, 90m or 1d"})}function E(e){let t=y(e);if(0===t)throw new i.yo(`"${e}" is no time at all`,{hint:"write 2h, 90m, 1h30m or 1d"});return t}}),16517:(function(e,t,n){n.d(t,{L:()=>i});let i='write "code: layer", with "image: { base: … }" where the image is used as it is; or "code: none"'}),26880:(function(e,t,n){function i({nodes:e}){return void 0===e||1===e.count?void 0:e}function r(e){return`node-${e}`}function o(e,t,n){var i;if("timeout"===e.reason||"cancelled"===e.reason)return e;let r=`node ${t} of ${n}`,{detail:o,hint:a}=e,s=0===t?void 0:`its log is "${i=t,`log.node-${i}.txt`}" beside the log of node 0`;return{...e,detail:void 0===o?`${r} failed first`:`${r}: ${o}`,hint:a??s}}n.d(t,{B3:()=>o,E1:()=>i,pG:()=>r})}),69420:(function(e,t,n){n.d(t,{R:()=>i});let i=new Set(["NVIDIA_VISIBLE_DEVICES","NVIDIA_MIG_CONFIG_DEVICES","NVIDIA_MIG_MONITOR_DEVICES","NVIDIA_IMEX_CHANNELS","NVIDIA_GDS","NVIDIA_MOFED","NVIDIA_GDRCOPY","NVIDIA_NVSWITCH","AMD_VISIBLE_DEVICES"])})};
