# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/tensorflow/tensorflow@sha256:19ba04ac6400a2afc630220625eebdecca8c0a995ff4acb42a6e0b38a4f7697e
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV SHELL="/bin/bash"
WORKDIR /code

# files
RUN --mount=type=bind,source=src,target=/src <<'JOBIMG_68ab42fe6c92da74'
set -eu
cp /src/conda_env.yml /code/conda_env.yml
chmod 0644 /code/conda_env.yml
cp /src/polyaxon_setup.sh /code/polyaxon_setup.sh
chmod 0755 /code/polyaxon_setup.sh
JOBIMG_68ab42fe6c92da74

# build 1
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_1762faec8e7314a2'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
set +eu
./polyaxon_setup.sh
JOBIMG_1762faec8e7314a2

# user
RUN <<'JOBIMG_da3418e3d30f3c71'
set -eu
mkdir -p /home/job /code
chmod 0777 /home/job /code
JOBIMG_da3418e3d30f3c71

LABEL "org.opencontainers.image.base.digest"="sha256:19ba04ac6400a2afc630220625eebdecca8c0a995ff4acb42a6e0b38a4f7697e"
LABEL "org.opencontainers.image.base.name"="docker.io/tensorflow/tensorflow:1.4.1-py3"
USER 0
