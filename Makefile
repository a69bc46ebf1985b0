# `make run` runs everything on this machine; `make test` checks everything. `make setup` prepares both.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA ?= .nazer

# hazm needs Python 3.12 or 3.13; the newest fitting one is taken, pyenv's included.
PYTHON ?= $(shell for p in python3.13 python3.12 $$(ls -d $$HOME/.pyenv/versions/3.13.*/bin/python $$HOME/.pyenv/versions/3.12.*/bin/python 2>/dev/null | sort -rV) python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip, sqlite3; sys.exit(not ((3, 12) <= sys.version_info < (3, 14) and sqlite3.sqlite_version_info >= (3, 35)))' 2>/dev/null && { echo "$$p"; break; }; done)

.PHONY: setup run test conformance lint format lock translations clean
.DELETE_ON_ERROR:

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Nazer needs Python 3.12 or 3.13 with venv and SQLite 3.35 or newer (hazm, its Persian library, runs on no other)."; \
		echo "Found: $$(python3 --version 2>&1). Install one, for example with 'pyenv install 3.13' or 'apt install python3.12-venv', or name it: make PYTHON=/path/to/python3.13"; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit(not (3, 12) <= sys.version_info < (3, 14))' || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the locked packages into $(VENV) (about a minute) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup
	@$(BIN)/nazer up --port $(PORT) --data $(DATA)

test: setup
	./scripts/find-chromium >/dev/null
	./scripts/find-example-runners || true
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --durations 15 -m "not (faults or alone)"
	$(BIN)/python -m pytest --durations 15 -m "faults or alone"

conformance: setup
	NAZER_CONFORMANCE_EXAMPLES=500 $(BIN)/python -m pytest tests/api/test_conformance.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=clients/python $(BIN)/mypy --strict clients/python/nazer_client.py examples/newspaper/newspaper.py
	$(BIN)/lint-imports --no-cache

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: export CUSTOM_COMPILE_COMMAND = make lock
lock:
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --extra dev --output-file requirements-dev.txt pyproject.toml

# After a sentence was added to a page: write it into the catalogues, translate it there, and run this again.
translations: setup
	$(BIN)/python scripts/update-translations

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build dist
