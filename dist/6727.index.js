export const id=6727;export const ids=[6727];export const modules={34661:(e,i,t)=>{t.d(i,{L:()=>c,P:()=>l});var r=t(55491),n=t(99368);let a=r.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}$/),s=r.YjP().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]{0,199}$/),o=r.YjP().regex(/^\d{1,3}\.\d{1,3}$/),f=r.YjP().regex(/^\d{1,3}\.\d[af]?$/),d=r.Ikc({package:s,version:a.nullable(),cubins:r.YOg(f).max(200),ptx:r.YOg(r.Ikc({capability:f,version:o})).max(200)}),l=r.Ikc({format:r.euz(1),complete:r.zMY(),packages:r.YOg(r.Ikc({name:s,version:a})).max(200),cuda:r.Ikc({torch:o.optional(),tensorflow:o.optional()}),compat:r.YOg(r.Ikc({library:r.YjP().regex(/^\d{1,4}(?:\.\d{1,4}){1,2}$/),cuda:o,drivers:r.YOg(r.Whr().positive().max(1e4)).max(200)})).max(200),code:r.YOg(d).max(200)});function c(e){let i=l.safeParse((0,n.Y)(e));return i.success?i.data:void 0}},19829:(e,i,t)=>{t.d(i,{m:()=>a});var r=t(93793),n=t(34661);async function a(e,i){for(let{artifactType:t,digest:a}of(await i.referrers(e))){if(t!==r.g.measured)continue;let s={registry:e.registry,path:e.path,digest:a},[o]=(await i.manifest(s)).layers;if(void 0===o||o.size>1048576)continue;let f=(0,n.L)(await async function(e){let i=new TextDecoder,t="";for await(let r of e)t+=i.decode(r,{stream:!0});return t+i.decode()}(await i.blob(s,o)));if(void 0!==f)return f}}},54148:(e,i,t)=>{t.d(i,{u:()=>m});var r=t(34661),n=t(20907),a=t(56072),s=t(35562);let o="gpu-code.json",f="/tmp/jobimg-gpu-code",d="--end--",l={title:"read the files",kind:"shell",offline:!0,run:"",secrets:[],env:new Map,files:[]},c=`set -eu
mkdir -p ${f}
: > ${f}/${o}
for python in python3 python; do
  if command -v "$python" > /dev/null; then
    "$python" -I -S - / > ${f}/${o} <<'${d}'
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
done`;async function m(e,{builder:i,host:t}){let d=(await i.extract(function({image:e,platform:i,buildkit:t}){var r;let o,{registry:d,path:m}=e;return{dockerfile:(r=e,o=(0,a.heredocName)(c),[`FROM ${(0,n.nt)(r)} AS image`,'USER 0\nSHELL ["/bin/sh", "-c"]',`RUN --network=none <<'${o}'`,c,o,"FROM scratch",`COPY --from=image ${f}/ /`,""].join("\n")),steps:[l],context:[],args:new Map,secrets:[],platform:i,runs:!0,compression:"zstd",epoch:s.mx,annotations:new Map,buildkit:t,reads:[{registry:d,path:m}]}}(e))).get(o)??"",u=(0,r.L)(d);for(let e of void 0===u?["not read: the image has no Python"]:function({code:e,complete:i}){let t=e.map(({package:e,version:i,cubins:t,ptx:r})=>`${[e,i].filter(Boolean).join(" ")}: ${[...t,...r.map(({capability:e})=>`PTX ${e}`)].join(", ")}`),r=0===t.length?["no package has code for GPUs"]:t;return i?r:[...r,"reading took too long, and was ended"]}(u))t.info(e);return u}},86727:(e,i,t)=>{t.d(i,{Measurements:()=>h});var r=t(65404),n=t(19473),a=t(48260),s=t(34523),o=t(93793),f=t(1564),d=t(20907),l=t(82587),c=t(58565),m=t(83133),u=t(19829),p=t(54148);class h{#e;#i;#t=(0,r.m)((e,i,t)=>this.#r(e,i,t),({digest:e})=>e);constructor(e,i){this.#e=e,this.#i=i}async add(e,i){if("given"===e.image.kind)return i;let t=(0,c.Qe)(e.image);try{let r=await this.#n(e,i,t);if(void 0===r)return i;let n=await this.#t(r,t,function({made:e,environment:i}){return void 0===i?"built"===e:"built"===i.made}(i));return void 0===n?i:{...i,measured:n}}catch(t){if(!(t instanceof n.yo)||(0,n.rV)(t))throw t;return this.#i.host.info(`${e.job.name}: GPU code was not read: ${t.message}`),i}}async #n({image:e},{image:i,environment:t},r){if("index"===e.kind)return this.#a((0,m.A)(r).tag);if("environment"===e.kind)return i;let n=t&&(0,d.F2)(t.reference),a=n?.digest??(i&&await this.#s(i));return(0,f.Bc)(a)?{...this.#e,digest:a}:void 0}#a(e){return this.#i.registry.find({...this.#e,tag:e})}async #s(e){return(await this.#i.registry.find(e))?.annotations.get(l.Y.environment)}async #r(e,i,t){let{registry:r,host:n}=this.#i;if(!t)return(0,u.m)(e,r);let{platform:a,buildkit:s}=i.build,o=await n.group("GPU code",()=>(0,p.u)({image:e,platform:a,buildkit:s},this.#i));return void 0!==o&&await this.#o(e,o),o}async #o(e,i){let{registry:t,host:r}=this.#i;try{let r;await t.pushReferrer(e,(r=i.code.map(e=>e.package).join(", ")||"none",{artifactType:o.g.measured,layers:[{...(0,s.v3)((0,a.d)(i),o.g.measured),annotations:{[o.G.title]:"gpu-code.json"}}],annotations:new Map([[o.G.description,`packages with GPU code: ${r}`]])}))}catch(i){if(!(i instanceof n.yo)||(0,n.rV)(i))throw i;r.info(`it is not kept beside ${e.digest}: ${i.message}`)}}}}};
