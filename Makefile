# Every target makes the environment first, so each works as the first command on a fresh machine.
# It needs python3 (3.11 or newer), make and a package index. Another Python: make test PYTHON=python3.13
PYTHON ?= python3
RUN := .venv/bin
export NO_MKDOCS_2_WARNING := 1
.DEFAULT_GOAL := help
.PHONY: help setup demo test spark check fix bench docs lock

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## build .venv from the lock (quick when nothing changed)
	@$(PYTHON) scripts/environment.py

demo: setup  ## make the example company and show it in a browser (DEMO=--no-serve: only make it)
	@$(RUN)/revloop demo $(DEMO)

test: setup  ## run all tests
	@$(RUN)/pytest --numprocesses auto --dist loadgroup

spark: setup  ## install Spark beside the rest, for its own suite (needs Java 17 or newer)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements-spark.lock

check: setup  ## format, lint, types, import contracts, spelling, links of the documents
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/codespell
	$(RUN)/mkdocs build --quiet --strict

fix: setup  ## format the code, mend what can be mended, write the reference anew
	$(RUN)/ruff format
	$(RUN)/ruff check --fix
	$(RUN)/python scripts/reference.py
	$(RUN)/revloop agreement schema > docs/schema/agreement.schema.json

bench: setup  ## measure against peers in the same run, print the ratios
	@$(RUN)/python bench/run.py

docs: setup  ## serve the documentation at http://127.0.0.1:8001
	$(RUN)/mkdocs serve --dev-addr 127.0.0.1:8001

lock: setup  ## write requirements.lock anew from pyproject.toml
	$(RUN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --output-file requirements.lock
	@# Spark is 400 MB: only its own suite installs it, beside the rest.
	printf "pandas>=2.3,<3\npyspark==4.0.5\n" | $(RUN)/uv pip compile - --universal --python-version 3.11 \
	  --constraint requirements.lock --generate-hashes --no-header --output-file requirements-spark.lock
