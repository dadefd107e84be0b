export const id=8225;export const ids=[8225];export const modules={20606:(e,t,n)=>{n.r(t),n.d(t,{createSlurmBackend:()=>B});var i=n(19473),r=n(88189);function a(e){if(10===e[0])return{answer:new Map,rest:e.subarray(1)};let t=e.indexOf("\n\n");return{answer:o((t<0?e:e.subarray(0,t)).toString()),rest:t<0?Buffer.alloc(0):e.subarray(t+2)}}function o(e){return new Map(e.split("\n").flatMap(e=>{let t=e.indexOf("=");return t<1?[]:[[e.slice(0,t),e.slice(t+1)]]}))}var s=n(27941);function d(e,t){return["umask 077",...e.setup,`b=${function({folder:e}){return void 0===e?'"$HOME/.jobimg"':(0,s.r)(e)}(e)}`,`d=$b/${(0,s.r)(t)}`,'say() { printf "%s=%s\\n" "$1" "$2"; }'].join("\n")}let l=`state_of() {
  if q=$(squeue --noheader --states=all --jobs="$1" --format='%T|%r' 2>&1); then q=$(printf '%s' "$q" | head -n 1)
  else case $q in *'Invalid job id'*) q= ;; *) say silent "$(printf '%s' "$q" | tr '\\n' ' ')"; return ;; esac; fi
  [ -n "$q" ] || q=$(sacct --noheader --parsable2 --allocations --jobs="$1" --format=State,Reason 2>/dev/null | head -n 1)
  say scheduler "$q"
}`,u='tell() { for f in id hash submitted started stopped stop failure exit oom duration from repository; do [ ! -s "$d/$f" ] || say "$f" "$(head -n 1 "$d/$f")"; done; }';function c(e,t,n,i=""){return`${d(e,t)}
${u}
${l}
${i}if [ -d "$d" ]; then
  say now "$(date +%s)"
  tell
  if [ -s "$d/id" ]; then
    # An end that was written meanwhile is told with it.
    read -r i <"$d/id"; [ -s "$d/exit" ] && [ ! -s "$d/stopped" ] || { state_of "$i"; tell; }
    [ -s "$d/exit" ] || say words "$(tail -n 3 "$d/slurm.log" 2>/dev/null | tr '\\n' ' ')"
  fi
${n}
fi`}function h(e,t){return c(e,t,'say plan "$(cat "$d/plan.json")"\n[ ! -s "$d/secrets.json" ] || say secrets "$(cat "$d/secrets.json")"')}var $=n(53916),f=n(36852),p=n(20907),m=n(69420);let g=`m=$\{SLURM_MEM_PER_NODE:-}
[ -n "$m" ] || [ -z "$\{SLURM_MEM_PER_CPU:-}" ] || m=$((SLURM_MEM_PER_CPU * $\{SLURM_CPUS_ON_NODE:-1}))
memory=; [ "$\{m:-0}" -eq 0 ] || memory="--memory $\{m}m --memory-swap $\{m}m"`,w=`put() { printf '%s\\n' "$2" >"$d/$1.new" && mv "$d/$1.new" "$d/$1"; }
up() { IFS=' .' read -r u f _ </proc/uptime; u=$((u * 100 + 1$f - 100)); }
grace() { if [ -s "$d/stop" ]; then read -r g <"$d/stop"; fi; }
finish() { rm -rf "$d/secrets.sh" "$d/secrets.json" "$d/login"; put exit "$1"; exit "$1"; }
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
  kill "$w" 2>/dev/null; up; put duration $((u - s))
}`;function v(e){let t=new Map(e.outputs.map(e=>[(0,f.Fd)(e),e]));return(0,f.wG)({...e}).map(e=>{let n=t.get(e),i=void 0!==n&&(n.endsWith("/")||""===$.extname(e))&&"."!==e;return{path:e,isFolder:i}})}function b(e,t){return new i.yo(e,{code:"slurm",hint:t})}let y=/^(?:DOCKER_|CONTAINER|XDG_|LD_|(?:HOME|PATH|IFS)$)/;var E=n(1564),S=n(11303),k=n(55491),I=n(37897),M=n(79328);function _(e){if(void 0===e||""===e)return;let[t="",n=""]=e.split("|"),[i=""]=t.trim().split(/[ +]/);return{state:i.toUpperCase(),reason:n}}let j={CANCELLED:{reason:"cancelled",detail:"the job was cancelled"},TIMEOUT:{reason:"timeout",detail:"the time limit of Slurm was reached"},DEADLINE:{reason:"queue-timeout",detail:"its deadline passed before it was started"},OUT_OF_MEMORY:{reason:"oom-host",detail:"the job ran out of memory",hint:'raise "memory" in the spec, or load less at once: fewer workers, smaller batches'},PREEMPTED:{reason:"interrupted",detail:"another job took its place"},REVOKED:{reason:"interrupted",detail:"a sibling of it was started elsewhere"},REQUEUED:{reason:"interrupted",detail:"Slurm took it back into the queue"},NODE_FAIL:{reason:"node-error",detail:"its node has failed"},BOOT_FAIL:{reason:"node-error",detail:"its node did not start"},LAUNCH_FAILED:{reason:"node-error",detail:"it could not be launched"},COMPLETED:{reason:"node-error",detail:"the job ended without a word of how"},FAILED:{reason:"node-error",detail:"its script could not be run"}};function O({reason:e,state:t},n){let i=Object.hasOwn(j,t)?j[t]:void 0;if(void 0===i)return{reason:"interrupted",detail:`Slurm ended it (${t})`};let r=(n.get("words")??"").trim(),a=[""===e||"None"===e?void 0:e,""===r?void 0:r].filter(e=>void 0!==e).join("; "),{detail:o,reason:s}=i;return{reason:s,detail:""===a?o:`${o}: ${a}`,...void 0===i.hint?{}:{hint:i.hint}}}let N={None:"Slurm has not looked at it yet",Resources:"no node has enough that is free",Priority:"jobs of a higher priority come first",Dependency:"another job has to end first",BeginTime:"its time to begin has not come",Reservation:"its reservation has not begun",ReqNodeNotAvail:"the nodes it needs are down, drained or reserved",NodeDown:"a node it needs is down",Licenses:"licenses are used up",Prolog:"the node is being prepared",Cleaning:"the node is being cleaned up"},A=[[/^PartitionTimeLimit$/,"the partition allows less time",'lower "timeout" in the spec, or name another "partition"'],[/^Partition\w*Limit$|^PartitionConfig$|^BadConstraints$/,"no node of the partition can ever hold it",'ask for less (gpu, cpu, memory, timeout), or name another "partition"; "sinfo" shows what there is'],[/^(?:AccountNotAllowed|InvalidAccount|QOSNotAllowed|InvalidQOS)$/,"the account or quality of service may not use the partition",'name another "account", "qos" or "partition" below "backend.slurm"'],[/^JobHeld(?:Admin|User)$/,"the job is held",'release it with "scontrol release", or start it again'],[/^DependencyNeverSatisfied$/,"what it depends on has failed","start it again"]];function D(e,t,n=!0){if(e.get("hash")!==t)return{state:"absent"};let i=_(e.get("scheduler")),r=e.get("exit");if(void 0!==r){var a,o,s,d,l,u;let t,n,c;return{state:"ended",...Number.isFinite(t=Number((a=e).get("duration")))&&a.has("duration")?{duration:t/100}:{},verdict:(o=e,s=r,d=i,void 0!==(c="signal"!==(n=o.get("stopped"))||o.has("stop")?void 0:d)?(l=O(c,o),u=Number(s),{...l,exitCode:u}):(0,M.Vj)({cancelled:o.has("stop")&&void 0!==n&&"timeout"!==n,timedOut:"timeout"===n,outOfMemory:"true"===o.get("oom"),interrupted:"signal"===n&&!o.has("stop"),launch:function(e){if(void 0===e)return;let t=e.indexOf(" "),n=e.slice(t+1).trim();return e.startsWith("image-pull")?{reason:"image-pull",detail:`the image cannot be pulled on the node: ${n}`,hint:"see that the node reaches the registry, and that the login of the action may pull"}:{reason:"node-error",detail:`the container could not be started: ${n}`}}(o.get("failure")),exitCode:Number(s)}))}}if(!e.has("id"))return{state:"queued",detail:"it is being submitted"};let c=e.get("silent");if(void 0!==c)throw new I.W(c);return!n&&x(e)?{state:"running"}:void 0===i?{state:"ended",verdict:R}:!function({state:e}){return Object.hasOwn(j,e)}(i)?e.has("started")?{state:"running"}:"PENDING"===i.state?{state:"queued",...function(e){let[,t,n]=A.find(([t])=>t.test(e))??[];if(void 0!==t){let i={reason:"no-capacity",detail:`${t} (${e})`,hint:n};return{detail:`${t} (${e})`,never:i}}let i=Object.hasOwn(N,e)?N[e]:void 0;return{detail:void 0===i?`it waits: ${e}`:`${i} (${e})`}}(i.reason)}:{state:"pulling",detail:"the node fetches the image"}:{state:"ended",verdict:O(i,e)}}function x(e){if(e.has("exit")||e.has("silent")||!e.has("id"))return!1;let t=_(e.get("scheduler"));return void 0===t||function({state:e}){return"COMPLETED"===e||"FAILED"===e}(t)}let R={reason:"node-error",detail:"Slurm no longer knows the job, and it did not say how it ended",hint:'see the files of the run in the folder that "slurm" names in the defaults file: script.log and slurm.log'},L=k.g1P(k.YjP(),k.YjP());function q({state:e}){return"pulling"===e?"queued":e}function T(e,{state:t}){let n=(0,S.ny)(e.get("plan")??""),[i,r]=["now","started"].map(t=>Number(e.get(t)));return"running"===t&&void 0!==n&&void 0!==i&&void 0!==r&&i>r+n.timeout+n["stop-grace"]+120}var C=n(66131),P=n(36225);function V({name:e}){return`they are on the cluster, in the folder files of ${e}`}var U=n(31918);function G({content:e,path:t}){let n=t.includes("/")?`mkdir -p "$d/${t.split("/")[0]}"; `:"";return`  ${n}printf %s ${(0,s.r)(e)} >"$d/${t}"`}function F(e,t){return`${e}=${(0,s.r)(t)}; export ${e}
`}function B(e){let{clock:t,settings:n,shell:l}=e,k=new Set,I=new Map,M=new Map,_=new Map,j={every:"local"===l.where?1e3:5e3,watchCommand:({name:e})=>`squeue --states=all --name=${e}`,async poll({hash:e,name:i},r){let o=Number(r??"0"),s=t.now(),d=s-(M.get(i)??-1/0)>3e4;d&&M.set(i,s);let{answer:u,rest:h}=a(await l.run(function(e,t,{offset:n,ofScheduler:i}){return`${c(e,t,"",i?"":'[ ! -s "$d/started" ] || state_of() { say scheduler "RUNNING|None"; }\n')}
echo
tail -c +${n+1} "$d/log" 2>/dev/null | head -c 4194304`}(n,i,{offset:o,ofScheduler:d})));return{standing:D(u,e,function(e,n){if(!x(n))return _.delete(e),!1;M.delete(e);let i=_.get(e)??t.now();return _.set(e,i),t.now()-i>6e4}(i,u)),log:h,cursor:String(o+h.length)}},async requestStop({name:e},t){await l.run(`${d(n,e)}
[ -d "$d" ] || exit 0
printf '%s\\n' ${Math.ceil(t)} >"$d/stop.new" && mv "$d/stop.new" "$d/stop"
[ -s "$d/id" ] || exit 0
read -r i <"$d/id"
if [ -e "$d/started" ]; then scancel --batch --signal=TERM "$i"; else scancel "$i"; fi`),M.delete(e)}};async function O({name:e}){await l.run(`${d(n,e)}
[ -d "$d" ] || exit 0
if [ -s "$d/id" ]; then read -r i <"$d/id"; scancel "$i" 2>/dev/null; fi
rm -rf "$d"`)}async function N(e,n){await j.requestStop(e,n);let i=t.now()+1e3*n+6e4;for(;t.now()<i;){let{state:n}=(await j.poll(e,String(Number.MAX_SAFE_INTEGER-1))).standing;if("ended"===n||"absent"===n)return;await t.sleep(H)}}return{intentOf:e=>({backend:"slurm",run:e.id,name:`jobimg-${e.id}`,hash:e.hash,native:{where:l.where}}),check:t=>(async function(e,t){(function({checkpoint:e,inputs:t=[],mount:n,mounts:i=[]}){if(void 0!==n)throw b("the nodes of the cluster see no files of this machine",'write "code: layer" or "code: none"');if(t.length>0)throw b("inputs are not brought to a Slurm cluster yet",'fetch them in "run", or have them in the image');if(i.length>0)throw b("mounts are not made on a Slurm cluster yet",'leave "mounts" out');if(void 0!==e)throw b("a Slurm cluster keeps no checkpoint yet",'leave "checkpoint" out')})(e),function(e,{settings:t}){if("apptainer"!==t.container)return;let n=v(e).find(({isFolder:t,path:n})=>!t&&e.outputs.includes(n));if(void 0!==n)throw b(`the output "${n.path}" is a file, and of a container of apptainer only folders come back`,'write files into a folder, and name the folder, as in "outputs: [outputs/]"')}(e,t),function({secrets:e},{settings:t}){let n=e.find(e=>y.test(e));if(void 0!==n&&"apptainer"!==t.container)throw b(`a secret called "${n}" would change the client of the engine on the node`,'give it another name, and set the variable in "run"')}(e,t),void 0!==e.caches&&t.progress("caches start empty: a Slurm cluster keeps none"),await async function({settings:e,shell:t}){let{answer:n}=a(await t.run(`${d(e,"none")}
say client "$(command -v sbatch)"`));if(""!==n.get("client"))return;let i="local"===t.where?"this machine":t.where;throw b(`${i} has no commands of Slurm: sbatch was not found`,'name the login node in the defaults file of the machine (slurm: { host: ssh://… }), or load its module with "setup"')}(t)})(t,e),submit:async function(t,n,r){if("engineId"in t.image)throw Error("a cluster pulls its images");let o=await e.pullLogin(t.image);try{let{answer:u}=a(await l.run(function(e,t,n,i){let{name:r}=t;return`${d(n.settings,r)}
mkdir -p "$b"
begin() {
  mkdir "$d" 2>/dev/null || return 1
${(function(e,{hash:t,name:n},{secrets:i,settings:r},a){let o,d=e.secrets.flatMap(e=>{let t=i.get(e);return void 0===t?[]:[[e,t]]}),l="apptainer"===r.container?"APPTAINERENV_":"";return[{path:"hash",content:t},{path:"plan.json",content:JSON.stringify((0,S.GZ)(e))},{path:"repository",content:e.labels.get("jobimg.repo")??""},{path:"job.sh",content:(o={run:e,name:n,site:r,image:function({image:e}){if("engineId"in e)throw Error("a cluster pulls its images");return(0,p.nt)(e)}(e),words:function({command:e}){return"arguments"===e.kind?e.words:"bash"===e.shell?["sh","-c",'if command -v bash >/dev/null 2>&1; then exec bash -eo pipefail -c "$1"; fi\necho \'jobimg: the image has no bash: the command runs with "sh -e -c", so without pipefail\' >&2\nexec sh -e -c "$1"',"jobimg",e.text]:["sh","-e","-c",e.text]}(e),outputs:v(e)},["#!/bin/sh","umask 077","d=$JOBIMG_FOLDER",'exec >>"$d/script.log" 2>&1 </dev/null','if [ -e "$d/exit" ]; then read -r c <"$d/exit"; exit "$c"; fi',...r.setup,w,`g=${Math.ceil(e.stopGrace)}`,`limit=${Math.ceil(e.timeout)}`,`image=${(0,s.r)(o.image)}`,"apptainer"===r.container?function(e){var t;let{outputs:n,run:i,words:r}=e,a=i.outputsFrom??i.workdir??"/",o=n.map(({path:e},t)=>`--bind "$d/files/${t}/"${(0,s.r)($.basename(e))}:${(0,s.r)($.join(a,e))}`);return`sif=$\{d%/*}/images/${t=e.image,`${t.slice(t.lastIndexOf("sha256:")+7)}.sif`}
stop_job() { kill -TERM "$p" 2>/dev/null; i=0; while kill -0 "$p" 2>/dev/null && [ "$i" -lt "$1" ]; do sleep 1; i=$((i + 1)); done; kill -KILL "$p" 2>/dev/null; }
mkdir -p "$\{d%/*}/images"
if [ ! -e "$sif" ]; then
  [ ! -e "$d/login/apptainer.sh" ] || . "$d/login/apptainer.sh"
  aside apptainer pull --force "$sif.$$" "docker://$image" && mv "$sif.$$" "$sif" || { rm -f "$sif.$$"; failed image-pull 1; }
fi
${function({resources:{gpu:e}}){return void 0===e?"nv=":'nv=--nv; nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1'}(i)}
${n.map(({path:e},t)=>`mkdir -p "$d/files/${t}/"${(0,s.r)($.basename(e))}`).join("\n")}
put from ${(0,s.r)(a)}
(
[ ! -e "$d/secrets.sh" ] || . "$d/secrets.sh"
${function({env:e,secrets:t}){return[...e].filter(([e])=>!(t.includes(e)||m.R.has(e))).map(([e,t])=>`export APPTAINERENV_${e}=${(0,s.r)(t)}`).join("\n")}(i)}
exec apptainer exec $nv --containall --no-home --writable-tmpfs --pwd ${(0,s.r)(i.workdir??"/")} ${o.join(" ")} "$sif" ${r.map(s.r).join(" ")}
) >"$d/log" 2>&1 & p=$!
trap late TERM
started
wait_for
finish "$c"
`}(o):function(e){let{name:t,outputs:n,run:i,site:r}=e;return`name=${(0,s.r)(t)}
engine() { ${r.container} "$@"; }
stop_job() { engine stop --time "$1" "$name" >/dev/null 2>&1; }
if [ -d "$d/login" ]; then aside ${r.container} --config "$d/login" pull --quiet "$image"; else aside ${r.container} pull --quiet "$image"; fi || failed image-pull 1
${function({resources:{gpu:e}}){return void 0===e?"gpus=":`gpus=; of=$\{SLURM_JOB_GPUS:-$\{SLURM_STEP_GPUS:-$\{CUDA_VISIBLE_DEVICES:-}}}
if [ -n "$of" ]; then gpus="--gpus \\"device=$of\\""; else echo 'Slurm gave the job no GPU' >"$d/failed.log"; failed node-error 1; fi`}(i)}
engine rm --force "$name" >/dev/null 2>&1
${function({name:e,run:t,site:n,words:i}){let[r="",...a]=i,o="podman"===n.container,d=[`--name ${(0,s.r)(e)}`,...[...t.labels].map(([e,t])=>`--label ${(0,s.r)(`${e}=${t}`)}`),"--pull never","--init","--stop-signal SIGTERM","--security-opt no-new-privileges","--pids-limit 32768",...o?[]:["--log-driver none"],`--shm-size ${Math.floor(t.resources.shm??8e9)}`,"$memory","$gpus",...void 0===t.workdir?[]:[`--workdir ${(0,s.r)(t.workdir)}`],`--entrypoint ${(0,s.r)(r)}`,...function({env:e,resources:t,secrets:n}){let i=[...e].filter(([e])=>!(n.includes(e)||m.R.has(e))).map(([e,t])=>`${e}=${t}`);return[...void 0===t.gpu?["NVIDIA_VISIBLE_DEVICES=void"]:[],...i,...n].map(e=>`--env ${(0,s.r)(e)}`)}(t)];return`${g}
set -- create ${d.join(" ")} "$image" ${a.map(s.r).join(" ")}`}(e)}
(
[ ! -e "$d/secrets.sh" ] || . "$d/secrets.sh"
exec ${r.container} "$@"
) >"$d/failed.log" 2>&1 || failed node-error 1
${function({outputsFrom:e,workdir:t}){let n=e??t;return void 0!==n?`from=${(0,s.r)(n)}`:"from=$(engine inspect --format '{{.Config.WorkingDir}}' \"$name\"); from=${from:-/}"}(i)}
${n.filter(({isFolder:e})=>e).map(({path:e})=>(function(e){let[t=""]=e.split("/");return`rm -rf "$d/new" && (umask 000; mkdir -p "$d/new"/${(0,s.r)(e)}) && engine cp "$d/new"/${(0,s.r)(t)} "$name:$from/"`})(e)).join("\n")}
put from "$from"
engine start --attach "$name" >"$d/log" 2>&1 & p=$!
trap late TERM
started
wait_for
set -- $(engine inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' "$name")
[ "$2" != true ] || put oom true
${n.map(({path:e},t)=>{var n,i;let r;return n=e,i=t,r="."===n?'"$name:$from"':`"$name:$from"/${(0,s.r)(n)}`,`mkdir -p "$d/files/${i}" && engine cp ${r} "$d/files/${i}/"`}).join("\n")}
engine rm --force --volumes "$name" >/dev/null 2>&1
finish "$\{1:-$c}"
`}(o)].join("\n"))},...void 0===a?[]:[{path:"login/config.json",content:function({server:e,username:t,password:n}){return JSON.stringify({auths:{[e]:{auth:Buffer.from(`${t}:${n}`).toString("base64")}}})}(a)},{path:"login/apptainer.sh",content:function({username:e,password:t}){return F("APPTAINER_DOCKER_USERNAME",e)+F("APPTAINER_DOCKER_PASSWORD",t)}(a)}],...0===d.length?[]:[{path:"secrets.json",content:JSON.stringify(Object.fromEntries(d))},{path:"secrets.sh",content:d.map(([e,t])=>F(`${l}${e}`,t)).join("")}]]})(e,t,n,i).map(G).join("\n")}
  date -u +%Y-%m-%dT%H:%M:%SZ >"$d/submitted"
}
submit() {
  if ! id=$(JOBIMG_FOLDER=$d sbatch ${(function(e,t){let n=U.u.parse(e.backend.options),{cpu:i,gpu:r,memory:a}=e.resources,o=i?.min??i?.max,s=a?.min??a?.max,d=Math.ceil(e.stopGrace);return["--parsable",`--job-name=${t}`,`--comment=jobimg ${e.hash.slice(7,23)}`,"--no-requeue","--open-mode=append","--export=ALL","--nodes=1","--ntasks=1",`--time=${Math.ceil((e.timeout+d+600)/60)}`,`--signal=B:TERM@${d+60}`,...["partition","account","qos","reservation","constraint"].flatMap(e=>void 0===n[e]?[]:[`--${e}=${n[e]}`]),...void 0===o?[]:[`--cpus-per-task=${Math.ceil(o)}`],...void 0===s?[]:[`--mem=${Math.ceil(s/1024/1024)}M`],...void 0===r?[]:[`--gpus=${function({count:e,names:t}){let[n]=t,i=e.min??e.max??1;return void 0===n?String(i):`${n.toLowerCase()}:${i}`}(r)}`]]})(e,r).map(s.r).join(" ")} --output="$d/slurm.log" "$d/job.sh" 2>"$d/sbatch.err"); then
    say refused "$(tr '\\n' ' ' <"$d/sbatch.err")"; rm -rf "$d"; exit 0
  fi
  printf '%s\\n' "$\{id%%;*}" >"$d/id.new" && mv "$d/id.new" "$d/id"
}
if begin; then
  submit; say attached no
else
  say attached yes
  i=0; until [ -s "$d/id" ] || [ "$i" -ge 30 ]; do sleep 1; i=$((i + 1)); done
  if [ ! -s "$d/id" ] && [ "$(cat "$d/hash" 2>/dev/null)" = ${(0,s.r)(e.hash)} ]; then
    id=$(squeue --noheader --states=all --name=${(0,s.r)(r)} --format=%i | head -n 1)
    if [ -n "$id" ]; then printf '%s\\n' "$id" >"$d/id.new" && mv "$d/id.new" "$d/id"; else submit; fi
  fi
fi
say hash "$(cat "$d/hash")"
say id "$(cat "$d/id")"`}(t,n,e,o),r));return function(e,t,n,r){let a=e.get("refused");if(void 0!==a){var o;throw o=a,new i.yo(`Slurm does not take the job: ${o.replaceAll(/sbatch: (?:error: )?/g,"").trim()}`,{kind:"unavailable",code:"slurm",hint:'change what it asks for (gpu, cpu, memory, or "backend.slurm"); "sinfo" shows what there is'})}if(e.get("hash")!==t.hash)throw function({id:e},{name:t},{settings:n}){return new i.yo(`the run id "${e}" is already used by another plan`,{code:"run-id",hint:`remove what is left of it: scancel --name=${t}, and its folder below ${n.folder??"~/.jobimg"}`})}(t,n,r)}(u,t,n,e),"yes"===u.get("attached")&&k.add(n.name),I.set(n.name,{grace:t.stopGrace,queueTimeout:t.queueTimeout}),{...n,native:{...n.native,id:u.get("id")??""}}}catch(e){throw r?.aborted&&await O(n),e}},follow:async function*(e,n,i){k.has(e.name)&&(yield{type:"note",message:`attached to the run that is already there: ${e.name}`});let{grace:a=W,queueTimeout:o}=I.get(e.name)??{};yield*(0,r.c)({handle:e,signal:n,leaving:i,grace:a,queueTimeout:o},j,t)},collect:(t,n,i)=>(async function(e,t,n,i){let{name:r}=e,{settings:o,shell:s}=i,l=(0,f.wG)(t);try{let{answer:u}=a(await s.run(h(o,r))),c=u.get("from");if(u.get("hash")!==e.hash||void 0===c)return C.W;let{collected:f,failures:p}=await (0,C.O)({run:t,from:c,paths:l,folder:n},{async open(e){let t=l.indexOf($.relative(c,e)||".");if((a(await s.run(`${d(o,r)}
say any "$(ls -A "$d/files/${t}" 2>/dev/null | head -n 1)"`)).answer.get("any")??"")!=="")return await s.open(`${d(o,r)}
cd "$d/files/${t}" 2>/dev/null || exit 0
n=$(ls -A | head -n 1)
[ -z "$n" ] || exec tar -cf - -- "$n"`)},fits:async()=>!0,diskOf:i.diskOf});if(0===p.length)return f;return{...f,findings:[...f.findings,(0,P.$e)((0,P.kY)(p),V(e))]}}catch(r){let t=(0,P.KE)(r,n),i=l.map(e=>({path:e,why:t}));return{...C.W,findings:[(0,P.$e)((0,P.kY)(i),V(e))]}}})(t,n,i,e),async cancel(e,t){await N(e,t),await O(e)},stop:N,look:(t,n)=>(async function({hash:e,name:t},n,{settings:i,shell:r}){let{answer:o}=a(await r.run(h(i,t))),s=D(o,e);return{state:q(s),overdue:T(o,s),secrets:function(e,t){if(void 0===e)return new Map;let n=L.parse(JSON.parse(e));return new Map(t.flatMap(e=>void 0===n[e]?[]:[[e,n[e]]]))}(o.get("secrets"),n),..."ended"===s.state?{verdict:s.verdict}:{}}})(t,n,e),clean:async e=>(await O(e),!0),list:()=>(async function({settings:e,shell:t}){return(await t.run(`${d(e,"none")}
${u}
jobs=$(squeue --noheader --states=all --me --format='%i|%T|%r' 2>/dev/null)
for d in "$b"/jobimg-*/; do
  d=$\{d%/}; [ -s "$d/hash" ] || continue
  say name "$\{d##*/}"
  say now "$(date +%s)"
  tell
  say plan "$(cat "$d/plan.json")"
  [ ! -s "$d/id" ] || say scheduler "$(printf '%s\\n' "$jobs" | grep "^$(cat "$d/id")|" | head -n 1 | cut -d '|' -f 2-)"
  echo
done`)).toString().split("\n\n").filter(e=>""!==e.trim()).map(o).flatMap(e=>(function(e,t){let[n,i,r]=["name","hash","id"].map(t=>e.get(t)),a=(0,S.ny)(e.get("plan")??"");if(void 0===n||void 0===i||!(0,E.Bc)(i)||void 0===a)return[];let o=D(e,i),s=q(o);if("absent"===s)return[];let d={where:t,...void 0===r?{}:{id:r}};return[{handle:{backend:"slurm",run:n.slice(7),name:n,hash:i,native:d},job:a.job,plan:a,state:s,started:e.get("submitted"),repository:e.get("repository"),overdue:T(e,o),isOwn:!1}]})(e,t.where))})(e)}}let W=10,H=300},88189:(e,t,n)=>{n.d(t,{c:()=>d});var i=n(19473),r=n(37897);let a="logged";class o{#e;#t;#n;#i;#r;#a="";#o=!1;#s=!1;#d=!1;#l;#u="";#c=200;constructor(e,t,n){this.#e=e,this.#t=t,this.#n=n,this.#i=n.now(),this.#l=n.now(),this.#r=e.handle.native[a]}async *events(){for(;;){await this.#h();let e=await this.#$();void 0!==e&&(yield*this.#f(e));let t=await this.#p(e);if(void 0!==t)return yield t;if(this.#e.leaving?.aborted)return yield this.#m();await this.#g(e)}}async #p(e){return void 0!==e?await this.#w(e):this.#v()?{type:"end",verdict:this.#b()}:void 0}async #h(){let{grace:e,handle:t,signal:n}=this.#e;if(n.aborted&&!this.#s)try{await this.#t.requestStop(t,e),this.#s=!0}catch(e){this.#y(e)}}#y(e){if(!(0,r.D)(e))throw e;this.#u=(0,i.bD)(e)}async #$(){try{let e=await this.#t.poll(this.#e.handle,this.#r);return this.#l=this.#n.now(),this.#r=e.cursor,e}catch(e){return this.#y(e)}}*#f({log:e,standing:t}){("queued"===t.state||"pulling"===t.state)&&t.detail!==this.#a&&(this.#a=t.detail,yield{type:"state",state:t.state,detail:t.detail}),!this.#o&&("running"===t.state||e.length>0)&&(this.#o=!0,yield{type:"state",state:"started"}),e.length>0&&(yield{type:"log",stream:"stdout",bytes:e})}async #w({log:e,standing:t}){if("queued"===t.state)return await this.#E(t);if("absent"===t.state)return{type:"end",verdict:{reason:"cancelled",detail:"it is not there any more"}};if("ended"!==t.state||e.length>0)return;let{duration:n,verdict:i}=t;return this.#d?{type:"end",verdict:this.#S()}:{type:"end",verdict:this.#s?function(e){if("timeout"===e.reason)return e;let{exitCode:t}=e;return{reason:"cancelled",...void 0===t?{}:{exitCode:t}}}(i):i,duration:n}}async #E({never:e}){let{handle:t,queueTimeout:n}=this.#e,i=void 0!==n&&this.#n.now()-this.#i>1e3*n;if(!this.#s&&(void 0!==e||i)){if(await this.#t.requestStop(t,0),void 0!==e)return{type:"end",verdict:e};this.#d=!0,this.#s=!0}}#S(){return{reason:"queue-timeout",detail:`it was not started within ${this.#e.queueTimeout} s: ${this.#a}`,hint:'raise "queue-timeout" in the spec, or ask for less'}}#v(){return this.#n.now()-this.#l>6e5}#b(){return{reason:"lost-contact",detail:this.#u,hint:`it is left alone; see how it does with: ${this.#t.watchCommand(this.#e.handle)}`}}#m(){return{type:"left",verdict:{reason:"cancelled",detail:"it goes on; its outputs are collected when it has ended"},native:void 0===this.#r?{}:{[a]:this.#r}}}async #g(e){void 0!==e&&e.log.length>0?this.#c=0:this.#c=Math.min(this.#t.every,Math.max(200,1.5*this.#c));let{leaving:t,signal:n}=this.#e,i=[t,n].filter(e=>e?.aborted===!1);await this.#n.sleep(this.#c,AbortSignal.any(i.filter(e=>void 0!==e))).catch(s)}}function s(e){if(!(e instanceof Error&&"AbortError"===e.name))throw e}function d(e,t,n){return new o(e,t,n).events()}},37897:(e,t,n)=>{n.d(t,{D:()=>a,W:()=>r});var i=n(19473);class r extends i.yo{constructor(e){super(e,{kind:"unavailable",code:"no-answer"})}}function a(e){return e instanceof r}},69420:(e,t,n)=>{n.d(t,{R:()=>i});let i=new Set(["NVIDIA_VISIBLE_DEVICES","NVIDIA_MIG_CONFIG_DEVICES","NVIDIA_MIG_MONITOR_DEVICES","NVIDIA_IMEX_CHANNELS","NVIDIA_GDS","NVIDIA_MOFED","NVIDIA_GDRCOPY","NVIDIA_NVSWITCH","AMD_VISIBLE_DEVICES"])}};
