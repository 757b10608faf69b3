# Two commands do everything on a fresh machine: `make demo` and `make test`. Python 3.11 or later and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo demo-fresh serve test check bench lint types contracts templates migrations lock clean

demo: $(VENV)/.installed
	$(BIN)/stoa demo --serve

demo-fresh: $(VENV)/.installed
	$(BIN)/stoa demo --fresh --serve

serve: $(VENV)/.installed
	$(BIN)/stoa serve

test: $(VENV)/.installed-dev
	$(BIN)/python -m tests.run

check: $(VENV)/.installed-dev lint types contracts templates migrations test

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet . || (echo "run: $(BIN)/ruff format ." && false)

types: $(VENV)/.installed-dev
	$(BIN)/mypy src/stoa

contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports --no-cache

templates: $(VENV)/.installed-dev
	$(BIN)/djlint src/stoa --lint --quiet

migrations: $(VENV)/.installed-dev
	STOA_HOME=$$(mktemp -d) $(BIN)/python -m django makemigrations --check --dry-run --settings stoa.config.settings

# The lock holds every package with its hashes and names no index, so that pip takes them from wherever it is set up to.
lock: $(VENV)/.installed-dev
	$(PYTHON) -m venv $(VENV)/uv && $(VENV)/uv/bin/pip install --quiet uv
	$(VENV)/uv/bin/uv export --quiet --no-header --no-annotate --no-emit-project --no-dev -o requirements.lock > /dev/null
	$(VENV)/uv/bin/uv export --quiet --no-header --no-annotate --no-emit-project -o requirements-dev.lock > /dev/null
	rm -f uv.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Stoa needs Python 3.11 or later" && false)
	@$(PYTHON) -m venv $(VENV) || (rm -rf $(VENV); echo "Python's venv module is missing: apt install python3-venv" && false)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python tools/link.py
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python tools/link.py
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
