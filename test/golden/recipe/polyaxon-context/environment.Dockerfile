# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/library/python@sha256:ea59dc550ffd7fa7cb400f9672cfa8ecb593f62c713ef73433a765b32dab4bac
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV SHELL="/bin/bash"
WORKDIR /code

# files
RUN --mount=type=bind,source=src,target=/src <<'JOBIMG_7f602b9fdbc93715'
set -eu
cp /src/src/requirements.txt /code/requirements.txt
chmod 0644 /code/requirements.txt
JOBIMG_7f602b9fdbc93715

# build 1
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_661e4b0dd7ac9fe6'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
set +eu
pip install -r requirements.txt
JOBIMG_661e4b0dd7ac9fe6

# user
RUN <<'JOBIMG_da3418e3d30f3c71'
set -eu
mkdir -p /home/job /code
chmod 0777 /home/job /code
JOBIMG_da3418e3d30f3c71

LABEL "org.opencontainers.image.base.digest"="sha256:ea59dc550ffd7fa7cb400f9672cfa8ecb593f62c713ef73433a765b32dab4bac"
LABEL "org.opencontainers.image.base.name"="docker.io/library/python:3.12-slim"
USER 0
