# Everything is set up on first use, below build/. See README.md.

PYTHON ?= python3
PLUGS ?= 5
KINDS ?=
PAGE_PORT ?= 8080
DURATION ?=
BITS ?= 64
JOBS ?= 4
HEAP ?=
PORT ?=
FIRMWARE ?=
FILES ?=
OUT ?= build/plughub.bin
BOARD ?= PLUGHUB_ESP32
MICROPYTHON ?=
IDF ?=
CONFIG ?=
RULES ?=
CODE ?=
FROM ?=
FILE ?= rules.example.json
DAYS ?= 7
START ?=
TRACE ?=
HOME_ASSISTANT ?= 2025.4.4
HOME_ASSISTANT_PYTHON ?= python3.13

VENV := build/venv
RUN_PYTHON := $(VENV)/bin/python
TOOLS := PYTHONPATH=$(CURDIR)/lib:$(CURDIR)/tools $(RUN_PYTHON)
MICROPYTHON_64 := build/micropython/bin/micropython
MICROPYTHON_32 := build/micropython/bin/micropython-32
FROZEN_SOURCES := $(shell find lib -name "*.py") $(wildcard tools/simulator/*.py)
PIP := $(VENV)/bin/pip --disable-pip-version-check --quiet

# What a command cannot do without: $(call wanted,VARIABLE,what it is).
wanted = $(or $($(1)),$(error $(1)= is missing: $(2)))
board = $(call wanted,PORT,the board$(comma) such as PORT=/dev/ttyUSB0)
stock = $(call wanted,FIRMWARE,a stock MicroPython .bin$(comma) such as FIRMWARE=ESP32_GENERIC.bin)
comma := ,
home = $(if $(CONFIG),--config $(CONFIG)) $(if $(RULES),--rules $(RULES))

.PHONY: help run keys rules test board-test lint bench memory image flash deploy install-page firmware docs py upy clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build/.run build/.micropython ## the hub here, among fake plugs: PLUGS=5 KINDS= PAGE_PORT=8080 DURATION=
	@$(TOOLS) -m plughub run --plugs $(PLUGS) --port $(PAGE_PORT) $(if $(KINDS),--kinds) \
	    $(if $(DURATION),--duration $(DURATION))

keys: build/.run ## the local keys of your devices: FROM=file.json CONFIG=home.json (docs/keys.md)
	@$(TOOLS) -m plughub keys $(FROM) $(if $(CONFIG),--config $(CONFIG))

rules: build/.run ## what a file of rules would do: FILE=rules.json DAYS=7 START= CONFIG= TRACE=
	@$(TOOLS) -m plughub rules $(FILE) --days $(DAYS) $(if $(START),--start $(START)) \
	    $(if $(CONFIG),--config $(CONFIG)) $(if $(TRACE),--trace $(TRACE))

flash: build/.deploy ## the hub onto a board, in a stock firmware: PORT= FIRMWARE= CONFIG= RULES=
	@$(TOOLS) -m plughub flash $(board) $(stock) $(home)

deploy: build/.deploy ## configuration and rules onto the board, and start it: PORT= CONFIG= RULES= CODE=1
	@$(TOOLS) -m plughub deploy $(board) $(home) $(if $(CODE),--code)

image: build/.deploy ## the same firmware as a file for esptool: FIRMWARE= OUT= CONFIG= RULES=
	@$(TOOLS) -m plughub image $(stock) $(OUT) $(home)

install-page: build/.deploy build/.node ## build/install, a page that flashes boards from a browser: FIRMWARE=
	@$(TOOLS) -m plughub.release.install_page build/install $(stock)

sbom: OUT := build/plughub.cdx.json
sbom: build/.release build/.node ## the bill of materials of a release: OUT=file.json FILES="what it consists of"
	@$(TOOLS) -m plughub.release.sbom $(OUT) $(FILES)

firmware: build/.deploy ## MicroPython built with the hub in it: BOARD=PLUGHUB_ESP32 MICROPYTHON= IDF=
	@$(TOOLS) -m plughub firmware --board $(BOARD) \
	    $(if $(MICROPYTHON),--micropython $(MICROPYTHON)) $(if $(IDF),--idf $(IDF))

test: lint build/.micropython build/.micropython-frozen build/.node ## everything that is proved: JOBS=4
	@$(TOOLS) -m pytest --numprocesses $(JOBS) --no-loadscope-reorder

board-test: build/.test ## the firmware on a board, among fake plugs: PORT=
	@PLUGHUB_BOARD=$(board) $(TOOLS) -m pytest tests/board

lint: build/.test build/.typings ## style and types
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/pyright

bench: build/.test build/.micropython build/.micropython-frozen build/.node ## speed beside the peers
	@$(TOOLS) -m bench.speed
	@$(TOOLS) -m bench.decode
	@$(TOOLS) -m bench.survival
	@$(TOOLS) -m bench.press
	@$(TOOLS) -m bench.mqtt
	@$(TOOLS) -m bench.web
	@$(TOOLS) -m bench.rules
	@$(TOOLS) -m bench.thousand

memory: build/.test build/.micropython-frozen ## the heap that everything takes
	@$(TOOLS) -m bench.memory

docs: build/.run ## docs/commands.md, from the commands themselves
	@$(TOOLS) -m plughub.reference

py: build/.run ## a script with the library on CPython: RUN=script.py
	@PYTHONPATH=$(CURDIR)/lib $(RUN_PYTHON) $(RUN)

upy: build/.run build/.micropython$(if $(filter 32,$(BITS)),-32) ## on MicroPython: RUN= BITS=32 HEAP=147k
	@MICROPYPATH=$(CURDIR)/lib:.frozen \
	    $(MICROPYTHON_$(BITS)) $(if $(HEAP),-X heapsize=$(HEAP)) $(RUN)

clean: ## remove all that was installed and built
	rm -rf build

$(RUN_PYTHON):
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install 'pip>=25.1'

build/.run build/.deploy build/.release build/.test: build/.%: pyproject.toml | $(RUN_PYTHON)
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

build/firmware/hub_assets.py: build/.run $(wildcard firmware/page/* firmware/page/*/*) \
    tools/plughub/firmware/assets.py tools/plughub/firmware/icon.py tools/plughub/firmware/page.py tools/plughub/firmware/openapi.py lib/hub/web/routes.py
	@$(TOOLS) -m plughub.firmware.assets
	@touch $@

# Home Assistant as the judge of what it is told: 600 MB, some minutes, and a Python of its own.
build/.home-assistant:
	@command -v $(HOME_ASSISTANT_PYTHON) >/dev/null || { echo "there is no $(HOME_ASSISTANT_PYTHON)"; exit 1; }
	@$(HOME_ASSISTANT_PYTHON) -m venv build/home-assistant
	@build/home-assistant/bin/pip --disable-pip-version-check --quiet install \
	    homeassistant==$(HOME_ASSISTANT) paho-mqtt
	@touch $@

# The JavaScript clients that the fake plug is judged by. Without npm their tests are skipped.
build/.node: tests/interop/package.json tests/interop/package-lock.json
	@mkdir -p build/node
	@cp $^ build/node
	@if command -v npm >/dev/null; then \
	    NODE_EXTRA_CA_CERTS=$${NODE_EXTRA_CA_CERTS:-$(wildcard /etc/ssl/certs/ca-certificates.crt)} \
	    npm ci --loglevel=error --no-audit --no-fund --prefix build/node; fi
	@touch $@
