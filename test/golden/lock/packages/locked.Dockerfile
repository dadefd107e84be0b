# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/library/python@sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV PATH="/opt/venv/bin:${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
WORKDIR /workspace

# apt
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=tmpfs,target=/var/log --mount=type=tmpfs,target=/var/cache --mount=type=tmpfs,target=/var/lib/apt/lists --mount=type=tmpfs,target=/tmp <<'JOBIMG_763839a616c50162'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
command -v apt-get > /dev/null || { echo 'jobimg: the base has no apt-get: "apt" needs a base of Debian or Ubuntu' >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1
mkdir -p /var/log/apt /var/cache/apt/archives/partial /var/lib/apt/lists/partial
set -- -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dpkg::Options::=--force-unsafe-io
if [ -n "${SSL_CERT_FILE:-}" ]; then set -- "$@" -o Acquire::https::CaInfo="$SSL_CERT_FILE"; fi
apt-get "$@" update
apt-get "$@" install -y --no-install-recommends -- git=1:2.39.5-0+deb12u2 less=590-2.1~deb12u2 libc6:i386=2.36-9+deb12u13 perl-base=5.36.0-7+deb12u3 || { echo 'jobimg: a version that jobimg.lock names cannot be installed any more; run "jobimg lock" to move on' >&2; exit 1; }
rm -f /etc/machine-id /var/lib/dbus/machine-id /etc/ssh/ssh_host_* /var/lib/dpkg/*-old
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
JOBIMG_763839a616c50162

# python
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_cf00687888821918'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PYTHONDONTWRITEBYTECODE=1
python3 -m venv --system-site-packages /opt/venv
find /opt/venv -name __pycache__ -type d -prune -exec rm -rf {} +
PYTHONHASHSEED=0 /opt/venv/bin/python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv/lib 2> /dev/null || true
JOBIMG_cf00687888821918

# requirements.txt
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_b15efde8602bd967'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --no-deps --require-hashes -r /dev/stdin <<'--end--'
--extra-index-url https://wheels.example.org/simple
numpy==2.3.1 --hash=sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
torch==2.7.1 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
widgets @ https://files.example.org/widgets-1.0-py3-none-any.whl --hash=sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
--end--
/opt/venv/bin/pip install --no-cache-dir --no-compile --no-deps -r /dev/stdin <<'--end--'
--extra-index-url https://wheels.example.org/simple
helpers @ git+https://git.example.org/acme/helpers@dddddddddddddddddddddddddddddddddddddddd
--end--
JOBIMG_b15efde8602bd967

# packages
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_2eb7ed1811d64b02'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --no-deps --require-hashes -r /dev/stdin <<'--end--'
tqdm==4.67.1 --hash=sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
--end--
JOBIMG_2eb7ed1811d64b02

# bytecode
RUN <<'JOBIMG_242d9f2f41a38c02'
set -eu
PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 /opt/venv/bin/python - /opt/venv/lib <<'--end--' || echo 'jobimg: bytecode is not complete' >&2
# Compiles the Python files below the folders in the arguments, on all cores.
import os, sys
from compileall import compile_dir
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from py_compile import PycInvalidationMode

FILES = 200
UNCHECKED_HASH = (1).to_bytes(4, "little")


def is_compiled(file):
    """Whether there is bytecode of just this text, as there is of what was installed before the packages."""
    try:
        with open(cache_from_source(file), "rb") as bytecode, open(file, "rb") as text:
            return bytecode.read(16) == MAGIC_NUMBER + UNCHECKED_HASH + source_hash(text.read())
    except OSError:
        return False


def batches():
    """Folders with some hundred files to compile: a function of the files alone, whatever machine this is."""
    batch, size = [], 0
    for root in sys.argv[1:]:
        for folder, below, files in os.walk(root):
            below[:] = sorted(name for name in below if name != "__pycache__")
            paths = [os.path.join(folder, name) for name in files if name.endswith(".py")]
            if all(map(is_compiled, paths)):
                continue
            batch.append(folder)
            size += len(paths)
            if size >= FILES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def start(batch):
    """What was compiled before in a process shows in the bytes, so each batch has a process of its own."""
    process = os.fork()
    if process != 0:
        return process
    for folder in batch:
        # Packages hold files on purpose that are no valid Python: what they return is no error.
        compile_dir(folder, maxlevels=0, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    os._exit(0)


def wait():
    process, status = os.wait()
    batch = running.pop(process)
    if status != 0:
        print(f"jobimg: not all of {batch[0]} to {batch[-1]} is compiled: status {status}", file=sys.stderr)


cores = len(os.sched_getaffinity(0))
running = {}
for batch in list(batches()):
    if len(running) == cores:
        wait()
    running[start(batch)] = batch
while running:
    wait()
--end--
JOBIMG_242d9f2f41a38c02

# user
RUN <<'JOBIMG_5ab289706c915f79'
set -eu
if ! grep -q '^[^:]*:[^:]*:1000:' /etc/passwd; then
  grep -q '^[^:]*:[^:]*:1000:' /etc/group || echo 'job:x:1000:' >> /etc/group
  name=job
  if grep -q '^job:' /etc/passwd; then name=jobimg; fi
  shell=$(command -v bash || echo /bin/sh)
  echo "$name:x:1000:1000::/home/job:$shell" >> /etc/passwd
fi
mkdir -p /home/job /workspace
chmod 0777 /home/job /workspace
JOBIMG_5ab289706c915f79

LABEL "org.opencontainers.image.base.digest"="sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63"
LABEL "org.opencontainers.image.base.name"="docker.io/library/python:3.13-slim-bookworm"
USER 1000
