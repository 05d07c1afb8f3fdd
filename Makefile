# labelsvc: `make labels` prints the demonstration, `make test` checks everything, `make serve` opens localhost:8000.
PYTHON ?= python3
BIN := .venv/bin
DEMO := templates/demonstration/san-pham-ocop-ha-noi.csv
# Its communes are those of before 1/7/2025; where one was split, somebody says which unit it is now.
PLACES := --place "Quảng An, Tây Hồ=Phường Tây Hồ" --place "Tứ Liên, Tây Hồ=Phường Hồng Hà" --place "Xuân La, Tây Hồ=Phường Tây Hồ"

# Here the locks were tried. Elsewhere the newest packages in the ranges of pyproject.toml are taken, and it is said.
TRIED := 'import platform, sys; sys.exit(sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64") or not (3, 11) <= sys.version_info[:2] <= (3, 13))'
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
# pip would compile on one core. What other Pythons' files lack is no error: nobody imports them.
COMPILE := $(BIN)/python -m compileall -qq -j 0 .venv/lib labelsvc || true

.PHONY: labels test types suite faults test-one serve bench lock clean

labels: .venv/installed
	@$(BIN)/labelsvc import --quiet $(PLACES) $(DEMO)
	@$(BIN)/labelsvc print --all --design tem-25x35 --stock a4 --proof all --once demonstration-tem-25x35 || test $$? -eq 3
	@$(BIN)/labelsvc print --all --design nhan-60x90 --stock a4 --proof all --once demonstration-nhan-60x90 || test $$? -eq 3

serve: .venv/installed
	@$(BIN)/labelsvc import --quiet $(PLACES) $(DEMO)
	@$(BIN)/labelsvc user demonstration
	@$(BIN)/labelsvc serve --port 8000

test: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory --jobs=2 types suite

# mypy has one process only: beside the tests, whose last ones leave a core idle, it costs less time than before them.
types:
	$(BIN)/mypy --strict

# Tests are kept compiled even where PYTHONDONTWRITEBYTECODE says otherwise: rewriting their assertions takes as long as importing them.
# One process more than cores: tests wait for databases, browsers and commands.
suite:
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m "not faults" -p tests.house.coverage --numprocesses=$$(($$(getconf _NPROCESSORS_ONLN) + 1))

# Services, workers and databases that are killed and restarted under load: apart, for they take time and cores.
faults: .venv/installed-for-tests
	$(BIN)/python -m pytest -m faults

# A folder, file or test, without ruff and mypy: make test-one P=tests/rendering
test-one: .venv/installed-for-tests
	$(BIN)/python -m pytest $(P)

bench: .venv/installed-for-tests .venv/yardsticks
	$(BIN)/python -m tests.bench.run

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Kept: output/ (printed batches) and instance/ (database and keys)."

# Newest versions in the ranges, written to the locks and the SBOM: make lock OPTIONS=--upgrade
lock: .venv/installed-for-tests
	@$(PIP) uv
	$(BIN)/python -m tests.house.lock $(OPTIONS)

# A file whose hash is not in the lock is never installed: there is no way round for a failure.
define install
if $(BIN)/python -c $(TRIED); then $(PIP) --require-hashes --requirement $(1) && $(PIP) --no-deps --no-build-isolation --editable .; \
else echo "*** The packages in $(1) were not tried with this Python on this machine; taking others, unpinned. ***" >&2; $(PIP) --editable '$(2)'; fi
endef

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "labelsvc needs Python 3.11 or newer; say which: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "No virtual environment could be made; on Debian: apt-get install python3-venv" >&2; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml requirements.lock
	@echo "Installing labelsvc into .venv (once) ..."
	@$(call install,requirements.lock,.)
	@$(COMPILE)
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml requirements-test.lock
	@echo "Installing labelsvc and its test tools into .venv (once) ..."
	@$(call install,requirements-test.lock,.[test])
	@$(COMPILE)
	@touch $@ .venv/installed

.venv/yardsticks: .venv/installed-for-tests
	@$(PIP) 'blabel>=0.1.6' 'fpdf2>=2.8' || echo "Some yardsticks could not be installed; the others are measured." >&2
	@touch $@
