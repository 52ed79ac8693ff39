# One command each: the environment is made on first use and remade when the lock changes.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: evaluate test bench soak lab explore lint lock clean

evaluate: $(READY)
	$(BIN)/workbench evaluate

test: $(READY)
	$(BIN)/ruff check src tests notebooks benchmarks
	$(BIN)/mypy
	$(BIN)/pytest -p no:benchmark --numprocesses=auto --maxprocesses=4 --dist=loadfile

# What is measured, printed: speed of the forecasts, scores of the models on the published series.
bench: $(READY)
	$(BIN)/pytest benchmarks --benchmark-only --benchmark-columns=min,median,rounds -q -s
	$(BIN)/workbench backtest data/examples/series.csv.gz
	$(BIN)/python benchmarks/district_simulation.py
	$(BIN)/python benchmarks/volatility_simulation.py
	$(BIN)/python benchmarks/quality_slips.py
	$(BIN)/python benchmarks/effects_recovery.py --series 100
	$(BIN)/python benchmarks/explorer_response.py --lab
	$(BIN)/python benchmarks/store_province.py --rows 1000000 --earlier
	$(BIN)/python benchmarks/one_district.py --profile
	$(BIN)/python benchmarks/many_districts.py
	$(BIN)/python benchmarks/many_series.py --sizes 1000 10000

# What takes long: mutated files and bundles, kills of ingests and runs, a million rows, a province's database (50 million
# rows on PostgreSQL, 25 GB of disk while it runs), effects planted and found again.
soak: $(READY)
	$(BIN)/python benchmarks/ingest_fuzz.py
	$(BIN)/python benchmarks/ingest_kills.py
	$(BIN)/python benchmarks/ingest_million.py
	$(BIN)/python benchmarks/ingest_wide.py
	$(BIN)/python benchmarks/store_province.py --earlier
	$(BIN)/python benchmarks/bundle_flips.py
	$(BIN)/python benchmarks/run_kills.py
	$(BIN)/python benchmarks/effects_recovery.py --series 1000
	$(BIN)/python benchmarks/wheel_install.py
	$(BIN)/python benchmarks/many_series.py --sizes 100000 1000000

# JupyterLab with the project's own settings (.jupyter/): Chinese interface, the kernel's name, no news.
lab explore: export JUPYTER_CONFIG_PATH := $(CURDIR)/.jupyter
lab explore: export JUPYTER_PATH := $(CURDIR)/.jupyter

lab: $(READY)
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb

# The explorer as a page without code, in the notebook server itself: it asks for a token and refuses foreign Hosts.
explore: $(READY)
	$(BIN)/jupyter server --config=.jupyter/explorer_page.json

# uv alone comes through pip (hash-checked); it then installs everything else several times faster. All is compiled to
# bytecode once: a process that finds none and may write none (PYTHONDONTWRITEBYTECODE) would compile at every start.
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "需要 Python 3.11—3.13（make PYTHON=python3.12 ...）/ Python 3.11-3.13 is needed"; exit 3; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	touch $@

# Rewrites both lock files after a change of dependencies in pyproject.toml.
lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --extra cluster --group dev pyproject.toml --output-file requirements.lock
	awk '/^[a-z]/{keep=/^uv==/} keep' requirements.lock > requirements-uv.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
