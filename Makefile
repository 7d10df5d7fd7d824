# Two commands do everything from a fresh clone: make demo, make test.
.DEFAULT_GOAL := help
.PHONY: help setup setup-slim setup-test old-browsers demo test browser attacks coverage faults faults-short lint check words fuzz format bench lock clean
PY := .venv/bin/python
# Tests run in as many processes as there are cores; WORKERS=0 runs them in one, for a debugger.
WORKERS ?= auto
# Those of "make test" wait a quarter of their time, for PostgreSQL and for processes that start: one process more than
# two cores took 617 s for what took two processes 769 s.
TEST_WORKERS := $(if $(filter auto,$(WORKERS)),$(shell cores=$$(nproc 2>/dev/null) && echo $$((cores + 1)) || echo auto),$(WORKERS))
HOI := $(PY) -m bot
COMPILE := uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --quiet pyproject.toml

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 18

setup: ## Install what the product needs
	@deploy/setup.sh run

setup-slim: ## Install it without what reads the words on labels, which is a third of its size
	@deploy/setup.sh slim

setup-test: ## Install what the tests need
	@deploy/setup.sh test

demo: setup ## Fill a catalogue with the shipped products and serve the web chat at http://127.0.0.1:8080
	@$(HOI) demo

test: setup-test ## Run every test but those in a browser, the fault runs and the attacks
	$(PY) -m pytest -q -n $(TEST_WORKERS) --dist worksteal --ignore=tests/browser --ignore=tests/faults --ignore=tests/attacks

browser: setup-test ## Run the tests in Chromium: every page's looks at two widths, and the journeys
	$(PY) -m pytest -q -n $(WORKERS) --dist worksteal tests/browser

attacks: setup-test ## Send to each page and form of the board what they should not be sent, on each engine
	$(PY) -m pytest -q -n $(WORKERS) tests/attacks

faults-short: setup-test ## Kill the bot some times on each engine, jump its clock; a minute and a half
	$(PY) -m pytest -q -n $(WORKERS) tests/faults

coverage: setup-test ## Say which branches of the catalogue and the handlers no quick test runs; at least 95 % of them must be
	$(PY) -m pytest -q -n $(WORKERS) --dist worksteal --cov --cov-report= tests/unit tests/dialogues tests/contracts
	$(PY) -m coverage report --include='catalog/*,handlers/*' --skip-covered --fail-under=95

old-browsers: ## Fetch Chromium 79, 83 and 85, in which the browser tests then run too
	@deploy/old-browsers.sh

faults: setup-test ## Kill the bot 60 times under load on each engine, with a misbehaving Bot API, full disks, restarts of PostgreSQL; count
	$(PY) -m tests.faults.run

lint: setup-test ## Check format, style, types, the direction of imports and the shell scripts
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --strict bot handlers catalog
	.venv/bin/lint-imports
	.venv/bin/shellcheck deploy/*.sh .ci/run

check: lint faults-short attacks browser test ## Everything that must be green at each commit

words: setup ## Collect every sentence into the catalogues of translations and say what is untranslated
	@$(HOI) words

fuzz: setup-test ## Damage ten thousand pictures and payloads, for two minutes at most
	$(PY) -m bench.fuzz_payloads
	$(PY) -m bench.fuzz_images

format: setup-test ## Format the code and mend what can be mended
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup-test ## Print our figures beside the peers'
	deploy/bench.sh

lock: ## Pin the newest packages that fit pyproject.toml, with hashes and without hosts
	$(COMPILE) --group build -o requirements/base.txt
	$(COMPILE) --group build --extra words -o requirements/words.txt
	$(COMPILE) --group build --extra words --extra voice -o requirements/voice.txt
	$(COMPILE) --group build --extra words --extra traces -o requirements/traces.txt
	$(COMPILE) --group build --extra words --extra voice --extra traces --group dev -o requirements/dev.txt
	$(COMPILE) --group build --extra words --extra voice --extra traces --group dev --group bench -o requirements/bench.txt
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --quiet bench/peers/aiogram.in -o requirements/aiogram.txt

clean: ## Remove what was built
	rm -rf .venv demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
