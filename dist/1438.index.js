export const id=1438;export const ids=[1438];export const modules={91438:(e,t,i)=>{i.d(t,{fitCall:()=>I});var r=i(4103),n=i(8503);let a=new Map([[!0,"it runs there"],[!1,"it does not run there"],[void 0,"whether it runs there is not certain"]]);function o(e){return Object.fromEntries(Object.entries(e).map(([e,{value:t,source:i}])=>[e,{value:t,source:i}]))}function s(e){let{cuda:t,framework:i,architectures:n,others:a,env:o,compat:s,platforms:f,size:l}=e;return u({cuda:t,framework:i&&c(i,({name:e,version:t})=>[e,t].filter(Boolean).join(" ")),"compute-capabilities":n&&c(n,d),"other-code":a&&c(a,e=>e.map(e=>`${e.name} for ${d(e.architectures)}`).join("; ")),requires:o&&c(o,e=>e.get("NVIDIA_REQUIRE_CUDA")??""),"cuda-compat":s&&c(s,e=>e??"none"),platforms:f&&c(f,e=>e.map(({os:e,architecture:t})=>`${e}/${t}`).join(", ")),size:l&&c(l,r.p)})}function d({cubins:e,ptx:t}){return[...e,...t.map(e=>`PTX ${e}`)].join(", ")||"none"}function f({driver:e,gpus:t,architecture:i,runtime:n,freeDisk:a}){return u({driver:e,gpus:t&&c(t,e=>e.map(l).join(", ")),architecture:i,runtime:n,"free-disk":a&&c(a,r.p)})}function l({name:e="a GPU",computeCapability:t,memory:i,count:n}){let a=[void 0===t?void 0:`compute capability ${t}`,void 0===i?void 0:(0,r.p)(i)].filter(e=>void 0!==e),o=0===a.length?e:`${e} (${a.join(", ")})`;return void 0===n?o:`${n} \xd7 ${o}`}function c({value:e,source:t},i){return{value:i(e),source:t}}function u(e){return Object.fromEntries(Object.entries(e).filter(e=>(e[1]?.value??"")!==""))}var m=i(59309),p=i(19473),h=i(48302),g=i(84730),v=i(7521),w=i(79684),b=i(1564),y=i(44647),_=i(20907),k=i(82587),E=i(19829),x=i(54148),$=i(21406),O=i(30615);async function I({json:e,...t},i,r){let d=await async function(e,t){var i;let r=await (0,O.g)(e.data,t),n=await async function({gpu:e,driver:t},i){if(void 0!==t&&!/^\d{3}(?:\.\d+){0,2}$/.test(t))throw new p.yo(`"${t}" is not the version of a driver`,{kind:"usage",hint:"write 535, or 570.124.06, as nvidia-smi shows it"});if(void 0===e&&void 0===t){let e=await i.targets({name:"docker",options:{}});return 0===e.length?[{name:"this machine"}]:e}return[{name:"the target",driver:void 0===t?void 0:{value:t,source:"--driver"},gpus:void 0===e?void 0:{value:[(0,g.a7)(e)],source:"--gpu"}}]}(e,t),a=(0,_.F2)(e.image),{registry:o,path:s,tag:d=""}=a,f=await t.registry.resolve(a,y._n);if(void 0===f)throw new p.yo(`there is no image "${e.image}"`,{code:"image-missing",hint:"check its name and tag, and whether it is for linux/amd64"});let l={registry:o,path:s,digest:f},[c,u]=await Promise.all([(0,$.v)(l,t.registry),async function(e,{measure:t},i){let{registry:r}=i,n=(await r.find(e))?.annotations.get(k.Y.environment),a=(0,b.Bc)(n)?{...e,digest:n}:e,o=await async function(e,t){try{return await (0,E.m)(e,t)}catch(e){if(!(e instanceof p.yo)||(0,p.rV)(e))throw e;return}}(a,r);return void 0!==o||!0!==t?o:await (0,x.u)({image:e,platform:y._n,buildkit:(0,_.F2)(m.l)},i)}(l,e,t)]),I=void 0===u?{}:(0,w.Z)(u),A=(0,v.nV)(I,c,(0,v.qJ)(s,d)),j=new Date(1e3*t.caller.time()).toISOString().slice(0,7),S=(0,h.zs)({image:A,gpu:{count:{min:1,max:1},names:[],optional:!1},month:j,tables:r},n);return{reference:(0,_.nt)({registry:o,path:s,digest:f},{familiar:!0}),image:A,targets:n,findings:S.map(({about:e,...t})=>t),fits:!(i=S).some(({level:e})=>"error"===e)&&(!i.some(({code:e,level:t})=>"fit-unknown"===e||"warning"===t)||void 0)}}(t,i);for(let e of d.findings)i.host.finding(e);if(e)r(function({reference:e,image:t,targets:i,findings:r,fits:a}){return{image:{reference:e,facts:o(s(t))},targets:i.map(e=>({name:e.name,facts:o(f(e))})),fits:a??null,findings:r.map(n.aO)}}(d));else for(let e of function({reference:e,image:t,targets:i,fits:r}){return[`image ${e}`,...Object.entries(s(t)).map(([e,t])=>`  ${e}: ${t.value} (${t.source})`),...i.flatMap(e=>[e.name,...Object.entries(f(e)).map(([e,t])=>`  ${e}: ${t.value} (${t.source})`)]),a.get(r)??""]}(d))i.host.info(e);return+(!1===d.fits)}},34661:(e,t,i)=>{i.d(t,{L:()=>c,P:()=>l});var r=i(55491),n=i(99368);let a=r.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}$/),o=r.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]{0,199}$/),s=r.YjP().regex(/^\d{1,3}\.\d{1,3}$/),d=r.YjP().regex(/^\d{1,3}\.\d[af]?$/),f=r.Ikc({package:o,version:a.nullable(),cubins:r.YOg(d).max(200),ptx:r.YOg(r.Ikc({capability:d,version:s})).max(200)}),l=r.Ikc({format:r.euz(1),complete:r.zMY(),packages:r.YOg(r.Ikc({name:o,version:a})).max(200),cuda:r.Ikc({torch:s.optional(),tensorflow:s.optional()}),compat:r.YOg(r.Ikc({library:r.YjP().regex(/^\d{1,4}(?:\.\d{1,4}){1,2}$/),cuda:s,drivers:r.YOg(r.Whr().positive().max(1e4)).max(200)})).max(200),code:r.YOg(f).max(200)});function c(e){let t=l.safeParse((0,n.Y)(e));return t.success?t.data:void 0}},84158:(e,t,i)=>{i.d(t,{x:()=>r});let r={name:"fflate",version:"0.8.3",level:4,memory:6,piece:65536,tar:1}},35562:(e,t,i)=>{i.d(t,{C7:()=>g,FD:()=>h,mx:()=>p});var r=i(20907),n=i(82587),a=i(93779),o=i(37512),s=i(27941),d=i(29529),f=i(56072),l=i(84158),c=i(51079),u=i(56863),m=i(75161);let p=0x12cea600;function h(e,t,i){let r=w({job:e,environment:t,layer:i},{way:"layer",folder:i.folder,code:(0,c.$Y)(i.entries),encoder:l.x});return{kind:"layer",environment:t,...r,layer:i,labels:new Map}}function g(e){var t;let i,{image:l,environment:u,layer:h,access:g}=e,b=[...e.after,(t=h.folder,i=(0,s.r)(t),{title:"work directory",kind:"shell",offline:!0,run:`mkdir -p ${i}
chmod 0777 ${i}`,secrets:[],env:new Map,files:[]})],y=t=>(0,f.renderDockerfile)(function({image:e,layer:t,layout:i,access:r},n,a){let o={kind:"copy",from:`${v}/`,to:`${t.folder}/`};return[{kind:"from",image:a},{kind:"epoch"},...void 0===i.user?[]:[d.Dl],...i.ownShell?[d.jN]:[],...0===t.entries.length?[]:[o],...n.map(t=>(0,f.runInstruction)(t,{secrets:e.secrets,access:r,source:v})),...void 0===i.user?[]:[{kind:"user",user:i.user}]]}(e,b,t)),_=w(e,{way:"build",dockerfile:y("jobimg/environment"),code:(0,c.$Y)(h.entries),secrets:(0,m.r)(l,b,!1).map(({name:e})=>e).sort(),access:(0,a.P)(g),epoch:p,compression:l.compression});return{kind:"build",environment:u,..._,build:e=>({dockerfile:y((0,r.nt)(e)),steps:b,context:0===h.entries.length?[]:[{files:h.files,entries:h.entries,folder:v}],args:new Map,secrets:(0,m.r)(l,b,!1),access:g,platform:(0,o.t)(l),runs:!0,compression:l.compression,epoch:p,annotations:new Map([...void 0===e.digest?[]:[[n.Y.environment,e.digest]],[n.Y.inputs,_.carried]]),buildkit:u.build.buildkit,reads:[{registry:e.registry,path:e.path}]})}}let v="code";function w({job:e,environment:t,layer:i},r){let n=(0,c.$V)({generator:c._d,environment:t.id,...r}),{code:a,...o}=n,s={inputs:n,carried:(0,u.Ul)(o,(0,u.qu)(i.entries))};if(void 0===t.id)return{id:void 0,tag:void 0,...s};let d=(0,c.YZ)(n);return{id:d,tag:`${e.name}-${(0,c.m_)(d)}`,...s}}},21406:(e,t,i)=>{i.d(t,{v:()=>a});var r=i(7521),n=i(20907);async function a({registry:e,path:t,digest:i},o){if(void 0===i)return{};let{config:s,manifest:d}=await o.pull({registry:e,path:t,digest:i}),f=(0,n.nt)({registry:e,path:t,digest:i},{familiar:!0}).replace(/@sha256:(.{12}).*/,"@sha256:$1…"),l=d.layers.reduce((e,t)=>e+t.size,0),{os:c,architecture:u}=s;return(0,r.nV)((0,r.KV)(s.config?.Env??[],f),{size:{value:l,source:f},platforms:void 0===c||void 0===u?void 0:{value:[{os:c,architecture:u}],source:f}})}},30615:(e,t,i)=>{i.d(t,{g:()=>I});var r=i(19473),n=i(55491),a=i(43876),o=i(87614),s=i(27970),d=i(59969),f=i(50017),l=i(70891),c=i(36685);let u=["tesla","nvidia","quadro","quadrortx","nvidiartx","geforce","titan","jetson"],m=(e,t,i)=>(0,d.d_)(n=>{if(e.test(n))return n;throw new r.yo(`"${n}" is not ${t}`,{hint:`write it as in ${i}`})}),p=e=>m(/^\d{1,5}(?:\.\d{1,2})?$/,"a number",e).transform(Number),h=m(/^\d{1,4}\.\d{1,4}$/,"a version with two numbers",'"13.5"'),g=m(/^\d{3,4}(?:\.\d{1,4}){0,2}$/,"the version of a driver",'"620.10.01"'),v=m(/^\d{1,3}\.\d[af]?$/,"a compute capability",'"12.0"'),w=m(/^20\d\d-(?:0[1-9]|1[0-2])$/,"a month","2028-08"),b={source:m(/^\S.{0,999}$/s,"a source",'https://docs.nvidia.com/… or "measured on node gpu-7"'),"as-of":m(/^20\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?$/,"a day or a month","2026-12-01")},y=({"as-of":e,...t})=>({...t,asOf:e}),_=e=>n.YOg(e).max(1e3).optional(),k=n.rej({...b,name:m(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/,"the name of a GPU","RTX 6090"),"compute-capability":v,memory:n.YOg(p("80")).max(20).optional(),brand:(0,d.d_)(function(e){let t=u.find(t=>t===e);if(void 0!==t)return t;throw new r.yo(`"${e}" is no brand`,{hint:`write one of ${u.join(", ")}`})})}).transform(({"compute-capability":e,memory:t=[],...i})=>y({...i,computeCapability:e,memory:t})),E=n.rej({...b,cuda:h,from:h.optional(),to:h.optional(),cubins:n.YOg(v).max(50),ptx:n.YOg(v).max(50).optional()}).transform(({ptx:e=[],from:t,to:i,...r})=>({...y({...r,ptx:e}),...void 0===t?{}:{from:t},...void 0===i?{}:{to:i}})),x=n.rej({gpus:_(k),"cuda-drivers":_(n.rej({...b,cuda:h,driver:g}).transform(y)),"oldest-drivers":_(n.rej({...b,major:p("14"),driver:g}).transform(y)),"cuda-compat":_(n.rej({...b,cuda:h,branches:n.YOg(p("580")).min(1).max(50)}).transform(y)),"driver-branches":_(n.rej({...b,branch:p("580"),end:w}).transform(y)),torch:_(n.rej({...b,torch:h,cuda:h}).transform(y)),"torch-architectures":_(E)}),$=Object.keys(x.shape);function O(e){return 0===e.length?$:[]}async function I(e,{readText:t}){if(void 0===e)return;let i=await t(e);if(void 0!==i){let t,r,n,d;return t=(0,f.v)({path:e,text:i}),r=x.safeParse((0,l.pj)(t)),(n=new a.F).add((0,s.W)(r.error?.issues??[],t,O)),n.throwIfErrors(o.q),d=r.data??{},(0,c.Q)({gpus:d.gpus,toolkitDrivers:d["cuda-drivers"],driverFloors:d["oldest-drivers"],compatDrivers:d["cuda-compat"],driverBranches:d["driver-branches"],pypiTorch:d.torch,torchArchitectures:d["torch-architectures"]})}throw new r.yo(`the file of rows "${e}" does not exist`,{hint:'check the input "data" (--data), or "data" in the defaults file'})}},19829:(e,t,i)=>{i.d(t,{m:()=>a});var r=i(93793),n=i(34661);async function a(e,t){for(let{artifactType:i,digest:a}of(await t.referrers(e))){if(i!==r.g.measured)continue;let o={registry:e.registry,path:e.path,digest:a},[s]=(await t.manifest(o)).layers;if(void 0===s||s.size>1048576)continue;let d=(0,n.L)(await async function(e){let t=new TextDecoder,i="";for await(let r of e)i+=t.decode(r,{stream:!0});return i+t.decode()}(await t.blob(o,s)));if(void 0!==d)return d}}},54148:(e,t,i)=>{i.d(t,{u:()=>u});var r=i(34661),n=i(20907),a=i(56072),o=i(35562);let s="gpu-code.json",d="/tmp/jobimg-gpu-code",f="--end--",l={title:"read the files",kind:"shell",offline:!0,run:"",secrets:[],env:new Map,files:[]},c=`set -eu
mkdir -p ${d}
: > ${d}/${s}
for python in python3 python; do
  if command -v "$python" > /dev/null; then
    "$python" -I -S - / > ${d}/${s} <<'${f}'
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
${f}
    exit 0
  fi
done`;async function u(e,{builder:t,host:i}){let f=(await t.extract(function({image:e,platform:t,buildkit:i}){var r;let s,{registry:f,path:u}=e;return{dockerfile:(r=e,s=(0,a.heredocName)(c),[`FROM ${(0,n.nt)(r)} AS image`,'USER 0\nSHELL ["/bin/sh", "-c"]',`RUN --network=none <<'${s}'`,c,s,"FROM scratch",`COPY --from=image ${d}/ /`,""].join("\n")),steps:[l],context:[],args:new Map,secrets:[],platform:t,runs:!0,compression:"zstd",epoch:o.mx,annotations:new Map,buildkit:i,reads:[{registry:f,path:u}]}}(e))).get(s)??"",m=(0,r.L)(f);for(let e of void 0===m?["not read: the image has no Python"]:function({code:e,complete:t}){let i=e.map(({package:e,version:t,cubins:i,ptx:r})=>`${[e,t].filter(Boolean).join(" ")}: ${[...i,...r.map(({capability:e})=>`PTX ${e}`)].join(", ")}`),r=0===i.length?["no package has code for GPUs"]:i;return t?r:[...r,"reading took too long, and was ended"]}(m))i.info(e);return m}}};
