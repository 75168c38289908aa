#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/kernel/compile-matrix on a tiny tree whose "compiler" says what a source asks
# for, and the options that it hands to configure-kernel and kbuild.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

# setup: a checkout with the real scripts, and a tree with one file that a patch
# changes, one of ours, one that includes our header, and two that are not built.
setup() {
	mkdir -p repo/tests repo/kernel/configs repo/build/src/6.1
	cp -r "$top/scripts" repo/
	cp -r "$top/tests/kernel" repo/tests/
	echo 'exit 0' >repo/scripts/unpack
	echo CONFIG_A=y >repo/kernel/configs/x86_64.config
	echo CONFIG_MEMGROUP=y >repo/kernel/configs/memgroup.config
	cd repo/build/src/6.1
	mkdir -p .memgroup include/linux mm/memgroup drivers/x arch/x86/mm arch/arm64/mm scripts/kconfig \
		block fs init ipc kernel lib net virt
	printf '+++ b/mm/hot.c\n+++ b/include/linux/memory.h\n' >.memgroup/a.patch
	printf 'mm/memgroup/policy.c\ninclude/linux/memgroup.h\n' >.memgroup/files
	echo '#include <linux/memory.h>' | tee mm/user.c drivers/x/off.c arch/x86/mm/here.c arch/arm64/mm/there.c
	: | tee mm/hot.c mm/memgroup/policy.c
	# shellcheck disable=SC2016 # for make
	printf 'obj-y := none.o \\\n\tuser.o\n  obj-$(CONFIG_A) += hot.o\nobj-$(CONFIG_MEMGROUP) += memgroup/\n' >mm/Makefile
	echo 'obj-y := policy.o' >mm/memgroup/Makefile
	# shellcheck disable=SC2016 # for make
	echo 'obj-$(CONFIG_X) += x/' >drivers/Makefile
	echo 'obj-y += off.o' >drivers/x/Makefile
	echo 'obj-y += mm/' | tee arch/x86/Kbuild arch/arm64/Kbuild
	echo 'obj-y += here.o there.o' | tee arch/x86/mm/Makefile arch/arm64/mm/Makefile
	: >Kconfig
	cat >Makefile <<-'END'
	.RECIPEPREFIX = >
	.PHONY: vmlinux modules allnoconfig olddefconfig
	allnoconfig:
	> : >$(KCONFIG_CONFIG)
	olddefconfig:
	> sed -i '/LOST/d; s/^\(CONFIG_.*\)=n/# \1 is not set/' $(KCONFIG_CONFIG)
	%.o:
	> @mkdir -p $(O)/$(@D); touch $(O)/$@
	> @echo '  CC      $@'; sed -n 's/^SAY //p' $(@:.o=.c)
	vmlinux modules:
	> @echo '  LD      $@'; test ! -e break || { echo 'undefined reference to f'; exit 1; }
	> @cd $(O); mkdir -p drivers/x; touch drivers/x/off.o; ar rcS vmlinux.a; test ! -e more || ar rcST vmlinux.a drivers/x/off.o
	show:
	> @echo '$(O) $(ARCH) $(CROSS_COMPILE) $(lastword $(CC))'
	END
	cat >scripts/kconfig/merge_config.sh <<-'END'
	#!/bin/sh
	shift 2
	# The last one wins.
	cat "$@" | tac | awk -F = '!seen[$1]++' >>"$KCONFIG_CONFIG"
	END
	chmod +x scripts/kconfig/merge_config.sh
	cd - >/dev/null
	cat >repo/tests/kernel/matrix <<-'END'
	# name arch compiler changes
	plain	x86_64	gcc
	off	x86_64	gcc	MEMGROUP=n MEMGROUP_DEBUGFS=n
	END
}
matrix() { repo/tests/kernel/compile-matrix "$@"; }
log() { cat "repo/build/results/matrix-$1.log"; }
source_says() { echo "SAY $2" >>"repo/build/src/6.1/$1"; }

passes() {
	setup
	refuses 0 matrix
	[ "$(grep -c '^ok' said)" -eq 2 ]
	says 1..2
	log plain | sed -n 's/.* CC *//p' | sort | tr '\n' ' ' >compiled
	grep -qx 'arch/x86/mm/here.o mm/hot.o mm/memgroup/policy.o mm/user.o ' compiled
	! log off | grep policy.o || return 1
	log off | grep -q 'LD *vmlinux'
	[ ! -e repo/build/matrix-plain ]
}

keeps() {
	setup
	KEEP=1 refuses 0 matrix --objects plain
	says 1..1
	[ -f repo/build/matrix-plain/mm/hot.o ]
	! log plain | grep vmlinux
}

warns() {
	setup
	source_says mm/user.c '../src/6.1/mm/user.c:3:1: warning: not our business'
	refuses 0 matrix plain
	source_says mm/user.c '../src/6.1/include/linux/memgroup.h:4:2: warning: odd'
	refuses 1 matrix plain
	says 'memgroup.h:4:2: warning: odd'
	! says business || return 1
	says 'to repeat it: KEEP=1 tests/kernel/compile-matrix plain'
	[ -e repo/build/matrix-plain ]
}

does_not_link() {
	setup
	: >repo/build/src/6.1/break
	refuses 0 matrix --objects plain
	refuses 1 matrix
	says 'undefined reference to f'
	says 'not ok 1 - plain'
	says 'not ok 2 - off'
}

lost_symbol() {
	setup
	echo 'bad x86_64 gcc LOST=y' >>repo/tests/kernel/matrix
	refuses 1 matrix bad
	says 'CONFIG_LOST=y was asked for, it is n'
}

unlisted_object() {
	setup
	refuses 0 matrix plain
	mkdir -p repo/build/matrix-plain
	: >repo/build/matrix-plain/more
	refuses 1 matrix plain
	says 'built, but not expected: drivers/x/off.o'
}

seeded() {
	setup
	mkdir -p repo/build/6.1/tools
	touch repo/build/6.1/bzImage repo/build/6.1/.config repo/build/6.1/.configured-from repo/build/6.1/mark
	echo "cc $PWD/repo/build/6.1/tools/a.c" >repo/build/6.1/tools/.a.o.cmd
	KEEP=1 refuses 0 matrix --objects plain
	[ ! -e repo/build/matrix-plain/mark ]
	rm -r repo/build/matrix-plain
	KEEP=1 refuses 0 matrix plain
	[ -e repo/build/matrix-plain/mark ]
	grep -q "$PWD/repo/build/matrix-plain/tools/a.c" repo/build/matrix-plain/tools/.a.o.cmd
	grep -q "$PWD/repo/build/6.1/tools/a.c" repo/build/6.1/tools/.a.o.cmd
	# It is configured anew.
	grep -q CONFIG_A=y repo/build/matrix-plain/.config
}

unknown_row() {
	setup
	refuses 1 matrix plain none
	says 'there is no row "none"; there are: plain off'
}

last_fragment() {
	setup
	echo CONFIG_LOST=y >lost.config
	echo CONFIG_C=y >c.config
	configure=repo/scripts/configure-kernel
	refuses 1 $configure 6.1 "$PWD/lost.config" "$PWD/c.config"
	refuses 1 $configure --last 6.1 "$PWD/c.config" "$PWD/lost.config"
	[ ! -e repo/build/6.1/.config ]
	refuses 0 $configure --last -o there 6.1 "$PWD/lost.config" "$PWD/c.config"
	grep -q CONFIG_C=y repo/build/there/.config
	[ ! -e repo/build/6.1/.config ]
}

# shown WORDS: what make gets, of the folder only its name.
shown() { [ "$(sed -n '/^make/d; s|^.*/build/||p' said)" = "$1" ]; }
options() {
	setup
	kbuild=repo/scripts/kbuild
	refuses 0 $kbuild 6.1 show
	shown '6.1   gcc'
	refuses 0 $kbuild -o a/b -c clang 6.1 show
	shown 'a/b   clang'
	refuses 0 $kbuild -a arm64 -o c 6.1 show
	shown 'c arm64 aarch64-linux-gnu- aarch64-linux-gnu-gcc'
	refuses 0 $kbuild -a ppc64le 6.1 show
	shown '6.1 powerpc powerpc64le-linux-gnu- powerpc64le-linux-gnu-gcc'
	refuses 1 $kbuild -a vax 6.1 show
	says 'unknown option or value: -a vax'
	refuses 1 $kbuild -x 6.1 show
}

run passes 'compiles what is ours, links, and removes the folder'
run keeps '--objects does not link; KEEP=1 keeps the folder'
run warns 'a warning in our files is a failure that is shown, others are not'
run does_not_link 'a kernel that does not link is a failure'
run lost_symbol 'so is a symbol that does not come out as the row says'
run unlisted_object 'and an object with our header that was not compiled with warnings'
run seeded 'linking begins with a copy of the kernel that is there'
run unknown_row 'a row that is not there is answered with the list'
run last_fragment 'configure-kernel --last: only the last fragment must be met'
run options 'kbuild: another folder, architecture and compiler'
finish
