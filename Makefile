# The two commands of the README, and what stands behind the others. Needs Python 3.11 or newer (with venv) and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
# Test processes, on any machine: the browser tests mostly wait.
WORKERS ?= 4

.PHONY: run test lint check bench soak screenshots lock clean

run: $(VENV)/.run  ## start the app on localhost
	$(BIN)/python -m kotacerdas.ui.server --port $(PORT)

test: $(VENV)/.dev  ## every test; browser tests where Chromium is found, PostgreSQL tests where its server is
	@# Without compiled files every process would prepare all tests anew, which takes it longer than many a test.
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.dev  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: $(VENV)/.run  ## validate everything in data/ and geo/
	$(BIN)/python -m kotacerdas check

bench: $(VENV)/.dev  ## speed as ratios against named alternatives; writes tests/perf/benchmark.md
	$(BIN)/python -m tests.perf.benchmark --write

soak: $(VENV)/.dev  ## longer load and fault runs; their figures go into tests/perf/benchmark.md
	$(BIN)/python -m tests.perf.soak --write
	KOTACERDAS_RESTORE_STEPS=all $(BIN)/python -m pytest -n0 tests/interview/test_backup.py -k every_step  # all steps, not some
	$(BIN)/python -m tests.perf.interview --write

screenshots: $(VENV)/.dev  ## renew the pictures of the README
	$(BIN)/python -m tests.e2e.screenshots

lock: $(VENV)/.dev  ## renew the pinned requirement files from the .in files
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements-dev.txt requirements-dev.in

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
