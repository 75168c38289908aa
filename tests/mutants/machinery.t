#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What makes, picks and judges mutants, on made-up files: tests/mutants/{mutate,pick,
# read-console,report}
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/../scripts/tap.sh"
# shellcheck disable=SC2154 # from tap.sh
here=$top/tests/mutants

# mutants: those of the function body on standard input: ./listed, and ./out/
mutants() {
	{
		echo 'int f(int a)'
		echo '{'
		cat
		echo '}'
	} >f.c
	"$here/mutate" -v out=out f.c >listed
	cat listed
}

# makes ID LINE: the mutant has that line in place of another one, and differs in
# nothing else.
makes() {
	cat "out/f.c/f/$1.c"
	diff f.c "out/f.c/f/$1.c" >changed || :
	[ "$(grep -c '^[<>]' changed)" -eq 2 ]
	grep -qxF "> 	$2" changed
}

ids() { cut -f 1 listed | sed 's/^f\.c:f://' | tr '\n' ' '; }
none() { [ ! -s listed ]; }
absent() { refuses 1 grep -F -e "$1" "$2"; }

not_code() {
	mutants <<-'END'
	/* a > b; */
	// a == b;
	#define TWO (1 + \
		1)
	say("a > b \" + 1", '+', '"');
	END
	[ "$(ids)" = 'drop-statement:1 ' ]
}

outside() {
	printf 'static const int table[] = {\n\t[0] = 1 + 2,\n};\nint g(int a);\n' >f.c
	"$here/mutate" f.c >listed
	none
}

compares() {
	echo '	return a > 9;' | mutants
	[ "$(ids)" = 'gt-ge:1 gt-lt:1 off-by-one:1 ' ]
	makes gt-ge/1 'return a >= 9;'
	makes gt-lt/1 'return a < 9;'
	makes off-by-one/1 'return a > 10;'
	echo '	return a <= b != c;' | mutants
	makes le-lt/1 'return a < b != c;'
	makes ne-eq/1 'return a <= b == c;'
}

logic() {
	echo '	return !a && b(c || d);' | mutants
	makes drop-not/1 'return a && b(c || d);'
	makes and-or/1 'return !a || b(c || d);'
	makes or-and/1 'return !a && b(c && d);'
	makes drop-left/1 'return  b(c || d);'
	makes drop-right/1 'return !a ;'
	makes drop-left/2 'return !a && b( d);'
	makes drop-right/2 'return !a && b(c );'
}

arithmetic() {
	echo '	return a * b + (*p - -c) / 2;' | mutants
	makes times-div/1 'return a / b + (*p - -c) / 2;'
	makes plus-minus/1 'return a * b - (*p - -c) / 2;'
	makes minus-plus/1 'return a * b + (*p + -c) / 2;'
	makes div-times/1 'return a * b + (*p - -c) * 2;'
	makes drop-left/1 'return  (*p - -c) / 2;'
	makes drop-right/1 'return a * b ;'
	makes drop-right/2 'return a * b + (*p ) / 2;'
	[ "$(grep -c . listed)" -eq 8 ]
}

updates() {
	echo '	p->sum += a;' | mutants
	[ "$(ids)" = 'drop-statement:1 add-sub:1 lost-update:1 ' ]
	makes lost-update/1 'p->sum = a;'
	makes add-sub/1 'p->sum -= a;'
	makes drop-statement/1 ';'
	echo '	p->nr++;' | mutants
	makes inc-dec/1 'p->nr--;'
}

branches() {
	printf '\tif (a)\n\t\tp();\n' | mutants
	makes if-true/1 'if (true)'
	makes if-false/1 'if (false)'
	echo '	return a ? b(1, 2) : -c;' | mutants
	makes swap-branches/1 'return a ? -c : b(1, 2);'
}

loops() {
	echo '	for (i = 0; i < a; i++)' >in
	echo '		p(i);' >>in
	mutants <in
	makes lt-le/1 'for (i = 0; i <= a; i++)'
	makes drop-statement/1 'for (i = 0; ; i++)'
	makes drop-statement/2 'for (i = 0; i < a; )'
	makes drop-statement/3 '	;'
}

words() {
	echo '	return g->kernel_pages == true ? EINVAL : kernel_pages_of(g);' | mutants
	makes other-word/1 'return g->movable_pages == true ? EINVAL : kernel_pages_of(g);'
	makes other-word/2 'return g->kernel_pages == false ? EINVAL : kernel_pages_of(g);'
	makes other-word/3 'return g->kernel_pages == true ? EBUSY : kernel_pages_of(g);'
	absent other-word:4 listed
	echo '	return f(early * 2, cma);' | mutants
	makes other-word/2 'return f(early * 2, early);'
}

declarations() {
	mutants <<-'END'
	struct memgroup_sums *node;
	const unsigned long size = sizeof(*node);
	u64 *limit_pages, kernel_pages;
	END
	none
}

locks() {
	mutants <<-'END'
	mutex_lock(&r->lock);
	lockdep_assert_held(&r->lock);
	memgroup_recount(r);
	mutex_unlock(&r->lock);
	END
	[ "$(ids)" = 'unlocked:1 locked-for-ever:1 ' ]
	absent mutex_ out/f.c/f/unlocked/1.c
	grep -F mutex_lock out/f.c/f/locked-for-ever/1.c
	absent mutex_unlock out/f.c/f/locked-for-ever/1.c
}

by_design() {
	mutants <<-'END'
	if (!group)
		return ERR_PTR(-ENOMEM);
	kfree(group);
	return a > b ? a - b : 0;
	END
	absent if-false listed
	absent drop-statement listed
	absent gt-ge listed
	grep gt-lt listed
	printf '\tswitch (a) {\n\tdefault:\n\t\tbreak;\n\t}\n' | mutants
	none
	printf '\tif (!WARN_ON(a))\n\t\treturn;\n' | mutants
	absent if- listed
}

stable_ids() {
	printf '\treturn a + b;\n' | mutants
	cp listed before
	printf '/* more */\n\n/*\n * lines\n */\n' | cat - f.c >moved
	mv moved f.c
	"$here/mutate" f.c >listed
	cut -f 1,3 before >a
	cut -f 1,3 listed >b
	cmp a b
	refuses 1 cmp before listed
}

# All there is, for the parts that come after
list() {
	for file in policy registry snapshot; do
		for n in 1 2 3 4 5; do
			printf 'm%s%d\t%s.c:f:op%d:1\t%d\ta → b\ta = %d;\n' "$file" $n "$file" $n $n $n
		done
	done
}

picks() {
	list >all
	printf '# one\n%s -- a = 1; -- nothing\n' policy.c:f:op1:1 >equivalent
	"$here/pick" -v count=6 -v seed=1 equivalent all >one
	"$here/pick" -v count=6 -v seed=1 equivalent all >again
	"$here/pick" -v count=6 -v seed=2 equivalent all >two
	cat one
	cmp one again
	refuses 1 cmp one two
	for file in policy registry snapshot; do
		[ "$(grep -c "	$file" one)" -eq 2 ]
	done
	absent policy.c:f:op1 one
	absent policy.c:f:op1 two
	grep -xFf one all | cmp - one
	"$here/pick" -v count=14 -v seed=1 equivalent all >most
	[ "$(sort -u most | grep -c .)" -eq 14 ]
}

# What the kernel says when the suites run; "not ok" for the cases that are named.
suites() { # module case...
	echo "[    1.000000] mutants: begin $1"
	shift
	echo '[    1.000000]     # Subtest: memgroup-a'
	echo '[    1.000000]     1..2'
	for case in 1:x 2:y; do
		case " $* " in
		*" ${case#*:} "*) echo "[    1.000000]     not ok ${case%:*} - ${case#*:}" ;;
		*" panic-${case#*:} "*)
			echo '[    1.000000] Oops: 0000 [#1] PREEMPT'
			echo '[    1.000000] Kernel panic - not syncing: Fatal exception'
			return
			;;
		*" hang-${case#*:} "*)
			echo '[    9.000000] Kernel panic - not syncing: softlockup: hung tasks'
			return
			;;
		*" cut-${case#*:} "*) return ;;
		*" without-${case#*:} "*) ;;
		*)
			case " $* " in *" splat-${case#*:} "*)
				echo '[    1.000000] WARNING: CPU: 0 PID: 9 at a/recount.c:57 f+0x1/0x2 [m]' ;;
			esac
			echo "[    1.000000]     ok ${case%:*} - ${case#*:}"
			;;
		esac
	done
	echo '[    1.000000] ok 1 - memgroup-a'
	echo '[    1.000000] mutants: end m'
}

console() { # expected verdicts on standard input
	cat >want
	"$here/read-console" log >verdicts
	cat verdicts
	tr '\t' ' ' <verdicts | cmp - want
}

reads_results() {
	{
		suites control
		suites m1
		suites control
		suites m2 x y
		suites control
		suites m3 splat-y
		suites control
		suites m4 without-y
	} >log
	console <<-'END'
	m1 survived 
	m2 caught memgroup-a.x and 1 more
	m3 caught memgroup-a.y (WARNING at recount.c:57 f)
	m4 caught the end (1 cases instead of 2)
	END
}

reads_crash() {
	{ suites control && suites m1 panic-y; } >log
	console <<-'END'
	m1 caught memgroup-a.y (panic: Oops: 0000 [#1] PREEMPT)
	END
	{ suites control && suites m1 hang-x; } >log
	console <<-'END'
	m1 caught memgroup-a.x (hangs)
	END
	{ suites control && suites m1 cut-y; } >log
	console <<-'END'
	m1 caught memgroup-a.y (hangs)
	END
}

reads_spoilt() {
	{
		suites control
		suites m1
		suites control x
		suites m2 x
	} >log
	console <<-'END'
	m1 survived 
	END
	{ suites control && suites m1 && suites control panic-x; } >log
	console <<-'END'
	m1 survived 
	END
}

refuses_bad_control() {
	{ suites control && suites m1 | sed "2i mutants: insmod failed"; } >log
	refuses 1 "$here/read-console" log
	says 'm1 cannot be loaded'
	suites control y >log
	refuses 1 "$here/read-console" log
	says 'the unchanged files: memgroup-a.y'
	suites control panic-y >log
	refuses 1 "$here/read-console" log
	: >log
	refuses 1 "$here/read-console" log
}

# report STATUS: of all mutants of policy.c, with ./equivalent and ./verdicts
reports() {
	list >all
	grep policy all >chosen
	status=0
	"$here/report" equivalent all verdicts chosen >said || status=$?
	cat said
	[ "$status" -eq "$1" ]
}

verdicts() {
	: >equivalent
	for n in 1 2 3 4; do
		printf 'mpolicy%d\tcaught\tt: a test\n' $n
	done >verdicts
	printf 'mpolicy5\tsurvived\t\n' >>verdicts
}

report_all_caught() {
	verdicts
	sed -i 's/^mpolicy5.*/mpolicy5\tdiscarded\tdoes not compile/' verdicts
	reports 0
	says 'ok 1 - policy.c:f:op1:1, line 1: a → b: caught by t: a test'
	says '1..4'
	grep -qE '^# all +5 +1 +4 +0 +0$' said
}

report_survivor() {
	verdicts
	reports 1
	says 'not ok 5 - policy.c:f:op5:1, line 5: a → b: survived'
	says 'tests/mutants/run --diff policy.c:f:op5:1'
}

report_excused() {
	verdicts
	echo 'policy.c:f:op5:1 -- a = 5; -- because' >equivalent
	reports 0
	says 'changes nothing: because'
	# The line is another one now.
	echo 'policy.c:f:op5:1 -- a = 6; -- because' >equivalent
	reports 1
	says 'not ok 5 - policy.c:f:op5:1'
	says 'equivalent: there is no such mutant any more: policy.c:f:op5:1'
}

report_wrong_excuse() {
	verdicts
	printf 'policy.c:f:op%d:1 -- a = %d; -- because\n' 4 4 5 5 >equivalent
	reports 1
	says 'not ok 5 - equivalent: policy.c:f:op4:1 is caught by t: a test'
}

report_too_many_excuses() {
	verdicts
	printf 'registry.c:f:op%d:1 -- a = %d; -- because\n' 1 1 2 2 3 3 4 4 5 5 >equivalent
	echo 'policy.c:f:op5:1 -- a = 5; -- because' >>equivalent
	reports 1
	says 'equivalent: 6 mutants, 5 are allowed'
}

run not_code 'comments, strings and macros are left alone'
run outside 'so is what is outside of functions'
run compares 'comparisons, constants'
run logic 'logical operators and their operands'
run arithmetic 'arithmetic; signs and pointers are none'
run updates 'updates: lost, reversed, forgotten'
run branches 'conditions and ?:'
run loops 'loops'
run words 'words that stand near another'
run declarations 'declarations are left alone'
run locks 'locks: never taken, never given back; assertions stay'
run by_design 'nothing is made of what changes nothing by design'
run stable_ids 'an ID stays when lines move'
run picks 'pick: of all files, of different operators, none that is excused; by its seed'
run reads_results 'console: results, splats, missing cases'
run reads_crash 'console: a panic or hang is that of the case that ran'
run reads_spoilt 'console: nothing is believed after the unchanged files do not pass'
run refuses_bad_control 'console: they must pass at first'
run report_all_caught 'report: all are caught'
run report_survivor 'report: a survivor, and how to see it'
run report_excused 'report: excused, as long as the line is the same'
run report_wrong_excuse 'report: an excuse for what is caught'
run report_too_many_excuses 'report: too many excuses'
finish
