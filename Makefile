# Everything starts from `make demo` or `make test`; both make the virtual environment by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
-include deploy/helm/helm.mk
# Tests on a real Apache Kafka need its jars; where Java or Maven is missing the tests say what was not run.
JARS = kafka-jars registry-jars
# Helm is built where there is a Go to build it; without it the chart's tests say so.
CHECKERS = $(if $(HAVE_GO),$(HELM))
# The compiled wheel and an environment of its own for it: an editable install is always plain Python.
NATIVE := .venv-native
# Tests with brokers mostly wait: others run beside them. PROCESSES= runs all one after the other.
PROCESSES ?= -n 3 --dist loadfile --no-loadscope-reorder
HAVE_JAVA := $(and $(shell command -v java 2>/dev/null),$(shell command -v mvn 2>/dev/null))

.PHONY: help install native demo test check check-native accuracy bench scaling story fuzz schemas lock sbom audit
help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed $(VENV)/.loops ## make .venv with .venv/bin/sekisho

$(VENV)/.installed: deploy/locks/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sekisho needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/locks/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The inner loops of names, in C: seconds to compile, and half the time of a search. Without a compiler the same loops in
# Python run, with the same answers; `sekisho doctor` says which.
LOOPS := streams/sekisho/names/_quick
$(VENV)/.loops: $(VENV)/.installed $(LOOPS).c $(wildcard streams/sekisho/names/_*.h)
	@rm -f $(LOOPS).*.so
	@config() { $(BIN)/python -c "import sysconfig; print(sysconfig.get_$$1('$$2') or '')"; }; \
	$(CC) -O3 -fPIC -shared $$(case $$(uname) in Darwin) echo '-undefined dynamic_lookup';; esac) -ffp-contract=off \
	  -I"$$(config path include)" $(LOOPS).c -o $(LOOPS)$$(config config_var EXT_SUFFIX) 2> $(VENV)/loops.log \
	  || echo "install: without a C compiler and Python's headers, names are searched by plain Python: the same answers in twice the time (see $(VENV)/loops.log)"
	@touch $@

native: $(NATIVE)/.installed ## the compiled wheel in dist/, and .venv-native with it (needs a C compiler and Python's headers)

# Said before anything is fetched or built. The headers are asked of the compiler: only it knows where it looks for its own.
TRY_C = printf '\043include <Python.h>\n' | $(CC) -fsyntax-only -x c -I"$$($(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))')" -
define NEED_C
@command -v $(CC) >/dev/null || { echo "make native: there is no C compiler ($(CC)). Debian, Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc; macOS: xcode-select --install" >&2; exit 1; }
@$(TRY_C) || { echo "make native: the C headers of $(PYTHON) or of the system are missing. Debian, Ubuntu: apt-get install python3-dev libc6-dev; Fedora: dnf install python3-devel" >&2; exit 1; }
endef

$(NATIVE)/.locked: deploy/locks/dev.txt
	$(NEED_C)
	$(PYTHON) -m venv $(NATIVE)
	$(NATIVE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(NATIVE)/.installed: $(NATIVE)/.locked pyproject.toml deploy/hatch_build.py $(shell find streams schemas -type f -not -name '*.pyc' -not -name '*.so')
	$(NEED_C)
	rm -f dist/sekisho-*-cp*.whl
	CC="$(CC)" HATCH_BUILD_HOOKS_ENABLE=1 $(NATIVE)/bin/python -m hatchling build -t wheel
	$(NATIVE)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall dist/sekisho-*-cp*.whl
	@touch $@

# Tests of the rooms that are compiled, and of those that call them.
COMPILED := tests/names tests/goods tests/places tests/policy tests/screening tests/cli/test_main.py tests/cli/test_screen.py tests/deploy/test_compiled.py
check-native: native ## the compiled wheel gives the same answers: the tests of what is compiled
	$(NATIVE)/bin/python -m pytest $(PROCESSES) $(COMPILED)

demo: install ## real events through a checkpoint on this machine (under a minute)
	$(BIN)/sekisho demo

test: install $(if $(HAVE_JAVA),$(JARS)) $(CHECKERS) ## every test; the last lines say what was not run and why
	$(BIN)/python -m pytest $(PROCESSES)

check: install $(if $(HAVE_JAVA),$(JARS)) $(CHECKERS) ## format, lint, types, import contracts, then every test, and make check-native
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sekisho schemas check
	$(BIN)/sekisho measures check
	$(BIN)/python -m pytest $(PROCESSES)
	@if [ -n "$$CI" ] || $(TRY_C) 2>/dev/null; then $(MAKE) check-native; else echo "check: not run: the tests of compiled modules, for want of a C compiler or Python's headers"; fi

# Scripts that print a report: every module of a folder that can be run.
reports = $(subst /,.,$(basename $(shell grep -l __main__ $(1)/*.py 2>/dev/null)))

accuracy: install ## how many hits are found and how many strangers are stopped, per class of spelling
	for report in $(call reports,tests/accuracy); do $(BIN)/python -m $$report || exit 1; done

# In the environment of the compiled wheel where there is one; the first line of a report says which it is.
MEASURED := $(if $(wildcard $(NATIVE)/.installed),$(NATIVE),$(VENV))
bench: install $(if $(filter $(NATIVE),$(MEASURED)),native) $(if $(HAVE_JAVA),$(JARS)) ## speed, each figure beside a baseline of the same run; compiled, after make native
	for report in $(call reports,tests/benchmarks); do $(MEASURED)/bin/python -m $$report || exit 1; done

SHARED ?= ../shared/data
scaling: install $(if $(filter $(NATIVE),$(MEASURED)),native) $(if $(HAVE_JAVA),$(JARS)) ## measure with the official lists (SHARED=folder), then write deploy/scaling.md from the figures; compiled, after make native
	$(MEASURED)/bin/python -m tests.benchmarks.stream --lists $(SHARED) --traffic zipf new --workers 2 4 --latency --memory 100000 --figures deploy/scaling/figures.json
	$(BIN)/python -m deploy.scaling.page

story: install $(if $(HAVE_JAVA),kafka-jars) ## the case of January 2023: event by event, and what had passed before the list changed
	$(BIN)/python -m tests.cli.story
	$(BIN)/python -m tests.kafka.story

FUZZ_SECONDS ?= 120
fuzz: install ## coverage-guided fuzzing of every decoder, parser and matcher (FUZZ_SECONDS each), then properties at length
	$(BIN)/python -m tests.fuzz.fuzz --seconds $(FUZZ_SECONDS)
	$(BIN)/python -m pytest -q -p tests.support.fuzz --hypothesis-profile=fuzz --timeout=3600 $$(grep -rlE "^(from|import) hypothesis" tests --include="test_*.py")

schemas: install ## make schemas/asyncapi.yaml anew from the contracts
	$(BIN)/sekisho schemas asyncapi > schemas/asyncapi.yaml

lock: ## lock the versions anew, with hashes (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra demo pyproject.toml -o deploy/locks/runtime.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra demo --group dev pyproject.toml -o deploy/locks/dev.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group supply -o deploy/locks/supply.txt

# What is in the image, by its lock file, in an environment of its own; and the tools that look at it, in another.
.venv-image/.installed: deploy/locks/runtime.txt
	$(PYTHON) -m venv .venv-image
	.venv-image/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-supply/.installed: deploy/locks/supply.txt
	$(PYTHON) -m venv .venv-supply
	.venv-supply/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

sbom: .venv-image/.installed .venv-supply/.installed ## dist/sekisho.cdx.json: bill of materials of the image (CycloneDX), with licences
	mkdir -p dist
	.venv-supply/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file dist/sekisho.cdx.json .venv-image/bin/python

# --strict: what could not be looked up is an error, not a line in a report that passes.
audit: .venv-supply/.installed ## known vulnerabilities of what is in the image (needs the network)
	.venv-supply/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r deploy/locks/runtime.txt \
	  || { echo "audit: a vulnerability is named above, or the advisory service could not be asked; neither is a pass" >&2; exit 1; }

-include deploy/kafka/kafka.mk deploy/kafka/registry.mk
