FROM --platform=$BUILDPLATFORM docker.io/library/golang@sha256:10ae8c2c7dc154e65a98a64657e328b3d16d3efb6664e24fc276220a29c0345c AS build
ARG TARGETARCH
COPY main.go .
RUN GOARCH=$TARGETARCH go build -o /app main.go

FROM gcr.io/distroless/static@sha256:1b34bcd3fa07a5d035c0cb2ab2c51f317a8adaa9b2efc9d0e6d896a8a2423acf AS jobimg-own
COPY --from=build /app /app

FROM jobimg-own
ARG SOURCE_DATE_EPOCH
WORKDIR /workspace
