"use strict";({ids:[3859],modules:{91438:(function(e,t,i){i.d(t,{fitCall:()=>j});var n=i(4103),r=i(11155);let o=new Map([[!0,"it runs there"],[!1,"it does not run there"],[void 0,"whether it runs there is not certain"]]);function a(e){return Object.fromEntries(Object.entries(e).map(([e,{value:t,source:i}])=>[e,{value:t,source:i}]))}function s(e){let{cuda:t,framework:i,architectures:r,others:o,env:a,compat:s,platforms:d,size:f}=e;return u({cuda:t,framework:i&&c(i,({name:e,version:t})=>[e,t].filter(Boolean).join(" ")),"compute-capabilities":r&&c(r,l),"other-code":o&&c(o,e=>e.map(e=>`${e.name} for ${l(e.architectures)}`).join("; ")),requires:a&&c(a,e=>e.get("NVIDIA_REQUIRE_CUDA")??""),"cuda-compat":s&&c(s,e=>e??"none"),platforms:d&&c(d,e=>e.map(({os:e,architecture:t})=>`${e}/${t}`).join(", ")),size:f&&c(f,n.p)})}function l({cubins:e,ptx:t}){return[...e,...t.map(e=>`PTX ${e}`)].join(", ")||"none"}function d({driver:e,gpus:t,architecture:i,runtime:r,freeDisk:o}){return u({driver:e,gpus:t&&c(t,e=>e.map(f).join(", ")),architecture:i,runtime:r,"free-disk":o&&c(o,n.p)})}function f({name:e="a GPU",computeCapability:t,memory:i,count:r}){let o=[void 0===t?void 0:`compute capability ${t}`,void 0===i?void 0:(0,n.p)(i)].filter(e=>void 0!==e),a=0===o.length?e:`${e} (${o.join(", ")})`;return void 0===r?a:`${r} \xd7 ${a}`}function c({value:e,source:t},i){return{value:i(e),source:t}}function u(e){return Object.fromEntries(Object.entries(e).filter(e=>(e[1]?.value??"")!==""))}var m=i(59309),p=i(19473),h=i(24329),g=i(84730),v=i(7521),b=i(79684),w=i(68167),y=i(98092),k=i(1564),_=i(44647),x=i(20907),E=i(82587),O=i(19829),A=i(54148),$=i(21406),I=i(65115);async function j({json:e,...t},i,n){let l=await async function(e,t){let i=await (0,I.g)(e.data,t),n=await async function({gpu:e,driver:t},i){if(void 0!==t&&!/^\d{3}(?:\.\d+){0,2}$/.test(t))throw new p.yo(`"${t}" is not the version of a driver`,{kind:"usage",hint:"write 535, or 570.124.06, as nvidia-smi shows it"});if(void 0===e&&void 0===t){let e=await i.targets({name:"docker",options:{}});return 0===e.length?[{name:"this machine"}]:e}let n=void 0===e?void 0:(0,g.DM)(e)?.cpu;return[{name:"the target",architecture:n&&{value:n,source:"--gpu"},driver:void 0===t?void 0:{value:t,source:"--driver"},gpus:void 0===e?void 0:{value:[(0,g.a7)(e)],source:"--gpu"}}]}(e,t),r=(0,x.F2)(e.image),{registry:o,path:a,tag:s=""}=r,l=n.every(({architecture:e})=>e?.value==="arm64")?{os:"linux",architecture:"arm64"}:_._n,d=await t.registry.resolve(r,l);if(void 0===d)throw new p.yo(`there is no image "${e.image}"`,{code:"image-missing",hint:`check its name and tag, and whether it is for ${(0,_.Lg)(l)}`});let f={registry:o,path:a,digest:d},[c,u]=await Promise.all([(0,$.v)(f,t.registry),async function(e,t,{measure:i},n){let{registry:r}=n,o=(await r.find(e))?.annotations.get(E.Y.environment),a=(0,k.Bc)(o)?{...e,digest:o}:e,s=await async function(e,t){try{return await (0,O.m)(e,t)}catch(e){if(!(e instanceof p.yo)||(0,p.rV)(e))throw e;return}}(a,r);return void 0!==s||!0!==i?s:await (0,A.u)({image:e,platform:t,buildkit:(0,x.F2)(m.l)},n)}(f,l,e,t)]),j=void 0===u?{}:(0,b.Z)(u),S=(0,v.nV)(j,c,(0,v.qJ)(a,s),{cudaFrom:{kind:"image"}}),T=new Date(1e3*t.caller.time()).toISOString().slice(0,7),M=(0,h.zs)({image:S,gpu:{count:{min:1,max:1},names:[],optional:!1},month:T,tables:i},n),D=[...function(e,t){let i=(t??w.o).gpus;if(void 0===e||void 0!==(0,g.DM)(e,i))return[];let n=(0,y.pA)(e,i.map(e=>e.name));return[{level:"warning",code:"fit-unknown",about:"gpu",message:`no table knows the GPU "${e}": the code of the image is not compared with it`,hint:void 0===n?'write it as nvidia-smi shows it, such as "A100 80GB", "RTX 4090" or "GH200", or give a row about it with --data':`did you mean "${n}"?`}]}(e.gpu,i),...M.map(t=>(function(e,{gpu:t,driver:i}){return"fit-unknown"!==e.code||"gpu"!==e.about||void 0===e.hint?e:{...e,hint:`say it with ${[void 0===t?"--gpu":void 0,void 0===i?"--driver":void 0].filter(Boolean).join(" and ")}`}})(t,e))];return{reference:(0,x.nt)({registry:o,path:a,digest:d},{familiar:!0}),image:S,targets:n,findings:D.map(({about:e,...t})=>t),fits:!D.some(({level:e})=>"error"===e)&&(!D.some(({code:e,level:t})=>"fit-unknown"===e||"warning"===t)||void 0)}}(t,i);for(let e of l.findings)i.host.finding(e);if(e)n(function({reference:e,image:t,targets:i,findings:n,fits:o}){return{image:{reference:e,facts:a(s(t))},targets:i.map(e=>({name:e.name,facts:a(d(e))})),fits:o??null,findings:n.map(r.a)}}(l));else for(let e of function({reference:e,image:t,targets:i,fits:n}){return[`image ${e}`,...Object.entries(s(t)).map(([e,t])=>`  ${e}: ${t.value} (${t.source})`),...i.flatMap(e=>[e.name,...Object.entries(d(e)).map(([e,t])=>`  ${e}: ${t.value} (${t.source})`)]),o.get(n)??""]}(l))i.host.info(e);return+(!1===l.fits)}}),93793:(function(e,t,i){i.d(t,{G:()=>r,g:()=>n});let n={statement:"application/vnd.in-toto+json",sbom:"application/spdx+json",record:"application/vnd.jobimg.run.v1+json",plan:"application/vnd.jobimg.plan.v1+json",outputs:"application/vnd.jobimg.outputs.v1",measured:"application/vnd.jobimg.gpu-code.v1+json"},r={predicateType:"in-toto.io/predicate-type",description:"org.opencontainers.image.description",title:"org.opencontainers.image.title",run:"dev.jobimg.run",job:"dev.jobimg.job",executable:"dev.jobimg.executable"}}),34661:(function(e,t,i){i.d(t,{L:()=>c,P:()=>f});var n=i(20568),r=i(99368);let o=n.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}$/),a=n.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]{0,199}$/),s=n.YjP().regex(/^\d{1,3}\.\d{1,3}$/),l=n.YjP().regex(/^\d{1,3}\.\d[af]?$/),d=n.Ikc({package:a,version:o.nullable(),cubins:n.YOg(l).max(200),ptx:n.YOg(n.Ikc({capability:l,version:s})).max(200)}),f=n.Ikc({format:n.euz(1),complete:n.zMY(),packages:n.YOg(n.Ikc({name:a,version:o})).max(200),cuda:n.Ikc({torch:s.optional(),tensorflow:s.optional()}),compat:n.YOg(n.Ikc({library:n.YjP().regex(/^\d{1,4}(?:\.\d{1,4}){1,2}$/),cuda:s,drivers:n.YOg(n.Whr().positive().max(1e4)).max(200)})).max(200),code:n.YOg(d).max(200)});function c(e){let t=f.safeParse((0,r.Yf)(e));return t.success?t.data:void 0}}),87614:(function(e,t,i){i.d(t,{q:()=>r});var n=i(43876);function r(e){return(0,n.d)(e).filter(({level:e})=>"error"===e).toSorted(o).slice(0,50).map(a)}function o({location:e},{location:t}){return(e?.line??0)-(t?.line??0)||(e?.column??0)-(t?.column??0)}function a(e){let{message:t}=e;return t.length<=400?e:{...e,message:`${t.slice(0,300)}…${t.slice(-100)}`}}}),84158:(function(e,t,i){i.d(t,{x:()=>n,y:()=>r});let n={name:"fflate",version:"0.8.3",level:4,memory:6,piece:65536,tar:1},r={name:"jobimg",version:1,block:65535,window:16,tar:1,cut:1}}),77091:(function(e,t,i){i.d(t,{mx:()=>w,C7:()=>k,FD:()=>y});var n=i(20907),r=i(82587),o=i(93779),a=i(37512),s=i(27941),l=i(29529),d=i(56072),f=i(84158),c=i(51079),u=i(56863);function m(e,t,i){return{...e,bytes:p(e,t),place:function({start:e,end:t},i){let n,r=-1;for(let o=e+1;o<t;o+=1){let e=i[o]??0;e<=r||(n=o,r=e)}return n}(e,i)}}function p({start:e,end:t},i){return(i[t-1]??0)-(i[e-1]??0)}function h({size:e}){return 1+Math.ceil(e/512)}function g(e,t){return(Math.clz32(e)+t)*0x100000000+v(e)}function v(e){let t=e;return((t=Math.imul((t=Math.imul(t^t>>>16,0x85ebca6b))^t>>>13,0xc2b2ae35))^t>>>16)>>>0}var b=i(75161);let w=0x12cea600;function y(e,t,i){let n=function(e){let t=function(e){let t=function(e){let t=new Float64Array(e.length),i=0;for(let[n,r]of e.entries())i+=512*h(r),t[n]=i;return t}(e),i={start:0,end:e.length};if(4194304>=p(i,t))return[];let n=function(e){let t=new Float64Array(e.length),i=0;for(let[n,r]of e.entries()){let e=function(e){let t=0x811c9dc5;for(let i=0;i<e.length;i+=1)t=Math.imul(t^e.charCodeAt(i),0x1000193);return t}(r.path),o=31-Math.clz32(h(r));t[n]=Math.max(i,g(v(0x9e3779b9^e),o)),i=g(v(0x85ebca6b^e),o)}return t}(e),r=[m(i,t,n)];for(;r.length<12;){let e=function(e){let t;for(let[i,n]of e.entries())void 0===n.place||void 0!==t&&n.bytes<=t.run.bytes||(t={run:n,place:n.place,index:i});return t}(r);if(void 0===e||e.run.bytes<=4194304)break;let{run:i,place:o,index:a}=e,s=[{start:i.start,end:o},{start:o,end:i.end}];r.splice(a,1,...s.map(e=>m(e,t,n)))}return r.slice(1).map(({start:e})=>e)}(e.entries);if(0===t.length)return[e];let i=[0,...t];return i.map((t,n)=>({...e,entries:e.entries.slice(t,i[n+1]),part:{number:n+1,of:i.length}}))}(i),r=n.length>1,o=x({job:e,environment:t,layer:i},{...r?{generator:c.dC}:{},way:"layer",folder:i.folder,code:(0,c.$Y)(i.entries),encoder:r?f.y:f.x});return{kind:"layer",environment:t,...o,layer:i,layers:n,labels:new Map}}function k(e){var t;let i,{image:f,environment:u,layer:m,access:p}=e,h=[...e.after,(t=m.folder,i=(0,s.r)(t),{title:"work directory",kind:"shell",offline:!0,run:`mkdir -p ${i}
chmod 0777 ${i}`,secrets:[],env:new Map,files:[]})],g=t=>(0,d.renderDockerfile)(function({image:e,layer:t,layout:i,access:n},r,o){let a={kind:"copy",from:`${_}/`,to:`${t.folder}/`};return[{kind:"from",image:o},{kind:"epoch"},...void 0===i.user?[]:[l.Dl],...i.ownShell?[l.jN]:[],...0===t.entries.length?[]:[a],...r.map(t=>(0,d.runInstruction)(t,{secrets:e.secrets,access:n,source:_})),...void 0===i.user?[]:[{kind:"user",user:i.user}]]}(e,h,t)),v=x(e,{way:"build",dockerfile:g("jobimg/environment"),code:(0,c.$Y)(m.entries),secrets:(0,b.r)(f,h,!1).map(({name:e})=>e).sort(),access:(0,o.P)(p),epoch:w,compression:f.compression});return{kind:"build",environment:u,...v,build:e=>({dockerfile:g((0,n.nt)(e)),steps:h,context:0===m.entries.length?[]:[{files:m.files,entries:m.entries,folder:_}],args:new Map,secrets:(0,b.r)(f,h,!1),access:p,platform:(0,a.t)(f),runs:!0,compression:f.compression,epoch:w,annotations:new Map([...void 0===e.digest?[]:[[r.Y.environment,e.digest]],[r.Y.inputs,v.carried]]),buildkit:u.build.buildkit,reads:[{registry:e.registry,path:e.path}]})}}let _="code";function x({job:e,environment:t,layer:i},n){let r=(0,c.$V)({generator:c._d,environment:t.id,...n}),{code:o,...a}=r,s={inputs:r,carried:(0,u.Ul)(a,(0,u.qu)(i.entries))};if(void 0===t.id)return{id:void 0,tag:void 0,...s};let l=(0,c.YZ)(r);return{id:l,tag:`${e.name}-${(0,c.m_)(l)}`,...s}}}),19829:(function(e,t,i){i.d(t,{m:()=>o});var n=i(93793),r=i(34661);async function o(e,t){for(let{artifactType:i,digest:o}of(await t.referrers(e))){if(i!==n.g.measured)continue;let a={registry:e.registry,path:e.path,digest:o},[s]=(await t.manifest(a)).layers;if(void 0===s||s.size>1048576)continue;let l=(0,r.L)(await async function(e){let t=new TextDecoder,i="";for await(let n of e)i+=t.decode(n,{stream:!0});return i+t.decode()}(await t.blob(a,s)));if(void 0!==l)return l}}}),54148:(function(e,t,i){i.d(t,{u:()=>u});var n=i(34661),r=i(20907),o=i(56072),a=i(77091);let s="gpu-code.json",l="/tmp/jobimg-gpu-code",d="--end--",f={title:"read the files",kind:"shell",offline:!0,run:"",secrets:[],env:new Map,files:[]},c=`set -eu
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
done`;async function u(e,{builder:t,host:i}){let d=(await t.extract(function({image:e,platform:t,buildkit:i}){let n,{registry:s,path:d}=e;return{dockerfile:(n=(0,o.heredocName)(c),[`FROM ${(0,r.nt)(e)} AS image`,'USER 0\nSHELL ["/bin/sh", "-c"]',`RUN --network=none <<'${n}'`,c,n,"FROM scratch",`COPY --from=image ${l}/ /`,""].join("\n")),steps:[f],context:[],args:new Map,secrets:[],platform:t,runs:!0,compression:"zstd",epoch:a.mx,annotations:new Map,buildkit:i,reads:[{registry:s,path:d}]}}(e))).get(s)??"",m=(0,n.L)(d);for(let e of void 0===m?["not read: the image has no Python"]:function({code:e,complete:t}){let i=e.map(({package:e,version:t,cubins:i,ptx:n})=>`${[e,t].filter(Boolean).join(" ")}: ${[...i,...n.map(({capability:e})=>`PTX ${e}`)].join(", ")}`),n=0===i.length?["no package has code for GPUs"]:i;return t?n:[...n,"reading took too long, and was ended"]}(m))i.info(e);return m}})}});
