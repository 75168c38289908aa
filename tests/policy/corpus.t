#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The corpus of the fuzzing target, without clang: each file whole, cut short and
# changed, as it ships and under the sanitizers. TAP.
set -eu
to_top=../..
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/../../scripts/common.sh"
cd "$top"
echo 1..2
n=0
failed=0
for built in "$BUILD" "$BUILD/asan"; do
	n=$((n + 1))
	status=0
	said=$("$built/tests/policy-corpus" 512 tests/policy/corpus/* 2>&1) || status=$?
	printf '%s\n' "$said" | sed 's/^/# /'
	[ "$status" -eq 0 ] || { printf 'not ' && failed=1; }
	printf 'ok %d - %s\n' "$n" "$(short "$built/tests/policy-corpus")"
done
[ "$failed" -eq 0 ]
