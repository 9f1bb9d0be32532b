# Razem's commands. `make help` lists them. GNU make 3.81 (macOS) or newer.

PORT ?= 8000
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install install-dev demo serve test lint format bench requirements messages

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: ## Make .venv with what requirements.txt pins (again: only what changed)
	@scripts/install

install-dev: ## The same with the tools of requirements-dev.txt (test and lint do it)
	@scripts/install --dev

demo: install ## Set everything up, show one edit arriving everywhere, keep serving (DEMO_ONCE=1: check and exit)
	@$(PYTHON) -m demo

serve: install ## Web and worker on PORT=8000, with the environment as set (.env.example)
	@$(PYTHON) manage.py migrate --noinput
	@$(PYTHON) manage.py setup_site
	@DJANGO_SETTINGS_MODULE=config.settings $(PYTHON) -c 'from django.conf import settings; raise SystemExit(settings.DEBUG)' \
		|| exit 0; $(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@$(PYTHON) manage.py serve --port $(PORT)

test: install-dev ## Run the tests, on SQLite or on DATABASE_URL (ARGS='tests/cms -k event')
	@$(PYTHON) -m pytest $(ARGS)

lint: install-dev ## Every check that CI makes beside the tests
	@scripts/lint

format: install-dev ## Rewrite the code in the house format
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format --quiet .

bench: install-dev ## Run the benchmarks of bench/ (ARGS='--help')
	@$(PYTHON) -m bench $(ARGS)

requirements: install-dev ## Resolve requirements*.in into requirements*.txt (UPGRADE=1: newest versions)
	@scripts/requirements $(if $(UPGRADE),--upgrade)

messages: install-dev ## Collect the texts for translation into locale/, compile what is translated
	@$(PYTHON) scripts/messages.py
