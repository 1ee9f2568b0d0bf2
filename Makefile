# Everything is set up on first use, below build/. See README.md.

PYTHON ?= python3
PLUGS ?= 5
PORT ?= 8080
DURATION ?=
BITS ?= 64
HEAP ?=
CONFIG ?=
RULES ?=
FILE ?= rules.example.json
DAYS ?= 7
START ?=
TRACE ?=

VENV := build/venv
RUN_PYTHON := $(VENV)/bin/python
TOOLS := PYTHONPATH=$(CURDIR)/lib:$(CURDIR)/tools $(RUN_PYTHON)
MICROPYTHON_64 := build/micropython/bin/micropython
MICROPYTHON_32 := build/micropython/bin/micropython-32
FROZEN_SOURCES := $(shell find lib -name "*.py") $(wildcard tools/simulator/*.py)
PIP := $(VENV)/bin/pip --disable-pip-version-check --quiet

.PHONY: run rules test board-test lint bench memory deploy flash py upy clean

run: build/.run build/.micropython
	@$(TOOLS) -m plughub run --plugs $(PLUGS) --port $(PORT) $(if $(DURATION),--duration $(DURATION))

test: lint build/.micropython build/.micropython-frozen build/.node
	@$(TOOLS) -m pytest

# On a board with the firmware on it, and fake plugs on this PC: tests/board/conftest.py.
board-test: build/.test
	@PLUGHUB_BOARD=$(board_port) $(TOOLS) -m pytest tests/board

lint: build/.test build/.typings
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/pyright

bench: build/.test build/.micropython build/.micropython-frozen build/.node
	@$(TOOLS) -m bench.speed
	@$(TOOLS) -m bench.decode
	@$(TOOLS) -m bench.survival
	@$(TOOLS) -m bench.press
	@$(TOOLS) -m bench.web
	@$(TOOLS) -m bench.rules

memory: build/.test build/.micropython-frozen
	@$(TOOLS) -m bench.memory

board_port = $(if $(filter-out 8080,$(PORT)),$(PORT),$(error name the board, such as PORT=/dev/ttyUSB0))

rules: build/.run
	@$(TOOLS) -m plughub rules $(FILE) --days $(DAYS) $(if $(START),--start $(START)) \
	    $(if $(CONFIG),--config $(CONFIG)) $(if $(TRACE),--trace $(TRACE))

deploy: build/.deploy
	@$(TOOLS) -m plughub deploy $(board_port) $(if $(CONFIG),--config $(CONFIG)) \
	    $(if $(RULES),--rules $(RULES))

flash: build/.deploy
	@$(TOOLS) -m plughub flash $(board_port) $(FIRMWARE)

py: build/.run
	@PYTHONPATH=$(CURDIR)/lib $(RUN_PYTHON) $(RUN)

upy: build/.run build/.micropython$(if $(filter 32,$(BITS)),-32)
	@MICROPYPATH=$(CURDIR)/lib:.frozen \
	    $(MICROPYTHON_$(BITS)) $(if $(HEAP),-X heapsize=$(HEAP)) $(RUN)

clean:
	rm -rf build

$(RUN_PYTHON):
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install 'pip>=25.1'

build/.run build/.deploy build/.test: build/.%: pyproject.toml | $(RUN_PYTHON)
	@echo "installing what '$*' needs into $(VENV)"
	@$(PIP) install --group $*
	@touch $@

build/.typings: pyproject.toml build/.test
	@$(PIP) install --no-deps --upgrade --target build/typings --group typings
	@touch $@

# get.sh ends with 3 where there is none, and says why: `run` goes on with CPython then, tests of
# 32 bits are skipped (in CI they fail), and the next `make` tries again.
get_micropython = sh tools/micropython/get.sh $(1) build/micropython || test $$? = 3; \
    if test -x build/micropython/bin/$(1); then touch $@; fi

build/.micropython: $(wildcard tools/micropython/*.sh)
	@mkdir -p build
	@$(call get_micropython,micropython)

build/.micropython-32: $(wildcard tools/micropython/* tools/micropython/modules/*/*) | $(RUN_PYTHON)
	@$(call get_micropython,micropython-32)

build/.micropython-frozen: build/.micropython-32 firmware/manifest.py $(FROZEN_SOURCES) \
    build/firmware/hub_assets.py
	@$(call get_micropython,micropython-frozen)

build/firmware/hub_assets.py: build/.run $(wildcard firmware/page/*) tools/plughub/assets.py \
    tools/plughub/page.py tools/plughub/openapi.py lib/hub/services/web/paths.py
	@$(TOOLS) -m plughub.assets
	@touch $@

# The JavaScript clients that the fake plug is judged by. Without npm their tests are skipped.
build/.node: tests/interop/package.json tests/interop/package-lock.json
	@mkdir -p build/node
	@cp $^ build/node
	@if command -v npm >/dev/null; then \
	    NODE_EXTRA_CA_CERTS=$${NODE_EXTRA_CA_CERTS:-$(wildcard /etc/ssl/certs/ca-certificates.crt)} \
	    npm ci --loglevel=error --no-audit --no-fund --prefix build/node; fi
	@touch $@
