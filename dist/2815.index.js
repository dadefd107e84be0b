"use strict";({ids:[2815,6990,8176],modules:{57359:(function(e,n,t){function r(e){if(10===e[0])return{answer:new Map,rest:e.subarray(1)};let n=e.indexOf("\n\n");return{answer:o((n<0?e:e.subarray(0,n)).toString()),rest:n<0?Buffer.alloc(0):e.subarray(n+2)}}function i(e){return e.toString().split("\n\n").filter(e=>""!==e.trim()).map(o)}function o(e){return new Map(e.split("\n").flatMap(e=>{let n=e.indexOf("=");return n<1?[]:[[e.slice(0,n),e.slice(n+1)]]}))}t.d(n,{J:()=>r,M:()=>i})}),19580:(function(e,n,t){t.d(n,{C:()=>h,g:()=>p});var r=t(77598),i=t(19473),o=t(21284),s=t(81282),a=t(37897),d=t(51417),l=t(5597),$=t(18859),c=t(57359),u=t(26677),f=t(96990);function p(e,n){let{run:t}=e,r=t.outputsFrom??t.workdir??"/",i=t.outputs.map(e=>`${r}/${e}`.replace(/\/+$/,"")),o=(t,r)=>n.error("slurm",t,{hint:r,at:(0,$.t)(e,"inputs")});for(let e of(0,d.S)(t)){let n=[t.workdir??"",...i].find(n=>(0,l.FK)(n,e));/[,:"]/.test(e)?o(`the folder "${e}" of an input has a comma, a colon or a quote`,"give it another name"):void 0!==n&&o(`inputs on a Slurm cluster may be read and not changed, and "${n}" is in "${e}"`,'choose another "workdir", or write outputs elsewhere')}}async function h(e,n,t,l){let{inputs:$=[]}=e,{clock:p,progress:h,settings:m,shell:g}=t;if(0===$.length)return;if(void 0===t.inputs)throw Error(`run ${e.id} has inputs, and nothing here can fetch them`);let{answer:w}=(0,c.J)(await g.run((0,u.u7)(m,n),l));if("yes"===w.get("there"))return;let k=await t.inputs($),v=(0,r.randomBytes)(4).toString("hex");return h("the inputs are copied to the cluster"),await (0,o.R$)({clock:p,log:h,signal:l,patience:o.xj},async()=>{try{await g.send((0,u.EH)(m,n,v),(0,s.z)(k,(0,d.S)(e)),l)}catch(e){var t;throw(0,a.WG)(e)?new o.RA(e.message,{code:"slurm",repeat:{}}):e instanceof f.ScriptError?(t=`the inputs could not be copied to the cluster: ${e.message}`,new i.yo(t,{code:"slurm",hint:'see whether its "folder" has room; large data that is there already is named below "mounts"'})):e}}),v}}),22815:(function(e,n,t){t.d(n,{refuseRun:()=>d,refuseSecretNames:()=>l});var r=t(56307),i=t(5597),o=t(18859),s=t(19580),a=t(20220);function d(e,n){let{run:t}=e;(0,r.A)(e,{code:"slurm",message:"the nodes of the cluster see no files of this machine"},n),(0,s.g)(e,n);let a=t.caches?.map(({path:e})=>e);n.attempt((0,o.t)(e,"mounts"),()=>(0,i.y8)(t,t.workdir,a))}function l(e,{container:n},t){let{refused:r}=a.K[n];if(void 0!==r)for(let n of e.run.secrets.filter(e=>r.names.test(e)))t.error("slurm",r.why(n),{hint:'give it another name, and set the variable in "run"',at:(0,o.t)(e,`secrets.${n}`,"secrets")})}}),47950:(function(e,n,t){t.d(n,{GC:()=>u,So:()=>c,ci:()=>f,yP:()=>l});var r=t(53916),i=t(27941),o=t(51417),s=t(26677);let a='"${r%/*}/caches"',d='"${r%/*}/checkpoints"';function l(e,n){let{caches:t=[],checkpoint:l}=e,c=t.map(e=>({source:$(a,e),target:(0,i.r)(e.path),readOnly:!1})),u=n.map(({from:e,readOnly:n,to:t})=>({source:(0,i.r)(e),target:(0,i.r)(t),readOnly:n})),f=[...(0,o.S)(e).map((e,n)=>({source:(0,s.RF)(n),target:(0,i.r)(e),readOnly:!0})),...u,...c];if(void 0===l)return f;let p=r.isAbsolute(l.path)?(0,i.r)(l.path):`"$workdir"/${(0,i.r)(r.normalize(l.path))}`;return[...f,{source:$(d,l),target:p,readOnly:!1}]}function $(e,{key:n}){return`${e}/${n}`}function c({caches:e=[],checkpoint:n}){let t=[...e.map(e=>$(a,e)),...void 0===n?[]:[$(d,n)]];return 0===t.length?":":`mkdir -p ${a} ${d}; (umask 000; mkdir -p ${t.join(" ")})`}function u({checkpoint:e,env:n}){if(void 0===e)return":";let t=`[ -z "$(ls -A ${$(d,e)} 2>/dev/null)" ]`;return`resume=${(0,i.r)(n.get("JOBIMG_RESUME")??"0")}; ${t} || resume=1; export resume`}function f(e,{checkpoint:n}){return void 0!==n&&"JOBIMG_RESUME"===e}}),27695:(function(e,n,t){t.d(n,{E:()=>i});var r=t(27941);function i(e,n){return`${e}=${(0,r.r)(n)}; export ${e}
`}}),20220:(function(e,n,t){t.d(n,{K:()=>T});var r=t(19473),i=t(27941),o=t(26880),s=t(69420),a=t(47950),d=t(63727);function l(e){let n=void 0!==(0,o.E1)(e);return[...e.env].filter(([t])=>!(e.secrets.includes(t)||s.R.has(t)||n&&d.C7.has(t)||(0,a.ci)(t,e)))}let $=`fatal() {
  case $c in 255) said=$(tail -n 1 "$d/log") ;; 1) said=$(head -n 1 "$d/log" | tr -d '\\033') ;; *) return 1 ;; esac
  case $said in FATAL:* | 'ERROR  : '* | '[91mERROR  : '*) ;; *) return 1 ;; esac
}`,c=`${$}
again() { kill -KILL "$w" 2>/dev/null; started; wait_for; }
if fatal && [ ! -e "$d/stopped" ]; then
  case $said in
  *"chdir $workdir: no such file"*)
    (umask 022; mkdir -p "$over$workdir"); begin --overlay "$scratch/overlay"; again ;;
  *overlay*)
    begin --writable-tmpfs; again
    echo 'jobimg: Apptainer has no overlay on this node: 64 MB can be written outside of outputs and /tmp, and of outputs only folders come back' >>"$d/log" ;;
  esac
fi`,u=`if fatal; then
  case $said in
  *'executable file not found'* | 'FATAL:   stat '*) c=127 ;;
  'FATAL:   permission denied') c=126 ;;
  *) printf '%s\\n' "$said" >"$d/failed.log"; failed node-error 1 ;;
  esac
fi`;function f(e,n,t){return`images=$\{r%/*}/images
file=$images/${e.slice(e.lastIndexOf("sha256:")+7)}.${n}
if [ ! -e "$file" ]; then
  mkdir -p "$images"
  find "$images" -type f -mtime +30 -exec rm -f {} + 2>/dev/null
  find "$images/cache/oci-tmp" -type f -mmin +60 -exec rm -f {} + 2>/dev/null
  new=$file.$(uname -n).$$
  pull() {
${t}
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
    exec apptainer --silent pull --force "$new" "docker://$image"`;var h=t(53916);function m(e){let n=n=>`mktemp -d "${n}/${e}.XXXXXX" 2>"$d/failed.log"`;return`new=; making=; scratch=$(${n("${TMPDIR:-/tmp}")} || ${n("/tmp")}) || failed node-error 1
scratch=$(readlink -f "$scratch")
clean() { chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch" "$new" "$making"; }`}function g({outputsFrom:e}){return`from=${void 0===e?"$workdir":(0,i.r)(e.replace(/\/+$/,""))}
put from "$\{from:-/}"`}function w(e){return e.flatMap(({isFolder:e,path:n},t)=>{let r=`"$d/files/${t}/"${(0,i.r)(h.basename(n))}`;return e?[{source:r,target:`"$from"/${(0,i.r)(n)}`,readOnly:!1}]:[]})}function k(e){return[v,...e.flatMap(({isFolder:e,path:n},t)=>e?[]:[`keep ${t} ${(0,i.r)("."===n?"":`/${n}`)}`])].join("\n")}let v=`keep() {
  f=$over$from$2
  [ ! -e "$f" ] || [ "$(readlink -f "$f")" != "$f" ] || { mkdir -p "$d/files/$1" && cp -pR "$f" "$d/files/$1/"; } 2>"$d/copy.log" || lost "$1"
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
}`,y=`m=$\{SLURM_MEM_PER_NODE:-}
[ -n "$m" ] || [ -z "$\{SLURM_MEM_PER_CPU:-}" ] || m=$((SLURM_MEM_PER_CPU * $\{SLURM_CPUS_ON_NODE:-1}))
memory=; [ "$\{m:-0}" -eq 0 ] || memory="--memory $\{m}m --memory-swap $\{m}m"`;function O({readOnly:e,source:n,target:t}){return`--mount type=bind,source=${n},target=${t}${e?",readonly":""}`}let A=`copy() {
  mkdir -p "$d/files/$1" 2>"$d/copy.log" && engine cp "$2" "$d/files/$1/" 2>"$d/copy.log" && return
  if [ -z "$(ls -A "$d/files/$1" 2>/dev/null)" ] && grep -Eqi 'could not find the file|could not be found|no such file' "$d/copy.log"; then return; fi
  lost "$1"
}`,M=`mkdir "$scratch/tmp" "$scratch/data"; chmod 1777 "$scratch/tmp"
export ENROOT_DATA_PATH="$scratch/data" ENROOT_RUNTIME_PATH="$scratch/run" ENROOT_TEMP_PATH="$\{ENROOT_TEMP_PATH:-$scratch}"
export ENROOT_MOUNT_HOME=n ENROOT_REMAP_ROOT=n ENROOT_LOGIN_SHELL=n ENROOT_UNSHARE_PID=y`,S=`p=; trap '[ -z "$p" ] || kill -TERM "$p" 2>/dev/null' TERM
"$@" & p=$!
while :; do wait "$p"; c=$?; kill -0 "$p" 2>/dev/null || break; done
wait "$p" 2>/dev/null; again=$?; [ "$again" -eq 127 ] || c=$again
exit "$c"`;var b=t(27695);let D={script:function(e){let{name:n,outputs:t,run:r,site:s}=e;return`name=${(0,i.r)(n)}${void 0===(0,o.E1)(r)?"":"-$k"}
engine() { ${s.container} "$@"; }
${I}
stop_job() { engine stop --time "$1" "$name" >/dev/null 2>&1; }
if [ -d "$r/login" ]; then aside ${s.container} --config "$r/login" pull --quiet "$image"; else aside ${s.container} pull --quiet "$image"; fi || failed image-pull 1
${function({run:{resources:e},site:n}){if(void 0===e.gpu)return"gpus=";let t="podman"===n.container?"true":"engine info --format '{{.CDISpecDirs}}' 2>/dev/null | grep -q / && nvidia-ctk cdi list 2>/dev/null | grep -q '^nvidia.com/gpu='";return`gpus=; of=$\{SLURM_JOB_GPUS:-$\{SLURM_STEP_GPUS:-$\{CUDA_VISIBLE_DEVICES:-}}}
if [ -z "$of" ]; then echo 'Slurm gave the job no GPU' >"$d/failed.log"; failed node-error 1; fi
if ${t}; then
  for one in $(printf %s "$of" | tr , ' '); do gpus="$gpus --device nvidia.com/gpu=$one"; done
else
  gpus="--gpus \\"device=$of\\""
fi`}(e)}
engine rm --force "$name" >/dev/null 2>&1
${function({checkpoint:e,workdir:n}){return void 0===e?":":void 0!==n?`workdir=${(0,i.r)(n)}`:"workdir=$(engine image inspect --format '{{.Config.WorkingDir}}' \"$image\"); workdir=${workdir%/}"}(r)}
${function({binds:e,run:n,site:t,words:r}){let s,[a="",...d]=r,$="podman"===t.container,c=['--name "$name"',...[...n.labels].map(([e,n])=>`--label ${(0,i.r)(`${e}=${n}`)}`),"--pull never","--init","--stop-signal SIGTERM","--security-opt no-new-privileges","--pids-limit 32768",...$?[]:["--log-driver none"],`--shm-size ${Math.floor(n.resources.shm??8e9)}`,"$memory","$gpus",...void 0===n.workdir?[]:[`--workdir ${(0,i.r)(n.workdir)}`],`--entrypoint ${(0,i.r)(a)}`,...(s=l(n).map(([e,n])=>`${e}=${n}`),[...void 0===n.resources.gpu?["NVIDIA_VISIBLE_DEVICES=void"]:[],...s,...n.secrets].map(e=>`--env ${(0,i.r)(e)}`)),...void 0===(0,o.E1)(n)?[]:["--network host",'--env MASTER_ADDR="$JOBIMG_MASTER"','--env NODE_RANK="$k"'],...e.map(O),...void 0===n.checkpoint?[]:['--env JOBIMG_RESUME="$resume"']];return`${y}
set -- create ${c.join(" ")} "$image" ${d.map(i.r).join(" ")}`}(e)}
put container "$SLURMD_NODENAME $name"
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
exec ${s.container} "$@"
) >"$d/failed.log" 2>&1 || { rm -f "$d/container"; failed node-error 1; }
${function({outputsFrom:e,workdir:n}){let t=e??n;return void 0!==t?`from=${(0,i.r)(t)}`:"from=$(engine inspect --format '{{.Config.WorkingDir}}' \"$name\"); from=${from:-/}"}(r)}
${t.filter(({isFolder:e})=>e).map(({path:e})=>(function(e){let[n=""]=e.split("/");return`rm -rf "$d/new" && (umask 000; mkdir -p "$d/new"/${(0,i.r)(e)}) && engine cp "$d/new"/${(0,i.r)(n)} "$name:$from/"`})(e)).join("\n")}
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
${[A,...t.map(({path:e},n)=>{let t;return t="."===e?'"$name:$from"':`"$name:$from"/${(0,i.r)(e)}`,`copy ${n} ${t}`})].join("\n")}
engine rm --force --volumes "$name" >/dev/null 2>&1 && rm -f "$d/container"
finish "$1"
`},prefix:"",isEngine:!0,refused:{names:/^(?:DOCKER_|CONTAINER|XDG_|LD_|(?:HOME|PATH|IFS)$)/,why:e=>`a secret called "${e}" would change the client of the engine on the node`},login:{path:"config.json",content:function({server:e,username:n,password:t}){return JSON.stringify({auths:{[e]:{auth:Buffer.from(`${n}:${t}`).toString("base64")}}})}}},T={docker:D,podman:D,apptainer:{script:function(e){let{name:n,outputs:t,run:r}=e,s=w(t);return[m(n),'over=$scratch/overlay/upper; mkdir "$scratch/overlay" "$scratch/work"',function({image:e}){return f(e,"sif",p)}(e),function({resources:{gpu:e}}){return void 0===e?"nv=":`nv=--nv; nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
[ -z "$\{CUDA_VISIBLE_DEVICES:-}" ] || export APPTAINERENV_CUDA_VISIBLE_DEVICES="$CUDA_VISIBLE_DEVICES"`}(r),function({workdir:e}){return void 0!==e?`workdir=${(0,i.r)(e.replace(/\/+$/,""))}`:`workdir=
for i in $(apptainer sif list "$file" | sed -n 's/^\\([0-9][0-9]*\\) .*JSON.*/\\1/p'); do
  said=$(apptainer sif dump "$i" "$file" | sed -n 's/.*"WorkingDir":"\\([^"]*\\)".*/\\1/p'); workdir=$\{said:-$workdir}
done
workdir=$\{workdir%/}`}(r),g(r),...s.map(({source:e})=>`mkdir -p ${e}`),E,_,function({binds:e,run:n,words:t},r){let s,a,d,$=["$nv","--containall --no-eval --no-umask",`--no-home --home "$scratch":${(0,i.r)(n.env.get("HOME")??n.home)}`,'--workdir "$scratch/work"','--pwd "${workdir:-/}"',...[...r,...e].map(({readOnly:e,source:n,target:t})=>`--bind ${n}:${t}${e?":ro":""}`)];return`begin() {
(
[ ! -e "$r/secrets.sh" ] || . "$r/secrets.sh"
${s=l(n).filter(([e])=>"HOME"!==e).map(([e,n])=>`export APPTAINERENV_${e}=${(0,i.r)(n)}`),a=['MASTER_ADDR="$JOBIMG_MASTER"','NODE_RANK="$k"'].map(e=>`export APPTAINERENV_${e}`),d=void 0===n.checkpoint?[]:['export APPTAINERENV_JOBIMG_RESUME="$resume"'],[...s,...void 0===(0,o.E1)(n)?[]:a,...d].join("\n")}
exec apptainer --silent exec "$@" ${$.join(" ")} "$file" ${t.map(i.r).join(" ")}
) >"$d/log" 2>&1 & p=$!
}`}(e,s),'begin --overlay "$scratch/overlay"',"trap late TERM","started","wait_for",c,"over",u,R,k(t),'finish "$c"'].join("\n")},prefix:"APPTAINERENV_",isEngine:!1,refused:{names:/^(?:HOME|(?:APPEND|PREPEND)_PATH)$/,why:e=>`Apptainer gives no secret called "${e}" to a container`},login:{path:"apptainer.sh",content:function({username:e,password:n}){return(0,b.E)("APPTAINER_DOCKER_USERNAME",e)+(0,b.E)("APPTAINER_DOCKER_PASSWORD",n)}}},enroot:{script:function(e){let n,t,r,s,a,d,$,{image:c,name:u,outputs:p,run:h,words:v}=e,I=w(p);return[m(u),M,f(c,"sqsh",(n=c.indexOf("/"),t=`docker://${c.slice(0,n)}#${c.slice(n+1)}`,`    [ ! -e "$r/login" ] || export ENROOT_CONFIG_PATH="$r/login"
    export ENROOT_CACHE_PATH="$\{ENROOT_CACHE_PATH:-$images/cache}"
    exec enroot import --output "$new" ${(0,i.r)(t)}`)),function({resources:{gpu:e}}){return void 0===e?'gpus="--env NVIDIA_VISIBLE_DEVICES=void"':`nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
gpus="--env NVIDIA_VISIBLE_DEVICES=all --env NVIDIA_DRIVER_CAPABILITIES=compute,utility"`}(h),'aside enroot create --name job "$file" || failed node-error 1',"over=$scratch/data/job",function({workdir:e}){return void 0!==e?`workdir=${(0,i.r)(e.replace(/\/+$/,""))}`:'workdir=$(sed -n \'s/^cd "\\(.*\\)" && unset OLDPWD.*/\\1/p\' "$over/etc/rc" | head -n 1); workdir=${workdir%/}'}(h),g(h),...I.map(({source:e})=>`mkdir -p ${e}`),E,_,(r=void 0!==(0,o.E1)(h),s=l(h).map(([e,n])=>`export ${e}=${(0,i.r)(n)}`),a=(e,n)=>`printf 'export ${e}=%s\\n' "${n}"`,d=[`printf '%s\\n' ${(0,i.r)([": >/tmp/.jobimg-begun",...s].join("\n"))}`,`[ -z "$\{CUDA_VISIBLE_DEVICES:-}" ] || ${a("CUDA_VISIBLE_DEVICES","$CUDA_VISIBLE_DEVICES")}`,...r?[a("MASTER_ADDR","$JOBIMG_MASTER"),a("NODE_RANK","$k")]:[],...void 0===h.checkpoint?[]:[a("JOBIMG_RESUME","$resume")],'[ ! -e "$r/secrets.sh" ] || cat "$r/secrets.sh"',`cat <<'END'
umask 022
mkdir -p "$JOBIMG_WORKDIR" && cd "$JOBIMG_WORKDIR" && unset JOBIMG_WORKDIR OLDPWD || exit 1
${S}
END`],`{
${d.join("\n")}
} >"$scratch/rc"`),($=[{source:'"$scratch/tmp"',target:"/tmp",readOnly:!1},...I,...e.binds].map(({readOnly:e,source:n,target:t})=>`--mount ${n}:${t}:none:x-create=auto,rbind,${e?"ro":"rw"}`),`enroot start --rw --rc "$scratch/rc" --env JOBIMG_WORKDIR="$\{workdir:-/}" $gpus ${$.join(" ")} job ${v.map(i.r).join(" ")} >"$d/log" 2>&1 & p=$!`),"trap late TERM","started","wait_for","over",'[ -e "$scratch/tmp/.jobimg-begun" ] || { cp "$d/log" "$d/failed.log"; failed node-error 1; }',R,k(p),'finish "$c"'].join("\n")},prefix:"",isEngine:!1,login:{path:".credentials",content:function({server:e,username:n,password:t}){if(/\s|^\$/.test(t)||/\s/.test(n))throw new r.yo(`enroot cannot log in to ${e}: the login has a blank, or a password that begins with "$"`,{code:"slurm",hint:"give the registry another password, or a token"});return`machine ${e.replace(/:\d+$/,"")} login ${n} password ${t}
`}}}}}),12011:(function(e,n,t){t.d(n,{q:()=>i,y:()=>r});let r=`( set -C; printf '%s\\n' "$SLURM_JOB_ID" >"$r/owner" ) 2>/dev/null
j=; read -r j <"$r/owner"; [ "$j" = "$SLURM_JOB_ID" ] || exit 0
if [ -e "$r/exit" ]; then read -r c <"$r/exit"; exit "$c"; fi`,i=`put() { printf '%s\\n' "$2" >"$d/$1.new" && mv "$d/$1.new" "$d/$1"; }
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
over() { kill -KILL "$w" 2>/dev/null; up; put duration $((u - s)); }`}),51505:(function(e,n,t){function r({stopGrace:e,timeout:n}){return Math.ceil((n+Math.ceil(e)+600)/60)}function i({stopGrace:e}){return Math.ceil(e)+60}function o(e){return 60*r(e)-i(e)-120}t.d(n,{TM:()=>i,a9:()=>o,l9:()=>r})}),63727:(function(e,n,t){t.d(n,{C7:()=>a,TX:()=>l,U5:()=>$,wc:()=>d});var r=t(47950),i=t(12011),o=t(51505),s=t(99597);let a=new Set(["MASTER_ADDR","NODE_RANK"]),d="k=$SLURM_PROCID; d=$r/node-$k",l=`trap early TERM
( while sleep 1 && kill -0 "$$" 2>/dev/null; do read -r said _ <"$r/word" && [ -n "$said" ] && { kill -TERM "$$"; exit; }; done ) & o=$!
finish() {
  trap '' TERM; kill "$o" 2>/dev/null; size; clean; put exit "$1"
  [ "$1" -eq 0 ] || [ "$(cat "$d/stopped" 2>/dev/null)" = signal ] || ! mkdir "$r/failed" 2>/dev/null || {
    printf '%s\\n' "$k" >"$r/first.new" && mv "$r/first.new" "$r/first"; echo failed >"$r/word"
  }
  exit 0
}`;function $(e,n,t){let a=e.resources.cpu?.min??e.resources.cpu?.max,d=void 0===a?"":` --cpus-per-task=${Math.ceil(a)}`;return["#!/bin/sh","umask 077","r=$JOBIMG_FOLDER; d=$r",'exec >>"$d/script.log" 2>&1 </dev/null',i.y,...t.setup,`near=${(0,o.a9)(e)}`,i.q,`n=${n}`,(0,r.So)(e),(0,r.GC)(e),c,`srun --nodes=$n --ntasks=$n --ntasks-per-node=1${d} --kill-on-bad-exit=1 /bin/sh "$r/node.sh" & p=$!`,u,`late=${s.XR}`,f,p].join("\n")}let c=`each() { k=0; while [ "$k" -lt "$n" ]; do "$@" || return 1; k=$((k + 1)); done; }
make() { mkdir -p "$r/node-$k"; }
each make
: >"$r/word"
ln -s node-0/log "$r/log"; ln -s node-0/files "$r/files"
JOBIMG_MASTER=$\{SLURMD_NODENAME:-$(uname -n)}; export JOBIMG_MASTER
trap '[ -e "$r/stopped" ] || ended_by; echo stop >"$r/word"' TERM
put nodes "$n"`,u=`begun() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/started" ]; }
( until each begun; do sleep 1; done; put started "$(date +%s)" ) & w=$!
while :; do wait "$p"; kill -0 "$p" 2>/dev/null || break; done
kill -KILL "$w" 2>/dev/null; wait "$w" 2>/dev/null`,f=`ended() { ls "$r/node-$k" >/dev/null 2>&1; [ -s "$r/node-$k/exit" ]; }
bad= silent=
look() {
  i=0; until ended || [ "$i" -ge "$late" ]; do sleep 1; i=$((i + 1)); done
  if ended; then read -r e <"$r/node-$k/exit"; [ "$e" -eq 0 ] || bad=$\{bad:-$k}; else silent=$\{silent:-$k}; late=0; fi
}
each look
[ -s "$r/started" ] || ! each begun || put started "$(date +%s)"`,p=`from_node() { for f in "$@"; do [ ! -s "$r/node-$k/$f" ] || put "$f" "$(cat "$r/node-$k/$f")"; done; }
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
read -r e <"$r/node-$k/exit"; finish "$e"`}),99597:(function(e,n,t){t.d(n,{XR:()=>o,dA:()=>s,r3:()=>l,zI:()=>i});var r=t(27941);let i=4194304,o=60,s="timed out|unable to contact|connection|communication|zero bytes|standby",a=`job_id() {
  i=
  if [ -s "$d/owner" ]; then read -r i <"$d/owner"; elif [ -s "$d/id" ]; then read -r i <"$d/id"; fi
  [ -n "$i" ]
}`,d=`say() { case $2 in *'
'*) ;; *) printf '%s=%s\\n' "$1" "$2" ;; esac; }`;function l(e,n){return["umask 077",...function({setup:e}){return 0===e.length?[]:["{",...e,"} >&2"]}(e),`b=${function({folder:e}){return void 0===e?'"$HOME/.jobimg"':(0,r.r)(e)}(e)}`,`d=$b/${(0,r.r)(n)}`,a,d].join("\n")}}),26677:(function(e,n,t){t.d(n,{EH:()=>l,RF:()=>o,WD:()=>s,u7:()=>d,wO:()=>a});var r=t(81282),i=t(99597);function o(e){return`"$r/inputs/${e}"`}function s(e){return`"$b/.new-inputs-${e}-$\{d##*/}"`}let a=`"$b"/.new-inputs-${"?".repeat(8)}-"$\{d##*/}"`;function d(e,n){return`${(0,i.r3)(e,n)}
[ ! -e "$d" ] || say there yes`}function l(e,n,t){return`exec 3<&0 </dev/null
${(0,i.r3)(e,n)}
n=${s(t)}
mkdir -p "$b" && rm -rf "$n" && mkdir "$n" || exit 1
tar -xpof - -C "$n" <&3 && [ -e "$n/${r.U}" ] || { rm -rf "$n"; exit 1; }`}}),96990:(function(e,n,t){t.r(n),t.d(n,{ScriptError:()=>h,createShell:()=>p});var r=t(57075),i=t(19473),o=t(37897),s=t(59834),a=t(47518),d=t(78176),l=t(68748),$=t(16282),c=t(27941);let u=["HOME","USER","LOGNAME","LANG","PATH","SLURM_CONF","LD_LIBRARY_PATH","XDG_RUNTIME_DIR"],f=["-s"];function p(e,n){async function t(t,r,i){if(void 0===e)return(0,a.startProcess)("/bin/sh",t,{env:Object.fromEntries(u.flatMap(e=>{let t=n[e];return void 0===t?[]:[[e,t]]})),cwd:"/",stdin:r,signal:i});let o=await (0,s.SG)("ssh",n.PATH);return(0,a.startProcess)(o,(0,d.remoteArguments)(e,["/bin/sh",...t.map(c.r)]),{env:{...(0,l.U)(n)},cwd:"/",stdin:r,signal:i})}async function p(e,n,r){let i=await t(e,n,r),[o,a]=await Promise.all([(0,s.$$)(i.stdout),(0,s.b6)(i.stderr)]),{code:d}=await i.ended();if(r?.throwIfAborted(),0!==d)throw g(d,a);return o}function g(n,t){let r=t.trim().slice(-600);if(void 0===e||255!==n)return new h(r||`it ended with ${n}`);let s=(0,$.ie)(e,t);return void 0!==s?new i.yo(s.message,{kind:"unavailable",code:"slurm",hint:s.hint}):new o.W_(`ssh: ${r||"the connection was lost"}`)}return{where:void 0===e?"local":function({host:e,port:n,user:t}){return`ssh://${void 0===t?"":`${t}@`}${e}${void 0===n?"":`:${n}`}`}(e),run:(e,n)=>p(f,(0,s.Oo)(Buffer.from(m(e))),n),send(e,n,t){var r;let i=Buffer.from(`{
${e}
}
`);return p(["-c",(r=i.length,`eval "$(dd bs=1 count=${r} 2>/dev/null)"`)],async function*(e,n){yield e,yield*n}(i,n),t)},async open(e){let n=await t(f,(0,s.Oo)(Buffer.from(m(e)))),i=(0,s.b6)(n.stderr);return r.Readable.from(async function*(){yield*n.stdout;let{code:e}=await n.ended();if(0!==e)throw g(e,await i)}(),{objectMode:!1})}}}class h extends i.yo{constructor(e){super(`the cluster's machine says: ${e}`,{kind:"unavailable",code:"slurm"})}}function m(e){return`{
${e}
exit 0
} </dev/null
`}}),21284:(function(e,n,t){t.d(n,{EQ:()=>o,FQ:()=>a,P9:()=>u,R$:()=>$,RA:()=>i,se:()=>l,x_:()=>s,xj:()=>d});var r=t(19473);class i extends r.yo{repeat;constructor(e,n={}){super(e,{kind:"unavailable",...n}),this.repeat=n.repeat}}function o(e,n){return c(e,{repeat:n})}function s(e,n){return c(e,{hint:n,repeat:e.repeat})}let a=9e4,d=3e5,l=12e4;async function $(e,n){let t,{clock:r,log:o,signal:s,patience:d=a}=e;for(let e=1;;e+=1)try{return await n()}catch($){if(!($ instanceof i))throw $;t??=r.now();let n=r.now()-t,a=function({repeat:e},n){let{tries:t,failing:r,patience:i,random:o}=n;if(void 0===e||t>=(e.most??1/0)||t>=4&&r>=i)return;let{after:s=0}=e;return s>l?void 0:Math.max(s,Math.min(3e4,500*2**t)*(.5+o/2))}($,{tries:e,failing:n,patience:d,random:r.random()});if(void 0===a)throw function(e,n,t){let r=e.repeat?.after??0;return r>l?c(e,{message:`${e.message}; the server asks to wait ${f(r)}`}):1===n?e:c(e,{message:`${e.message} (tried ${n} times in ${f(t)})`})}($,e,n);o(`trying again in ${f(a)}: ${$.message}`),await r.sleep(a,s)}}function c(e,n){let[t]=e.findings,{message:r=e.message,hint:o=t?.hint,repeat:s}=n,a=t?.code??e.kind;return new i(r,{kind:e.kind,code:a,hint:o,cause:e,repeat:s})}function u(e){let n=e.get("retry-after")?.trim();if(void 0===n)return;if(/^\d+$/.test(n))return 1e3*Number(n);let t=Date.parse(n)-Date.parse(e.get("date")??"");return Number.isNaN(t)?void 0:Math.max(0,t)}function f(e){return`${Math.round(e/100)/10} s`}}),81282:(function(e,n,t){t.d(n,{U:()=>a,z:()=>d});var r=t(57075),i=t(46466),o=t(56118),s=t(5597);let a="last";function d(e,n){let t=(0,o.pack)();return(async function(e,n,t){for(let s of n){let n=(0,o.extract)(),a=(0,i.pipeline)(r.Readable.from(s(),{objectMode:!1}),n);for await(let r of(a.catch(()=>void 0),n)){let n=function({linkname:e,mode:n,mtime:t,name:r,size:i,type:o},s){let a=l(r,s);if(void 0===a)return;let d="link"===o?l(e,s):e,$={name:a,mode:n,mtime:t,size:i,type:o};return null==d?$:{...$,linkname:d}}(r.header,t);n?.type==="file"?await (0,i.pipeline)(r,e.entry(n)):void 0!==n&&e.entry(n),r.resume()}await a}e.entry({name:a},""),e.finalize()})(t,e,n).catch(e=>t.destroy(e)),r.Readable.from(t,{objectMode:!1})}function l(e,n){let t=`/${e.replace(/\/+$/,"")}`,r=n.findIndex(e=>(0,s.FK)(t,e));return r<0?void 0:`${r}${t.slice(n[r]?.length)}`}}),37897:(function(e,n,t){t.d(n,{TZ:()=>s,WG:()=>o,W_:()=>i});var r=t(19473);class i extends r.yo{constructor(e){super(e,{kind:"unavailable",code:"no-answer"})}}function o(e){return e instanceof i}async function s(e,n=3e5){let t=AbortSignal.timeout(n),a=new Promise((e,r)=>{t.addEventListener("abort",()=>r(new i(`it gave no answer within ${n/1e3} s`)),{once:!0})});try{return await Promise.race([e(t),a])}catch(e){throw e instanceof r.yo&&"unavailable"===e.kind&&!o(e)?new i((0,r.bD)(e)):e}}}),78176:(function(e,n,t){t.r(n),t.d(n,{loginCommand:()=>d,parseSshAddress:()=>i,remoteArguments:()=>a,sshArguments:()=>s});let r=/^ssh:\/\/(?:(?<user>\w[\w.@\\+-]*)@)?(?:(?<host>\w[\w.-]*)|\[(?<ip>[\da-f:.]+(?:%\w+)?)\])(?::(?<port>\d{1,5}))?(?<socket>(?:\/[\w.@+-]+)*)\/?$/i;function i(e){let{user:n,host:t,ip:i,port:o,socket:s}=r.exec(e)?.groups??{},a=t??i;if(void 0!==a)return{user:n,host:a,port:void 0===o?void 0:Number(o),socket:s||void 0}}let o=["BatchMode=yes","StrictHostKeyChecking=yes","ClearAllForwardings=yes","ForwardAgent=no","ForwardX11=no","RemoteCommand=none","LogLevel=ERROR","ConnectTimeout=20","ServerAliveInterval=15","ServerAliveCountMax=4"];function s(e){let{socket:n}=e;return a(e,["docker",...void 0===n?[]:[`--host=unix://${n}`],"system","dial-stdio"])}function a(e,n){return["-T",...o.flatMap(e=>["-o",e]),...l(e),"--",e.host,...n]}function d(e){return["ssh",...l(e),e.host].join(" ")}function l({user:e,port:n}){return[...void 0===e?[]:["-l",e],...void 0===n?[]:["-p",String(n)]]}}),68748:(function(e,n,t){t.d(n,{u:()=>f,U:()=>u});var r=t(31421),i=t(37067),o=t(39780),s=t(59834),a=t(78176),d=t(16282),l=t(57075);class $ extends l.Duplex{#e;#n;#t="";#r=!1;#i;#o=!1;constructor(e,n){super(),this.#e=e,this.#n=n,e.stdout.on("data",e=>this.#s(e)),e.stderr.setEncoding("utf8").on("data",e=>{this.#t=(this.#t+e).slice(-4e3)}),e.stdin.on("error",()=>void 0),e.on("error",e=>this.destroy(e)),e.on("close",e=>this.#a(e)),e.on("exit",n=>{let t=()=>void setTimeout(()=>this.#a(n),200);e.stdout.readableEnded?t():e.stdout.once("end",t)})}unref(){for(let e of(this.#i=setTimeout(()=>this.destroy(),1e4).unref(),this.#d()))e.unref()}ref(){for(let e of(clearTimeout(this.#i),this.#i=void 0,this.#d()))e.ref()}_read(){this.#e.stdout.resume()}_write(e,n,t){this.#e.stdin.write(e,()=>t())}_final(e){this.#e.stdin.end(()=>e())}_destroy(e,n){for(let e of(this.#o=!0,clearTimeout(this.#i),[this.#e.stdin,this.#e.stdout,this.#e.stderr]))e.destroy();this.#e.unref(),n(e)}#s(e){this.#r=!0,this.push(e)||this.#e.stdout.pause()}#a(e){this.#o||(this.#o=!0,void 0!==this.#i?this.destroy():0===e&&this.#r?this.push(null):this.destroy(this.#n(e,this.#t)))}#d(){let{stdin:e,stdout:n,stderr:t}=this.#e;return[this.#e,e,n,t]}}let c=["HOME","USER","LOGNAME","TMPDIR","XDG_RUNTIME_DIR","SSH_AUTH_SOCK","KRB5CCNAME"];function u(e){return{...Object.fromEntries(c.flatMap(n=>{let t=e[n];return void 0===t?[]:[[n,t]]})),PATH:(0,o.e0)(e.PATH??"")}}class f extends i.Agent{#l;#$;constructor(e,n){super({keepAlive:!0,maxFreeSockets:2}),this.#l=e,this.#$=n}createConnection(e,n){this.#c().then(e=>n?.(null,e),e=>n?.(e))}keepSocketAlive(e){return e instanceof $&&(e.unref(),!0)}async #c(){let e=this.#$,n=await (0,s.SG)("ssh",e.PATH);return new $((0,r.spawn)(n,(0,a.sshArguments)(this.#l),{env:u(e),cwd:"/",stdio:"pipe",windowsHide:!0}),(e,n)=>(0,d.f$)(this.#l,e,n))}}}),16282:(function(e,n,t){t.d(n,{dI:()=>i,f$:()=>a,ie:()=>d});var r=t(78176);class i extends Error{name="SshFailure";hint;isBusy;constructor(e,n,t=!1){super(e),this.hint=n,this.isBusy=t}}let o=[{seen:/REMOTE HOST IDENTIFICATION HAS CHANGED/,message:e=>`"${e}" has another host key than the one that is known here, and nothing is sent to it`,hint:e=>`ask whoever runs it whether its key was changed; if so, remove the old one with "ssh-keygen -R", and type "${e}" once`},{seen:/Host key verification failed|host key is known for/,message:e=>`the host key of "${e}" is not known here, and nothing is sent to it`,hint:e=>`type "${e}" once as this user, and compare the key that it shows with the one of that machine; or write the key to ~/.ssh/known_hosts`},{seen:/Permission denied \([a-z,-]+\)|Too many authentication failures/,message:e=>`"${e}" lets nobody in with the keys that are here`,hint:e=>`add the right key to the agent with ssh-add, or name it in ~/.ssh/config; "${e}" has to work without a question`}],s=[...o,{seen:/docker: (?:command )?not found|docker: No such file|command not found: docker|Unknown command: docker/,message:e=>`"${e}" has no docker command for who logs in by ssh`,hint:e=>`install the docker command there; "${e} docker version" has to work`},{seen:/permission denied while trying to connect to the docker/i,message:e=>`the user on "${e}" may not talk to its Docker engine`,hint:()=>'add the user there to the group "docker"'},{seen:/Cannot connect to the Docker daemon|failed to open the raw stream connection|no such file or directory/i,message:e=>`no Docker engine answers on "${e}"`,hint:e=>`start Docker there; "${e} docker version" has to work`}];function a(e,n,t){let o=(0,r.loginCommand)(e),a=s.find(({seen:e})=>e.test(t));if(void 0!==a)return new i(a.message(e.host),a.hint(o));let d=t.trim().split("\n").at(-1)?.trim().replace(/^ssh: /,"")??"";return new i(""===d?null===n?"ssh was ended by a signal":`ssh ended with ${n}, and said nothing`:`ssh: ${d.slice(0,300)}`,`"${o} docker version" has to work`,l.test(t))}function d(e,n){let t=o.find(({seen:e})=>e.test(n));return t&&new i(t.message(e.host),t.hint((0,r.loginCommand)(e)))}let l=/^kex_exchange_identification: (?:read: Connection reset|Connection closed by)/m}),51417:(function(e,n,t){t.d(n,{S:()=>r});function r({inputs:e=[]}){return[...new Set(e.map(({folder:e})=>e))]}}),56307:(function(e,n,t){t.d(n,{A:()=>o,a:()=>i});var r=t(18859);function i(e,n,t){let{checkpoint:i,inputs:s=[],mounts:a=[]}=e.run,d=(i,o)=>t.error(n.code,n[i],{hint:o,at:(0,r.t)(e,i)});o(e,{code:n.code,message:n.mount},t),s.length>0&&d("inputs",'fetch them in "run", or have them in the image'),a.length>0&&d("mounts",'leave "mounts" out'),void 0!==i&&d("checkpoint",'leave "checkpoint" out')}function o(e,{code:n,message:t},i){void 0!==e.run.mount&&i.error(n,t,{hint:'write "code: layer", with "image: { base: … }" where the image is used as it is; or "code: none"',at:(0,r.t)(e,"code.mode","code","image","backend")})}}),26880:(function(e,n,t){function r({nodes:e}){return void 0===e||1===e.count?void 0:e}function i(e){return`node-${e}`}function o(e,n,t){if("timeout"===e.reason||"cancelled"===e.reason)return e;let r=`node ${n} of ${t}`,{detail:i,hint:o}=e,s=0===n?void 0:`its log is "log.node-${n}.txt" beside the log of node 0`;return{...e,detail:void 0===i?`${r} failed first`:`${r}: ${i}`,hint:o??s}}t.d(n,{B3:()=>o,E1:()=>r,pG:()=>i})}),69420:(function(e,n,t){t.d(n,{R:()=>r});let r=new Set(["NVIDIA_VISIBLE_DEVICES","NVIDIA_MIG_CONFIG_DEVICES","NVIDIA_MIG_MONITOR_DEVICES","NVIDIA_IMEX_CHANNELS","NVIDIA_GDS","NVIDIA_MOFED","NVIDIA_GDRCOPY","NVIDIA_NVSWITCH","AMD_VISIBLE_DEVICES"])})}});
