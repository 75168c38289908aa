# SPDX-License-Identifier: GPL-2.0
# The front door. What happens is in scripts/ and in the makefiles of the tools.

KERNEL	?= 6.1
KSRC	?=
BUILD	?= build
SUITE	?=

override BUILD := $(abspath $(BUILD))
ifneq ($(KSRC),)
override KSRC := $(abspath $(KSRC))
override KERNEL := custom
endif
export KERNEL KSRC BUILD SUITE

# What tools/, traces/ and tests/ build, by their own makefiles.
parts	:= $(patsubst %/Makefile,%,$(wildcard tools/*/Makefile traces/*/Makefile))
checks	:= $(parts) $(patsubst %/Makefile,%,$(wildcard tests/*/Makefile))

# Each target spreads over the processors by itself; one after the other keeps the
# output readable, also under -j.
.NOTPARALLEL:
.PHONY: help demo trace-demo check check-long lint bench parity coverage mutants reliability soak kernel kernel-stock kernel-debug kernel-um tools shell \
	kunit install uninstall deb kernel-deb patches clean distclean host host-check deps deps-build deps-demo deps-tools deps-deb \
	deps-long announce-long build-tools \
	build-demo build-tests

##@ Look at it
help: ## this list (the default)
	@awk -F '##@? *' '/^##@/ { printf "\n%s\n", $$2 } \
		/^[a-z-]+:.*## / { sub(/:.*/, "", $$1); printf "  %-14s %s\n", $$1, $$2 } \
		/^# [A-Z_]+=/ { sub(/^# /, ""); print "  " $$0 }' $(firstword $(MAKEFILE_LIST))

demo: deps-demo kernel build-demo ## build all, boot it, plug memory in, see who decided what
	@scripts/demo

trace-demo: deps-tools kernel build-tools build-demo ## the demo once more, recorded, for trace-cmd and KernelShark
	@scripts/trace-demo

policy := memhp_default_state=online memory_hotplug.online_policy=auto-movable
shell: deps-demo kernel build-demo ## a shell in a guest that runs our kernel
	@$(BUILD)/bin/hotplug-vm --project . --kernel $(BUILD)/$(KERNEL)/bzImage \
		--virtio-mem id=v0,max=32G --append "$(policy)" --shell

##@ Build it
kernel: deps-build ## our kernel: build/KERNEL/bzImage, and a folder for modules
	@scripts/build-kernel $(KERNEL)

kernel-stock: deps-build ## the same without memgroup: build/KERNEL-stock/
	@scripts/check-host $(KERNEL)-stock
	@scripts/build-kernel $(KERNEL)-stock

tools: deps-tools build-tools ## the programs: build/bin/

##@ Test it
check: host-check deps kernel kernel-um kernel-stock build-tests ## every suite, summed up; SUITE=name for one
	@scripts/check

check-long: announce-long deps-long kernel kernel-um kernel-debug kernel-stock build-tests ## the suites that take long: every configuration
	@scripts/check --long

kunit: deps build-tools ## the KUnit suites: in user-mode Linux, and in a guest; CASE=, WHERE=
	@flavours=$$(scripts/kunit --flavours) && scripts/check-host $$flavours && \
		for f in $$flavours; do scripts/build-kernel $$f || exit; done
	@scripts/kunit

parity: deps kernel kernel-stock build-tests ## random machines on the stock kernel and on ours: the same?
	@tests/parity/run

coverage: deps-long build-tests ## which lines and branches of mm/memgroup the tests take
	@scripts/check-host $(KERNEL)-coverage
	@scripts/build-kernel $(KERNEL)-coverage
	@scripts/coverage

mutants: deps kernel build-tests ## small wrong changes to the policy, made by a script: each must be noticed
	@tests/mutants/run

soak: deps kernel-debug build-tools ## 20,000 operations of hotplug-stress on the debug kernel, while things fail; resumes
	@KERNEL=$(KERNEL)-debug tests/hotplug-stress/soak

lint: deps kernel ## checkpatch, sparse, shellcheck and more, without the tests
	@scripts/lint

bench: deps kernel kernel-stock build-tools ## what it costs, ours against stock, with plots
	@tests/bench/run $(BUILD)

reliability: deps kernel build-tools ## how reliably memory comes back under four policies; resumes
	@$(MAKE) --no-print-directory $(quiet) $(jobs) -C tests/reliability O=$(BUILD) all
	@tests/reliability/run

##@ Keep it
install: build-tools ## programs, manual pages and more below DESTDIR and PREFIX
	@scripts/install

uninstall: ## take them away again; a configuration stays
	@scripts/install --remove

deb: deps-deb ## Debian packages of the tools: build/deb/
	@scripts/deb

kernel-deb: deps-deb ## Debian packages of a kernel with memgroup: build/kernel-deb/; CONFIG=
	@scripts/kernel-deb $(KERNEL)

patches: deps-build ## the kernel part for git am, and as a tar: build/patches/KERNEL/
	@scripts/patches $(KERNEL)

##@ Clean up
clean: ## remove what was built; unpacked kernel sources stay
	@scripts/clean

distclean: ## remove all of build/ (packages and the compiler cache stay)
	@scripts/clean --all

##@ Settings, as in make check KERNEL=6.1
# KERNEL=6.1     the kernel to work with
# KSRC=DIR       a kernel tree of your own instead; it is copied, outputs in build/custom/
# SUITE=NAME     the suite to check; tests/suites and tests/suites-long list them
# WHERE="um guest debug"  where to run the KUnit suites (um guest)
# CASE=SUITE.CASE  a pattern of the KUnit suites and cases to run
# SEED=N         what random tests begin with
# RUNS=N         how many machines make parity tries
# BUILD=DIR      where everything is made (build/)
# JOBS=N         processes at a time (all processors)
# ASSUME_YES=1   install missing packages without asking
# V=1            show the commands that build the programs
# PREFIX=DIR     where install puts things (/usr/local); DESTDIR=DIR goes before it
# SYSCONFDIR=DIR where memgroup-setup looks for memgroup.conf (/etc, whatever PREFIX is)
# CONFIG=FILE    the configuration that make kernel-deb begins with (the running kernel's)

host:
	@scripts/check-host $(KERNEL)

# Before any of it is built.
host-check:
	@scripts/check-host $(KERNEL) $(KERNEL)-stock $(KERNEL)-um

# What make demo needs is a third of it all: the first picture should not wait for more.
deps-build: host
	@scripts/install-deps build

deps-demo: host
	@scripts/install-deps build lab tools

deps-tools: host
	@scripts/install-deps build lab tools traces

deps-deb: host
	@scripts/install-deps build tools traces deb

deps: host
	@scripts/install-deps build lab tools traces tests lint deb

deps-long: host
	@scripts/install-deps build lab tools traces tests lint deb long

announce-long:
	@scripts/check --announce --long

kernel-um: deps-build
	@scripts/check-host $(KERNEL)-um
	@scripts/build-kernel $(KERNEL)-um

kernel-debug: deps-build
	@scripts/check-host $(KERNEL)-debug
	@scripts/build-kernel $(KERNEL)-debug

# Not where make was told already. V=1 shows the commands.
quiet := $(if $(V),,-s)
jobs = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j $(or $(JOBS),$(shell nproc)))
build-tools:
	@set -e; for p in $(parts); do \
		$(MAKE) --no-print-directory $(quiet) $(jobs) -C $$p O=$(BUILD); done

# The demo plugs memory with the programs of the tests in guests.
build-demo:
	@set -e; for p in $(filter tools/%,$(parts)) tests/guest; do \
		$(MAKE) --no-print-directory $(quiet) $(jobs) -C $$p O=$(BUILD) all; done

build-tests: build-tools
	@set -e; for p in $(checks); do \
		$(MAKE) --no-print-directory $(quiet) $(jobs) -C $$p O=$(BUILD) tests; done
