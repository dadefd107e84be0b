FROM --platform=$BUILDPLATFORM docker.io/library/golang@sha256:dd20fe55523c39c19af84fd5e6865a81c32908633188993933ce14f44b5cdb67 AS build
ARG TARGETARCH
COPY main.go .
RUN GOARCH=$TARGETARCH go build -o /app main.go

FROM gcr.io/distroless/static@sha256:1c8a53d2a3e52375affba1daf8ed0173d797c53ebd7331808c207414ebacaccd AS jobimg-own
COPY --from=build /app /app

FROM jobimg-own
ARG SOURCE_DATE_EPOCH
WORKDIR /workspace
