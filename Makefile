# Needs Python 3.11+, make and a package index; everything else is brought here.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000
UV     := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
SYNC   := UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --locked --inexact --compile-bytecode --python $(PYTHON)

.DEFAULT_GOAL := help
.PHONY: help setup serve test lint format bench bench-quality clean

help: ## Show what make can do here
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Make .venv with everything that development needs

serve: $(VENV)/.serve ## Train the default model when there is none, then serve on 127.0.0.1:8000
	@$(BIN)/desk serve --train-if-missing --host $(HOST) --port $(PORT)

test: $(VENV)/.dev ## Run all tests
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## Check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: $(VENV)/.dev ## Mend what can be mended without a person
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(VENV)/.dev | $(UV) ## Measure the speed against what a user would pick instead: make bench FILE=articles.jsonl.gz
	@UV=$(UV) $(BIN)/python -m bench $(if $(FILE),--corpus $(FILE)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(ARTICLES),--articles $(ARTICLES)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(WRITE),--write)

bench-quality: $(VENV)/.dev ## Measure the labels likewise; on other articles: make bench-quality FILES="a.jsonl b.jsonl"
	@$(BIN)/python -m bench.quality $(FILES)

clean: ## Remove the environment and caches; models stay
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.serve: uv.lock pyproject.toml | $(UV)
	@$(SYNC) --no-dev && $(BIN)/python -m compileall -q training service
	@touch $@

$(VENV)/.dev: uv.lock pyproject.toml | $(UV)
	@$(SYNC) && $(BIN)/python -m compileall -q training service
	@touch $@ $(VENV)/.serve

.tools/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Foreign Desk needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	@echo "Bringing uv into .tools/ ..."
	@$(PYTHON) -m venv .tools/uv && .tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
