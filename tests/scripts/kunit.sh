#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/kunit/run and what make check makes of it, with a user-mode Linux that only
# plays its part.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

# plays LINE…: what the kernel will say, behind the noise of a boot.
plays() {
	export BUILD="$PWD/build"
	mkdir -p build/6.1-um
	says_next "$@"
	printf '#!/bin/sh\nprintf "%%s\\n" "$@" >%s/arguments\ncat %s/said-by-kernel\n' "$PWD" "$PWD" \
		>build/6.1-um/linux
	chmod +x build/6.1-um/linux
}
says_next() { printf '%s\n' 'Linux version 6.1.0' "$@" 'reboot: System halted' >said-by-kernel; }
suites() { "$top/tests/kunit/run" um "$@"; }
# sum: "passed failed skipped", as make check counts it.
sum() {
	status=0
	suites >ktap || status=$?
	"$top/scripts/tap-sum" -v suite=kunit -v status="$status" -v budget=60 -v allowed=/dev/null ktap | head -n 1
}

head='KTAP version 1
1..1
    KTAP version 1
    # Subtest: memgroup-policy
    1..2'

good() {
	plays "$head" '    ok 1 a' '    ok 2 b' 'ok 1 memgroup-policy'
	[ "$(sum)" = '2 0 0' ]
	if grep 'Linux version\|System halted' ktap; then return 1; fi
	grep -qx 'kunit.filter_glob=memgroup-\*' arguments
	suites 'memgroup-policy.a' >ktap
	grep -qx 'kunit.filter_glob=memgroup-policy.a' arguments
	SEED=7 suites >ktap
	grep -qx 'memgroup_kunit.seed=7' arguments
}
failing() {
	plays "$head" '    ok 1 a' '        # Subtest: b' '        not ok 1 row' '    not ok 2 b' 'not ok 1 memgroup-policy'
	refuses 1 suites
	says '#   make kunit WHERE=um CASE=memgroup-policy.b'
	if says 'CASE=memgroup-policy.row'; then return 1; fi
	plays "$head" '    ok 1 a' '    # b: seed 42 (to repeat it: memgroup_kunit.seed=42)' '    not ok 2 b' \
		'not ok 1 memgroup-policy'
	refuses 1 suites
	says '#   make kunit WHERE=um CASE=memgroup-policy.b SEED=42'
	plays "$head" '    ok 1 a' '    ok 2 b' 'not ok 1 memgroup-policy'
	refuses 1 suites
}
splat() {
	plays "$head" '    ok 1 a' 'WARNING: CPU: 0 PID: 9 at mm/memgroup/registry.c:1' '    ok 2 b' 'ok 1 memgroup-policy'
	refuses 1 suites
	says '# the kernel said: WARNING: CPU: 0'
	[ "$(sum)" = '2 1 0' ]
	plays 'BUG kmalloc-64 (Tainted: G): Poison overwritten' "$head" '    ok 1 a' '    ok 2 b' 'ok 1 memgroup-policy'
	refuses 1 suites
}
cut_off() {
	plays "$head" '    ok 1 a'
	refuses 1 suites
	[ "$(sum | cut -d ' ' -f 2)" -gt 0 ]
	plays 'KTAP version 1' '1..2' "    # Subtest: x" '    1..1' '    ok 1 a' 'ok 1 x'
	[ "$(sum | cut -d ' ' -f 2)" -gt 0 ]
}
nothing() {
	plays 'KTAP version 1' '1..0'
	refuses 1 suites 'memgroup-none'
	says 'no case matches "memgroup-none"'
	plays
	refuses 1 suites
}
hang() {
	plays "$head"
	export TIME_LIMIT=1
	printf '#!/bin/sh\nexec sleep 60\n' >build/6.1-um/linux
	refuses 1 suites
	says 'exit code 124'
	printf '#!/bin/sh\ncat %s\nkill -SEGV $$\n' "$PWD/said-by-kernel" >build/6.1-um/linux
	says_next "$head" '    ok 1 a' '    ok 2 b' 'ok 1 memgroup-policy'
	refuses 139 suites
}
usage() {
	refuses 2 "$top/tests/kunit/run" nowhere
	says usage
	WHERE=nowhere refuses 1 "$top/scripts/kunit" --flavours
	says 'WHERE is um, guest or debug'
	[ "$(WHERE='um debug' "$top/scripts/kunit" --flavours | xargs)" = '6.1-um 6.1-debug' ]
}

run good 'results without the noise; a filter and a seed reach the kernel'
run failing 'a failing case comes with the command that repeats it'
run splat 'what the kernel warns of is a failure, though all cases pass'
run cut_off 'results that end early are a failure'
run nothing 'no case and no results are a failure, with the reason'
run hang 'a kernel that hangs is ended'
run usage 'bad places are refused'
finish
