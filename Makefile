# The only commands that README and CI name. `make` alone lists them.

VENV := .venv
PY := $(VENV)/bin/python
PIP_VERSION := 26.3  # 25.1 or newer: downloads resume
UV_VERSION := 0.13.9  # only for `make lock`
# PYTHON=...       the interpreter to build .venv from (default: the first of python3.11, python3
#                  that is 3.11 or newer)
# TORCH_INDEX=...  an index with another build of torch; https://download.pytorch.org/whl/cpu
#                  spares a Linux machine without a GPU some GB of CUDA libraries
PYTHON ?= python3.11
LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-package torch

.DEFAULT_GOAL := help
.PHONY: help run check test api worker bench bench-conversation bench-answers bench-search bench-marketing picture fmt models secrets lock clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed  ## set up, then api and worker in one process with a private Redis and PostgreSQL
	@$(PY) -m models fetch
	@exec $(PY) -m app both

check: $(VENV)/.installed  ## set up, then format, lint, types, floors: a minute
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

test: check  ## check, then tests with coverage
	$(PY) -m models fetch
	@# One thread a process: torch in one doesn't take the cores of the others. Tests start
	@# Python some fifty times, so compiled modules are kept, whatever the environment says.
	OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= TEST_TIME_FACTOR=2 \
	  $(PY) -m pytest --cov -n auto --dist worksteal $(ARGS)

api: $(VENV)/.installed  ## one api process; needs REDIS_URL, DATABASE_URL and the secrets, see .env.example
	@exec $(PY) -m app api

worker: $(VENV)/.installed  ## one worker process; the same settings as the api
	@$(PY) -m models fetch
	@exec $(PY) -m app worker

bench: $(VENV)/.installed  ## measure this machine: make bench [TEXTS=file]; the first table of docs/benchmarks.md
	@$(PY) -m models fetch
	@$(PY) -m tests.bench $(if $(TEXTS),--texts "$(TEXTS)") $(ARGS)

bench-conversation: $(VENV)/.installed  ## a week of traffic, compressed, with what goes wrong in a week: [TEXTS=file] [ARGS="--seed 2"]
	@$(PY) -m models fetch
	@$(PY) -m tests.bench.conversation $(if $(TEXTS),--texts "$(TEXTS)") $(ARGS)

bench-answers: $(VENV)/.installed  ## how well shops are answered, graded, and a transcript to read: [ARGS="--split tune"]
	@$(PY) -m models fetch
	@$(PY) -m tests.bench.answers $(ARGS)

bench-search: $(VENV)/.installed  ## how long the search takes for a question, on one thread
	@$(PY) -m models fetch
	@$(PY) -m tests.bench.verification

bench-marketing: $(VENV)/.installed  ## copy, the law, clicks, experiments, recommendation on real data: [ARGS="--only law"]
	@$(PY) -m models fetch
	@$(PY) -m tests.bench.marketing $(ARGS)

picture: $(VENV)/.installed  ## docs/playground.png anew; needs chromium, chromedriver and a Chinese font
	@$(PY) -m models fetch
	@$(PY) -m tests.picture

fmt: $(VENV)/.installed  ## format, and repair what the linter can
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

models: $(if $(DATA),$(VENV)/.installed)  ## retrain what is shipped: make models DATA=dir [ONLY="ctr triclue"]
ifeq ($(strip $(DATA)),)
	@echo "make models needs the folder with the data sets: make models DATA=path" >&2; exit 2
else
	$(PY) -m models fetch
	$(PY) -m models rebuild --data "$(DATA)" $(foreach name,$(ONLY),--only $(name))
endif

# The folder keeps others out; the files in it must be readable for the users of the containers.
secrets:  ## files for docker/compose.secrets.yml, those that are missing: random, or empty to fill in
	@umask 022; mkdir -p -m 700 secrets; \
	for name in cms_api_key wechat_token pseudonym_key redis_password postgres_password; do \
	  test -e "secrets/$$name" || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "secrets/$$name"; \
	done; \
	for name in wechat_secret wechat_aes_key wechat_proxy webhook_secret notify llm_api_key \
	  rerank_api_key; do \
	  test -e "secrets/$$name" || : > "secrets/$$name"; \
	done; \
	ls secrets

lock: $(VENV)/.installed  ## resolve pyproject.toml anew into the lock files, with hashes
	$(PY) -m pip install --quiet uv==$(strip $(UV_VERSION))
	$(PY) -m uv pip compile pyproject.toml $(LOCK_FLAGS) --upgrade --quiet \
	  --extra embedded --extra worker --extra train --extra dev --output-file requirements.lock
	$(PY) -m uv pip compile pyproject.toml $(LOCK_FLAGS) --upgrade --quiet \
	  --extra worker --constraint requirements.lock --output-file docker/requirements.lock
	$(PY) -m uv pip compile requirements-torch.lock --no-config --upgrade --quiet \
	  --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --constraint requirements.lock --output-file docker/requirements-torch.lock

clean:  ## remove .venv and caches; weights and var/ stay
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find app models tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The clone itself is never installed: its packages are imported from here. The stamp is written
# last, so an interrupted installation goes on at the next call, and a whole one is not repeated.
$(VENV)/.installed: requirements.lock requirements-torch.lock
	@set -e; \
	for python in "$(PYTHON)" python3.11 python3; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo "Huiyin needs Python 3.11 or newer; none of $(PYTHON), python3.11, python3 is. Name one: make PYTHON=/path/to/python" >&2; exit 1; \
	fi; \
	if ! $(PY) -m pip --version >/dev/null 2>&1; then \
	  "$$found" -m venv --clear $(VENV) || { echo "$$found could not make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }; \
	fi
	$(PY) -m pip install --quiet --disable-pip-version-check pip==$(strip $(PIP_VERSION))
	$(PY) -m pip install $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -r requirements-torch.lock
	$(PY) -m pip install --require-hashes -r requirements.lock
	@touch $@
