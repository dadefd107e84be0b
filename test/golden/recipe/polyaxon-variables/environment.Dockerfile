# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/tensorflow/tensorflow@sha256:19ba04ac6400a2afc630220625eebdecca8c0a995ff4acb42a6e0b38a4f7697e
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
ENV LIMIT="costs \$5"
ENV ROOT="/opt/data"
ENV SHELL="/bin/bash"
ENV PATH="/opt/tools:$PATH"
ENV CACHE="${ROOT}/cache"
WORKDIR /code

# user
RUN <<'JOBIMG_da3418e3d30f3c71'
set -eu
mkdir -p /home/job /code
chmod 0777 /home/job /code
JOBIMG_da3418e3d30f3c71

LABEL "org.opencontainers.image.base.digest"="sha256:19ba04ac6400a2afc630220625eebdecca8c0a995ff4acb42a6e0b38a4f7697e"
LABEL "org.opencontainers.image.base.name"="docker.io/tensorflow/tensorflow:1.4.1-py3"
USER 0
