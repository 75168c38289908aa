# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the tests beside it: TAP output, and a folder $tmp of their own.
# Each test is a function; run FUNCTION "what it shows" runs it in a subshell in
# an empty folder, where "set -e" ends it at the first command that fails.
# shellcheck disable=SC2034 # used by the tests
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT HUP TERM
tests=0
unset MAKEFLAGS MFLAGS MAKELEVEL KERNEL KSRC SUITE BUILD JOBS ASSUME_YES

run() {
	tests=$((tests + 1))
	mkdir -p "$tmp/$tests"
	# Not in a condition: that would switch off -e in the test, too.
	set +e
	(
		cd "$tmp/$tests" || exit
		set -ex
		"$1"
	) >"$tmp/out" 2>&1
	status=$?
	set -e
	if [ "$status" -eq 0 ]; then
		printf 'ok %d - %s\n' "$tests" "$2"
	else
		printf 'not ok %d - %s\n' "$tests" "$2"
		sed 's/^/# /' "$tmp/out"
	fi
}

finish() { printf '1..%d\n' "$tests"; }

# refuses STATUS COMMAND…: it fails with that status; what it says is in ./said.
refuses() {
	want=$1
	shift
	status=0
	# Without the trace, which is no part of what the command says.
	({ set +x; } 2>/dev/null && "$@") >said 2>&1 || status=$?
	cat said
	[ "$status" -eq "$want" ]
}

says() { grep -qF -- "$1" said; }
