# One image; api and worker differ by command.
#   docker build -t huiyin .                       CPU
#   docker build -t huiyin:cuda --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 .
#   docker build -t huiyin:pypi --build-arg TORCH_INDEX= .   PyPI's torch, checked by its hashes
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
# A mirror of PyPI, and the index with the build of torch that fits the machine.
ARG PIP_INDEX_URL=https://pypi.org/simple
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_INDEX_URL=${PIP_INDEX_URL} PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/huiyin
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir pip==26.3
COPY requirements-torch.lock ./
COPY docker/requirements.lock docker/requirements-torch.lock ./docker/
# An index has builds of its own under one version. The hashes are those of PyPI's builds (on x86 with
# CUDA, some GB); of another index the version alone is held.
RUN if [ -n "${TORCH_INDEX}" ]; then \
      /opt/venv/bin/pip install --no-cache-dir --index-url "${TORCH_INDEX}" -r requirements-torch.lock; \
    else \
      /opt/venv/bin/pip install --no-cache-dir --require-hashes -r docker/requirements-torch.lock; \
    fi
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r docker/requirements.lock
# The weights are part of the image, not of a volume: they are tied to the heads by hash, so they
# change only when the image does; a new worker starts without a network, on a read-only disk; and
# two workers never convert into the same folder at once.
COPY models models
RUN /opt/venv/bin/python -m models fetch && rm -rf models/weights/downloads

FROM python:${PYTHON}
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/var/lib/huiyin
# Covers are made from titles with a Chinese font, which is found where Debian installs it.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/huiyin --create-home huiyin
WORKDIR /srv/huiyin
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/huiyin/models models
COPY app app
USER 10001
EXPOSE 8000
# For the api; compose gives the worker another one.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/live\", timeout=2)"]
CMD ["python", "-m", "app", "api"]
