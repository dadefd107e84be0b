# Made by jobimg from the job spec: edit that, not this.

FROM docker.io/pytorch/pytorch@sha256:d381d5c74a90011c02ca3cce24868a65927b154941eb2a678333f59d6daaaf43
ARG SOURCE_DATE_EPOCH
USER 0
ENV LANG="C.UTF-8"
ENV LANGUAGE="C.UTF-8"
ENV LC_ALL="C.UTF-8"
WORKDIR /workspace

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

LABEL "org.opencontainers.image.base.digest"="sha256:d381d5c74a90011c02ca3cce24868a65927b154941eb2a678333f59d6daaaf43"
LABEL "org.opencontainers.image.base.name"="docker.io/pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime"
USER 1000
