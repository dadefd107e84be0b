# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/library/python@sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV PATH="/opt/venv/bin:${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
WORKDIR /workspace

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
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=bind,source=src,target=/src <<'JOBIMG_9fff34d160cd020b'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
mkdir -p /opt/jobimg-lock
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
cd /src
/opt/venv/bin/pip install --no-cache-dir --no-compile --quiet --dry-run --report /opt/jobimg-lock/0.json -r /src/requirements.txt
JOBIMG_9fff34d160cd020b

LABEL "org.opencontainers.image.base.digest"="sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63"
LABEL "org.opencontainers.image.base.name"="docker.io/library/python:3.13-slim-bookworm"
USER 1000

FROM scratch
COPY --from=0 /opt/jobimg-lock/ /
