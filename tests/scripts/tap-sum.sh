#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# scripts/tap-sum: what counts as passed, failed and skipped.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

# sum "P F S" [option]…: TAP on stdin sums up to that; the rest of it is ./said.
sum() {
	want=$1
	shift
	cat >tap
	"$top/scripts/tap-sum" -v suite=s -v budget=9 -v allowed=allowed "$@" tap >said
	cat said
	[ "$(head -n 1 said)" = "$want" ]
}

plain() { printf 'TAP version 13\n1..3\nok 1 - a\nok 2 b\nok 3\n' | sum '3 0 0'; }
late_plan() { printf 'ok 1\nok 2\n1..2\n' | sum '2 0 0'; }
two_streams() { printf '1..1\nok 1 a\n1..2\nok 1 b\nok 2 c\n' | sum '3 0 0'; }

failure() {
	printf '1..3\nok 1 a\n# why\nnot ok 2 b\n# more\nok 3 c\n# noise\n' | sum '2 1 0'
	says '# why'
	says 'not ok 2 b'
	says '# more'
	! says noise
}

nested() {
	cat >in <<-END
	KTAP version 1
	1..2
	    KTAP version 1
	    # Subtest: first
	    1..3
	    ok 1 a
	    # it broke
	    not ok 2 b
	        KTAP version 1
	        # Subtest: param
	        ok 1 - x
	        ok 2 - y
	    ok 3 param
	# first: pass:2 fail:1 skip:0 total:3
	not ok 1 first
	    # Subtest: second
	    1..1
	    ok 1 - c # SKIP no node
	ok 2 second # SKIP
	END
	echo 's: second/c — one node only' >allowed
	sum '3 1 1' -v status=0 <in
	says '# it broke'
	! says 'not ok 1 first'
}

parent_alone() {
	printf '1..1\n    1..1\n    ok 1 a\nnot ok 1 suite\n' | sum '1 1 0'
	says 'not ok 1 suite'
}

sub_plan() { printf '1..1\n    1..2\n    ok 1 a\nok 1 s\n' | sum '1 1 0' && says 'planned 2 tests and ran 1'; }
sub_cut() { printf '1..1\n    1..2\n    ok 1 a\n    ok 2 b\n' | sum '2 2 0' && says 'inside a subtest'; }
indented_text() { printf '1..1\n    ok is not a test here\nok 1\n' | sum '1 0 0'; }

no_plan() { printf 'ok 1\n' | sum '1 1 0' && says 'no plan'; }
too_few() { printf '1..3\nok 1\n' | sum '1 1 0' && says 'planned 3 tests and ran 1'; }
too_many() { printf '1..1\nok 1\nok 2\n' | sum '2 1 0' && says 'planned 1 tests and ran 2'; }
nothing() { sum '0 1 0' </dev/null && says 'no test and no plan'; }
zero() { printf '1..0\n' | sum '0 1 0' && says 'no test'; }
bail() { printf '1..1\nok 1\nBail out! no disk\n' | sum '1 1 0' && says 'no disk'; }
died() { printf '1..1\nok 1\n' | sum '1 1 0' -v status=3 && says 'exit code 3'; }
fails_and_exits() { printf '1..1\nnot ok 1\n' | sum '0 1 0' -v status=1; }
overrun() { printf '1..2\nok 1\n' | sum '1 2 0' -v status=124 && says 'time limit of 9 s'; }
todo() { printf '1..1\nnot ok 1 a # TODO later\n' | sum '0 1 0'; }

skip_refused() {
	printf '1..1\nok 1 - a # SKIP no QEMU\n' | sum '0 1 0'
	says 'a: skipped, and tests/allowed-skips does not allow it: no QEMU'
}

skip_allowed() {
	printf '# comment\ns: a — needs two nodes\ns: b — too\n' >allowed
	printf '1..2\nok 1 - a # SKIP x\nnot ok 2 # SKIP b\n' | sum '0 0 2'
}

skip_elsewhere() {
	echo 'other: a — reason' >allowed
	printf '1..1\nok 1 a # SKIP\n' | sum '0 1 0'
}

skip_unreasoned() {
	printf 's: a\ns: a — \n' >allowed
	printf '1..1\nok 1 a # SKIP\n' | sum '0 1 0'
}

skip_all() {
	echo 's: all — needs a terminal' >allowed
	printf '1..0 # SKIP no terminal\n' | sum '0 0 1'
	rm allowed
	printf '1..0 # SKIP no terminal\n' | sum '0 1 0'
}

run plain 'plain TAP'
run late_plan 'the plan may come last'
run two_streams 'two streams one after the other'
run failure 'a failure is shown with what explains it'
run nested 'nested KTAP: the innermost tests count'
run parent_alone 'a subtest that fails with all its tests fine is a failure'
run sub_plan 'a plan inside that does not match is a failure'
run sub_cut 'output that ends inside a subtest is a failure'
run indented_text 'indented text is no test'
run no_plan 'no plan is a failure'
run too_few 'too few tests are a failure'
run too_many 'too many tests are a failure'
run nothing 'no output is a failure'
run zero 'a plan of nothing is a failure'
run bail 'Bail out! is a failure'
run died 'a bad exit with all tests fine is a failure'
run fails_and_exits 'a bad exit after a failed test counts once'
run overrun 'a time limit overrun is a failure'
run todo 'TODO is a failure'
run skip_refused 'a skip that is not allowed is a failure'
run skip_allowed 'an allowed skip is counted as skipped'
run skip_elsewhere 'a skip allowed for another suite is a failure'
run skip_unreasoned 'a skip allowed without a reason is a failure'
run skip_all 'a suite that skips itself'
finish
