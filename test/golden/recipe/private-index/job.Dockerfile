# Made by jobimg from the job spec: edit that, not this.

FROM registry.example.org/demo@sha256:ba5285161ba6eed0085fb13784ce5c92f70ebc268b94fd66aa1d68a32884204d
ARG SOURCE_DATE_EPOCH
USER 0
COPY --link --chmod=a+rwX ["code/","/workspace/"]

# install
RUN --mount=type=secret,id=jobimg-ca,target=/run/jobimg/ca.pem,mode=0444 --mount=type=secret,id=jobimg-pip,target=/run/jobimg/pip.conf --mount=type=secret,id=jobimg-index,target=/run/jobimg/netrc,required=true <<'JOBIMG_853069087df4cdd6'
set -eu
if [ -s /run/jobimg/ca.pem ]; then for name in PIP_CERT SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do export "$name=/run/jobimg/ca.pem"; done; unset name; fi
if [ -s /run/jobimg/pip.conf ]; then export PIP_CONFIG_FILE=/run/jobimg/pip.conf; fi
export PIP_INDEX_URL=https://packages.acme.example/simple/ UV_DEFAULT_INDEX=https://packages.acme.example/simple/
export PIP_EXTRA_INDEX_URL=https://pypi.org/simple/ UV_INDEX=https://pypi.org/simple/
export NETRC=/run/jobimg/netrc
ask_why() { code=$?; if [ "$code" != 0 ]; then /opt/venv/bin/python -c 'import os; from pip._vendor import requests; print("jobimg: the index answers", requests.get(os.environ["PIP_INDEX_URL"], timeout=30, stream=True).status_code)' 2> /dev/null || true; fi; exit "$code"; }; trap ask_why EXIT
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/opt/venv/bin/pip install --no-cache-dir --no-compile --no-deps .
JOBIMG_853069087df4cdd6

# work directory
RUN <<'JOBIMG_afe1591fc69dec3b'
set -eu
mkdir -p /workspace
chmod 0777 /workspace
JOBIMG_afe1591fc69dec3b

USER 1000
