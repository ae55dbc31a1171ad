# `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DATA ?= demo-data
DEMO_PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench conformance soak docs constraints wheel test-wheel clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.installed ## make .venv with the hub command in it

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "BibHub needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: setup ## load the demo consortium, serve it, print the address
	$(BIN)/hub --data $(DEMO_DATA) demo --port $(DEMO_PORT)

test: $(VENV)/.developing lint ## lint, types, import directions, all fast tests
	$(BIN)/python -m pytest -q -n auto

lint: $(VENV)/.developing ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.developing ## records/s for read, convert, load, end to end (about 3 minutes)
	$(BIN)/python -m benchmarks

conformance: $(VENV)/.developing ## compare with the reference converter (BIBHUB_REFERENCE names its data)
	$(BIN)/python -m pytest -q -m conformance tests/converters

soak: $(VENV)/.developing ## kill -9 in a load of 20,000 records (10 minutes), then an hour of hostile SPARQL
	BIBHUB_KILL_RECORDS=20000 $(BIN)/python -m pytest -q tests/hub/test_kill.py
	$(BIN)/python -m benchmarks.sparql_soak --minutes 60

docs: $(VENV)/.developing ## write docs/mapping.md from the rules
	$(BIN)/python -m converters.bibframe.mapping > docs/mapping.md

constraints: $(VENV)/.developing ## write constraints.txt anew from what is installed
	$(BIN)/python -m pip list --format=freeze --exclude bibhub --exclude pip --exclude setuptools > constraints.txt

# In a copy, so that no compiled module ever lies beside a source, where it would hide every edit.
WHEELS ?= dist
WHEEL_BUILD ?= build/wheel
WHEEL_SOURCES := pyproject.toml setup.py constraints.txt README.md LICENSE hub converters sparql ontologies

wheel: $(VENV)/.installed ## build dist/bibhub-*.whl, its converters compiled for this machine (needs a C compiler; 3 minutes)
	rm -rf $(WHEEL_BUILD)
	mkdir -p $(WHEEL_BUILD)
	cp -R $(WHEEL_SOURCES) $(WHEEL_BUILD)
	find $(WHEEL_BUILD) -name __pycache__ -prune -exec rm -rf {} +
	BIBHUB_COMPILE=1 $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps $(WHEEL_OPTIONS) \
		--wheel-dir $(WHEELS) $(WHEEL_BUILD)
	rm -rf $(WHEEL_BUILD)

test-wheel: $(VENV)/.developing wheel ## build the wheel, compare it with the sources, run all fast tests on it (15 minutes)
	BIBHUB_WHEEL=1 $(BIN)/python -m pytest -q tests/converters/test_compiled_wheel.py
	rm -rf build/tested
	mkdir -p build/tested
	cp -R tests benchmarks docs pyproject.toml Makefile *.md build/tested
	$(BIN)/python -m zipfile -e "$$(ls -t $(WHEELS)/bibhub-*.whl | head -1)" build/tested
	cd build/tested && PYTHONPATH=$$PWD $(abspath $(BIN))/python -m pytest -q -n auto --ignore tests/converters/test_compiled_wheel.py

clean: ## remove what setup and demo made
	rm -rf $(VENV) $(DEMO_DATA) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
