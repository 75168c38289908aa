# SPDX-License-Identifier: GPL-2.0
# How every program of tools/ and tests/ is compiled. Included by their makefiles,
# once O, the build folder, is set.

# Of everything here; the topmost one in CHANGELOG.
VERSION := 0.1

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += -r

# A relative one would be another folder for each makefile.
ifneq ($(O),$(abspath $(O)))
$(error O must be an absolute path, not "$(O)")
endif

ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
CFLAGS	?= -O2 -g

# scripts/lint takes these lines, for clang to look for the same.
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
WARNINGS += -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wpointer-arith
own_flags := -std=gnu11 $(WARNINGS) -D_GNU_SOURCE -MMD -MP

# The tests, and the programs they run, are made once more with the sanitizers, by the
# same makefile in a build folder of their own: $(O)/asan/bin, $(O)/asan/tests. A
# finding ends the program, so that no test passes with one.
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

ifndef sanitized
.PHONY: asan-tests asan-clean
tests: asan-tests
clean: asan-clean
asan-tests asan-clean: asan-%:
	@+$(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST)) sanitized=1 \
		O=$(O)/asan CFLAGS='$(CFLAGS) $(SANITIZE)' $*
endif
