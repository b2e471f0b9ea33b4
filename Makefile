PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.PHONY: help
help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once, well under a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: setup
setup: $(VENV)/installed ## Make .venv with the locked dependencies

.PHONY: lock
lock: ## Pin all dependencies anew, with hashes
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	  --all-extras --group dev --quiet --custom-compile-command "make lock" \
	  --output-file requirements.lock pyproject.toml
