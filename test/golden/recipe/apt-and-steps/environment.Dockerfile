# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/library/ubuntu@sha256:eaaca2df1c1ccb9930f884c1e7dff58178e9cc06e310dfe6c07d8b11ac2e9764
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV PATH="/opt/venv/bin:${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
WORKDIR /app

# apt
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=tmpfs,target=/var/log --mount=type=tmpfs,target=/var/cache --mount=type=tmpfs,target=/var/lib/apt/lists --mount=type=tmpfs,target=/tmp <<'JOBIMG_9c9589920d855a73'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
command -v apt-get > /dev/null || { echo 'jobimg: the base has no apt-get: "apt" needs a base of Debian or Ubuntu' >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1
mkdir -p /var/log/apt /var/cache/apt/archives/partial /var/lib/apt/lists/partial
set -- -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dpkg::Options::=--force-unsafe-io
if [ -n "${SSL_CERT_FILE:-}" ]; then set -- "$@" -o Acquire::https::CaInfo="$SSL_CERT_FILE"; fi
apt-get "$@" update
apt-get "$@" install -y --no-install-recommends -- ffmpeg git libsndfile1
rm -f /etc/machine-id /var/lib/dbus/machine-id /etc/ssh/ssh_host_* /var/lib/dpkg/*-old
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
JOBIMG_9c9589920d855a73

# python from apt
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=tmpfs,target=/var/log --mount=type=tmpfs,target=/var/cache --mount=type=tmpfs,target=/var/lib/apt/lists --mount=type=tmpfs,target=/tmp <<'JOBIMG_bd0023a91bcde01c'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PYTHONDONTWRITEBYTECODE=1
if python3 -c 'import ensurepip, venv' 2> /dev/null; then exit 0; fi
command -v apt-get > /dev/null || { echo 'jobimg: the base has no apt-get: it also has no Python with "venv"; choose another one, such as image: { base: python:3.13-slim-bookworm }' >&2; exit 1; }
echo 'jobimg: the base has no Python with venv, it gets the one of its distribution'
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1
mkdir -p /var/log/apt /var/cache/apt/archives/partial /var/lib/apt/lists/partial
set -- -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dpkg::Options::=--force-unsafe-io
if [ -n "${SSL_CERT_FILE:-}" ]; then set -- "$@" -o Acquire::https::CaInfo="$SSL_CERT_FILE"; fi
apt-get "$@" update
apt-get "$@" install -y --no-install-recommends -- python3 python3-venv
rm -f /etc/machine-id /var/lib/dbus/machine-id /etc/ssh/ssh_host_* /var/lib/dpkg/*-old
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
JOBIMG_bd0023a91bcde01c

# python
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_7cd6f91339b27767'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PYTHONDONTWRITEBYTECODE=1
python=python3
have=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2], "%d.%d.%d" % sys.version_info[:3])')
case "$have" in
  "3.12 "*) ;;
  *)
    echo "jobimg: the base has Python ${have#* }, and 3.12 is asked for: it comes from uv"
    python3 -m venv /tmp/jobimg-uv
    /tmp/jobimg-uv/bin/pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check uv==0.13.8
    export UV_PYTHON_INSTALL_DIR=/opt/python UV_NO_CACHE=1 UV_NO_PROGRESS=1
    /tmp/jobimg-uv/bin/uv python install --no-bin 3.12 || {
      echo 'jobimg: Python 3.12 could not be fetched; choose a base that has it, such as image: { base: python:3.12-slim-bookworm }' >&2
      exit 1
    }
    python=$(/tmp/jobimg-uv/bin/uv python find --no-project --managed-python 3.12)
    rm -rf /tmp/jobimg-uv
    ;;
esac
"$python" -m venv --system-site-packages /opt/venv
find /opt/venv -name __pycache__ -type d -prune -exec rm -rf {} +
PYTHONHASHSEED=0 /opt/venv/bin/python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv/lib 2> /dev/null || true
JOBIMG_7cd6f91339b27767

# build 1
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=secret,id=HF_TOKEN,target=/run/secrets/HF_TOKEN,required=true --mount=type=secret,id=NETRC,target=/root/.netrc,required=true <<'JOBIMG_52be7df29d7dfead'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
HF_TOKEN="$(cat /run/secrets/HF_TOKEN)"; export HF_TOKEN
# comes first
echo <<EOF "[--mount=x]" \\
curl --fail https://example.org | sh
JOBIMG_52be7df29d7dfead

# build 2
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=secret,id=HF_TOKEN,target=/run/secrets/HF_TOKEN,required=true <<'JOBIMG_6498013a2370322d'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
HF_TOKEN="$(cat /run/secrets/HF_TOKEN)"; export HF_TOKEN
MODE='it'\''s $1'; export MODE
make model
JOBIMG_6498013a2370322d

# user
RUN <<'JOBIMG_e680d410632eb6ce'
set -eu
mkdir -p /home/job /app
chmod 0777 /home/job /app
JOBIMG_e680d410632eb6ce

LABEL "org.opencontainers.image.base.digest"="sha256:eaaca2df1c1ccb9930f884c1e7dff58178e9cc06e310dfe6c07d8b11ac2e9764"
LABEL "org.opencontainers.image.base.name"="docker.io/library/ubuntu:24.04"
USER 0
