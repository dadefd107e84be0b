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
