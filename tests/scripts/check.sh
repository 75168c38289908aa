#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# scripts/check on suites made up here.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

check() {
	touch suites suites-long
	BUILD=$PWD/b SUITES=$PWD/suites SUITES_LONG=$PWD/suites-long ALLOWED_SKIPS=$PWD/allowed \
		SUITE=${SUITE:-} "$top/scripts/check" "$@"
}
tap() { printf 'printf "1..%s\\n"; seq -f "ok %%g t" %s' "$1" "$1"; }
last() { [ "$(tail -n 1 said)" = "$1" ]; }

good() {
	printf '# two\none 10 %s\ntwo 10 %s\n' "$(tap 2)" "$(tap 3)" >suites
	refuses 0 check
	last '5 passed, 0 failed, 0 skipped'
	[ -s b/results/one.tap ]
	grep -q '^one .*2 ok .*0 not ok' said
	says 'Where the time went'
}

bad() {
	printf 'one 10 %s\ntwo 10 echo 1..1; echo not ok 1 - x; echo why >&2; exit 1\n' "$(tap 2)" >suites
	refuses 1 check
	last '2 passed, 1 failed, 0 skipped'
	says 'not ok 1 - x'
	says 'stderr: why'
	says 'make check SUITE=two'
}

dies() {
	echo 'one 10 echo 1..1; echo ok 1; kill -9 $$' >suites
	refuses 1 check
	last '1 passed, 1 failed, 0 skipped'
}

missing() {
	echo 'one 10 ./no-such-program' >suites
	refuses 1 check
	last '0 passed, 1 failed, 0 skipped'
}

overruns() {
	echo 'one 1 echo 1..1; echo ok 1; sleep 30' >suites
	refuses 1 check
	last '1 passed, 1 failed, 0 skipped'
	says 'time limit of 1 s'
}

skips() {
	echo 'one 10 echo 1..2; echo ok 1; echo "ok 2 - a # SKIP b"' >suites
	refuses 1 check
	last '1 passed, 1 failed, 0 skipped'
	echo 'one: a — because' >allowed
	refuses 0 check
	last '1 passed, 0 failed, 1 skipped'
}

selects() {
	printf 'one 10 %s\ntwo 10 %s\n' "$(tap 2)" "$(tap 3)" >suites
	SUITE=two refuses 0 check
	last '3 passed, 0 failed, 0 skipped'
	SUITE=three refuses 1 check
	says 'there are: one two'
}

empty() {
	echo '# none' >suites
	refuses 1 check
	last '0 passed, 1 failed, 0 skipped'
}

unlisted() {
	printf 'one 10 %s\n' "$(tap 1)" >suites
	mkdir -p b/tests
	printf '#!/bin/sh\n' >b/tests/lost
	chmod +x b/tests/lost
	refuses 1 check
	says 'neither tests/suites nor tests/suites-long mentions'
	says b/tests/lost
	# The other list will do.
	echo 'two 10 b/tests/lost' >suites-long
	refuses 0 check
}

long() {
	printf 'one 10 %s\n' "$(tap 1)" >suites
	printf '# x\ntwo 10 %s # 50 min\nthree 10 %s; exit 1 # 7 min\n' "$(tap 2)" "$(tap 3)" >suites-long
	refuses 1 check --long
	last '5 passed, 1 failed, 0 skipped'
	! grep -q ^one said || return 1
	says 'make check-long SUITE=three'
	SUITE=two refuses 0 check --long
	last '2 passed, 0 failed, 0 skipped'
	SUITE=one refuses 1 check --long
	says 'there are: two three'
}

announces() {
	: >suites
	printf '# x\ntwo 10 touch ran # 50 min\nthree 10 touch ran # 7 min\n' >suites-long
	refuses 0 check --announce --long
	says 'check-long takes about 57 minutes'
	says 'two (50), three (7)'
	SUITE=three refuses 0 check --announce --long
	says 'about 7 minutes'
	! says two || return 1
	[ ! -e ran ]
}

interrupted() {
	echo 'one 60 echo $$ >pid; echo 1..1; sleep 50; echo ok 1' | sed "s|>pid|>$PWD/pid|" >suites
	BUILD=$PWD/b SUITES=$PWD/suites "$top/scripts/check" >said 2>&1 &
	check=$!
	for _ in $(seq 100); do [ ! -s pid ] || break; sleep 0.1; done
	kill -TERM "$check"
	status=0
	wait "$check" || status=$?
	[ "$status" -ne 0 ]
	! kill -0 "$(cat pid)"
}

listed() {
	cat "$top/tests/suites" "$top/tests/suites-long" | sed 's/#.*//' >list
	awk 'NF && (NF < 3 || $2 !~ /^[0-9]+$/) { exit 1 }' list
	[ -z "$(awk 'NF { print $1 }' list | sort | uniq -d)" ]
	for t in "$top"/tests/scripts/*.sh; do
		# Those without an interpreter are read by others.
		[ "$(head -c 2 "$t")" = "#!" ] || continue
		grep -q "tests/scripts/${t##*/}" list
	done
	! grep -Ev '^(#.*|.*# [0-9]+ min|)$' "$top/tests/suites-long"
}

run good 'sums the suites and keeps their output'
run bad 'a failure is shown in full, with how to repeat it'
run dies 'a suite that is killed is a failure'
run missing 'a suite whose program is missing is a failure'
run overruns 'a suite that takes too long is ended, and a failure'
run skips 'a skip is a failure unless it is allowed'
run selects 'SUITE runs one suite; an unknown one is answered with the list'
run empty 'no suite is a failure'
run unlisted 'a test program that no suite runs is a failure'
run interrupted 'an interruption ends the running suite'
run long '--long runs the other list, or one suite of it'
run announces '--announce says how long the suites will take, and runs none'
run listed 'both lists are well formed and run every test of the scripts'
finish
