# Two commands are enough: `make lab` and `make test`. Python 3.11 or newer, make and git.
PYTHON ?= python3
BIN := .venv/bin
# Committed, but `make lab` makes what is missing.
BUILT := datasets/README.md \
  $(patsubst solutions/%.py,course/%.ipynb,$(wildcard solutions/[0-9]*/*.py))

.PHONY: lab test demo build check full accounts upgrade
.DEFAULT_GOAL := lab

lab: .venv/installed
	@for file in $(BUILT); do [ -f $$file ] || { $(BIN)/smeprofile build; break; }; done
	@$(BIN)/smeprofile lab $(ARGS)

test: .venv/installed-dev
	$(BIN)/python -m ruff check helpers tests solutions
	$(BIN)/python -m pytest $(ARGS)

demo: .venv/installed
	$(BIN)/smeprofile rehearse --learners 8 --seed 20251231 --out demo/rehearsal

build: .venv/installed-dev
	$(BIN)/smeprofile build

check: .venv/installed-dev
	$(BIN)/smeprofile build --check

# Everything slow as well, and the profile on a Spark session (needs Java 17).
full: .venv/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev,spark,cluster,hub]'
	$(BIN)/python -m ruff check helpers tests solutions
	$(BIN)/python -m pytest -m "full or not full" $(ARGS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; } # half made, it would never be made again

.venv/installed: .venv/bin/python pyproject.toml requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	@touch $@

# The newest versions that pyproject.toml allows, in an environment of their own: the course rebuilt
# there, what drifted, and the lock it would be. MODULES="06 07" limits it. Nothing here is changed.
UP := .build/upgrade
upgrade: .venv/installed-dev
	$(BIN)/smeprofile build $(MODULES) --html $(UP)/before --answers
	$(PYTHON) -m venv --clear $(UP)/venv
	$(UP)/venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,spark,cluster,hub]'
	grep '^#' requirements.lock >$(UP)/requirements.lock
	$(UP)/venv/bin/python -m pip freeze --exclude-editable >>$(UP)/requirements.lock
	@diff requirements.lock $(UP)/requirements.lock | sed -n 's/^[<>]/  &/p'
	$(UP)/venv/bin/smeprofile build $(MODULES) --out $(UP)/course --html $(UP)/after --answers
	$(BIN)/smeprofile drift $(UP)/before $(UP)/after --out $(UP)/drift

# The accounts of the simulated bank, line by line: datasets/ACCOUNTS.md.
accounts: .venv/installed-dev
	$(BIN)/python -m smeprofile.bank.page
