PYTHON ?= python3
VENV ?= .test-venv
BIN = $(VENV)/bin

.PHONY: test lint test-network bench man clean

# Installs what the tests need, and runs them. Nothing is assumed on the machine but Python, make and git.
# Three at once, also on two cores: many wait for servers and clocks.
test: $(VENV)/installed
	$(BIN)/python -m pytest -n 3 --dist worksteal

lint: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Reaches real package registries, by name, through the clients as they are configured here.
test-network: $(VENV)/installed
	$(BIN)/python -m pytest -m network

bench: $(VENV)/installed
	$(BIN)/python -m benchmarks.run

# The manual page, from the help of the commands.
man: $(VENV)/installed
	$(BIN)/python scripts/man.py > pratique.1

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make test PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

clean:
	rm -rf $(VENV) pratique.1 build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
