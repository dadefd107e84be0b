# syntax=docker.io/docker/dockerfile@sha256:3f77d05a1ba12dd34ba090a33fa145da4ee4b49cfbda2a72d4e35786d1b52be4
#
ARG VERSION=22.04
ARG IMAGE=ubuntu:${VERSION}
FROM docker.io/library/alpine@sha256:75be9c490b21b793193f47be0daf1e1ba283c3a002c8e84091e2c871cc49f219 AS tools
RUN <<EOF
FROM nothing
echo $HOME
EOF

FROM --platform=linux/amd64 docker.io/library/ubuntu@sha256:eaaca2df1c1ccb9930f884c1e7dff58178e9cc06e310dfe6c07d8b11ac2e9764 AS run
COPY --from=tools /bin/busybox \
  # a comment
  /bin/busybox
COPY --from=ghcr.io/astral-sh/uv@sha256:aacd81ce9592712cf5f9b24b391f9dd30a8ac60890827b69eea311e52f3d2eb2 /uv /bin/
RUN --mount=type=bind,from=docker.io/library/busybox@sha256:d55432289a2f69dad7e00346d00e8d4df4d0053a44dffb3f8cf463f6e3fb4b04,target=/b true
WORKDIR /app
WORKDIR src
USER worker
FROM run
RUN false
