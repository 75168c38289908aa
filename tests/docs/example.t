#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The patches of docs/examples/new-reason, which docs/developer-guide.md shows, are for
# this tree. TAP.
#   example.t            they apply, one after the other, without fuzz
#   example.t --build    and what they make passes: the tests of all that they touch on
#                        the host; and mm/memgroup compiles in the kernel
# KERNEL names the kernel (6.1).
# shellcheck disable=SC2317 # functions are called by their names
set -eu
to_top=../..
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/../../scripts/common.sh"
series=$top/docs/examples/new-reason

work=$(mktemp -d)
# Beside the other builds: it may need much space.
tree=$BUILD/docs-example
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

count=0
failed=0
# try NAME COMMAND...: what it says only if it fails
try() {
	name=$1
	shift
	count=$((count + 1))
	status=0
	"$@" </dev/null >"$work/said" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		printf 'ok %d - %s\n' "$count" "$name"
	else
		failed=1
		tail -n 60 "$work/said" | sed 's/^/# /'
		printf 'not ok %d - %s\n' "$count" "$name"
	fi
}

copy_all() {
	rm -rf "$tree"
	mkdir -p "$tree"
	tar -C "$top" --exclude=./build --exclude="./${BUILD#"$top"/}" --exclude=./.git -cf - . | tar -C "$tree" -xf -
}

# Only the files that the patches change.
copy_touched() {
	tree=$work/tree
	mkdir "$tree"
	sed -n 's|^--- a/||p' "$series"/*.patch | sort -u >"$work/touched"
	(cd "$top" && tar -cf - -T "$work/touched") | tar -C "$tree" -xf -
}

apply() { patch -d "$tree" -p1 --fuzz=0 --no-backup-if-mismatch <"$1"; }

# What is beside $tree is not for make in it.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
build_tests() {
	for part in tools/memgroup-stat tools/hotplug-stress traces/traceevent \
		traces/kernelshark tests/policy tests/guest; do
		make -s -j "$(nproc)" -C "$tree/$part" O="$tree/build" all tests || return
	done
}
in_tree() { (cd "$tree" && BUILD=$tree/build "$@"); }

case ${1:-} in
--build) copy_all ;;
'') copy_touched ;;
*) die "usage: example.t [--build]" ;;
esac
for patch in "$series"/*.patch; do
	try "${patch##*/} applies" apply "$patch"
done
if [ "${1:-}" = --build ]; then
	try "programs and their tests are built" build_tests
	for test in policy-table policy-oracle policy-random policy-properties \
		memgroup-stat-why memgroup-stat-plan trace-event traceevent-plugin \
		kernelshark-data; do
		try "$test" in_tree "$tree/build/tests/$test"
	done
	try "what memgroup-stat prints" in_tree tests/memgroup-stat/golden.t
	# The source is unpacked once more: the patches change what is added to it.
	try "mm/memgroup compiles in the kernel" in_tree \
		tests/kernel/compile-matrix --objects default
	[ "$failed" -ne 0 ] || rm -rf "$tree"
fi
echo "1..$count"
exit "$failed"
