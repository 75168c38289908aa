#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the documentation names is there: make targets, files, pages that are linked to.
# And its commands are run: each page is in a suite of tests/docs/commands.t. TAP.
set -eu
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

count=0
failed=0
# good NAME: is $work/wrong empty? Else it says what is wrong.
good()
{
	count=$((count + 1))
	sed 's/^/# /' "$work/wrong"
	if [ -s "$work/wrong" ]; then
		failed=1
		printf 'not '
	fi
	printf 'ok %d - %s\n' "$count" "$1"
}

# with_commands: the pages with commands for users
with_commands()
{
	for page in README.md docs/*.md traces/README.md traces/*/README.md \
		kernel/Documentation/admin-guide/mm/*.rst tools/*/*.[1-8] traces/*/*.[1-8]; do
		[ ! -f "$page" ] || echo "$page"
	done
}
with_commands >"$work/pages"
{ cat "$work/pages"; echo CONTRIBUTING.md; } >"$work/all"

# A page may be written as a pattern there.
sed -n 's/.*tests\/docs\/commands\.t \([^#]*\).*/\1/p' tests/suites tests/suites-long >"$work/suites"
# shellcheck disable=SC2013 # words, and patterns
for page in $(cat "$work/suites"); do
	printf '%s\n' "$page"
done | sort -u >"$work/run"
sort -u "$work/pages" | comm -23 - "$work/run" |
	sed 's/$/ is in no line of tests\/suites or tests\/suites-long/' >"$work/wrong"
good "the commands of each page are run by a suite"

# Text of the pages, with the name of the page before each line.
while read -r page; do
	sed "s|^|$page: |" "$page"
done <"$work/all" >"$work/text"

# A target stands behind make in code, or alone in an indented line.
make -npq help 2>/dev/null | sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' | sort -u >"$work/targets"
grep -E '`make [a-z]|: (    )?(\$ )?make [a-z]' "$work/text" |
	sed -n 's/^\([^:]*\): .*\(`\|    \|\$ \)make \([a-z][a-z-]*\).*/\3 \1/p' | sort -u |
	while read -r target page; do
		grep -qx -e "$target" "$work/targets" || echo "$page: no target of make: $target"
	done >"$work/wrong"
good "make has the targets"

# Links, and code that looks like a path of the repository, a pattern maybe.
{
	sed -n 's/^\([^:]*\.md\): .*\](\([^)#:]*\)[)#].*/\1 \2/p' "$work/text" |
		while read -r page link; do
			printf '%s %s/%s\n' "$page" "$(dirname "$page")" "$link"
		done
	grep -oE '^[^:]*:|`(kernel|kunit|tools|traces|tests|scripts|docs)/[A-Za-z0-9_.*/-]+' "$work/text" |
		awk '/:$/ { page = substr($0, 1, length($0) - 1); next } { print page, substr($0, 2) }'
} | sort -u | while read -r page path; do
	# shellcheck disable=SC2086 # a pattern
	set -- $path
	# The documentation of the kernel has paths of the kernel; a name may stand for .c and .h.
	[ -e "$1" ] || [ -e "$1.h" ] || [ -e "kernel/$1" ] || echo "$page: no such file: $path"
done >"$work/wrong"
good "the files are there"
scripts/reference --check >"$work/wrong" 2>&1 || :
good "docs/reference.md is as scripts/reference makes it"
echo "1..$count"
exit $failed
