# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/library/python@sha256:cbe742636fb7f11e9ae85f3dc5227b6ff856c901ec24b6f59057f0dc1706febd
ARG SOURCE_DATE_EPOCH
USER 0
ENV CONDA_PREFIX="/opt/conda"
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV PATH="/opt/venv/bin:/opt/conda/bin:${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
WORKDIR /workspace

# environment.yml
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=secret,id=jobimg-conda,target=/run/jobimg/conda.json <<'JOBIMG_d1e56a19e6a19f08'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv /tmp/jobimg-conda
/tmp/jobimg-conda/bin/pip install --quiet --no-cache-dir --no-compile --no-deps --only-binary :all: py-rattler==0.28.0
cat > /tmp/jobimg-conda/conda.py <<'--end--'
import asyncio, hashlib, json, os, re, shutil, sys, traceback
from pathlib import Path
from rattler import (BuildString, Channel, Client, CondaLockedSourcePackage, Config, Gateway, GenericVirtualPackage,
                     LockFile, MatchSpec, PackageName, RepoDataRecord, Subdir, Version, install, solve)
from rattler.package_streaming import download_to_path

os.umask(0o022)
PREFIX, WORK, MIRRORS = Path("/opt/conda"), Path("/tmp/jobimg-conda"), Path("/run/jobimg/conda.json")
META = PREFIX / "conda-meta"

class Refused(Exception):
    """Something for the user to mend."""

def connect():
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    trust = "system" if os.environ.get("SSL_CERT_FILE") or os.path.exists(certificates) else "webpki"
    mirrors = json.loads(MIRRORS.read_text()) if MIRRORS.exists() else {}
    lines = [f"{json.dumps(name)} = [{json.dumps(url)}]" for name, url in sorted(mirrors.items())]
    return Client.from_config(Config.from_toml("\n".join([f'tls-root-certs = "{trust}"', "[mirrors]", *lines])))

def glibc():
    name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else "").partition(" ")
    if name != "glibc":
        raise Refused("the base has no glibc, which conda packages need; choose one of Debian or Ubuntu")
    return version

def virtual_packages(request):
    # Never what the building machine has: its kernel, its processor, its GPU. The C library is the base's.
    have = {"__unix": "0", "__linux": "5.10", "__glibc": glibc(), "__archspec": "1"}
    build = {"__archspec": {"linux-64": "x86_64"}.get(request["platform"], request["platform"].partition("-")[2])}
    return [GenericVirtualPackage(PackageName(name), Version(version), BuildString(build.get(name, "0")))
            for name, version in {**have, **request["virtual"]}.items()]

async def solved(request, client):
    records = await solve(
        [Channel(name) for name in request["channels"]], [MatchSpec(spec) for spec in request["specs"]],
        gateway=Gateway(cache_dir=WORK / "repodata", client=client), platforms=[request["platform"], "noarch"],
        constraints=request["constraints"], virtual_packages=virtual_packages(request), channel_relations="disabled")
    return [package(record) for record in records], []

def locked(request):
    lock = LockFile.from_path(Path(request["lock"]))
    environment = lock.default_environment()
    there = [] if environment is None else environment.platforms()
    platform = next((one for one in there if str(one) == request["platform"]), None)
    if platform is None:
        raise Refused(f"the default environment of the lock is not for {request['platform']}, but for: {', '.join(map(str, there)) or 'nothing'}")
    if any(isinstance(one, CondaLockedSourcePackage) for one in environment.packages(platform) or []):
        raise Refused("the lock has packages that are built from source, which is not supported")
    records = environment.conda_repodata_records_for_platform(platform) or []
    return [package(record) for record in records], environment.pypi_packages_for_platform(platform) or []

def package(record):
    for kind, value in ("sha256", record.sha256), ("md5", record.md5):
        if value:
            return {"name": record.name.normalized, "version": f"{record.version}", "url": record.url, kind: value.hex()}
    raise Refused(f"{record.url} has no hash, so that nobody could tell what is installed")

def requirement(one):
    digest = one.hashes.sha256.hex() if one.hashes and one.hashes.sha256 else None
    if one.location in (".", "./"):
        return print(f"jobimg: {one.name} is the repository itself, which comes later as code")
    if digest is None or "://" not in one.location:
        raise Refused(f"{one.name} of the lock ({one.location}) has no SHA-256 or is a folder: it cannot be installed")
    # By version where an index has it, so that the index of the machine is asked.
    is_pypi = re.search(r"/packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/", one.location)
    target = f"=={one.version}" if is_pypi else f" @ {one.location}"
    return f"{one.name}{target} --hash=sha256:{digest}"

async def fetched(packages, client):
    (WORK / "archives").mkdir()
    turns = asyncio.Semaphore(8)
    async def fetch(one):
        file = WORK / "archives" / one["url"].rsplit("/", 1)[1]
        async with turns:
            await download_to_path(client, one["url"], file)
        kind = "sha256" if "sha256" in one else "md5"
        with open(file, "rb") as content:
            found = hashlib.file_digest(content, kind).hexdigest() if hasattr(hashlib, "file_digest") else hashlib.new(kind, content.read()).hexdigest()
        if found != one[kind]:
            raise Refused(f"{one['url']} has the {kind} {found}, and {one[kind]} was expected")
        return await RepoDataRecord.from_package_archive(file)
    return await asyncio.gather(*map(fetch, packages))

def tidy(packages):
    """No bytecode, which holds file times, and no word on where and when this was installed."""
    urls = {one["url"].rsplit("/", 1)[1]: one["url"] for one in packages}
    for cache in sorted(PREFIX.rglob("__pycache__"), reverse=True):
        shutil.rmtree(cache)
    for name in META.glob("*.json"):
        about = json.loads(name.read_text())
        for key in "extracted_package_dir", "link", "requested_spec", "requested_specs":
            about.pop(key, None)
        url = urls[about["fn"]]
        about.update(url=url, channel=url.rsplit("/", 2)[0] + "/")
        about["files"] = [path for path in about["files"] if not path.endswith(".pyc")]
        about["paths_data"]["paths"] = [one for one in about["paths_data"]["paths"] if not one["_path"].endswith(".pyc")]
        name.write_text(json.dumps(about, indent=2) + "\n")
        name.chmod(0o644)
    (META / "history").write_text("")
    (PREFIX / "CACHEDIR.TAG").unlink(missing_ok=True)
    scripts = [path.name for path in sorted((PREFIX / "bin").glob(".*-post-link.sh"))]
    if scripts:
        print(f"jobimg: these scripts of packages are not run: {', '.join(scripts)}")

async def main(request):
    client = connect()
    if "packages" in request:
        packages, python = [dict(zip(("url", "sha256"), one.split("#"))) for one in request["packages"]], []
    else:
        packages, python = locked(request) if "lock" in request else await solved(request, client)
    packages = sorted(packages, key=lambda one: one["url"])
    if PREFIX.exists():
        raise Refused(f"the base has a {PREFIX} of its own; choose one without, such as image: {{ base: python:3.13-slim-bookworm }}")
    if "answer" in request:
        Path(request["answer"]).write_text(json.dumps(packages))
        return
    for one in packages:
        print(one["url"])
    META.mkdir(parents=True)
    await install(await fetched(packages, client), PREFIX, cache_dir=WORK / "packages", client=client,
                  platform=Subdir(request["platform"]), show_progress=False)
    tidy(packages)
    lines = sorted(filter(None, map(requirement, python)))
    if lines:
        (META / "pip-requirements.txt").write_text("\n".join(lines) + "\n")

def end(code, text=""):
    # Threads of the library may still be at work, and would crash in the ordinary way out.
    sys.stdout.flush()
    print(text, end="", file=sys.stderr, flush=True)
    os._exit(code)

try:
    asyncio.run(main(json.load(sys.stdin)))
except Exception as error:
    # What the solver and the network say is for the user; anything else is a bug and keeps its stack.
    is_said = isinstance(error, (Refused, RuntimeError)) or type(error).__module__ in ("exceptions", "rattler.exceptions")
    end(1, f"jobimg: {error}\n" if is_said else traceback.format_exc())
end(0)
--end--
/tmp/jobimg-conda/bin/python /tmp/jobimg-conda/conda.py <<'--end--'
{
  "platform": "linux-64",
  "channels": [
    "conda-forge"
  ],
  "specs": [
    "numpy >=2"
  ],
  "constraints": [
    "python 3.12.*"
  ],
  "virtual": {},
  "answer": "/opt/jobimg-lock/0.json"
}
--end--
rm -rf /tmp/jobimg-conda
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv /tmp/jobimg-conda
/tmp/jobimg-conda/bin/pip install --quiet --no-cache-dir --no-compile --no-deps --only-binary :all: py-rattler==0.28.0
cat > /tmp/jobimg-conda/conda.py <<'--end--'
import asyncio, hashlib, json, os, re, shutil, sys, traceback
from pathlib import Path
from rattler import (BuildString, Channel, Client, CondaLockedSourcePackage, Config, Gateway, GenericVirtualPackage,
                     LockFile, MatchSpec, PackageName, RepoDataRecord, Subdir, Version, install, solve)
from rattler.package_streaming import download_to_path

os.umask(0o022)
PREFIX, WORK, MIRRORS = Path("/opt/conda"), Path("/tmp/jobimg-conda"), Path("/run/jobimg/conda.json")
META = PREFIX / "conda-meta"

class Refused(Exception):
    """Something for the user to mend."""

def connect():
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    trust = "system" if os.environ.get("SSL_CERT_FILE") or os.path.exists(certificates) else "webpki"
    mirrors = json.loads(MIRRORS.read_text()) if MIRRORS.exists() else {}
    lines = [f"{json.dumps(name)} = [{json.dumps(url)}]" for name, url in sorted(mirrors.items())]
    return Client.from_config(Config.from_toml("\n".join([f'tls-root-certs = "{trust}"', "[mirrors]", *lines])))

def glibc():
    name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else "").partition(" ")
    if name != "glibc":
        raise Refused("the base has no glibc, which conda packages need; choose one of Debian or Ubuntu")
    return version

def virtual_packages(request):
    # Never what the building machine has: its kernel, its processor, its GPU. The C library is the base's.
    have = {"__unix": "0", "__linux": "5.10", "__glibc": glibc(), "__archspec": "1"}
    build = {"__archspec": {"linux-64": "x86_64"}.get(request["platform"], request["platform"].partition("-")[2])}
    return [GenericVirtualPackage(PackageName(name), Version(version), BuildString(build.get(name, "0")))
            for name, version in {**have, **request["virtual"]}.items()]

async def solved(request, client):
    records = await solve(
        [Channel(name) for name in request["channels"]], [MatchSpec(spec) for spec in request["specs"]],
        gateway=Gateway(cache_dir=WORK / "repodata", client=client), platforms=[request["platform"], "noarch"],
        constraints=request["constraints"], virtual_packages=virtual_packages(request), channel_relations="disabled")
    return [package(record) for record in records], []

def locked(request):
    lock = LockFile.from_path(Path(request["lock"]))
    environment = lock.default_environment()
    there = [] if environment is None else environment.platforms()
    platform = next((one for one in there if str(one) == request["platform"]), None)
    if platform is None:
        raise Refused(f"the default environment of the lock is not for {request['platform']}, but for: {', '.join(map(str, there)) or 'nothing'}")
    if any(isinstance(one, CondaLockedSourcePackage) for one in environment.packages(platform) or []):
        raise Refused("the lock has packages that are built from source, which is not supported")
    records = environment.conda_repodata_records_for_platform(platform) or []
    return [package(record) for record in records], environment.pypi_packages_for_platform(platform) or []

def package(record):
    for kind, value in ("sha256", record.sha256), ("md5", record.md5):
        if value:
            return {"name": record.name.normalized, "version": f"{record.version}", "url": record.url, kind: value.hex()}
    raise Refused(f"{record.url} has no hash, so that nobody could tell what is installed")

def requirement(one):
    digest = one.hashes.sha256.hex() if one.hashes and one.hashes.sha256 else None
    if one.location in (".", "./"):
        return print(f"jobimg: {one.name} is the repository itself, which comes later as code")
    if digest is None or "://" not in one.location:
        raise Refused(f"{one.name} of the lock ({one.location}) has no SHA-256 or is a folder: it cannot be installed")
    # By version where an index has it, so that the index of the machine is asked.
    is_pypi = re.search(r"/packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/", one.location)
    target = f"=={one.version}" if is_pypi else f" @ {one.location}"
    return f"{one.name}{target} --hash=sha256:{digest}"

async def fetched(packages, client):
    (WORK / "archives").mkdir()
    turns = asyncio.Semaphore(8)
    async def fetch(one):
        file = WORK / "archives" / one["url"].rsplit("/", 1)[1]
        async with turns:
            await download_to_path(client, one["url"], file)
        kind = "sha256" if "sha256" in one else "md5"
        with open(file, "rb") as content:
            found = hashlib.file_digest(content, kind).hexdigest() if hasattr(hashlib, "file_digest") else hashlib.new(kind, content.read()).hexdigest()
        if found != one[kind]:
            raise Refused(f"{one['url']} has the {kind} {found}, and {one[kind]} was expected")
        return await RepoDataRecord.from_package_archive(file)
    return await asyncio.gather(*map(fetch, packages))

def tidy(packages):
    """No bytecode, which holds file times, and no word on where and when this was installed."""
    urls = {one["url"].rsplit("/", 1)[1]: one["url"] for one in packages}
    for cache in sorted(PREFIX.rglob("__pycache__"), reverse=True):
        shutil.rmtree(cache)
    for name in META.glob("*.json"):
        about = json.loads(name.read_text())
        for key in "extracted_package_dir", "link", "requested_spec", "requested_specs":
            about.pop(key, None)
        url = urls[about["fn"]]
        about.update(url=url, channel=url.rsplit("/", 2)[0] + "/")
        about["files"] = [path for path in about["files"] if not path.endswith(".pyc")]
        about["paths_data"]["paths"] = [one for one in about["paths_data"]["paths"] if not one["_path"].endswith(".pyc")]
        name.write_text(json.dumps(about, indent=2) + "\n")
        name.chmod(0o644)
    (META / "history").write_text("")
    (PREFIX / "CACHEDIR.TAG").unlink(missing_ok=True)
    scripts = [path.name for path in sorted((PREFIX / "bin").glob(".*-post-link.sh"))]
    if scripts:
        print(f"jobimg: these scripts of packages are not run: {', '.join(scripts)}")

async def main(request):
    client = connect()
    if "packages" in request:
        packages, python = [dict(zip(("url", "sha256"), one.split("#"))) for one in request["packages"]], []
    else:
        packages, python = locked(request) if "lock" in request else await solved(request, client)
    packages = sorted(packages, key=lambda one: one["url"])
    if PREFIX.exists():
        raise Refused(f"the base has a {PREFIX} of its own; choose one without, such as image: {{ base: python:3.13-slim-bookworm }}")
    if "answer" in request:
        Path(request["answer"]).write_text(json.dumps(packages))
        return
    for one in packages:
        print(one["url"])
    META.mkdir(parents=True)
    await install(await fetched(packages, client), PREFIX, cache_dir=WORK / "packages", client=client,
                  platform=Subdir(request["platform"]), show_progress=False)
    tidy(packages)
    lines = sorted(filter(None, map(requirement, python)))
    if lines:
        (META / "pip-requirements.txt").write_text("\n".join(lines) + "\n")

def end(code, text=""):
    # Threads of the library may still be at work, and would crash in the ordinary way out.
    sys.stdout.flush()
    print(text, end="", file=sys.stderr, flush=True)
    os._exit(code)

try:
    asyncio.run(main(json.load(sys.stdin)))
except Exception as error:
    # What the solver and the network say is for the user; anything else is a bug and keeps its stack.
    is_said = isinstance(error, (Refused, RuntimeError)) or type(error).__module__ in ("exceptions", "rattler.exceptions")
    end(1, f"jobimg: {error}\n" if is_said else traceback.format_exc())
end(0)
--end--
/tmp/jobimg-conda/bin/python /tmp/jobimg-conda/conda.py <<'--end--'
{
  "platform": "linux-64",
  "channels": [
    "conda-forge"
  ],
  "specs": [
    "numpy >=2"
  ],
  "constraints": [
    "python 3.12.*"
  ],
  "virtual": {}
}
--end--
rm -rf /tmp/jobimg-conda
JOBIMG_d1e56a19e6a19f08

# python
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_c1b018b68c00dd76'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PYTHONDONTWRITEBYTECODE=1
python3 -m venv --system-site-packages /opt/venv
find /opt/venv -name __pycache__ -type d -prune -exec rm -rf {} +
PYTHONHASHSEED=0 /opt/venv/bin/python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv/lib 2> /dev/null || true
if [ -x /opt/conda/bin/python3 ]; then
  /opt/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$(/opt/conda/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/jobimg.pth"
fi
JOBIMG_c1b018b68c00dd76

# environment.yml (pip)
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=bind,source=src,target=/src <<'JOBIMG_438622b0437d88c2'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --quiet --dry-run --report /opt/jobimg-lock/1.json -r /dev/stdin <<'--end--'
--extra-index-url https://pypi.example.com/simple
-r /src/more.txt
six
--end--
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile -r /dev/stdin <<'--end--'
--extra-index-url https://pypi.example.com/simple
-r /src/more.txt
six
--end--
JOBIMG_438622b0437d88c2

# packages
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_bb77d55e99f8e6e7'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --quiet --dry-run --report /opt/jobimg-lock/2.json -r /dev/stdin <<'--end--'
rich
--end--
JOBIMG_bb77d55e99f8e6e7

LABEL "org.opencontainers.image.base.digest"="sha256:cbe742636fb7f11e9ae85f3dc5227b6ff856c901ec24b6f59057f0dc1706febd"
LABEL "org.opencontainers.image.base.name"="docker.io/library/python:3.12-slim-bookworm"
USER 1000

FROM scratch
COPY --from=0 /opt/jobimg-lock/ /
