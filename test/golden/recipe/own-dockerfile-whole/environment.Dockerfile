# syntax=docker.io/docker/dockerfile@sha256:3f77d05a1ba12dd34ba090a33fa145da4ee4b49cfbda2a72d4e35786d1b52be4
#
FROM docker.io/library/python@sha256:480f9347994f479dd20e23c5c68210fb9179cbb46e46d9975e8879d7ff58b824 AS jobimg-own
COPY . /app

FROM jobimg-own
ARG SOURCE_DATE_EPOCH
ENV A="b"
LABEL "team"="vision"
