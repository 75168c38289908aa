# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the tests beside it, which build parts of kernels: scripts/common.sh,
# what the patches change, and TAP.
# shellcheck disable=SC2034 # used by common.sh
to_top=../..
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/../../scripts/common.sh"

base=${KERNEL:-6.1}
base=${base%-debug}
tree=$(source_of "$base")
configs=$top/kernel/configs
tests=0
failures=0

# changed PATTERN: the files of the tree which our patches change and that match.
# They are read from what kernel/apply notes in the tree, so that a new hook counts.
changed() {
	sed -n 's|^+++ b/||p' "$tree"/.memgroup/*.patch | sort -u | grep -E "$1"
}

# ours PATTERN: the files which the overlay brings into the tree and that match.
ours() { grep -E "$1" "$tree/.memgroup/files"; }

# result STATUS NAME [FILE]: one line of TAP; FILE explains a failure.
result() {
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$tests" "$2"
	else
		failures=$((failures + 1))
		printf 'not ok %d - %s\n' "$tests" "$2"
		[ $# -lt 3 ] || sed "s|$top/||g; s/^/# /" "$3"
	fi
}

# check NAME COMMAND…: its output explains a failure.
check() {
	title=$1
	shift
	outcome=0
	"$@" >"$tmp/said" 2>&1 || outcome=$?
	result "$outcome" "$title" "$tmp/said"
}

finish() {
	printf '1..%d\n' "$tests"
	[ "$failures" -eq 0 ]
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT HUP TERM
