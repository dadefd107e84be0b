# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/library/python@sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
WORKDIR /workspace

# user
RUN <<'JOBIMG_605ab916b679a84b'
set -eu
mkdir -p /home/job /workspace
chmod 0777 /home/job /workspace
JOBIMG_605ab916b679a84b

LABEL "org.opencontainers.image.base.digest"="sha256:c4c2ed1a0380ecde17f49562ee7e164bcb642484051a51706c2657cab8830b63"
LABEL "org.opencontainers.image.base.name"="docker.io/library/python:3.13-slim-bookworm"
USER 1234:99
