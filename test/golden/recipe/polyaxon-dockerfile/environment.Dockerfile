FROM docker.io/library/python@sha256:ea59dc550ffd7fa7cb400f9672cfa8ecb593f62c713ef73433a765b32dab4bac AS jobimg-own
WORKDIR /app
COPY lib /app/lib
