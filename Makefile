PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.PHONY: help
help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(VENV)/installed ## Make .venv with the locked dependencies

$(VENV)/installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV), once; this takes half a minute."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "followup needs Python 3.11 or newer: make PYTHON=python3.11")'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: demo
demo: setup ## See the main job work, from the case to the spend report
	@$(BIN)/followup demo demo-workspace

.PHONY: browser
browser: setup ## Make sure that there is a browser, which the tests of pages need
	@$(BIN)/python -m tests.browser

# The types are checked by one process, which would leave the other processors idle; so the checks run beside the
# tests, and what they say is printed after them.
# Each of the processes would compile all tests anew where the environment keeps Python from writing its bytecode.
.PHONY: test
test: export PYTHONDONTWRITEBYTECODE =
test: browser ## Run all tests, on PostgreSQL again those with a database, and check everything beside them
	@checks=$$(mktemp); \
	make --no-print-directory check >"$$checks" 2>&1 & checking=$$!; \
	trap 'kill $$checking 2>/dev/null; rm -f "$$checks"' EXIT; \
	$(BIN)/python -m pytest -n auto --dist worksteal --durations 15 && \
	$(BIN)/python -m pytest -n auto --dist worksteal --durations 15 --database postgresql tests/services tests/integration; \
	tested=$$?; wait $$checking; checked=$$?; checking=; cat "$$checks"; \
	if [ $$checked != 0 ]; then echo "make check failed: see above"; fi; \
	[ $$tested = 0 ] && [ $$checked = 0 ]

.PHONY: pictures
pictures: browser ## Make the pictures of reports in docs/ anew, from half a year at a shop
	@$(BIN)/python -m tests.pictures

.PHONY: docs
docs: setup ## Make the reference pages in docs/ and the starter settings anew from the source
	@$(BIN)/python -m tests.reference

.PHONY: corpus
corpus: setup ## Print precision and recall of the sincerity lint
	@$(BIN)/python -m tests.corpus.score

.PHONY: letters
letters: setup ## Write the letters of 150 invented cases and print how specific and how different they are
	@$(BIN)/python -m tests.letters

.PHONY: mutants
mutants: setup ## Say which mistakes in the calculations no unit test would notice (long)
	@$(BIN)/python -m tests.mutants

.PHONY: score
score: setup ## Try every promise on SQLite and PostgreSQL and print what was seen (long)
	@$(BIN)/python -m tests.score

.PHONY: bench
bench: setup ## Measure what has to be fast beside its yardsticks (long)
	@for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

.PHONY: check
check: setup ## Lint, types, and the layers of the imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

.PHONY: format
format: setup ## Put all source into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: lock
lock: ## Pin all dependencies anew, with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
	  --all-extras --group dev --quiet --custom-compile-command "make lock" \
	  --output-file requirements.lock pyproject.toml
