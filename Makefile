# Two commands do it all: `make run` and `make test`. The rest is for developers; `make help` lists it.
SHELL := /bin/sh
PYTHON := .venv/bin/python
ENGINE := . scripts/engine-env && engine/.venv/bin
DATA ?= var
EVAL ?= ../shared/eval

.PHONY: help setup setup-test run train route test lint types eval bench load doctor widget lock screenshot clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:
	@scripts/setup run

setup-test:
	@scripts/setup test

run: setup  ## set up, train if needed, start everything, print the address; Ctrl-C stops it
	@$(PYTHON) -m bot.cli run

train: setup  ## train the assistant if config, domain, data or components changed
	@$(PYTHON) -m bot.cli train

route: train  ## read texts as production would: make route IN=questions.tsv OUT=routes.jsonl
	@test -n "$(IN)" && test -n "$(OUT)" || { echo "route: say which files: make route IN=questions.tsv OUT=routes.jsonl" >&2; exit 2; }
	@$(ENGINE)/python -W ignore -m bot.nlu.route "$(IN)" "$(OUT)"

test: setup-test  ## install what the tests need and run all of them
	@scripts/test

lint: setup-test  ## check style and content
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && scripts/tandem content lint

types: setup-test  ## check types
	@.venv/bin/mypy

eval: setup-test train  ## measure the assistant on held-out questions; report and picture in results/
	@$(PYTHON) -m tests.nlu.evaluate

safety: setup-test train  ## write the safety evidence pack to results/safety/
	@$(PYTHON) -m tests.safety.evidence --evaluation "$(EVAL)"

bench: setup-test train  ## compare speed and memory with Rasa's default pipeline, in one run
	@$(PYTHON) -m tests.load.bench

load: setup-test train  ## 200 open streams and 20 messages a second for 30 seconds: nothing lost, nothing doubled
	@$(PYTHON) -m tests.load.load

doctor: setup  ## check settings, clinic facts, database, model, and say what to do
	@$(PYTHON) -m bot.cli doctor

widget: setup-test  ## build the widget from widget/ into bot/web/static
	@$(PYTHON) widget/build.py

screenshot: setup-test train  ## take the pictures of docs/
	@$(PYTHON) -m tests.browser.screenshots

lock:  ## resolve both lock files anew (needs uv)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -q -c requirements.lock -o requirements-dev.lock
	@cd engine && uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock

clean:  ## remove models, databases and caches (keeps .env and the environments)
	@rm -rf models results .rasa var/*.db* var/vectors* .pytest_cache .mypy_cache .ruff_cache .hypothesis
