# Everything a newcomer types; README.md says which first.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
# The system's Python makes and fills .venv; a tenth of a second when nothing changed.
INSTALL := @$(PYTHON) ops/install.py
# Whoever is done takes over what the other still has: the long tests come last.
PYTEST_OPTIONS := -n 2 --dist worksteal
PYTEST := $(VENV_PYTHON) -m pytest $(PYTEST_OPTIONS)
# What the linters read settings with: production's shape, and no database behind it.
LINT_ENV := env -u DEMO -u DEBUG SECRET_KEY=lint-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF \
	ALLOWED_HOSTS=portail.example DATABASE_URL=postgres://lint@127.0.0.1:1/lint \
	DATABASE_OWNER_URL=postgres://lint@127.0.0.1:1/lint EMAIL_URL=smtp://127.0.0.1:1
LOCK := $(VENV_PYTHON) -m uv pip compile -q pyproject.toml --universal --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo dev screens test test-slow test-full bench crowd lint stylesheet lock clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 18

# exec: make itself is then the parent that the supervisor watches.
demo: ## the whole portal with demonstration data, on http://127.0.0.1:8000 (PORT=… changes it)
	$(INSTALL) base
	@exec $(VENV_PYTHON) -m ops.demo

dev: ## the same with DEBUG and autoreload
	$(INSTALL) dev
	@exec $(VENV_PYTHON) -m ops.demo --dev

screens: ## photograph every type of page into var/screens/ (NAMES="home space" only these)
	$(INSTALL) dev
	@exec $(VENV_PYTHON) -m ops.photograph $(NAMES)

# Tracing every line takes half as long again: the browser's part goes without, and so do the attempts
# by SQL, of which Python's lines know nothing, and the table of who may open what.
UNTRACED := tests/actions/guarantees tests/permissions
# Slow tests that alone run some of the lines: traced, and not a second time without.
TRACED := tests/base/files tests/base/test_fence.py tests/base/test_admin_nonsense.py \
	tests/base/test_admin_words.py tests/actions/demonstration tests/actions/committee \
	tests/actions/proposals tests/actions/public tests/actions/admin tests/actors tests/pages
COVERAGE := $(VENV_PYTHON) -m coverage
TRACED_SUITE := $(COVERAGE) run -m pytest $(PYTEST_OPTIONS) -m "not slow and not browser" $(UNTRACED:%=--ignore=%)

# COVERED=1 traces what can be while it runs, so that `make test-slow COVERED=1` needn't run it again.
test: ## the suite
	$(INSTALL) dev
ifdef COVERED
	@$(COVERAGE) erase
	@$(TRACED_SUITE)
	@$(PYTEST) -m "not slow and browser" tests
	@$(PYTEST) $(UNTRACED)
else
	@$(PYTEST)
endif

test-slow: ## only what is too slow for `make test`: long walks, mutants, coverage
	$(INSTALL) dev
	@$(PYTEST) -m slow $(TRACED:%=--ignore=%)
ifndef COVERED
	@$(COVERAGE) erase
	@$(TRACED_SUITE)
endif
	@$(COVERAGE) run -m pytest $(PYTEST_OPTIONS) -m slow $(TRACED)
	@$(COVERAGE) combine -q
	@$(COVERAGE) report

test-full: test test-slow ## both

bench: ## processor time, memory, queries, blocks of the main pages (SIZES="100 10000", FRESH=1)
	$(INSTALL) dev
	@$(VENV_PYTHON) -m tests.benchmarks

crowd: ## pages a second to many at once, workers and threads arranged in several ways
	$(INSTALL) dev
	@$(VENV_PYTHON) -m tests.benchmarks.crowd

lint: ## style, layers, types, templates, settings; changes nothing
	$(INSTALL) dev
	@$(VENV_PYTHON) -m ruff check --quiet
	@$(VENV_PYTHON) -m ruff format --check --quiet
	@$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-cache --no-logo
	@$(VENV_PYTHON) -m djlint --lint --quiet templates
	@$(VENV_PYTHON) -m djhtml --check --tabwidth 2 templates 2>/dev/null || { echo "templates/: run .venv/bin/python -m djhtml --tabwidth 2 templates"; exit 1; }
	@$(LINT_ENV) $(VENV_PYTHON) -m mypy
	@$(LINT_ENV) $(VENV_PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(LINT_ENV) $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

stylesheet: ## write css/bootstrap.css again: our share of Bootstrap, from the templates as they are
	$(INSTALL) dev
	@$(VENV_PYTHON) -m ops.stylesheets

lock: ## write requirements/*.txt again from pyproject.toml
	$(INSTALL) dev
	@$(LOCK) -o requirements/base.txt
	@$(LOCK) --group dev -c requirements/base.txt -o requirements/dev.txt
	$(INSTALL) dev

clean: ## remove all that these commands made, the demonstration's data included
	@if [ -x $(VENV_PYTHON) ]; then $(VENV_PYTHON) -m ops.clean; else rm -rf var; fi
	@rm -rf .venv .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
