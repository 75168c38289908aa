#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make patches: does git am take the series, and is the tree then the one that
# kernel/apply makes? Does each patch please checkpatch?
set -eu
build=${BUILD:-}
base=${KERNEL:-6.1}
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

export BUILD="${build:-$top/build}"
stock=$BUILD/src/$base-stock
made=$BUILD/patches/$base
checkpatch=$BUILD/src/$base/scripts/checkpatch.pl
# Who sends them is nobody here.
export GIT_AUTHOR_NAME=somebody GIT_AUTHOR_EMAIL=somebody@localhost
export GIT_COMMITTER_NAME=somebody GIT_COMMITTER_EMAIL=somebody@localhost
export GIT_CONFIG_GLOBAL=/dev/null

makes() { "$top/scripts/patches" "$base"; }

# A tree of those files that patches change, and what says which kernel it is.
new_tree() {
	git init -q "$1"
	{
		printf '%s\n' Makefile Kbuild
		sed -n 's|^--- a/||p' "$top/kernel/patches/$base"/*.patch
	} | sort -u | while read -r f; do
		mkdir -p "$1/$(dirname "$f")"
		cp "$stock/$f" "$1/$f"
	done
	git -C "$1" add -A
	git -C "$1" commit -q -m base
}

applies() {
	new_tree am
	git -C am am -q "$made"/*.patch
	new_tree apply
	"$top/kernel/apply" apply
	diff -r -x .git -x .memgroup am apply
	[ "$(git -C am log --oneline | wc -l)" -eq $((1 + $(find "$made" -name '*.patch' | wc -l))) ]
}

# Whether MAINTAINERS needs an entry is for those who take them.
style() {
	for p in "$made"/*.patch; do
		"$checkpatch" --no-tree --no-summary --strict --ignore FILE_PATH_CHANGES "$p" >said || :
		! grep -E '^(ERROR|WARNING|CHECK):' said || { echo "$p" && return 1; }
		grep -q 'has no obvious style problems' said || { cat said && return 1; }
	done
}

overlay() {
	mkdir unpacked
	tar -C unpacked -xf "$made/memgroup-overlay.tar.xz"
	new_tree other
	unpacked/memgroup-overlay/kernel/apply other
	new_tree same
	"$top/kernel/apply" same
	diff -r -x .git other same
}

# Each file in one part: a new one is noticed.
in_one_part() {
	mkdir copy
	cp -r "$top/kernel" "$top/kunit" "$top/scripts" copy
	echo 'int more;' >copy/kernel/mm/memgroup/more.c
	refuses 1 copy/scripts/patches "$base"
	says 'in no part of kernel/patches/parts: mm/memgroup/more.c'
	rm copy/kernel/mm/memgroup/more.c
	echo mm/memgroup/policy.c >>copy/kernel/patches/parts/2-registry
	refuses 1 copy/scripts/patches "$base"
	says 'mm/memgroup/policy.c is in another part, too'
}

nobody() {
	unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL EMAIL
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.useConfigOnly GIT_CONFIG_VALUE_0=true
	refuses 1 "$top/scripts/patches" "$base"
	says 'git does not know who you are'
}

run makes 'makes a series and a tar'
run applies 'git am makes the tree that kernel/apply makes'
run style 'checkpatch --strict is pleased with each patch'
run overlay 'the tar has all that kernel/apply needs'
run in_one_part 'a file in no part, or in two, is noticed'
run nobody 'without a name in git it says so'
finish
