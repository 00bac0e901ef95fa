# Two commands matter: `make demo` runs the whole loop on this machine, `make test` passes the tests.
# Both set up what they need: a virtual environment in .venv and the CDK command line in node_modules.

PYTHON ?= python3
DOMAIN ?=
DATA ?=
KEEP ?=
ENVIRONMENT ?= development
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION = 20

.DEFAULT_GOAL := help
.PHONY: help setup setup-edge demo test browser lint bench synth clean

help:  ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready node_modules/.ready  ## install everything into .venv and node_modules

.venv/.ready: requirements.txt constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vigil needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --constraint constraints.txt uv
	.venv/bin/python -m pip install --quiet --constraint constraints.txt $$(grep '^torch==' requirements.txt)
	.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --requirement requirements.txt --constraint constraints.txt
	touch $@

setup-edge: .venv-edge/.ready  ## install what exports models for devices into .venv-edge (2 GB)

EDGE_LOCK = training_containers/edge_export/requirements.txt

.venv-edge/.ready: $(EDGE_LOCK) | setup
	$(PYTHON) -m venv .venv-edge
	.venv-edge/bin/python -m pip install --quiet --constraint $(EDGE_LOCK) $$(grep '^torch==' $(EDGE_LOCK))
	.venv/bin/uv pip install --quiet --compile-bytecode --no-deps --python .venv-edge/bin/python --requirement $(EDGE_LOCK)
	touch $@

node_modules/.ready: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

demo: setup $(if $(filter ads% all,$(DOMAIN)),setup-edge)  ## run the loop on this machine: DOMAIN=cats (default), battery, fire, ads, deer or all; DATA=folder KEEP=1
	.venv/bin/python -m sandbox.demo $(if $(DOMAIN),--domain $(DOMAIN)) $(if $(DATA),--data "$(DATA)") $(if $(KEEP),--keep)

test: setup setup-edge browser  ## lint, then every test but those that need an AWS account
	$(MAKE) lint
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest --numprocesses=3

browser: setup  ## find a Chromium for the tests of pages, or install one
	@.venv/bin/python -m tests.e2e.chromium \
	|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| .venv/bin/playwright install chromium

lint: setup  ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy lambdas inference training_containers clients stacks sandbox

synth: setup  ## write the CloudFormation templates to cdk.out: ENVIRONMENT=production
	npx cdk synth --quiet --context environment=$(ENVIRONMENT)

bench: setup  ## measure against named peers; results go to benchmarks/results
	.venv/bin/python -m benchmarks

clean:  ## delete what was built; the virtual environment stays
	rm -rf build cdk.out
