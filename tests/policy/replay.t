#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The way from a failure of policy-random back to it: what is printed, the file that is
# written, the command that repeats it. TAP.
set -eu
to_top=../..
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/../../scripts/common.sh"
programs=$BUILD/tests
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
mkdir results
count=0
failed=0

# check NAME COMMAND…: a test point
check() {
	name=$1
	shift
	count=$((count + 1))
	"$@" >said 2>&1 || { printf 'not ' && failed=1; }
	printf 'ok %d - %s\n' "$count" "$name"
	sed 's/^/# /' said
}
# ends CODE COMMAND…: what is said stays in the file output
ends() {
	code=$1
	shift
	status=0
	"$@" >output 2>&1 || status=$?
	[ "$status" -eq "$code" ] || { echo "exit code $status" && cat output && return 1; }
}

"$programs/policy-random" --seed 7 --history 3 >history
"$programs/policy-random-32bit" --seed 7 --history 3 >history32
"$BUILD/asan/tests/policy-random" --seed 7 --history 3 >history-asan
check 'seed and number give the same history on 32 bits' cmp history history32
check 'and under the sanitizers' cmp history history-asan
check 'it can be replayed' ends 0 "$programs/policy-random" --replay history
check 'also from standard input' ends 0 "$programs/policy-random" --replay - <history

export BUILD="$tmp" JOBS=3
check 'a wrong policy is found' ends 1 "$programs/policy-random-wrong" --seed 7
cp output first
check 'and reported once' [ "$(grep -c 'to repeat it' first)" -eq 1 ]
file=$(ls results/*.history)
command=$(sed -n 's/^# to repeat it: //p' first)
check 'by what it printed' ends 1 sh -c "$command"
cp output again
grep -E '^# (operation|policy|oracle|asked|group|system|node)' first >what-first
grep -E '^# (operation|policy|oracle|asked|group|system|node)' again >what-again
check 'it is repeated, with all numbers' cmp what-first what-again
check 'which were some' [ "$(wc -l <what-first)" -eq 7 ]
check 'the file has not more than 8 operations' [ "$(grep -cv '^#' "$file")" -le 8 ]
check 'the right policy passes' ends 0 "$programs/policy-random" --replay "$file"

echo 'online 1' >bad
check 'what is no history is an error' ends 2 "$programs/policy-random" --replay bad
check 'so is a file that is not there' ends 2 "$programs/policy-random" --replay missing
check 'and a word too many' ends 2 "$programs/policy-random" history
echo "1..$count"
[ "$failed" -eq 0 ]
