FROM python:3.12-slim
WORKDIR /app
COPY lib /app/lib
