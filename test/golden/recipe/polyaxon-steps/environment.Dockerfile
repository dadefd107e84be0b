# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/tensorflow/tensorflow@sha256:19ba04ac6400a2afc630220625eebdecca8c0a995ff4acb42a6e0b38a4f7697e
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV MY_ENV_VAR_KEY1="MY_ENV_VAR_VALUE1"
ENV MY_ENV_VAR_KEY2="MY_ENV_VAR_VALUE2"
ENV SHELL="/bin/bash"
WORKDIR /code

# build 1
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf <<'JOBIMG_2b45b66a6606f961'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
set +eu
pip install scikit-learn
JOBIMG_2b45b66a6606f961

# user
RUN <<'JOBIMG_da3418e3d30f3c71'
set -eu
mkdir -p /home/job /code
chmod 0777 /home/job /code
JOBIMG_da3418e3d30f3c71

LABEL "org.opencontainers.image.base.digest"="sha256:19ba04ac6400a2afc630220625eebdecca8c0a995ff4acb42a6e0b38a4f7697e"
LABEL "org.opencontainers.image.base.name"="docker.io/tensorflow/tensorflow:1.4.1-py3"
USER 0
