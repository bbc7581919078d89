# Everything a developer runs. `make setup` needs Python 3.11 to 3.13 with its venv module, and make.
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-browser crash fuzz check bench golden lock docs web screenshots site clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.ready-bench
SITE_READY := $(VENV)/.ready-site
LOOPS := src/mien/engine/mesh/compiled.pyx

# The first interpreter that mien supports; `make setup PYTHON=/path/to/python` names another.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c '$(SUPPORTED)' 2>/dev/null && echo $$name && break; done)

# uv is fast; where it cannot reach the registry (a proxy, a mirror), pip knows the machine's own settings.
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) || $(BIN)/python -m pip install --quiet $(1)
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## Build .venv from the lock files, with mien installed in it

$(READY): pyproject.toml hatch_build.py $(LOOPS) requirements/setup.txt requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed; on Debian: apt install python3 python3-venv" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/setup.txt
	$(call INSTALL,--require-hashes --requirement requirements/dev.txt)
	$(call INSTALL,--no-deps --no-build-isolation --editable .)
	@touch $@

$(BENCH_READY): $(READY) requirements/bench.txt
	$(call INSTALL,--require-hashes --no-build-isolation --requirement requirements/bench.txt)
	@touch $@

$(SITE_READY): $(READY) requirements/docs.txt
	$(call INSTALL,--require-hashes --requirement requirements/docs.txt)
	@touch $@

demo: $(READY)  ## Start the service, send it one request, save source | target | result as a PNG
	@$(BIN)/python tools/demo.py

serve: $(READY)  ## Start the service on this machine
	$(BIN)/mien serve

test: $(READY)  ## Run every test
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

test-browser: $(READY)  ## Test the page in Chromium (on Debian: apt install chromium)
	$(BIN)/python -m pytest -m browser tests/browser

crash: $(READY)  ## Kill whatever runs, again and again, and look for what was lost (14 minutes)
	$(BIN)/python -m pytest tests/crash -p no:randomly -s --crash-jobs 200 --crash-points 100 --crash-timed

fuzz: $(READY)  ## Make 2,000 calls up from the description of the API, on each database
	$(BIN)/python -m pytest tests/fuzz -p no:randomly -s --fuzz-cases 2000

check: $(READY)  ## Lint, format, types, layers, and that the documents say what the code does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit/test_documents.py tests/docs/test_links.py tests/docs/test_blocks.py -k "not document_run"

bench: $(BENCH_READY)  ## Measure speed and identity, and print the tables
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

golden: $(READY)  ## Write the golden pictures of the tests anew
	$(BIN)/python -m pytest tests/golden --golden-update

docs: $(READY)  ## Write the parts of docs/ that come from the code
	$(BIN)/python tools/write_docs.py
	$(BIN)/python tools/write_plots.py

screenshots: $(READY)  ## Write docs/screenshots/ anew, with Chromium
	$(BIN)/python tools/screenshots.py

# Node 20 or later and npm; only who changes the page needs them.
WEB_READY := web/node_modules/.package-lock.json

$(WEB_READY): web/package.json web/package-lock.json
	cd web && npm ci
	@touch $@

web: $(WEB_READY)  ## Check and build the page at / (web/src to src/mien/api/page)
	cd web && npm run check && npm run build

site: $(SITE_READY)  ## Build the site of the documents into site/; any lost link is an error
	@# Material is kept until May 2027; its successor, Zensical, does not know hooks yet.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock:  ## Resolve the dependencies anew and write requirements/*.txt (after `make setup`)
	$(LOCK) pyproject.toml --output-file requirements/run.txt
	$(LOCK) pyproject.toml --extra postgres --group test --group check --constraint requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt
	$(LOCK) --group docs --constraint requirements/dev.txt --output-file requirements/docs.txt
	$(LOCK) --group setup --output-file requirements/setup.txt

clean:  ## Remove what was built here (not your data)
	rm -rf $(VENV) web/node_modules dist out site .golden .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
