"use strict";({ids:[3859],modules:{23310:(function(e,i,t){t.d(i,{O:()=>o});var n=t(86872);let r=(e,...i)=>i.map(([i,t,n,r])=>({name:i,computeCapability:e,memory:t,brand:n,cpu:r})),o=(0,n.M)({source:"https://developer.nvidia.com/cuda-gpus",asOf:"2026-11"},[...r("12.1",["GB10",[],"nvidia","arm64"]),...r("12.0",["RTX PRO 6000",[96],"nvidiartx"],["RTX PRO 5000",[48],"nvidiartx"],["RTX PRO 4500",[32],"nvidiartx"],["RTX PRO 4000",[24],"nvidiartx"],["RTX 5090",[32],"geforce"],["RTX 5080",[16],"geforce"],["RTX 5070 Ti",[16],"geforce"],["RTX 5070",[12],"geforce"],["RTX 5060",[8,16],"geforce"]),...r("11.0",["Thor",[],"jetson","arm64"]),...r("10.3",["B300",[288],"nvidia"],["GB300",[288],"nvidia","arm64"]),...r("10.0",["B200",[180,192],"nvidia"],["GB200",[186,192],"nvidia","arm64"]),...r("9.0",["H100",[80,94],"nvidia"],["H800",[80],"nvidia"],["H200",[141],"nvidia"],["H20",[96,141],"nvidia"],["GH200",[96,144],"nvidia","arm64"]),...r("8.9",["L4",[24],"nvidia"],["L40",[48],"nvidia"],["L40S",[48],"nvidia"],["RTX 6000 Ada",[48],"nvidiartx"],["RTX 5000 Ada",[32],"nvidiartx"],["RTX 4000 Ada",[20],"nvidiartx"],["RTX 4090",[24],"geforce"],["RTX 4080",[16],"geforce"],["RTX 4070",[8,12,16],"geforce"],["RTX 4060",[8,16],"geforce"]),...r("8.7",["Orin",[],"jetson","arm64"]),...r("8.6",["A10",[24],"nvidia"],["A10G",[24],"nvidia"],["A16",[16],"nvidia"],["A40",[48],"nvidia"],["A2",[16],"nvidia"],["RTX A6000",[48],"nvidiartx"],["RTX A5000",[24],"nvidiartx"],["RTX A4000",[16],"nvidiartx"],["RTX A2000",[6,12],"nvidiartx"],["RTX 3090",[24],"geforce"],["RTX 3080",[10,12,16],"geforce"],["RTX 3070",[8],"geforce"],["RTX 3060",[8,12],"geforce"]),...r("8.0",["A100",[40,80],"nvidia"],["A800",[40,80],"nvidia"],["A30",[24],"nvidia"]),...r("7.5",["T4",[16],"tesla"],["TITAN RTX",[24],"titan"],["Quadro RTX 6000",[24],"quadrortx"],["Quadro RTX 8000",[48],"quadrortx"],["RTX 2080 Ti",[11],"geforce"],["RTX 2080",[8],"geforce"],["RTX 2070",[8],"geforce"],["RTX 2060",[6,12],"geforce"]),...r("7.0",["V100",[16,32],"tesla"],["TITAN V",[12],"titan"]),...r("6.1",["P4",[8],"tesla"],["P40",[24],"tesla"],["GTX 1080 Ti",[11],"geforce"],["GTX 1080",[8],"geforce"]),...r("6.0",["P100",[12,16],"tesla"]),...r("3.7",["K80",[12],"tesla"])])}),86872:(function(e,i,t){t.d(i,{M:()=>n});function n(e,i){return i.map(i=>({...i,...e}))}}),4103:(function(e,i,t){t.d(i,{p:()=>r});let n=["bytes","kB","MB","GB","TB"];function r(e){let i=Math.min(n.length-1,Math.floor(Math.log10(Math.max(1,e))/3)),t=e/1e3**i;return`${t.toFixed(+(i>2||i>0&&t<10))} ${n[i]}`}}),91438:(function(e,i,t){t.d(i,{fitCall:()=>$});var n=t(4103),r=t(11155);let o=new Map([[!0,"it runs there"],[!1,"it does not run there"],[void 0,"whether it runs there is not certain"]]);function a(e){return Object.fromEntries(Object.entries(e).map(([e,{value:i,source:t}])=>[e,{value:i,source:t}]))}function s(e){let{cuda:i,framework:t,architectures:r,others:o,env:a,compat:s,platforms:d,size:f}=e;return u({cuda:i,framework:t&&c(t,({name:e,version:i})=>[e,i].filter(Boolean).join(" ")),"compute-capabilities":r&&c(r,l),"other-code":o&&c(o,e=>e.map(e=>`${e.name} for ${l(e.architectures)}`).join("; ")),requires:a&&c(a,e=>e.get("NVIDIA_REQUIRE_CUDA")??""),"cuda-compat":s&&c(s,e=>e??"none"),platforms:d&&c(d,e=>e.map(({os:e,architecture:i})=>`${e}/${i}`).join(", ")),size:f&&c(f,n.p)})}function l({cubins:e,ptx:i}){return[...e,...i.map(e=>`PTX ${e}`)].join(", ")||"none"}function d({driver:e,gpus:i,architecture:t,runtime:r,freeDisk:o}){return u({driver:e,gpus:i&&c(i,e=>e.map(f).join(", ")),architecture:t,runtime:r,"free-disk":o&&c(o,n.p)})}function f({name:e="a GPU",computeCapability:i,memory:t,count:r}){let o=[void 0===i?void 0:`compute capability ${i}`,void 0===t?void 0:(0,n.p)(t)].filter(e=>void 0!==e),a=0===o.length?e:`${e} (${o.join(", ")})`;return void 0===r?a:`${r} \xd7 ${a}`}function c({value:e,source:i},t){return{value:t(e),source:i}}function u(e){return Object.fromEntries(Object.entries(e).filter(e=>(e[1]?.value??"")!==""))}var m=t(59309),p=t(19473),h=t(24329),g=t(84730),v=t(7521),b=t(79684),w=t(68167),y=t(98092),x=t(1564),k=t(44647),T=t(20907),_=t(82587),E=t(19829),O=t(54148),A=t(21406),R=t(65115);async function $({json:e,...i},t,n){let l=await async function(e,i){let t=await (0,R.g)(e.data,i),n=await async function({gpu:e,driver:i},t){if(void 0!==i&&!/^\d{3}(?:\.\d+){0,2}$/.test(i))throw new p.yo(`"${i}" is not the version of a driver`,{kind:"usage",hint:"write 535, or 570.124.06, as nvidia-smi shows it"});if(void 0===e&&void 0===i){let e=await t.targets({name:"docker",options:{}});return 0===e.length?[{name:"this machine"}]:e}let n=void 0===e?void 0:(0,g.DM)(e)?.cpu;return[{name:"the target",architecture:n&&{value:n,source:"--gpu"},driver:void 0===i?void 0:{value:i,source:"--driver"},gpus:void 0===e?void 0:{value:[(0,g.a7)(e)],source:"--gpu"}}]}(e,i),r=(0,T.F2)(e.image),{registry:o,path:a,tag:s=""}=r,l=n.every(({architecture:e})=>e?.value==="arm64")?{os:"linux",architecture:"arm64"}:k._n,d=await i.registry.resolve(r,l);if(void 0===d)throw new p.yo(`there is no image "${e.image}"`,{code:"image-missing",hint:`check its name and tag, and whether it is for ${(0,k.Lg)(l)}`});let f={registry:o,path:a,digest:d},[c,u]=await Promise.all([(0,A.v)(f,i.registry),async function(e,i,{measure:t},n){let{registry:r}=n,o=(await r.find(e))?.annotations.get(_.Y.environment),a=(0,x.Bc)(o)?{...e,digest:o}:e,s=await async function(e,i){try{return await (0,E.m)(e,i)}catch(e){if(!(e instanceof p.yo)||(0,p.rV)(e))throw e;return}}(a,r);return void 0!==s||!0!==t?s:await (0,O.u)({image:e,platform:i,buildkit:(0,T.F2)(m.l)},n)}(f,l,e,i)]),$=void 0===u?{}:(0,b.Z)(u),I=(0,v.nV)($,c,(0,v.qJ)(a,s),{cudaFrom:{kind:"image"}}),j=new Date(1e3*i.caller.time()).toISOString().slice(0,7),M=(0,h.zs)({image:I,gpu:{count:{min:1,max:1},names:[],optional:!1},month:j,tables:t},n),S=[...function(e,i){let t=(i??w.o).gpus;if(void 0===e||void 0!==(0,g.DM)(e,t))return[];let n=(0,y.pA)(e,t.map(e=>e.name));return[{level:"warning",code:"fit-unknown",about:"gpu",message:`no table knows the GPU "${e}": the code of the image is not compared with it`,hint:void 0===n?'write it as nvidia-smi shows it, such as "A100 80GB", "RTX 4090" or "GH200", or give a row about it with --data':`did you mean "${n}"?`}]}(e.gpu,t),...M.map(i=>(function(e,{gpu:i,driver:t}){return"fit-unknown"!==e.code||"gpu"!==e.about||void 0===e.hint?e:{...e,hint:`say it with ${[void 0===i?"--gpu":void 0,void 0===t?"--driver":void 0].filter(Boolean).join(" and ")}`}})(i,e))];return{reference:(0,T.nt)({registry:o,path:a,digest:d},{familiar:!0}),image:I,targets:n,findings:S.map(({about:e,...i})=>i),fits:!S.some(({level:e})=>"error"===e)&&(!S.some(({code:e,level:i})=>"fit-unknown"===e||"warning"===i)||void 0)}}(i,t);for(let e of l.findings)t.host.finding(e);if(e)n(function({reference:e,image:i,targets:t,findings:n,fits:o}){return{image:{reference:e,facts:a(s(i))},targets:t.map(e=>({name:e.name,facts:a(d(e))})),fits:o??null,findings:n.map(r.a)}}(l));else for(let e of function({reference:e,image:i,targets:t,fits:n}){return[`image ${e}`,...Object.entries(s(i)).map(([e,i])=>`  ${e}: ${i.value} (${i.source})`),...t.flatMap(e=>[e.name,...Object.entries(d(e)).map(([e,i])=>`  ${e}: ${i.value} (${i.source})`)]),o.get(n)??""]}(l))t.host.info(e);return+(!1===l.fits)}}),93793:(function(e,i,t){t.d(i,{G:()=>r,g:()=>n});let n={statement:"application/vnd.in-toto+json",sbom:"application/spdx+json",record:"application/vnd.jobimg.run.v1+json",plan:"application/vnd.jobimg.plan.v1+json",outputs:"application/vnd.jobimg.outputs.v1",measured:"application/vnd.jobimg.gpu-code.v1+json"},r={predicateType:"in-toto.io/predicate-type",description:"org.opencontainers.image.description",title:"org.opencontainers.image.title",run:"dev.jobimg.run",job:"dev.jobimg.job",executable:"dev.jobimg.executable"}}),84730:(function(e,i,t){t.d(i,{DM:()=>r,a7:()=>a,ev:()=>s});var n=t(23310);function r(e,i=n.O){let t=l(e);return i.filter(e=>d(t,l(e.name))).sort((e,i)=>l(i.name).length-l(e.name).length)[0]}let o=/\b\d{1,2}(?:c\.\d{1,2})?g\.(\d{1,3})gb\b/i;function a(e,i=n.O){let t=r(e,i),s=(o.exec(e)??/(\d{1,3}) ?G(?:i?B)?\b/i.exec(e))?.[1],[l,...d]=t?.memory??[],f=void 0===s&&d.length>0?void 0:s??l;return{name:e,computeCapability:t?.computeCapability,brand:/\bgeforce\b/i.test(e)?"geforce":/\btitan\b/i.test(e)?"titan":t?.brand,memory:void 0===f?void 0:1e9*Number(f)}}function s(e,i){return d(l(e),l(i))}function l(e){return e.toLowerCase().split(/[^a-z0-9]+/).filter(e=>""!==e)}function d(e,i){let t=0;for(let n of i){let i=e.indexOf(n,t);if(i<0)return!1;t=i+1}return i.length>0}}),34661:(function(e,i,t){t.d(i,{L:()=>c,P:()=>f});var n=t(20568),r=t(99368);let o=n.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}$/),a=n.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]{0,199}$/),s=n.YjP().regex(/^\d{1,3}\.\d{1,3}$/),l=n.YjP().regex(/^\d{1,3}\.\d[af]?$/),d=n.Ikc({package:a,version:o.nullable(),cubins:n.YOg(l).max(200),ptx:n.YOg(n.Ikc({capability:l,version:s})).max(200)}),f=n.Ikc({format:n.euz(1),complete:n.zMY(),packages:n.YOg(n.Ikc({name:a,version:o})).max(200),cuda:n.Ikc({torch:s.optional(),tensorflow:s.optional()}),compat:n.YOg(n.Ikc({library:n.YjP().regex(/^\d{1,4}(?:\.\d{1,4}){1,2}$/),cuda:s,drivers:n.YOg(n.Whr().positive().max(1e4)).max(200)})).max(200),code:n.YOg(d).max(200)});function c(e){let i=f.safeParse((0,r.Yf)(e));return i.success?i.data:void 0}}),87614:(function(e,i,t){t.d(i,{q:()=>r});var n=t(43876);function r(e){return(0,n.d)(e).filter(({level:e})=>"error"===e).toSorted(o).slice(0,50).map(a)}function o({location:e},{location:i}){return(e?.line??0)-(i?.line??0)||(e?.column??0)-(i?.column??0)}function a(e){let{message:i}=e;return i.length<=400?e:{...e,message:`${i.slice(0,300)}…${i.slice(-100)}`}}}),84158:(function(e,i,t){t.d(i,{x:()=>n,y:()=>r});let n={name:"fflate",version:"0.8.3",level:4,memory:6,piece:65536,tar:1},r={name:"jobimg",version:1,block:65535,window:16,tar:1,cut:1}}),77091:(function(e,i,t){t.d(i,{mx:()=>w,C7:()=>x,FD:()=>y});var n=t(20907),r=t(82587),o=t(93779),a=t(37512),s=t(27941),l=t(29529),d=t(56072),f=t(84158),c=t(51079),u=t(56863);function m(e,i,t){return{...e,bytes:p(e,i),place:function({start:e,end:i},t){let n,r=-1;for(let o=e+1;o<i;o+=1){let e=t[o]??0;e<=r||(n=o,r=e)}return n}(e,t)}}function p({start:e,end:i},t){return(t[i-1]??0)-(t[e-1]??0)}function h({size:e}){return 1+Math.ceil(e/512)}function g(e,i){return(Math.clz32(e)+i)*0x100000000+v(e)}function v(e){let i=e;return((i=Math.imul((i=Math.imul(i^i>>>16,0x85ebca6b))^i>>>13,0xc2b2ae35))^i>>>16)>>>0}var b=t(75161);let w=0x12cea600;function y(e,i,t){let n=function(e){let i=function(e){let i=function(e){let i=new Float64Array(e.length),t=0;for(let[n,r]of e.entries())t+=512*h(r),i[n]=t;return i}(e),t={start:0,end:e.length};if(4194304>=p(t,i))return[];let n=function(e){let i=new Float64Array(e.length),t=0;for(let[n,r]of e.entries()){let e=function(e){let i=0x811c9dc5;for(let t=0;t<e.length;t+=1)i=Math.imul(i^e.charCodeAt(t),0x1000193);return i}(r.path),o=31-Math.clz32(h(r));i[n]=Math.max(t,g(v(0x9e3779b9^e),o)),t=g(v(0x85ebca6b^e),o)}return i}(e),r=[m(t,i,n)];for(;r.length<12;){let e=function(e){let i;for(let[t,n]of e.entries())void 0===n.place||void 0!==i&&n.bytes<=i.run.bytes||(i={run:n,place:n.place,index:t});return i}(r);if(void 0===e||e.run.bytes<=4194304)break;let{run:t,place:o,index:a}=e,s=[{start:t.start,end:o},{start:o,end:t.end}];r.splice(a,1,...s.map(e=>m(e,i,n)))}return r.slice(1).map(({start:e})=>e)}(e.entries);if(0===i.length)return[e];let t=[0,...i];return t.map((i,n)=>({...e,entries:e.entries.slice(i,t[n+1]),part:{number:n+1,of:t.length}}))}(t),r=n.length>1,o=T({job:e,environment:i,layer:t},{...r?{generator:c.dC}:{},way:"layer",folder:t.folder,code:(0,c.$Y)(t.entries),encoder:r?f.y:f.x});return{kind:"layer",environment:i,...o,layer:t,layers:n,labels:new Map}}function x(e){var i;let t,{image:f,environment:u,layer:m,access:p}=e,h=[...e.after,(i=m.folder,t=(0,s.r)(i),{title:"work directory",kind:"shell",offline:!0,run:`mkdir -p ${t}
chmod 0777 ${t}`,secrets:[],env:new Map,files:[]})],g=i=>(0,d.renderDockerfile)(function({image:e,layer:i,layout:t,access:n},r,o){let a={kind:"copy",from:`${k}/`,to:`${i.folder}/`};return[{kind:"from",image:o},{kind:"epoch"},...void 0===t.user?[]:[l.Dl],...t.ownShell?[l.jN]:[],...0===i.entries.length?[]:[a],...r.map(i=>(0,d.runInstruction)(i,{secrets:e.secrets,access:n,source:k})),...void 0===t.user?[]:[{kind:"user",user:t.user}]]}(e,h,i)),v=T(e,{way:"build",dockerfile:g("jobimg/environment"),code:(0,c.$Y)(m.entries),secrets:(0,b.r)(f,h,!1).map(({name:e})=>e).sort(),access:(0,o.P)(p),epoch:w,compression:f.compression});return{kind:"build",environment:u,...v,build:e=>({dockerfile:g((0,n.nt)(e)),steps:h,context:0===m.entries.length?[]:[{files:m.files,entries:m.entries,folder:k}],args:new Map,secrets:(0,b.r)(f,h,!1),access:p,platform:(0,a.t)(f),runs:!0,compression:f.compression,epoch:w,annotations:new Map([...void 0===e.digest?[]:[[r.Y.environment,e.digest]],[r.Y.inputs,v.carried]]),buildkit:u.build.buildkit,reads:[{registry:e.registry,path:e.path}]})}}let k="code";function T({job:e,environment:i,layer:t},n){let r=(0,c.$V)({generator:c._d,environment:i.id,...n}),{code:o,...a}=r,s={inputs:r,carried:(0,u.Ul)(a,(0,u.qu)(t.entries))};if(void 0===i.id)return{id:void 0,tag:void 0,...s};let l=(0,c.YZ)(r);return{id:l,tag:`${e.name}-${(0,c.m_)(l)}`,...s}}}),21406:(function(e,i,t){t.d(i,{v:()=>o});var n=t(7521),r=t(20907);async function o({registry:e,path:i,digest:t},a){if(void 0===t)return{};let{config:s,manifest:l}=await a.pull({registry:e,path:i,digest:t}),d=(0,r.nt)({registry:e,path:i,digest:t},{familiar:!0}).replace(/@sha256:(.{12}).*/,"@sha256:$1…"),f=l.layers.reduce((e,i)=>e+i.size,0),{os:c,architecture:u}=s;return(0,n.nV)((0,n.KV)(s.config?.Env??[],d),{size:{value:f,source:d},platforms:void 0===c||void 0===u?void 0:{value:[{os:c,architecture:u}],source:d}})}}),65115:(function(e,i,t){t.d(i,{g:()=>o});var n=t(19473),r=t(89636);async function o(e,{readText:i}){if(void 0===e)return;let t=await i(e);if(void 0!==t)return(0,r.readOwnRows)(t,e);throw new n.yo(`the file of rows "${e}" does not exist`,{hint:'check the input "data" (--data), or "data" in the defaults file'})}}),19829:(function(e,i,t){t.d(i,{m:()=>o});var n=t(93793),r=t(34661);async function o(e,i){for(let{artifactType:t,digest:o}of(await i.referrers(e))){if(t!==n.g.measured)continue;let a={registry:e.registry,path:e.path,digest:o},[s]=(await i.manifest(a)).layers;if(void 0===s||s.size>1048576)continue;let l=(0,r.L)(await async function(e){let i=new TextDecoder,t="";for await(let n of e)t+=i.decode(n,{stream:!0});return t+i.decode()}(await i.blob(a,s)));if(void 0!==l)return l}}}),54148:(function(e,i,t){t.d(i,{u:()=>u});var n=t(34661),r=t(20907),o=t(56072),a=t(77091);let s="gpu-code.json",l="/tmp/jobimg-gpu-code",d="--end--",f={title:"read the files",kind:"shell",offline:!0,run:"",secrets:[],env:new Map,files:[]},c=`set -eu
mkdir -p ${l}
: > ${l}/${s}
for python in python3 python; do
  if command -v "$python" > /dev/null; then
    "$python" -I -S - / > ${l}/${s} <<'${d}'
# Prints as JSON which GPU code and which CUDA the files of an image hold. It reads them, and runs and imports none.
import json
import os
import re
import stat
import struct
import sys
import time
from collections import Counter

# What files say is not to be trusted: whoever made the image chose every number and every name in them.
SECONDS = 120
MOST_FILES = 2000000
MOST_IMAGES = 5000000
MOST_PACKAGES = 200
MOST_KINDS = 100
TABLE = 4 * 1024 * 1024
TEXT = 16 * 1024 * 1024

FATBIN = 0xBA55ED50
PTX, CUBIN = 1, 2
ACCELERATED, FAMILY = 0x100000, 0x200000
NOBITS = 8
# Bytes of headers: of an ELF file and of a section in it, of a fat binary and of an image in it.
ELF_HEADER, SECTION, FATBIN_HEADER, IMAGE_HEADER = 64, 64, 16, 64

FRAMEWORKS = re.compile(r"^(?:torch|tensorflow|jax|jaxlib|jax-cuda\\d+-plugin|cuda-toolkit|nvidia-cuda-runtime(?:-cu\\d+)?)$")
FRAMEWORK_CODE = re.compile(r"^(?:torch|tensorflow(?:-cpu|-gpu)?|jaxlib|jax-cuda\\d+-(?:plugin|pjrt))$")
# NVIDIA's own libraries are part of a toolkit, whose needs its version says.
TOOLKIT = re.compile(r"^nvidia-|^cuda-")
SITE = re.compile(r"^(.*/(?:site|dist)-packages)/")
OUTSIDE = {"/proc", "/sys", "/dev", "/run"}


class Ended(Exception):
    """Enough was read."""


class Limits:
    def __init__(self):
        self.end = time.monotonic() + SECONDS
        self.files = MOST_FILES
        self.images = MOST_IMAGES

    def file(self):
        self.files -= 1
        self.check(self.files)

    def image(self):
        self.images -= 1
        if self.images % 1024 == 0:
            self.check(self.images)

    def check(self, left):
        if left <= 0 or time.monotonic() > self.end:
            raise Ended()


class File:
    def __init__(self, path):
        # A pipe would hold whoever opens it.
        self.fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)

    def __enter__(self):
        status = os.fstat(self.fd)
        self.size = status.st_size if stat.S_ISREG(status.st_mode) else 0
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def read(self, at, count):
        return os.pread(self.fd, count, at) if 0 <= at < self.size else b""

    def text(self):
        return self.read(0, TEXT).decode("utf-8", "replace")


def sections(file):
    """Name, offset and size of each section: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html"""
    head = file.read(0, ELF_HEADER)
    if len(head) < ELF_HEADER or head[:6] != b"\\x7fELF\\x02\\x01":
        return
    (start,) = struct.unpack_from("<Q", head, 40)
    width, count, names = struct.unpack_from("<HHH", head, 58)
    if width != SECTION or names >= count or start + width * count > file.size:
        return
    table = file.read(start, width * count)
    rows = [struct.unpack_from("<IIQQQQ", table, width * index) for index in range(len(table) // width)]
    if names >= len(rows):
        return
    texts = file.read(rows[names][4], min(rows[names][5], TABLE))
    for name, kind, _, _, offset, size in rows:
        if kind != NOBITS and offset + size <= file.size:
            yield texts[name : texts.find(b"\\0", name)], offset, size


def images(file, at, end, limits):
    """Kind, compute capability and version of PTX of each image in a section of fat binaries."""
    while at + FATBIN_HEADER <= end:
        limits.image()
        magic, _, head, size = struct.unpack("<IHHQ", file.read(at, FATBIN_HEADER))
        if magic != FATBIN:
            # They are aligned, with zeros between them.
            if magic != 0:
                return
            at += 8
            continue
        last = at + head + size
        if head < FATBIN_HEADER or last > end:
            return
        at += head
        while at + IMAGE_HEADER <= last:
            limits.image()
            entry = file.read(at, IMAGE_HEADER)
            if len(entry) < IMAGE_HEADER:
                return
            kind, _, width, length = struct.unpack_from("<HHIQ", entry, 0)
            minor, major, capability = struct.unpack_from("<HHI", entry, 24)
            (flags,) = struct.unpack_from("<Q", entry, 40)
            if width < IMAGE_HEADER:
                return
            yield kind, capability_text(capability, flags), f"{major}.{minor}"
            at += width + length
        at = last


def compiled_for(libraries, is_framework):
    """Cubins and PTX of a package. A framework runs where its largest library does: others hold code for more GPUs."""
    if is_framework:
        largest = max(libraries, key=lambda seen: sum(seen.values()))
        usual = max(largest.values(), default=0) / 2
        libraries = [{kind: count for kind, count in largest.items() if count >= usual}]
    kinds = {kind for seen in libraries for kind in seen}
    cubins = sorted({capability for kind, capability, _ in kinds if kind == CUBIN}, key=order)
    ptx = sorted((capability, version) for kind, capability, version in kinds if kind == PTX)
    return cubins[:MOST_KINDS], ptx[:MOST_KINDS]


def capability_text(number, flags):
    suffix = "a" if flags & ACCELERATED else "f" if flags & FAMILY else ""
    return f"{number // 10}.{number % 10}{suffix}"


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class Image:
    def __init__(self, root):
        self.root = root
        self.limits = Limits()
        self.libraries = []
        self.versions = {}
        self.owners = {}
        self.said = {}
        self.compat = []

    def walk(self):
        for folder, folders, names in os.walk(self.root):
            inside = "/" + os.path.relpath(folder, self.root) if folder != self.root else ""
            folders[:] = sorted(one for one in folders if f"{inside}/{one}" not in OUTSIDE)
            if folder.endswith(".dist-info"):
                self.installed(folder)
            for name in sorted(names):
                self.limits.file()
                if re.search(r"\\.so(?:\\.\\d+)*$", name):
                    self.libraries.append((folder, name))
                elif name in ("version.py", "build_info.py"):
                    self.build(folder, name)

    def installed(self, folder):
        name, _, version = os.path.basename(folder)[: -len(".dist-info")].partition("-")
        site = os.path.dirname(folder)
        package = (normal(name), version)
        if FRAMEWORKS.match(package[0]):
            self.versions[package[0]] = version
        try:
            with File(os.path.join(folder, "RECORD")) as record:
                text = record.text()
        except OSError:
            return
        for line in text.split("\\n"):
            path = line.split(",", 1)[0].strip('"')
            if ".so" in path:
                self.owners[os.path.normpath(os.path.join(site, path))] = package

    def build(self, folder, name):
        package, wanted = {
            ("version.py", "torch"): ("torch", r"^cuda\\b[^=\\n]*=\\s*['\\"](\\d+\\.\\d+)"),
            ("build_info.py", "platform"): ("tensorflow", r"['\\"]cuda_version['\\"]\\s*:\\s*['\\"](\\d+\\.\\d+)"),
        }.get((name, os.path.basename(folder)), (None, ""))
        if package is None or not SITE.match(folder + "/"):
            return
        try:
            with File(os.path.join(folder, name)) as file:
                found = re.search(wanted, file.text(), re.M)
        except OSError:
            return
        if found:
            self.said[package] = found.group(1)

    def owner(self, folder, name):
        path = os.path.join(folder, name)
        found = SITE.match(path)
        beside = path[found.end() :].split("/")[0] if found else name
        return self.owners.get(path, (normal(beside) if found else beside, None))

    def code(self):
        found = {}
        for folder, name in self.libraries:
            self.limits.file()
            try:
                self.library(folder, name, found)
            except (OSError, struct.error):
                continue
        return found

    def library(self, folder, name, found):
        owner = self.owner(folder, name)
        if TOOLKIT.match(owner[0]) or owner[0] == "nvidia":
            return
        with File(os.path.join(folder, name)) as file:
            for title, at, size in sections(file):
                if title == b".note.cuda.fwd_compatibility":
                    self.note(name, file.read(at, min(size, 4096)))
                if title != b".nv_fatbin" or (owner not in found and len(found) >= MOST_PACKAGES):
                    continue
                seen = Counter()
                for kind, capability, version in images(file, at, at + size, self.limits):
                    if kind in (CUBIN, PTX) and len(seen) < MOST_KINDS:
                        seen[kind, capability, version if kind == PTX else ""] += 1
                found.setdefault(owner, []).append(seen)

    def note(self, name, content):
        """https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html"""
        text = re.search(rb"\\{.*\\}", content, re.S)
        version = re.match(r"libcuda\\.so\\.(\\d+(?:\\.\\d+)+)$", name)
        try:
            said = json.loads(text.group(0).decode("ascii")) if text else {}
            cuda, drivers = said.get("CUDA version"), said.get("driver")
        except (ValueError, AttributeError):
            return
        if version:
            self.compat.append({"library": version.group(1), "cuda": cuda, "drivers": drivers})

    def answer(self):
        complete = True
        found = {}
        try:
            self.walk()
            found = self.code()
        except Ended:
            complete = False
        code = []
        for (name, version), libraries in sorted(found.items(), key=str):
            cubins, ptx = compiled_for(libraries, FRAMEWORK_CODE.match(name) is not None)
            translated = [{"capability": one, "version": of} for one, of in ptx]
            if cubins or ptx:
                code.append({"package": name, "version": version, "cubins": cubins, "ptx": translated})
        return {
            "format": 1,
            "complete": complete,
            "packages": [{"name": name, "version": version} for name, version in sorted(self.versions.items())],
            "cuda": self.said,
            "compat": self.compat[:8],
            "code": code,
        }


def order(capability):
    return [int(part) for part in re.findall(r"\\d+", capability)] + [capability]


if __name__ == "__main__":
    json.dump(Image(sys.argv[1]).answer(), sys.stdout)
${d}
    exit 0
  fi
done`;async function u(e,{builder:i,host:t}){let d=(await i.extract(function({image:e,platform:i,buildkit:t}){let n,{registry:s,path:d}=e;return{dockerfile:(n=(0,o.heredocName)(c),[`FROM ${(0,r.nt)(e)} AS image`,'USER 0\nSHELL ["/bin/sh", "-c"]',`RUN --network=none <<'${n}'`,c,n,"FROM scratch",`COPY --from=image ${l}/ /`,""].join("\n")),steps:[f],context:[],args:new Map,secrets:[],platform:i,runs:!0,compression:"zstd",epoch:a.mx,annotations:new Map,buildkit:t,reads:[{registry:s,path:d}]}}(e))).get(s)??"",m=(0,n.L)(d);for(let e of void 0===m?["not read: the image has no Python"]:function({code:e,complete:i}){let t=e.map(({package:e,version:i,cubins:t,ptx:n})=>`${[e,i].filter(Boolean).join(" ")}: ${[...t,...n.map(({capability:e})=>`PTX ${e}`)].join(", ")}`),n=0===t.length?["no package has code for GPUs"]:t;return i?n:[...n,"reading took too long, and was ended"]}(m))t.info(e);return m}})}});
