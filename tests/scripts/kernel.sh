#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# scripts/unpack, configure-kernel, build-kernel and progress, on a tiny tree whose
# "kernel" is a make file that takes a moment.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

# setup: a checkout of its own with the real scripts, and an archive to unpack.
setup() {
	mkdir -p repo/kernel/patches/6.1 repo/kernel/configs repo/kernel/mm/memgroup
	cp -r "$top/scripts" repo/
	cp "$top/kernel/apply" repo/kernel/
	: >repo/kernel/patches/6.1/series
	echo 'int policy;' >repo/kernel/mm/memgroup/policy.c
	echo 'CONFIG_A=y' >repo/kernel/configs/x86_64.config
	echo 'CONFIG_B=y' >repo/kernel/configs/memgroup.config
	mkdir -p linux-source-6.1/scripts/kconfig src
	printf 'config A\n' >linux-source-6.1/Kconfig
	: >linux-source-6.1/Kbuild
	cat >linux-source-6.1/Makefile <<-'END'
	VERSION = 6
	PATCHLEVEL = 1
	SUBLEVEL = 7
	.RECIPEPREFIX = >
	allnoconfig:
	> echo 'CONFIG_Z=y' >$(KCONFIG_CONFIG)
	olddefconfig:
	> sed -i /CONFIG_LOST/d $(KCONFIG_CONFIG)
	bzImage:
	> @echo '  CC      one.o'; sleep $(or $(NAP),0); echo '  CC      two.o'
	> @test ! -e $(O)/break || { echo "x.c:1: error: broken"; exit 1; }
	> @mkdir -p $(O)/arch/x86/boot; cp $(O)/.config $(O)/arch/x86/boot/bzImage
	modules modules_prepare: ;
	END
	cat >linux-source-6.1/scripts/kconfig/merge_config.sh <<-'END'
	#!/bin/sh
	shift 2
	cat "$@" >>"$KCONFIG_CONFIG"
	END
	chmod +x linux-source-6.1/scripts/kconfig/merge_config.sh
	archive
	export LINUX_SOURCES="$PWD/src"
	# The version of the package is what the test says it is.
	mkdir bin
	printf '#!/bin/sh\ncat %s/version\n' "$PWD" >bin/dpkg-query
	chmod +x bin/dpkg-query
	echo 'linux-source-6.1 6.1.7-1' >version
	PATH=$PWD/bin:$PATH
}
archive() { tar -cJf src/linux-source-6.1.tar.xz linux-source-6.1; }
unpack() { repo/scripts/unpack "$@"; }
build() { repo/scripts/build-kernel "$@"; }
newer() { [ -n "$(find "$1" -newer "$2")" ]; }
trees() { find repo/build/src -mindepth 1 -maxdepth 1 | sort | tr '\n' ' '; }

stock() {
	setup
	unpack --stock 6.1
	diff -r -x .unpacked-from linux-source-6.1 repo/build/src/6.1-stock
	unpack 6.1
	[ -f repo/build/src/6.1/mm/memgroup/policy.c ]
	[ "$(trees)" = 'repo/build/src/6.1 repo/build/src/6.1-stock ' ]
}

again() {
	setup
	unpack 6.1
	find repo/build/src/6.1 -printf '%p %C@\n' | sort >before
	unpack 6.1
	find repo/build/src/6.1 -printf '%p %C@\n' | sort | cmp before -
}

upgrade() {
	setup
	unpack --stock 6.1
	echo changed >linux-source-6.1/Kbuild
	touch -d 2001-01-01 linux-source-6.1/Kbuild
	archive
	: >mark
	sleep 0.01
	echo 'linux-source-6.1 6.1.8-1' >version
	unpack --stock 6.1
	grep -q changed repo/build/src/6.1-stock/Kbuild
	newer repo/build/src/6.1-stock/Kbuild mark
}

cut_short() {
	setup
	mkdir -p repo/build/src/6.1.new
	echo junk >repo/build/src/6.1.new/Makefile
	unpack 6.1
	[ "$(trees)" = 'repo/build/src/6.1 ' ]
	head -c 100 src/linux-source-6.1.tar.xz >short.xz
	mv short.xz src/linux-source-6.1.tar.xz
	unpack --stock 6.1 && return 1
	[ ! -e repo/build/src/6.1-stock ]
}

unknown_base() {
	setup
	refuses 1 unpack 6.99
	says 'no Linux 6.99 here; there is: 6.1'
	rm src/*
	refuses 1 unpack 6.1
	says 'there is: none'
}

custom() {
	setup
	export KSRC="$PWD/linux-source-6.1"
	mkdir "$KSRC/.git"
	cp -r "$KSRC" kept
	unpack custom
	diff -r kept "$KSRC"
	[ -f repo/build/src/custom/mm/memgroup/policy.c ]
	[ ! -e repo/build/src/custom/.git ]
	find repo/build/src/custom -printf '%p %C@\n' | sort >before
	unpack custom
	find repo/build/src/custom -printf '%p %C@\n' | sort | cmp before -
	: >mark
	sleep 0.01
	echo changed >"$KSRC/Kbuild"
	unpack custom
	grep -q changed repo/build/src/custom/Kbuild
	[ -f repo/build/src/custom/mm/memgroup/policy.c ]
	newer mark repo/build/src/custom/Makefile
	KSRC=/nowhere refuses 1 unpack custom
}

builds() {
	setup
	refuses 0 build 6.1
	grep -q CONFIG_A=y repo/build/6.1/bzImage
	grep -q CONFIG_B=y repo/build/6.1/bzImage
	says 'build/6.1/bzImage'
	refuses 0 build 6.1-stock
	! grep -q CONFIG_B=y repo/build/6.1-stock/bzImage
}

configures_once() {
	setup
	build 6.1
	touch mark
	sleep 0.01
	refuses 0 build 6.1
	! says Configuring || return 1
	newer mark repo/build/6.1/.config
	echo CONFIG_C=y >>repo/kernel/configs/memgroup.config
	refuses 0 build 6.1
	says Configuring
	grep -q CONFIG_C=y repo/build/6.1/.config
}

lost_symbol() {
	setup
	echo CONFIG_LOST=m >>repo/kernel/configs/memgroup.config
	refuses 1 build 6.1
	says 'CONFIG_LOST=m was asked for, it is n'
	[ ! -e repo/build/6.1/.config ]
}

broken() {
	setup
	mkdir -p repo/build/6.1
	: >repo/build/6.1/break
	refuses 1 build 6.1
	says 'x.c:1: error: broken'
	says 'build/6.1/build.log'
	[ ! -e repo/build/6.1/bzImage ]
}

interrupted() {
	setup
	unpack 6.1
	NAP=3 repo/scripts/build-kernel 6.1 >said 2>&1 &
	build=$!
	for _ in $(seq 100); do
		! grep -q one.o repo/build/6.1/build.log 2>/dev/null || break
		sleep 0.1
	done
	kill -TERM "$build"
	status=0
	wait "$build" || status=$?
	[ "$status" -ne 0 ]
	says interrupted
	refuses 0 build 6.1
}

cleans() {
	setup
	build 6.1
	repo/scripts/clean
	[ "$(ls -A repo/build)" = src ]
	repo/scripts/clean --all
	[ ! -e repo/build ]
	repo/scripts/clean
	mkdir precious
	: >precious/file
	BUILD=$PWD/precious refuses 1 repo/scripts/clean --all
	[ -f precious/file ]
}

# bar TOTAL COLUMNS: what progress shows of a log with 3 steps, line by line.
bar() {
	printf '  CC      mm/a.o\n  LD      a\nnoise\n  CC      mm/a-file-with-a-long-name-in-a-deep-folder.o\n' >log
	script -qec "stty cols $2; timeout --foreground 3 $top/scripts/progress log $1 'Linux 6.1'" \
		/dev/null </dev/null >said 2>&1 || :
	tr '\r' '\n' <said >lines
	awk -v max="$2" '{ sub(/\033\[K/, "") } length($0) >= max { print; bad = 1 } END { exit bad }' lines
}
terminal() {
	bar 6 70
	grep -q '^Linux 6.1  50%  0:0[0-9]  \[##########  *\]  CC mm/a-file' lines
	bar 6 40
	grep -q '^Linux 6.1  50%  0:0[0-9]  CC mm/a-file' lines
}
unknown_total() { bar 0 60 && grep -q '^Linux 6.1  3 steps  0:0[0-9]  CC' lines; }
plain() {
	printf '  CC      mm/a.o\n' >log
	(while :; do echo '  LD      x' >>log && sleep 0.2; done) &
	writer=$!
	timeout 4 "$top/scripts/progress" log 10 'Linux 6.1' >said || :
	kill "$writer"
	! grep -q "$(printf '\r')" said || return 1
	grep -q '^Linux 6.1  [0-9]*%  0:0[0-9]  LD x' said
	[ "$(wc -l <said)" -le 10 ]
}

run stock 'unpacks: as it is, and with memgroup'
run again 'unpacking again changes nothing'
run upgrade 'a newer package is unpacked anew, with files newer than any object'
run cut_short 'an interrupted or broken unpacking leaves no half tree'
run unknown_base 'a base that is not there is answered with those that are'
run custom 'KSRC is copied, never written, and followed when it changes'
run builds 'builds our kernel and the stock one, each with its own symbols'
run configures_once 'configures again only when a fragment changed'
run lost_symbol 'a symbol that kconfig drops is named, and nothing is built'
run broken 'a build that fails shows the error and the log'
run interrupted 'an interrupted build stops, and goes on the next time'
run cleans 'clean keeps the sources, --all nothing; other folders are refused'
run terminal 'on a terminal the bar shows percent, time and step in one line that fits'
run unknown_total 'without a total the bar counts steps'
run plain 'without a terminal there are a few plain lines'
finish
