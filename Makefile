# Run `make` to see what there is. Setting up happens by itself and is quick the second time.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory

BIN := .venv/bin
PYTHON_SOURCES := rxconfig.py waitlist_app tests $(wildcard alembic benchmarks docs)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export REFLEX_TELEMETRY_ENABLED := false
export REFLEX_CHECK_LATEST_VERSION := false

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(BIN)/.runtime ## Set up, migrate, add sample data to an empty database, and serve on one port
	@$(BIN)/python -m waitlist_app migrate
	@$(BIN)/python -m waitlist_app seed
	@exec $(BIN)/python -m waitlist_app serve

.PHONY: check
check: $(BIN)/.development ## Everything fast: format, lint, types, imports, unit tests
	$(BIN)/ruff format --check $(PYTHON_SOURCES)
	$(BIN)/ruff check $(PYTHON_SOURCES)
	$(BIN)/lint-imports --no-cache
	$(BIN)/pyright
	$(BIN)/pytest -q -m "not browser and not postgresql and not slow"

.PHONY: test
test: $(BIN)/.development ## All tests: both databases and the browser
	@scripts/install-test-tools
	$(BIN)/pytest

.PHONY: race
race: $(BIN)/.development ## Race real processes over both databases, 200 rounds of each race
	@scripts/install-test-tools
	RACE_ROUNDS=200 $(BIN)/pytest tests/races

.PHONY: long
long: $(BIN)/.development ## Walk a million random steps through the engine, and 20,000 through each database
	ENGINE_STEPS=1000000 $(BIN)/pytest tests/engine/test_machine.py
	STORED_STEPS=20000 $(BIN)/pytest tests/repository/test_agreement.py

.PHONY: mutate
mutate: $(BIN)/.development ## Change the engine in one place after the other; its tests must notice (hours)
	scripts/mutate

.PHONY: bench
bench: $(BIN)/.development ## Measure: the engine alone, the replay of real demand, one act as a line grows
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/long_line.py
	$(BIN)/python benchmarks/replay.py

.PHONY: format
format: $(BIN)/.development ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet $(PYTHON_SOURCES)
	$(BIN)/ruff format $(PYTHON_SOURCES)

.PHONY: build
build: $(BIN)/.runtime ## Build the pages, if their sources changed
	@$(BIN)/python -c "from waitlist_app.serving import build_pages; build_pages()"

.PHONY: lock
lock: $(BIN)/.development ## Write the Python and npm lock files again (UPGRADE=1 for newer versions)
	scripts/lock $(if $(UPGRADE),--upgrade)

.PHONY: setup
setup: $(BIN)/.development ## Set up everything for development

.PHONY: clean
clean: ## Remove what was built or installed here; data and settings stay
	rm -rf .venv .web .states .pytest_cache .ruff_cache .hypothesis assets/external build mutants
	find waitlist_app tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@scripts/make-environment

$(BIN)/.runtime: requirements.lock | $(BIN)/python
	@echo "Installing the packages the app needs."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@

$(BIN)/.development: requirements-dev.lock | $(BIN)/python
	@echo "Installing the packages for development."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@ $(BIN)/.runtime
