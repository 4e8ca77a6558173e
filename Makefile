# The workflow, executable. Two commands are enough on a machine with Python 3.11 or newer and make:
#
#   make run     install into .venv, start the daemon on config.toml
#   make test    install what development needs, run every test
#
# Each target installs what it needs first; stamp files keep the second call quick. `make help` lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is new enough. Another one: make PYTHON=/path/to/python3 ...
PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; \
	done),python3)
VENV ?= .venv
BIN := $(VENV)/bin

# Global options of the command, for `run` and `demo`: make run AGGREGATOR_ARGS="--config other.toml"
AGGREGATOR_ARGS ?=
# How many test processes, and whatever else pytest takes: make test JOBS=0 PYTEST_ARGS="tests/demo -x"
JOBS ?= auto
PYTEST_ARGS ?=
# The tests that hold the documents, the packaging and the map of the house to the code.
CHECK_TESTS := $(addprefix tests/test_,docs.py readme.py packaging.py docker.py architecture.py lazy_imports.py)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# From the lock file everything, hash by hash; then this project alone, with the build tool just installed.
define install
$(PIP) install --require-hashes --requirement $(1)
$(PIP) install --no-deps --no-build-isolation --editable .
@# As pip does for what is not editable: where Python writes no bytecode, every start would compile all of it.
$(BIN)/python -m compileall -q aggregator
@touch $@
endef

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: run
run: $(VENV)/.run config.toml  ## start the daemon on config.toml (AGGREGATOR_ARGS="--config other.toml")
	$(BIN)/aggregator $(AGGREGATOR_ARGS) run

# Where there is none yet, the one that ships: nothing has to be written before the first start.
config.toml: | $(VENV)/.run
	$(BIN)/aggregator init

.PHONY: demo
demo: $(VENV)/.run  ## watch it work on bundled feeds, offline, in seconds
	$(BIN)/aggregator $(AGGREGATOR_ARGS) demo

.PHONY: test
test: $(VENV)/.dev  ## run every test (JOBS=0 for one process, PYTEST_ARGS="tests/demo -x")
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/.dev  ## lint, format, types, Dockerfile, and whether the docs still match the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m pytest -q $(CHECK_TESTS)

.PHONY: format
format: $(VENV)/.dev  ## let ruff put right what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: docs
docs: $(VENV)/.dev  ## write the generated pages of docs/reference again
	$(BIN)/python docs/generate.py

.PHONY: bench
bench: $(VENV)/.dev  ## measure again what the README says about speed (minutes)
	@for script in $(sort $(wildcard benchmarks/[a-z]*.py)); do \
		echo "== $$script"; $(BIN)/python $$script || exit 1; done

# Resolved with the oldest Python supported: what only old Pythons need must be in the lock files too, and a
# newer Python passes over it. No registry's address is written: installers bring their own.
COMPILE := build/constraints/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	--build-deps-for=editable --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: constraints
constraints:  ## pin the newest allowed versions again, with hashes (needs Python 3.11)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "constraints are resolved with Python 3.11: make constraints PYTHON=python3.11")'
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/pip --disable-pip-version-check --quiet install 'pip-tools>=7.6'
	CUSTOM_COMPILE_COMMAND="make constraints" $(COMPILE) --output-file=constraints/run.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make constraints" $(COMPILE) --extra=dev --extra=notify --constraint=constraints/run.txt \
		--output-file=constraints/dev.txt pyproject.toml

.PHONY: clean
clean:  ## remove .venv, builds and caches; never a database or a configuration
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find aggregator tests benchmarks docs -name __pycache__ -type d -exec rm -rf {} +

# A half-made environment is worse than none: whatever fails here takes it away again.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, and this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.run: constraints/run.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(call install,constraints/run.txt)

# What development needs includes what a run needs, at the same versions.
$(VENV)/.dev: constraints/dev.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(call install,constraints/dev.txt)
	@touch $(VENV)/.run
