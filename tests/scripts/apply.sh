#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# kernel/apply on a tiny tree with two patches, the second on top of the first.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

# setup: ./kernel with apply and an overlay, ./tree, and ./pristine to compare.
setup() {
	mkdir -p kernel/patches/6.1 kernel/mm/memgroup kernel/include/linux kernel/configs tree/mm
	cp "$top/kernel/apply" kernel/
	echo 'int policy;' >kernel/mm/memgroup/policy.c
	echo '#define HOOK' >kernel/include/linux/memgroup.h
	echo 'CONFIG_X=y' >kernel/configs/x.config
	printf 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n' >tree/Makefile
	: >tree/Kbuild
	seq 1 40 >tree/mm/hot.c
	cp -r tree pristine
	cp -r tree work
	mkpatch one 's/^10$/ten/'
	mkpatch two 's/^11$/eleven/'
	rm -r work
	printf '# in this order\none.patch\ntwo.patch\n' >kernel/patches/6.1/series
}

# mkpatch NAME SED: the next patch, which changes work/mm/hot.c.
mkpatch() {
	cp work/mm/hot.c before
	sed -i "$2" work/mm/hot.c
	diff -u --label a/mm/hot.c --label b/mm/hot.c before work/mm/hot.c \
		>"kernel/patches/6.1/$1.patch" || :
}

# The tree is as it was, leftovers and the stamp included.
untouched() { diff -r "${1:-pristine}" tree; }
patched() {
	grep -qx ten tree/mm/hot.c
	grep -qx eleven tree/mm/hot.c
	cmp kernel/mm/memgroup/policy.c tree/mm/memgroup/policy.c
	cmp kernel/include/linux/memgroup.h tree/include/linux/memgroup.h
	[ ! -e tree/configs ]
	[ ! -e tree/patches ]
	[ -z "$(find tree -name '*.orig' -o -name '*.rej' -o -name '*.memgroup-new')" ]
}
# Everything with its time of change.
stamps() { find tree -type f -printf '%p %T@\n' | sort; }

fresh() { setup; kernel/apply tree; patched; }

check_only() {
	setup
	kernel/apply --check tree >said
	says '2 patches and 2 files can be applied'
	untouched
}

repeated() {
	setup
	kernel/apply tree
	stamps >before
	kernel/apply tree >said
	says 'up to date'
	stamps | cmp before -
}

refreshed() {
	setup
	kernel/apply tree
	stamps >before
	echo 'int changed;' >kernel/mm/memgroup/policy.c
	rm kernel/include/linux/memgroup.h
	echo 'int added;' >kernel/mm/memgroup/new.c
	kernel/apply tree
	cmp kernel/mm/memgroup/policy.c tree/mm/memgroup/policy.c
	[ -f tree/mm/memgroup/new.c ]
	[ ! -e tree/include ]
	[ "$(stamps | grep hot.c)" = "$(grep hot.c before)" ]
}

new_patches() {
	setup
	kernel/apply tree
	cp -r pristine work
	mkpatch one 's/^10$/TEN/'
	mkpatch two 's/^30$/thirty/'
	kernel/apply tree
	grep -qx TEN tree/mm/hot.c
	grep -qx thirty tree/mm/hot.c
	grep -qx 11 tree/mm/hot.c
	[ "$(wc -l <tree/mm/hot.c)" -eq 40 ]
}

lost_stamp() {
	setup
	kernel/apply tree
	rm -r tree/.memgroup
	kernel/apply tree
	patched
}

stale_stamp() {
	setup
	kernel/apply tree
	cp pristine/mm/hot.c tree/mm/hot.c
	kernel/apply tree
	patched
}

half_patched() {
	setup
	patch -d tree -p1 -s <kernel/patches/6.1/one.patch
	rm -r pristine
	cp -r tree pristine
	refuses 1 kernel/apply tree
	says 'neither untouched nor fully patched'
	grep -q 'one.patch *is in the tree' said
	grep -q 'two.patch *is not in the tree' said
	untouched
}

edited() {
	setup
	kernel/apply tree
	sed -i 's/^ten$/mine/' tree/mm/hot.c
	cp -r tree mine
	refuses 1 kernel/apply tree
	grep -q 'one.patch *does not fit' said
	untouched mine
}

edited_elsewhere() {
	setup
	kernel/apply tree
	sed -i 's/^35$/mine/' tree/mm/hot.c
	kernel/apply tree
	patched
	grep -qx mine tree/mm/hot.c
}

drifted() {
	setup
	sed -i 's/^8$/drift/' tree/mm/hot.c
	cp -r tree drift
	patch -d drift -p1 -s -F3 <kernel/patches/6.1/one.patch # fuzz would do it
	rm -r pristine drift
	cp -r tree pristine
	refuses 1 kernel/apply tree
	untouched
	refuses 1 kernel/apply --check tree
	untouched
}

moved() {
	setup
	sed -i '1i zero' tree/mm/hot.c
	kernel/apply tree
	patched
}

unknown_version() {
	setup
	sed -i 's/PATCHLEVEL = 1/PATCHLEVEL = 99/' tree/Makefile
	cp -r tree other
	refuses 1 kernel/apply tree
	says 'no patches for Linux 6.99'
	says 'there are patches for: 6.1'
	untouched other
}

not_a_kernel() {
	setup
	rm tree/Kbuild
	refuses 1 kernel/apply tree
	says 'not a kernel source tree'
	refuses 1 kernel/apply nowhere
	refuses 2 kernel/apply
	refuses 2 kernel/apply --what tree
}

own_file() {
	setup
	mkdir -p tree/include/linux
	echo theirs >tree/include/linux/memgroup.h
	cp -r tree theirs
	refuses 1 kernel/apply tree
	says 'of its own'
	untouched theirs
}

read_only() {
	setup
	chmod -R a-w tree
	chmod 755 "$tmp" .
	as=
	# Root may write anywhere; nobody may not.
	[ "$(id -u)" -ne 0 ] || as='setpriv --reuid 65534 --clear-groups'
	# shellcheck disable=SC2086 # words of a command
	TMPDIR=/tmp refuses 1 $as kernel/apply tree
	chmod -R u+w tree
	says 'cannot write to'
	untouched
}

reversed() {
	setup
	kernel/apply tree
	kernel/apply --reverse tree
	untouched
	kernel/apply --reverse tree >said
	says 'memgroup is not in it'
	untouched
}

with_kunit() {
	setup
	mkdir kunit
	echo 'int t;' >kunit/policy_test.c
	kernel/apply tree
	cmp kunit/policy_test.c tree/mm/memgroup/tests/policy_test.c
}

real_series() {
	[ -f "$top/kernel/patches/6.1/series" ]
	cd "$top/kernel/patches"
	for base in */series; do
		sed 's/#.*//; /^$/d' "$base" | sort >"$tmp/named"
		find "${base%/series}" -name '*.patch' -printf '%P\n' | sort | diff "$tmp/named" -
	done
}

run fresh 'an untouched tree gets patches and overlay, nothing else'
run check_only '--check says what would happen and changes nothing'
run repeated 'repeating it changes nothing'
run refreshed 'overlay files that changed, came or went are brought up to date, others kept'
run new_patches 'an older version of the patches is replaced'
run lost_stamp 'an applied tree without its stamp is recognised'
run stale_stamp 'a tree reset below its stamp is patched again'
run half_patched 'a half-patched tree is refused, each patch explained'
run edited 'a hook that was edited is refused'
run edited_elsewhere 'edits beside the hooks survive'
run drifted 'context that would need fuzz is refused'
run moved 'lines that only moved are found'
run unknown_version 'an unknown version is refused and the known ones named'
run not_a_kernel 'what is no kernel tree is refused'
run own_file 'a file of the same name is not overwritten'
run read_only 'a read-only tree is refused before anything changes'
run reversed '--reverse gives the untouched tree back'
run with_kunit 'kunit/ is installed as mm/memgroup/tests'
run real_series 'every patch in the folder is in its series, and the reverse'
finish
