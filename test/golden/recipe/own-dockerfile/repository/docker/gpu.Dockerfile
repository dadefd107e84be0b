# syntax=docker/dockerfile:1
# check=skip=all
ARG VERSION=22.04
ARG IMAGE=ubuntu:${VERSION}
FROM alpine:3.20 AS tools
RUN <<EOF
FROM nothing
echo $HOME
EOF

FROM --platform=linux/amd64 ${IMAGE} AS run
COPY --from=tools /bin/busybox \
  # a comment
  /bin/busybox
COPY --from=ghcr.io/astral-sh/uv:0.13.8 /uv /bin/
RUN --mount=type=bind,from=busybox:1.36,target=/b true
WORKDIR /app
WORKDIR src
USER worker
FROM run
RUN false
