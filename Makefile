# Everything here works on a machine with Python 3.11, pip, make and git. CONTRIBUTING.md says what each target is for.
PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
BOOTSTRAP := $(PYTHON) scripts/bootstrap.py
POSTGRES := $(BIN)/python scripts/with_postgres.py
WORKERS ?= 2
SECONDS ?= 60
# Each command here starts Python anew, and tests start dozens more: modules are compiled once and kept, not each time.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-sqlite test-postgres check deep drill faults install-drill upgrade-drill scan mutants fuzz bench lock update sbom release css clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

setup:  ## install, compile the catalogues, migrate
	@$(BOOTSTRAP) base
	@$(MANAGE) prepare

demo:  ## setup, load the demo once, serve it on http://127.0.0.1:8000 (PORT=… for another port)
	@$(BOOTSTRAP) base
	@$(MANAGE) demo

test: test-sqlite test-postgres  ## all tests on SQLite with journeys in Chromium, then those marked db on PostgreSQL

test-sqlite:  ## the first half of `test`
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && \
		env -u DATABASE_URL $(BIN)/pytest -n $(WORKERS) -m "not deep" --durations 10

test-postgres:  ## the second half of `test`
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	$(POSTGRES) pytest -n $(WORKERS) -m "db and not deep"

check:  ## style, layers, types, templates, migrations, settings for production
	@$(BOOTSTRAP) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy --no-incremental .
	$(BIN)/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/python scripts/check_migrations.py
	$(BIN)/python scripts/check_deploy.py

deep: scan  ## what takes long: scanners, tests marked deep, everything on PostgreSQL, security on the settings of production
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	$(MANAGE) prepare
	$(MANAGE) load_demo
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && $(MANAGE) weights_drill && \
		$(BIN)/pytest -n $(WORKERS) -m deep && $(POSTGRES) pytest -n $(WORKERS)
	DJANGO_SETTINGS_MODULE=tests.production $(BIN)/pytest -n $(WORKERS) tests/security tests/scripts/test_check_headers.py tests/test_no_way_around.py

drill:  ## back up while people work, destroy, bring back and compare, on both databases
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	$(BIN)/pytest tests/operations/test_backups.py
	$(POSTGRES) pytest tests/operations/test_backups_of_postgresql.py

install-drill:  ## install a release in an empty Debian 12 by its script and walk through it; needs root; DATABASE=postgresql
	@$(BOOTSTRAP) dev
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && \
		$(BIN)/python -m scripts.install_drill --database $(or $(DATABASE),sqlite)

upgrade-drill:  ## how long an upgrade of a whole country takes, into var/upgrade-drill.json; PEOPLE=… for a smaller one
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	$(POSTGRES) python -m scripts.upgrade_drill --people $(or $(PEOPLE),100000)

faults: SECONDS = 30
faults:  ## kill, pause and starve an installation under load, on both databases; SECONDS=… of killing, FAULT_SEED=…
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	FAULT_SECONDS=$(SECONDS) $(BIN)/pytest tests/faults --durations 0 --durations-min 5
	FAULT_SECONDS=$(SECONDS) $(POSTGRES) pytest tests/faults --durations 0 --durations-min 5

scan:  ## known faults of packages; programs of others read our code and attack a demonstration as every role; SECONDS=…
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	$(BIN)/python scripts/scan_packages.py
	$(BIN)/python scripts/scan_code.py
	$(BIN)/python scripts/scan_site.py --seconds $(SECONDS)

mutants:  ## change the arithmetic and see whether a test notices; takes about half an hour
	@$(BOOTSTRAP) dev
	$(BIN)/python scripts/mutants.py --workers $(WORKERS)

fuzz:  ## damaged files for every reader of questions, a minute each; SECONDS=… for longer, READERS=… for some
	@$(BOOTSTRAP) dev
	@$(MANAGE) compile_catalogues
	$(BIN)/python scripts/fuzz.py --seconds $(SECONDS) $(READERS)

bench:  ## time per request, weight of pages, a hall that checks in at once, reports of a country, into var/bench.json
	@$(BOOTSTRAP) dev
	@$(MANAGE) prepare
	$(MANAGE) load_demo
	$(MANAGE) bench --output var/bench.json
	$(MANAGE) weights_drill --add-to var/bench.json
	$(POSTGRES) python manage.py check_in_drill --add-to var/bench.json
	$(MANAGE) day_drill --add-to var/bench.json
	VAR_DIR=var/bench $(POSTGRES) python manage.py prepare
	VAR_DIR=var/bench $(POSTGRES) python manage.py load_demo
	VAR_DIR=var/bench $(POSTGRES) python manage.py day_drill --people 5000 --seconds 600 --add-to var/bench.json
	$(POSTGRES) python manage.py reports_drill --people 100000 --file --add-to var/bench.json
	$(MANAGE) bench_changes docs/bench.json var/bench.json
	$(POSTGRES) python manage.py growth_drill --add-to var/bench.json

lock:  ## requirements/*.in → requirements/*.txt with hashes
	@$(BOOTSTRAP) dev
	$(BIN)/python scripts/lock.py

update:  ## newest packages that requirements/*.in allow, tried, and what changed in words; TESTS=… for some tests
	$(PYTHON) scripts/update.py $(TESTS)

sbom:  ## the list of packages of a release (CycloneDX) into var/release/sbom.cdx.json
	@$(BOOTSTRAP) base
	@$(BIN)/python -m scripts.sbom

release:  ## archive, list of packages and sums into var/release/, the same bytes each time; TRY=--try before there is a tag
	@$(BOOTSTRAP) base
	@$(BIN)/python -m scripts.release $(TRY)

css:  ## static/css/*.css → static/css/academy.css
	$(MANAGE) build_css

clean:  ## throw away the environment and what tests left behind; the data in var/ stays
	rm -rf .venv .tools .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache var/test-* var/pg-test var/mutants var/fuzz var/scanners var/install-drill var/upgrade-drill
