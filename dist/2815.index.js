"use strict";({ids:[2815,6990,8176],modules:{57359:(function(e,t,n){function r(e){if(10===e[0])return{answer:new Map,rest:e.subarray(1)};let t=e.indexOf("\n\n");return{answer:o((t<0?e:e.subarray(0,t)).toString()),rest:t<0?Buffer.alloc(0):e.subarray(t+2)}}function i(e){return e.toString().split("\n\n").filter(e=>""!==e.trim()).map(o)}function o(e){return new Map(e.split("\n").flatMap(e=>{let t=e.indexOf("=");return t<1?[]:[[e.slice(0,t),e.slice(t+1)]]}))}n.d(t,{J:()=>r,M:()=>i})}),19580:(function(e,t,n){n.d(t,{C:()=>h,g:()=>p});var r=n(77598),i=n(19473),o=n(21284),s=n(81282),a=n(37897),d=n(51417),l=n(5597),$=n(18859),c=n(57359),u=n(26677),f=n(96990);function p(e,t){let{run:n}=e,r=n.outputsFrom??n.workdir??"/",i=n.outputs.map(e=>`${r}/${e}`.replace(/\/+$/,"")),o=(n,r)=>t.error("slurm",n,{hint:r,at:(0,$.t)(e,"inputs")});for(let e of(0,d.S)(n)){let t=[n.workdir??"",...i].find(t=>(0,l.FK)(t,e));/[,:"]/.test(e)?o(`the folder "${e}" of an input has a comma, a colon or a quote`,"give it another name"):void 0!==t&&o(`inputs on a Slurm cluster may be read and not changed, and "${t}" is in "${e}"`,'choose another "workdir", or write outputs elsewhere')}}async function h(e,t,n,l){let{inputs:$=[]}=e,{clock:p,progress:h,settings:m,shell:g}=n;if(0===$.length)return;if(void 0===n.inputs)throw Error(`run ${e.id} has inputs, and nothing here can fetch them`);let{answer:w}=(0,c.J)(await g.run((0,u.u7)(m,t),l));if("yes"===w.get("there"))return;let k=await n.inputs($),v=(0,r.randomBytes)(4).toString("hex");return h("the inputs are copied to the cluster"),await (0,o.R$)({clock:p,log:h,signal:l,patience:o.xj},async()=>{try{await g.send((0,u.EH)(m,t,v),(0,s.z)(k,(0,d.S)(e)),l)}catch(e){var n;throw(0,a.D)(e)?new o.RA(e.message,{code:"slurm",repeat:{}}):e instanceof f.ScriptError?(n=`the inputs could not be copied to the cluster: ${e.message}`,new i.yo(n,{code:"slurm",hint:'see whether its "folder" has room; large data that is there already is named below "mounts"'})):e}}),v}}),22815:(function(e,t,n){n.d(t,{refuseRun:()=>d,refuseSecretNames:()=>l});var r=n(56307),i=n(5597),o=n(18859),s=n(19580),a=n(20220);function d(e,t){let{run:n}=e;(0,r.A)(e,{code:"slurm",message:"the nodes of the cluster see no files of this machine"},t),(0,s.g)(e,t);let a=n.caches?.map(({path:e})=>e);t.attempt((0,o.t)(e,"mounts"),()=>(0,i.y8)(n,n.workdir,a))}function l(e,{container:t},n){let{refused:r}=a.K[t];if(void 0!==r)for(let t of e.run.secrets.filter(e=>r.names.test(e)))n.error("slurm",r.why(t),{hint:'give it another name, and set the variable in "run"',at:(0,o.t)(e,`secrets.${t}`,"secrets")})}}),47950:(function(e,t,n){n.d(t,{GC:()=>u,So:()=>c,ci:()=>f,yP:()=>l});var r=n(53916),i=n(27941),o=n(51417),s=n(26677);let a='"${r%/*}/caches"',d='"${r%/*}/checkpoints"';function l(e,t){let{caches:n=[],checkpoint:l}=e,c=n.map(e=>({source:$(a,e),target:(0,i.r)(e.path),readOnly:!1})),u=t.map(({from:e,readOnly:t,to:n})=>({source:(0,i.r)(e),target:(0,i.r)(n),readOnly:t})),f=[...(0,o.S)(e).map((e,t)=>({source:(0,s.RF)(t),target:(0,i.r)(e),readOnly:!0})),...u,...c];if(void 0===l)return f;let p=r.isAbsolute(l.path)?(0,i.r)(l.path):`"$workdir"/${(0,i.r)(r.normalize(l.path))}`;return[...f,{source:$(d,l),target:p,readOnly:!1}]}function $(e,{key:t}){return`${e}/${t}`}function c({caches:e=[],checkpoint:t}){let n=[...e.map(e=>$(a,e)),...void 0===t?[]:[$(d,t)]];return 0===n.length?":":`mkdir -p ${a} ${d}; (umask 000; mkdir -p ${n.join(" ")})`}function u({checkpoint:e,env:t}){if(void 0===e)return":";let n=`[ -z "$(ls -A ${$(d,e)} 2>/dev/null)" ]`;return`resume=${(0,i.r)(t.get("JOBIMG_RESUME")??"0")}; ${n} || resume=1; export resume`}function f(e,{checkpoint:t}){return void 0!==t&&"JOBIMG_RESUME"===e}}),27695:(function(e,t,n){n.d(t,{E:()=>i});var r=n(27941);function i(e,t){return`${e}=${(0,r.r)(t)}; export ${e}
`}}),20220:(function(e,t,n){n.d(t,{K:()=>b});var r=n(19473),i=n(27941),o=n(26880),s=n(69420),a=n(47950),d=n(63727);function l(e){let t=void 0!==(0,o.E1)(e);return[...e.env].filter(([n])=>!(e.secrets.includes(n)||s.R.has(n)||t&&d.C7.has(n)||(0,a.ci)(n,e)))}let $=`fatal() {
  case $c in 255) said=$(tail -n 1 "$d/log") ;; 1) said=$(head -n 1 "$d/log" | tr -d '\\033') ;; *) return 1 ;; esac
  case $said in FATAL:* | 'ERROR  : '* | '[91mERROR  : '*) ;; *) return 1 ;; esac
}`,c=`${$}
if fatal && [ ! -e "$d/stopped" ]; then
  case $said in
  *"chdir $workdir: no such file"*)
    (umask 022; mkdir -p "$over$workdir"); begin --overlay "$scratch/overlay"; wait_for ;;
  *overlay*)
    begin --writable-tmpfs; wait_for
    echo 'jobimg: Apptainer has no overlay on this node: 64 MB can be written outside of outputs and /tmp, and of outputs only folders come back' >>"$d/log" ;;
  esac
fi`,u=`if fatal; then
  case $said in
  *'executable file not found'* | 'FATAL:   stat '*) c=127 ;;
  'FATAL:   permission denied') c=126 ;;
  *) printf '%s\\n' "$said" >"$d/failed.log"; failed node-error 1 ;;
  esac
fi`;function f(e,t,n){return`images=$\{r%/*}/images
file=$images/${e.slice(e.lastIndexOf("sha256:")+7)}.${t}
if [ ! -e "$file" ]; then
  mkdir -p "$images"
  find "$images" -type f -mtime +30 -exec rm -f {} + 2>/dev/null
  find "$images/cache/oci-tmp" -type f -mmin +60 -exec rm -f {} + 2>/dev/null
  new=$file.$(uname -n).$$
  pull() {
${n}
  }
  at_work() { [ -n "$(find "$file.making" -prune -mmin -5 2>/dev/null)" ]; }
  await() { while [ ! -e "$file" ] && at_work; do sleep 2; done; at_work || rmdir "$file.making" 2>/dev/null; }
  if mkdir "$file.making" 2>/dev/null; then
    making=$file.making
    (trap 'kill "$q"; exit' TERM; while sleep 30 & q=$!; wait "$q"; kill -0 "$$"; do touch -c "$making"; done) 2>/dev/null & sign=$!
  else
    aside await
  fi
  [ -e "$file" ] || { aside pull && mv "$new" "$file"; } || failed image-pull 1
  [ -z "$making" ] || { kill "$sign"; rmdir "$making"; making=; } 2>/dev/null
fi
touch -c "$file"`}let p=`    [ ! -e "$r/login/apptainer.sh" ] || . "$r/login/apptainer.sh"
    export APPTAINER_CACHEDIR="$\{APPTAINER_CACHEDIR:-$images}" APPTAINER_TMPDIR="$\{APPTAINER_TMPDIR:-$scratch}"
    exec apptainer --silent pull --force "$new" "docker://$image"`;var h=n(53916);function m(e){let t=t=>`mktemp -d "${t}/${e}.XXXXXX" 2>"$d/failed.log"`;return`new=; making=; scratch=$(${t("${TMPDIR:-/tmp}")} || ${t("/tmp")}) || failed node-error 1
scratch=$(readlink -f "$scratch")
clean() { chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch" "$new" "$making"; }`}function g({outputsFrom:e}){return`from=${void 0===e?"$workdir":(0,i.r)(e.replace(/\/+$/,""))}
put from "$\{from:-/}"`}function w(e){return e.flatMap(({isFolder:e,path:t},n)=>{let r=`"$d/files/${n}/"${(0,i.r)(h.basename(t))}`;return e?[{source:r,target:`"$from"/${(0,i.r)(t)}`,readOnly:!1}]:[]})}function k(e){return[v,...e.flatMap(({isFolder:e,path:t},n)=>e?[]:[`keep ${n} ${(0,i.r)("."===t?"":`/${t}`)}`])].join("\n")}let v=`keep() {
  f=$over$from$2
  [ ! -e "$f" ] || [ "$(readlink -f "$f")" != "$f" ] || { mkdir -p "$d/files/$1" && cp -pR "$f" "$d/files/$1/"; }
}`,E=`below() { cat "/proc/$p/task/"*/children 2>/dev/null; }
within() { i=0; while kill -0 "$p" 2>/dev/null; do [ "$i" -lt "$1" ] || return 1; sleep 1; i=$((i + 1)); done; }
stop_job() {
  kill -TERM "$p" 2>/dev/null; within "$1" && return
  for one in $(below); do
    case $(cat "/proc/$one/comm" 2>/dev/null) in *fuse*) ;; *) kill -KILL "$one" 2>/dev/null ;; esac
  done
  within 5 || kill -KILL "$p" $(below) 2>/dev/null
}`,_=`group() { sed -n "s/^[0-9]*:$1://p" /proc/self/cgroup; }
kills() { cat "/sys/fs/cgroup$(group '')/memory.events" "/sys/fs/cgroup/memory$(group '[^:]*memory[^:]*')/memory.oom_control" 2>/dev/null | sed -n 's/^oom_kill //p'; }
killed=$(kills)`,R='[ "$c" -eq 0 ] || [ "$(kills)" = "$killed" ] || put oom true',I=`running() {
  i=0
  until on=$(engine inspect --format '{{.State.Running}}' "$name" 2>/dev/null); do
    i=$((i + 1)); [ "$i" -lt 60 ] || return 1
    sleep 5
  done
  [ "$on" = true ]
}`,O=`m=$\{SLURM_MEM_PER_NODE:-}
[ -n "$m" ] || [ -z "$\{SLURM_MEM_PER_CPU:-}" ] || m=$((SLURM_MEM_PER_CPU * $\{SLURM_CPUS_ON_NODE:-1}))
memory=; [ "$\{m:-0}" -eq 0 ] || memory="--memory $\{m}m --memory-swap $\{m}m"`;function A({readOnly:e,source:t,target:n}){return`--mount type=bind,source=${t},target=${n}${e?",readonly":""}`}let y=`mkdir "$scratch/tmp" "$scratch/data"; chmod 1777 "$scratch/tmp"
export ENROOT_DATA_PATH="$scratch/data" ENROOT_RUNTIME_PATH="$scratch/run" ENROOT_TEMP_PATH="$\{ENROOT_TEMP_PATH:-$scratch}"
export ENROOT_MOUNT_HOME=n ENROOT_REMAP_ROOT=n ENROOT_LOGIN_SHELL=n ENROOT_UNSHARE_PID=y`,M=`p=; trap '[ -z "$p" ] || kill -TERM "$p" 2>/dev/null' TERM
"$@" & p=$!
while :; do wait "$p"; c=$?; kill -0 "$p" 2>/dev/null || break; done
wait "$p" 2>/dev/null; again=$?; [ "$again" -eq 127 ] || c=$again
exit "$c"`;var S=n(27695);let D={script:function(e){let{name:t,outputs:n,run:r,site:s}=e;return`name=${(0,i.r)(t)}${void 0===(0,o.E1)(r)?"":"-$k"}
engine() { ${s.container} "$@"; }
${I}
stop_job() { engine stop --time "$1" "$name" >/dev/null 2>&1; }
if [ -d "$r/login" ]; then aside ${s.container} --config "$r/login" pull --quiet "$image"; else aside ${s.container} pull --quiet "$image"; fi || failed image-pull 1
${function({run:{resources:e},site:t}){if(void 0===e.gpu)return"gpus=";let n="podman"===t.container?"true":"engine info --format '{{.CDISpecDirs}}' 2>/dev/null | grep -q / && nvidia-ctk cdi list 2>/dev/null | grep -q '^nvidia.com/gpu='";return`gpus=; of=$\{SLURM_JOB_GPUS:-$\{SLURM_STEP_GPUS:-$\{CUDA_VISIBLE_DEVICES:-}}}
if [ -z "$of" ]; then echo 'Slurm gave the job no GPU' >"$d/failed.log"; failed node-error 1; fi
if ${n}; then
  for one in $(printf %s "$of" | tr , ' '); do gpus="$gpus --device nvidia.com/gpu=$one"; done
else
  gpus="--gpus \\"device=$of\\""
fi`}(e)}
engine rm --force "$name" >/dev/null 2>&1
${function({checkpoint:e,workdir:t}){return void 0===e?":":void 0!==t?`workdir=${(0,i.r)(t)}`:"workdir=$(engine image inspect --format '{{.Config.WorkingDir}}' \"$image\"); workdir=${workdir%/}"}(r)}
${function({binds:e,run:t,site:n,words:r}){let s,[a="",...d]=r,$="podman"===n.container,c=['--name "$name"',...[...t.labels].map(([e,t])=>`--label ${(0,i.r)(`${e}=${t}`)}`),"--pull never","--init","--stop-signal SIGTERM","--security-opt no-new-privileges","--pids-limit 32768",...$?[]:["--log-driver none"],`--shm-size ${Math.floor(t.resources.shm??8e9)}`,"$memory","$gpus",...void 0===t.workdir?[]:[`--workdir ${(0,i.r)(t.workdir)}`],`--entrypoint ${(0,i.r)(a)}`,...(s=l(t).map(([e,t])=>`${e}=${t}`),[...void 0===t.resources.gpu?["NVIDIA_VISIBLE_DEVICES=void"]:[],...s,...t.secrets].map(e=>`--env ${(0,i.r)(e)}`)),...void 0===(0,o.E1)(t)?[]:["--network host",'--env MASTER_ADDR="$JOBIMG_MASTER"','--env NODE_RANK="$k"'],...e.map(A),...void 0===t.checkpoint?[]:['--env JOBIMG_RESUME="$resume"']];return`${O}
set -- create ${c.join(" ")} "$image" ${d.map(i.r).join(" ")}`}(e)}
put container "$SLURMD_NODENAME $name"
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
exec ${s.container} "$@"
) >"$d/failed.log" 2>&1 || { rm -f "$d/container"; failed node-error 1; }
${function({outputsFrom:e,workdir:t}){let n=e??t;return void 0!==n?`from=${(0,i.r)(n)}`:"from=$(engine inspect --format '{{.Config.WorkingDir}}' \"$name\"); from=${from:-/}"}(r)}
${n.filter(({isFolder:e})=>e).map(({path:e})=>(function(e){let[t=""]=e.split("/");return`rm -rf "$d/new" && (umask 000; mkdir -p "$d/new"/${(0,i.r)(e)}) && engine cp "$d/new"/${(0,i.r)(t)} "$name:$from/"`})(e)).join("\n")}
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
${n.map(({path:e},t)=>{let n;return n="."===e?'"$name:$from"':`"$name:$from"/${(0,i.r)(e)}`,`mkdir -p "$d/files/${t}" && engine cp ${n} "$d/files/${t}/"`}).join("\n")}
engine rm --force --volumes "$name" >/dev/null 2>&1 && rm -f "$d/container"
finish "$1"
`},prefix:"",isEngine:!0,refused:{names:/^(?:DOCKER_|CONTAINER|XDG_|LD_|(?:HOME|PATH|IFS)$)/,why:e=>`a secret called "${e}" would change the client of the engine on the node`},login:{path:"config.json",content:function({server:e,username:t,password:n}){return JSON.stringify({auths:{[e]:{auth:Buffer.from(`${t}:${n}`).toString("base64")}}})}}},b={docker:D,podman:D,apptainer:{script:function(e){let{name:t,outputs:n,run:r}=e,s=w(n);return[m(t),'over=$scratch/overlay/upper; mkdir "$scratch/overlay" "$scratch/work"',function({image:e}){return f(e,"sif",p)}(e),function({resources:{gpu:e}}){return void 0===e?"nv=":`nv=--nv; nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
[ -z "$\{CUDA_VISIBLE_DEVICES:-}" ] || export APPTAINERENV_CUDA_VISIBLE_DEVICES="$CUDA_VISIBLE_DEVICES"`}(r),function({workdir:e}){return void 0!==e?`workdir=${(0,i.r)(e.replace(/\/+$/,""))}`:`workdir=
for i in $(apptainer sif list "$file" | sed -n 's/^\\([0-9][0-9]*\\) .*JSON.*/\\1/p'); do
  said=$(apptainer sif dump "$i" "$file" | sed -n 's/.*"WorkingDir":"\\([^"]*\\)".*/\\1/p'); workdir=$\{said:-$workdir}
done
workdir=$\{workdir%/}`}(r),g(r),...s.map(({source:e})=>`mkdir -p ${e}`),E,_,function({binds:e,run:t,words:n},r){let s,a,d,$=["$nv","--containall --no-eval --no-umask",`--no-home --home "$scratch":${(0,i.r)(t.env.get("HOME")??t.home)}`,'--workdir "$scratch/work"','--pwd "${workdir:-/}"',...[...r,...e].map(({readOnly:e,source:t,target:n})=>`--bind ${t}:${n}${e?":ro":""}`)];return`begin() {
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
${s=l(t).filter(([e])=>"HOME"!==e).map(([e,t])=>`export APPTAINERENV_${e}=${(0,i.r)(t)}`),a=['MASTER_ADDR="$JOBIMG_MASTER"','NODE_RANK="$k"'].map(e=>`export APPTAINERENV_${e}`),d=void 0===t.checkpoint?[]:['export APPTAINERENV_JOBIMG_RESUME="$resume"'],[...s,...void 0===(0,o.E1)(t)?[]:a,...d].join("\n")}
exec apptainer --silent exec "$@" ${$.join(" ")} "$file" ${n.map(i.r).join(" ")}
) >"$d/log" 2>&1 & p=$!
}`}(e,s),'begin --overlay "$scratch/overlay"',"trap late TERM","started","wait_for",c,"over",u,R,k(n),'finish "$c"'].join("\n")},prefix:"APPTAINERENV_",isEngine:!1,refused:{names:/^(?:HOME|(?:APPEND|PREPEND)_PATH)$/,why:e=>`Apptainer gives no secret called "${e}" to a container`},login:{path:"apptainer.sh",content:function({username:e,password:t}){return(0,S.E)("APPTAINER_DOCKER_USERNAME",e)+(0,S.E)("APPTAINER_DOCKER_PASSWORD",t)}}},enroot:{script:function(e){let t,n,r,s,a,d,$,{image:c,name:u,outputs:p,run:h,words:v}=e,I=w(p);return[m(u),y,f(c,"sqsh",(t=c.indexOf("/"),n=`docker://${c.slice(0,t)}#${c.slice(t+1)}`,`    [ ! -e "$r/login" ] || export ENROOT_CONFIG_PATH="$r/login"
    export ENROOT_CACHE_PATH="$\{ENROOT_CACHE_PATH:-$images/cache}"
    exec enroot import --output "$new" ${(0,i.r)(n)}`)),function({resources:{gpu:e}}){return void 0===e?'gpus="--env NVIDIA_VISIBLE_DEVICES=void"':`nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
gpus="--env NVIDIA_VISIBLE_DEVICES=all --env NVIDIA_DRIVER_CAPABILITIES=compute,utility"`}(h),'aside enroot create --name job "$file" || failed node-error 1',"over=$scratch/data/job",function({workdir:e}){return void 0!==e?`workdir=${(0,i.r)(e.replace(/\/+$/,""))}`:'workdir=$(sed -n \'s/^cd "\\(.*\\)" && unset OLDPWD.*/\\1/p\' "$over/etc/rc" | head -n 1); workdir=${workdir%/}'}(h),g(h),...I.map(({source:e})=>`mkdir -p ${e}`),E,_,(r=void 0!==(0,o.E1)(h),s=l(h).map(([e,t])=>`export ${e}=${(0,i.r)(t)}`),a=(e,t)=>`printf 'export ${e}=%s\\n' "${t}"`,d=[`printf '%s\\n' ${(0,i.r)([": >/tmp/.jobimg-begun",...s].join("\n"))}`,`[ -z "$\{CUDA_VISIBLE_DEVICES:-}" ] || ${a("CUDA_VISIBLE_DEVICES","$CUDA_VISIBLE_DEVICES")}`,...r?[a("MASTER_ADDR","$JOBIMG_MASTER"),a("NODE_RANK","$k")]:[],...void 0===h.checkpoint?[]:[a("JOBIMG_RESUME","$resume")],'[ ! -e "$r/secrets.sh" ] || cat "$r/secrets.sh"',`cat <<'END'
umask 022
mkdir -p "$JOBIMG_WORKDIR" && cd "$JOBIMG_WORKDIR" && unset JOBIMG_WORKDIR OLDPWD || exit 1
${M}
END`],`{
${d.join("\n")}
} >"$scratch/rc"`),($=[{source:'"$scratch/tmp"',target:"/tmp",readOnly:!1},...I,...e.binds].map(({readOnly:e,source:t,target:n})=>`--mount ${t}:${n}:none:x-create=auto,rbind,${e?"ro":"rw"}`),`enroot start --rw --rc "$scratch/rc" --env JOBIMG_WORKDIR="$\{workdir:-/}" $gpus ${$.join(" ")} job ${v.map(i.r).join(" ")} >"$d/log" 2>&1 & p=$!`),"trap late TERM","started","wait_for","over",'[ -e "$scratch/tmp/.jobimg-begun" ] || { cp "$d/log" "$d/failed.log"; failed node-error 1; }',R,k(p),'finish "$c"'].join("\n")},prefix:"",isEngine:!1,login:{path:".credentials",content:function({server:e,username:t,password:n}){if(/\s|^\$/.test(n)||/\s/.test(t))throw new r.yo(`enroot cannot log in to ${e}: the login has a blank, or a password that begins with "$"`,{code:"slurm",hint:"give the registry another password, or a token"});return`machine ${e.replace(/:\d+$/,"")} login ${t} password ${n}
`}}}}}),12011:(function(e,t,n){n.d(t,{q:()=>i,y:()=>r});let r=`( set -C; printf '%s\\n' "$SLURM_JOB_ID" >"$r/owner" ) 2>/dev/null
j=; read -r j <"$r/owner"; [ "$j" = "$SLURM_JOB_ID" ] || exit 0
if [ -e "$r/exit" ]; then read -r c <"$r/exit"; exit "$c"; fi`,i=`put() { printf '%s\\n' "$2" >"$d/$1.new" && mv "$d/$1.new" "$d/$1"; }
up() { IFS=' .' read -r u f _ </proc/uptime; u=$((u * 100 + 1$f - 100)); }
grace() { if [ -s "$r/stop" ]; then read -r g <"$r/stop"; fi; }
size() { [ ! -e "$d/log" ] || put log-size "$(($(wc -c <"$d/log")))"; }
clean() { :; }
finish() { size; clean; rm -rf "$r/secrets.sh" "$r/secrets.json" "$r/login"; put exit "$1"; exit "$1"; }
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
over() { kill "$w" 2>/dev/null; up; put duration $((u - s)); }`}),63727:(function(e,t,n){n.d(t,{C7:()=>s,TX:()=>d,U5:()=>l,wc:()=>a});var r=n(47950),i=n(12011),o=n(99597);let s=new Set(["MASTER_ADDR","NODE_RANK"]),a="k=$SLURM_PROCID; d=$r/node-$k",d=`trap early TERM
( while sleep 1; do read -r said _ <"$r/word" && [ -n "$said" ] && { kill -TERM "$$"; exit; }; done ) & o=$!
finish() {
  trap '' TERM; kill "$o" 2>/dev/null; size; clean; put exit "$1"
  [ "$1" -eq 0 ] || [ "$(cat "$d/stopped" 2>/dev/null)" = signal ] || ! mkdir "$r/failed" 2>/dev/null || {
    printf '%s\\n' "$k" >"$r/first.new" && mv "$r/first.new" "$r/first"; echo failed >"$r/word"
  }
  exit 0
}`;function l(e,t,n){let s=e.resources.cpu?.min??e.resources.cpu?.max,a=void 0===s?"":` --cpus-per-task=${Math.ceil(s)}`;return["#!/bin/sh","umask 077","r=$JOBIMG_FOLDER; d=$r",'exec >>"$d/script.log" 2>&1 </dev/null',i.y,...n.setup,i.q,`n=${t}`,(0,r.So)(e),(0,r.GC)(e),$,`srun --nodes=$n --ntasks=$n --ntasks-per-node=1${a} --kill-on-bad-exit=1 /bin/sh "$r/node.sh" & p=$!`,c,`late=${o.XR}`,u,f].join("\n")}let $=`each() { k=0; while [ "$k" -lt "$n" ]; do "$@" || return 1; k=$((k + 1)); done; }
make() { mkdir -p "$r/node-$k"; }
each make
: >"$r/word"
ln -s node-0/log "$r/log"; ln -s node-0/files "$r/files"
JOBIMG_MASTER=$\{SLURMD_NODENAME:-$(uname -n)}; export JOBIMG_MASTER
trap '[ -e "$r/stopped" ] || put stopped signal; echo stop >"$r/word"' TERM
put nodes "$n"`,c=`begun() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/started" ]; }
( until each begun; do sleep 1; done; put started "$(date +%s)" ) & w=$!
while :; do wait "$p"; kill -0 "$p" 2>/dev/null || break; done
kill "$w" 2>/dev/null; wait "$w" 2>/dev/null`,u=`ended() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/exit" ]; }
bad= silent=
look() {
  i=0; until ended || [ "$i" -ge "$late" ]; do sleep 1; i=$((i + 1)); done
  if ended; then read -r e <"$r/node-$k/exit"; [ "$e" -eq 0 ] || bad=$\{bad:-$k}; else silent=$\{silent:-$k}; late=0; fi
}
each look
[ -s "$r/started" ] || ! each begun || put started "$(date +%s)"`,f=`from_node() { for f in "$@"; do [ ! -s "$r/node-$k/$f" ] || put "$f" "$(cat "$r/node-$k/$f")"; done; }
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
read -r e <"$r/node-$k/exit"; finish "$e"`}),99597:(function(e,t,n){n.d(t,{XR:()=>o,r3:()=>a,zI:()=>i});var r=n(27941);let i=4194304,o=60,s=`job_id() {
  i=
  if [ -s "$d/owner" ]; then read -r i <"$d/owner"; elif [ -s "$d/id" ]; then read -r i <"$d/id"; fi
  [ -n "$i" ]
}`;function a(e,t){return["umask 077",...e.setup,`b=${function({folder:e}){return void 0===e?'"$HOME/.jobimg"':(0,r.r)(e)}(e)}`,`d=$b/${(0,r.r)(t)}`,s,'say() { printf "%s=%s\\n" "$1" "$2"; }'].join("\n")}}),26677:(function(e,t,n){n.d(t,{EH:()=>l,RF:()=>o,WD:()=>s,u7:()=>d,wO:()=>a});var r=n(81282),i=n(99597);function o(e){return`"$r/inputs/${e}"`}function s(e){return`"$b/.new-inputs-${e}-$\{d##*/}"`}let a=`"$b"/.new-inputs-${"?".repeat(8)}-"$\{d##*/}"`;function d(e,t){return`${(0,i.r3)(e,t)}
[ ! -e "$d" ] || say there yes`}function l(e,t,n){return`exec 3<&0 </dev/null
${(0,i.r3)(e,t)}
n=${s(n)}
mkdir -p "$b" && rm -rf "$n" && mkdir "$n" || exit 1
tar -xpof - -C "$n" <&3 && [ -e "$n/${r.U}" ] || { rm -rf "$n"; exit 1; }`}}),96990:(function(e,t,n){n.r(t),n.d(t,{ScriptError:()=>h,createShell:()=>p});var r=n(57075),i=n(19473),o=n(37897),s=n(59834),a=n(47518),d=n(78176),l=n(68748),$=n(16282),c=n(27941);let u=["HOME","USER","LOGNAME","LANG","PATH","SLURM_CONF","LD_LIBRARY_PATH","XDG_RUNTIME_DIR"],f=["-s"];function p(e,t){async function n(n,r,i){if(void 0===e)return(0,a.startProcess)("/bin/sh",n,{env:Object.fromEntries(u.flatMap(e=>{let n=t[e];return void 0===n?[]:[[e,n]]})),cwd:"/",stdin:r,signal:i});let o=await (0,s.SG)("ssh",t.PATH);return(0,a.startProcess)(o,(0,d.remoteArguments)(e,["/bin/sh",...n.map(c.r)]),{env:{...(0,l.U)(t)},cwd:"/",stdin:r,signal:i})}async function p(e,t,r){let i=await n(e,t,r),[o,a]=await Promise.all([(0,s.$$)(i.stdout),(0,s.b6)(i.stderr)]),{code:d}=await i.ended();if(r?.throwIfAborted(),0!==d)throw g(d,a);return o}function g(t,n){let r=n.trim().slice(-600);if(void 0===e||255!==t)return new h(r||`it ended with ${t}`);let s=(0,$.ie)(e,n);return void 0!==s?new i.yo(s.message,{kind:"unavailable",code:"slurm",hint:s.hint}):new o.W(`ssh: ${r||"the connection was lost"}`)}return{where:void 0===e?"local":function({host:e,port:t,user:n}){return`ssh://${void 0===n?"":`${n}@`}${e}${void 0===t?"":`:${t}`}`}(e),run:(e,t)=>p(f,(0,s.Oo)(Buffer.from(m(e))),t),send(e,t,n){var r;let i=Buffer.from(`{
${e}
}
`);return p(["-c",(r=i.length,`eval "$(dd bs=1 count=${r} 2>/dev/null)"`)],async function*(e,t){yield e,yield*t}(i,t),n)},async open(e){let t=await n(f,(0,s.Oo)(Buffer.from(m(e)))),i=(0,s.b6)(t.stderr);return r.Readable.from(async function*(){yield*t.stdout;let{code:e}=await t.ended();if(0!==e)throw g(e,await i)}(),{objectMode:!1})}}}class h extends i.yo{constructor(e){super(`the cluster's machine says: ${e}`,{kind:"unavailable",code:"slurm"})}}function m(e){return`{
${e}
exit 0
} </dev/null
`}}),21284:(function(e,t,n){n.d(t,{EQ:()=>o,FQ:()=>a,P9:()=>u,R$:()=>$,RA:()=>i,se:()=>l,x_:()=>s,xj:()=>d});var r=n(19473);class i extends r.yo{repeat;constructor(e,t={}){super(e,{kind:"unavailable",...t}),this.repeat=t.repeat}}function o(e,t){return c(e,{repeat:t})}function s(e,t){return c(e,{hint:t,repeat:e.repeat})}let a=9e4,d=3e5,l=12e4;async function $(e,t){let n,{clock:r,log:o,signal:s,patience:d=a}=e;for(let e=1;;e+=1)try{return await t()}catch($){if(!($ instanceof i))throw $;n??=r.now();let t=r.now()-n,a=function({repeat:e},t){let{tries:n,failing:r,patience:i,random:o}=t;if(void 0===e||n>=(e.most??1/0)||n>=4&&r>=i)return;let{after:s=0}=e;return s>l?void 0:Math.max(s,Math.min(3e4,500*2**n)*(.5+o/2))}($,{tries:e,failing:t,patience:d,random:r.random()});if(void 0===a)throw function(e,t,n){let r=e.repeat?.after??0;return r>l?c(e,{message:`${e.message}; the server asks to wait ${f(r)}`}):1===t?e:c(e,{message:`${e.message} (tried ${t} times in ${f(n)})`})}($,e,t);o(`trying again in ${f(a)}: ${$.message}`),await r.sleep(a,s)}}function c(e,t){let[n]=e.findings,{message:r=e.message,hint:o=n?.hint,repeat:s}=t,a=n?.code??e.kind;return new i(r,{kind:e.kind,code:a,hint:o,cause:e,repeat:s})}function u(e){let t=e.get("retry-after")?.trim();if(void 0===t)return;if(/^\d+$/.test(t))return 1e3*Number(t);let n=Date.parse(t)-Date.parse(e.get("date")??"");return Number.isNaN(n)?void 0:Math.max(0,n)}function f(e){return`${Math.round(e/100)/10} s`}}),81282:(function(e,t,n){n.d(t,{U:()=>a,z:()=>d});var r=n(57075),i=n(46466),o=n(56118),s=n(5597);let a="last";function d(e,t){let n=(0,o.pack)();return(async function(e,t,n){for(let s of t){let t=(0,o.extract)(),a=(0,i.pipeline)(r.Readable.from(s(),{objectMode:!1}),t);for await(let r of(a.catch(()=>void 0),t)){let t=function({linkname:e,mode:t,mtime:n,name:r,size:i,type:o},s){let a=l(r,s);if(void 0===a)return;let d="link"===o?l(e,s):e,$={name:a,mode:t,mtime:n,size:i,type:o};return null==d?$:{...$,linkname:d}}(r.header,n);t?.type==="file"?await (0,i.pipeline)(r,e.entry(t)):void 0!==t&&e.entry(t),r.resume()}await a}e.entry({name:a},""),e.finalize()})(n,e,t).catch(e=>n.destroy(e)),r.Readable.from(n,{objectMode:!1})}function l(e,t){let n=`/${e.replace(/\/+$/,"")}`,r=t.findIndex(e=>(0,s.FK)(n,e));return r<0?void 0:`${r}${n.slice(t[r]?.length)}`}}),37897:(function(e,t,n){n.d(t,{D:()=>o,W:()=>i});var r=n(19473);class i extends r.yo{constructor(e){super(e,{kind:"unavailable",code:"no-answer"})}}function o(e){return e instanceof i}}),78176:(function(e,t,n){n.r(t),n.d(t,{loginCommand:()=>d,parseSshAddress:()=>i,remoteArguments:()=>a,sshArguments:()=>s});let r=/^ssh:\/\/(?:(?<user>\w[\w.@\\+-]*)@)?(?:(?<host>\w[\w.-]*)|\[(?<ip>[\da-f:.]+(?:%\w+)?)\])(?::(?<port>\d{1,5}))?(?<socket>(?:\/[\w.@+-]+)*)\/?$/i;function i(e){let{user:t,host:n,ip:i,port:o,socket:s}=r.exec(e)?.groups??{},a=n??i;if(void 0!==a)return{user:t,host:a,port:void 0===o?void 0:Number(o),socket:s||void 0}}let o=["BatchMode=yes","StrictHostKeyChecking=yes","ClearAllForwardings=yes","ForwardAgent=no","ForwardX11=no","RemoteCommand=none","LogLevel=ERROR","ConnectTimeout=20","ServerAliveInterval=15","ServerAliveCountMax=4"];function s(e){let{socket:t}=e;return a(e,["docker",...void 0===t?[]:[`--host=unix://${t}`],"system","dial-stdio"])}function a(e,t){return["-T",...o.flatMap(e=>["-o",e]),...l(e),"--",e.host,...t]}function d(e){return["ssh",...l(e),e.host].join(" ")}function l({user:e,port:t}){return[...void 0===e?[]:["-l",e],...void 0===t?[]:["-p",String(t)]]}}),68748:(function(e,t,n){n.d(t,{u:()=>f,U:()=>u});var r=n(31421),i=n(37067),o=n(39780),s=n(59834),a=n(78176),d=n(16282),l=n(57075);class $ extends l.Duplex{#e;#t;#n="";#r=!1;#i;#o=!1;constructor(e,t){super(),this.#e=e,this.#t=t,e.stdout.on("data",e=>this.#s(e)),e.stderr.setEncoding("utf8").on("data",e=>{this.#n=(this.#n+e).slice(-4e3)}),e.stdin.on("error",()=>void 0),e.on("error",e=>this.destroy(e)),e.on("close",e=>this.#a(e)),e.on("exit",t=>{let n=()=>void setTimeout(()=>this.#a(t),200);e.stdout.readableEnded?n():e.stdout.once("end",n)})}unref(){for(let e of(this.#i=setTimeout(()=>this.destroy(),1e4).unref(),this.#d()))e.unref()}ref(){for(let e of(clearTimeout(this.#i),this.#i=void 0,this.#d()))e.ref()}_read(){this.#e.stdout.resume()}_write(e,t,n){this.#e.stdin.write(e,()=>n())}_final(e){this.#e.stdin.end(()=>e())}_destroy(e,t){for(let e of(this.#o=!0,clearTimeout(this.#i),[this.#e.stdin,this.#e.stdout,this.#e.stderr]))e.destroy();this.#e.unref(),t(e)}#s(e){this.#r=!0,this.push(e)||this.#e.stdout.pause()}#a(e){this.#o||(this.#o=!0,void 0!==this.#i?this.destroy():0===e&&this.#r?this.push(null):this.destroy(this.#t(e,this.#n)))}#d(){let{stdin:e,stdout:t,stderr:n}=this.#e;return[this.#e,e,t,n]}}let c=["HOME","USER","LOGNAME","TMPDIR","XDG_RUNTIME_DIR","SSH_AUTH_SOCK","KRB5CCNAME"];function u(e){return{...Object.fromEntries(c.flatMap(t=>{let n=e[t];return void 0===n?[]:[[t,n]]})),PATH:(0,o.e0)(e.PATH??"")}}class f extends i.Agent{#l;#$;constructor(e,t){super({keepAlive:!0,maxFreeSockets:2}),this.#l=e,this.#$=t}createConnection(e,t){this.#c().then(e=>t?.(null,e),e=>t?.(e))}keepSocketAlive(e){return e instanceof $&&(e.unref(),!0)}async #c(){let e=this.#$,t=await (0,s.SG)("ssh",e.PATH);return new $((0,r.spawn)(t,(0,a.sshArguments)(this.#l),{env:u(e),cwd:"/",stdio:"pipe",windowsHide:!0}),(e,t)=>(0,d.f$)(this.#l,e,t))}}}),16282:(function(e,t,n){n.d(t,{dI:()=>i,f$:()=>a,ie:()=>d});var r=n(78176);class i extends Error{name="SshFailure";hint;isBusy;constructor(e,t,n=!1){super(e),this.hint=t,this.isBusy=n}}let o=[{seen:/REMOTE HOST IDENTIFICATION HAS CHANGED/,message:e=>`"${e}" has another host key than the one that is known here, and nothing is sent to it`,hint:e=>`ask whoever runs it whether its key was changed; if so, remove the old one with "ssh-keygen -R", and type "${e}" once`},{seen:/Host key verification failed|host key is known for/,message:e=>`the host key of "${e}" is not known here, and nothing is sent to it`,hint:e=>`type "${e}" once as this user, and compare the key that it shows with the one of that machine; or write the key to ~/.ssh/known_hosts`},{seen:/Permission denied \([a-z,-]+\)|Too many authentication failures/,message:e=>`"${e}" lets nobody in with the keys that are here`,hint:e=>`add the right key to the agent with ssh-add, or name it in ~/.ssh/config; "${e}" has to work without a question`}],s=[...o,{seen:/docker: (?:command )?not found|docker: No such file|command not found: docker|Unknown command: docker/,message:e=>`"${e}" has no docker command for who logs in by ssh`,hint:e=>`install the docker command there; "${e} docker version" has to work`},{seen:/permission denied while trying to connect to the docker/i,message:e=>`the user on "${e}" may not talk to its Docker engine`,hint:()=>'add the user there to the group "docker"'},{seen:/Cannot connect to the Docker daemon|failed to open the raw stream connection|no such file or directory/i,message:e=>`no Docker engine answers on "${e}"`,hint:e=>`start Docker there; "${e} docker version" has to work`}];function a(e,t,n){let o=(0,r.loginCommand)(e),a=s.find(({seen:e})=>e.test(n));if(void 0!==a)return new i(a.message(e.host),a.hint(o));let d=n.trim().split("\n").at(-1)?.trim().replace(/^ssh: /,"")??"";return new i(""===d?null===t?"ssh was ended by a signal":`ssh ended with ${t}, and said nothing`:`ssh: ${d.slice(0,300)}`,`"${o} docker version" has to work`,l.test(n))}function d(e,t){let n=o.find(({seen:e})=>e.test(t));return n&&new i(n.message(e.host),n.hint((0,r.loginCommand)(e)))}let l=/^kex_exchange_identification: (?:read: Connection reset|Connection closed by)/m}),51417:(function(e,t,n){n.d(t,{S:()=>r});function r({inputs:e=[]}){return[...new Set(e.map(({folder:e})=>e))]}}),56307:(function(e,t,n){n.d(t,{A:()=>o,a:()=>i});var r=n(18859);function i(e,t,n){let{checkpoint:i,inputs:s=[],mounts:a=[]}=e.run,d=(i,o)=>n.error(t.code,t[i],{hint:o,at:(0,r.t)(e,i)});o(e,{code:t.code,message:t.mount},n),s.length>0&&d("inputs",'fetch them in "run", or have them in the image'),a.length>0&&d("mounts",'leave "mounts" out'),void 0!==i&&d("checkpoint",'leave "checkpoint" out')}function o(e,{code:t,message:n},i){void 0!==e.run.mount&&i.error(t,n,{hint:'write "code: layer", with "image: { base: … }" where the image is used as it is; or "code: none"',at:(0,r.t)(e,"code.mode","code","image","backend")})}}),26880:(function(e,t,n){function r({nodes:e}){return void 0===e||1===e.count?void 0:e}function i(e){return`node-${e}`}function o(e,t,n){if("timeout"===e.reason||"cancelled"===e.reason)return e;let r=`node ${t} of ${n}`,{detail:i,hint:o}=e,s=0===t?void 0:`its log is "log.node-${t}.txt" beside the log of node 0`;return{...e,detail:void 0===i?`${r} failed first`:`${r}: ${i}`,hint:o??s}}n.d(t,{B3:()=>o,E1:()=>r,pG:()=>i})}),69420:(function(e,t,n){n.d(t,{R:()=>r});let r=new Set(["NVIDIA_VISIBLE_DEVICES","NVIDIA_MIG_CONFIG_DEVICES","NVIDIA_MIG_MONITOR_DEVICES","NVIDIA_IMEX_CHANNELS","NVIDIA_GDS","NVIDIA_MOFED","NVIDIA_GDRCOPY","NVIDIA_NVSWITCH","AMD_VISIBLE_DEVICES"])})}});
