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
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=tmpfs,target=/var/log --mount=type=tmpfs,target=/var/cache --mount=type=tmpfs,target=/var/lib/apt/lists --mount=type=tmpfs,target=/tmp <<'JOBIMG_8a6e097e5d5767ff'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
: > /opt/jobimg-lock/0.txt
command -v apt-get > /dev/null || { echo 'jobimg: the base has no apt-get: "apt" needs a base of Debian or Ubuntu' >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1
mkdir -p /var/log/apt /var/cache/apt/archives/partial /var/lib/apt/lists/partial
set -- -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dpkg::Options::=--force-unsafe-io
if [ -n "${SSL_CERT_FILE:-}" ]; then set -- "$@" -o Acquire::https::CaInfo="$SSL_CERT_FILE"; fi
apt-get "$@" update
apt-get "$@" install -q=1 --simulate --no-install-recommends -- git less > /opt/jobimg-lock/0.txt
apt-get "$@" install -y --no-install-recommends -- git less
rm -f /etc/machine-id /var/lib/dbus/machine-id /etc/ssh/ssh_host_* /var/lib/dpkg/*-old
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
JOBIMG_8a6e097e5d5767ff

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
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=bind,source=src,target=/src <<'JOBIMG_6e78aff8ebdee398'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --quiet --dry-run --report /opt/jobimg-lock/1.json -r /src/requirements.txt
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile -r /src/requirements.txt
JOBIMG_6e78aff8ebdee398

# packages
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_e316e5331d3e24ee'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --quiet --dry-run --report /opt/jobimg-lock/2.json -r /dev/stdin <<'--end--'
tqdm>=4
--end--
JOBIMG_e316e5331d3e24ee

LABEL "org.opencontainers.image.base.digest"="sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63"
LABEL "org.opencontainers.image.base.name"="docker.io/library/python:3.13-slim-bookworm"
USER 1000

FROM scratch
COPY --from=0 /opt/jobimg-lock/ /
