"use strict";({ids:[6727],modules:{93793:(function(e,i,t){t.d(i,{G:()=>o,g:()=>n});let n={statement:"application/vnd.in-toto+json",sbom:"application/spdx+json",record:"application/vnd.jobimg.run.v1+json",plan:"application/vnd.jobimg.plan.v1+json",outputs:"application/vnd.jobimg.outputs.v1",measured:"application/vnd.jobimg.gpu-code.v1+json"},o={predicateType:"in-toto.io/predicate-type",description:"org.opencontainers.image.description",title:"org.opencontainers.image.title",run:"dev.jobimg.run",job:"dev.jobimg.job",executable:"dev.jobimg.executable"}}),34661:(function(e,i,t){t.d(i,{L:()=>c,P:()=>l});var n=t(20568),o=t(99368);let a=n.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}$/),r=n.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]{0,199}$/),s=n.YjP().regex(/^\d{1,3}\.\d{1,3}$/),d=n.YjP().regex(/^\d{1,3}\.\d[af]?$/),f=n.Ikc({package:r,version:a.nullable(),cubins:n.YOg(d).max(200),ptx:n.YOg(n.Ikc({capability:d,version:s})).max(200)}),l=n.Ikc({format:n.euz(1),complete:n.zMY(),packages:n.YOg(n.Ikc({name:r,version:a})).max(200),cuda:n.Ikc({torch:s.optional(),tensorflow:s.optional()}),compat:n.YOg(n.Ikc({library:n.YjP().regex(/^\d{1,4}(?:\.\d{1,4}){1,2}$/),cuda:s,drivers:n.YOg(n.Whr().positive().max(1e4)).max(200)})).max(200),code:n.YOg(f).max(200)});function c(e){let i=l.safeParse((0,o.Yf)(e));return i.success?i.data:void 0}}),34523:(function(e,i,t){t.d(i,{LN:()=>d,X9:()=>f,_n:()=>r,v3:()=>l,xh:()=>s});var n=t(48260),o=t(1564),a=t(82587);function r(e,{artifactType:i,layers:t,annotations:o}){let s=l("{}",a.A.empty),d=0===t.length?[s]:t,f=(0,n.dj)({schemaVersion:2,mediaType:a.A.manifest,artifactType:i,config:c(s),layers:d.map(c),subject:c(e),annotations:0===o.size?void 0:o});return{blobs:[...new Map([s,...t].map(e=>[e.digest,e])).values()],manifest:new TextEncoder().encode(f),mediaType:a.A.manifest}}function s(e){let{artifactType:i,annotations:t}=JSON.parse(new TextDecoder().decode(e));return{mediaType:a.A.manifest,digest:(0,o.sc)(e),size:e.length,...void 0===i?{}:{artifactType:i},...void 0===t?{}:{annotations:t}}}function d(e){return e.replace(":","-")}function f(e){let i=[...e].sort((e,i)=>e.digest<i.digest?-1:1),t={schemaVersion:2,mediaType:a.A.index,manifests:i};return new TextEncoder().encode((0,n.dj)(t))}function l(e,i){let t=new TextEncoder().encode(e);return{mediaType:i,digest:(0,o.sc)(t),size:t.length,open:async function*(){yield t}}}function c({mediaType:e,digest:i,size:t,annotations:n}){return{mediaType:e,digest:i,size:t,...void 0===n?{}:{annotations:n}}}}),19829:(function(e,i,t){t.d(i,{m:()=>a});var n=t(93793),o=t(34661);async function a(e,i){for(let{artifactType:t,digest:a}of(await i.referrers(e))){if(t!==n.g.measured)continue;let r={registry:e.registry,path:e.path,digest:a},[s]=(await i.manifest(r)).layers;if(void 0===s||s.size>1048576)continue;let d=(0,o.L)(await async function(e){let i=new TextDecoder,t="";for await(let n of e)t+=i.decode(n,{stream:!0});return t+i.decode()}(await i.blob(r,s)));if(void 0!==d)return d}}}),54148:(function(e,i,t){t.d(i,{u:()=>m});var n=t(34661),o=t(20907),a=t(56072),r=t(77091);let s="gpu-code.json",d="/tmp/jobimg-gpu-code",f="--end--",l={title:"read the files",kind:"shell",offline:!0,run:"",secrets:[],env:new Map,files:[]},c=`set -eu
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
done`;async function m(e,{builder:i,host:t}){let f=(await i.extract(function({image:e,platform:i,buildkit:t}){let n,{registry:s,path:f}=e;return{dockerfile:(n=(0,a.heredocName)(c),[`FROM ${(0,o.nt)(e)} AS image`,'USER 0\nSHELL ["/bin/sh", "-c"]',`RUN --network=none <<'${n}'`,c,n,"FROM scratch",`COPY --from=image ${d}/ /`,""].join("\n")),steps:[l],context:[],args:new Map,secrets:[],platform:i,runs:!0,compression:"zstd",epoch:r.mx,annotations:new Map,buildkit:t,reads:[{registry:s,path:f}]}}(e))).get(s)??"",p=(0,n.L)(f);for(let e of void 0===p?["not read: the image has no Python"]:function({code:e,complete:i}){let t=e.map(({package:e,version:i,cubins:t,ptx:n})=>`${[e,i].filter(Boolean).join(" ")}: ${[...t,...n.map(({capability:e})=>`PTX ${e}`)].join(", ")}`),n=0===t.length?["no package has code for GPUs"]:t;return i?n:[...n,"reading took too long, and was ended"]}(p))t.info(e);return p}}),86727:(function(e,i,t){t.d(i,{Measurements:()=>g});var n=t(65404),o=t(19473),a=t(48260),r=t(34523),s=t(93793),d=t(1564),f=t(44647),l=t(20907),c=t(82587),m=t(58565),p=t(83133),u=t(19829),h=t(54148);class g{#e;#i;#t=(0,n.m)((e,i,t)=>this.#n(e,i,t),({digest:e})=>e);constructor(e,i){this.#e=e,this.#i=i}async add(e,i){if("given"===e.image.kind)return i;let t=new Map;for(let{environment:n}of(0,m.cO)(e.image)){let o=await this.#o(e,i,n);void 0!==o&&t.set((0,f.Lg)(n.build.platform),o)}return 0===t.size?i:{...i,measured:t}}async #o(e,i,t){try{let n=await this.#a(e,i,t);return n&&await this.#t(n,t,this.#r(e,i))}catch(n){if(!(n instanceof o.yo)||(0,o.rV)(n))throw n;let i=(0,f.Lg)(t.build.platform);this.#i.host.info(`${e.job.name}: GPU code for ${i} was not read: ${n.message}`);return}}#r({image:e},i){return!function({made:e,environment:i}){return void 0===i?"built"===e:"built"===i.made}(i)?"found":"index"===e.kind?"perhaps new":"new"}async #a({image:e},{image:i,environment:t},n){if("index"===e.kind)return this.#s((0,p.A)(n).tag);if("environment"===e.kind)return i;let o=t&&(0,l.F2)(t.reference),a=o?.digest??(i&&await this.#d(i));return(0,d.Bc)(a)?{...this.#e,digest:a}:void 0}#s(e){return this.#i.registry.find({...this.#e,tag:e})}async #d(e){return(await this.#i.registry.find(e))?.annotations.get(c.Y.environment)}async #n(e,i,t){let{registry:n,host:o}=this.#i,a="new"===t?void 0:await (0,u.m)(e,n);if(void 0!==a||"found"===t)return a;let{platform:r,buildkit:s}=i.build,d=await o.group("GPU code",()=>(0,h.u)({image:e,platform:r,buildkit:s},this.#i));return void 0!==d&&await this.#f(e,d),d}async #f(e,i){let{registry:t,host:n}=this.#i;try{let n;await t.pushReferrer(e,(n=i.code.map(e=>e.package).join(", ")||"none",{artifactType:s.g.measured,layers:[{...(0,r.v3)((0,a.dj)(i),s.g.measured),annotations:{[s.G.title]:"gpu-code.json"}}],annotations:new Map([[s.G.description,`packages with GPU code: ${n}`]])}))}catch(i){if(!(i instanceof o.yo)||(0,o.rV)(i))throw i;n.info(`it is not kept beside ${e.digest}: ${i.message}`)}}}})}});
