#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The picture of memgroup-stat trace: is all in it that its tables have, and what if it
# can't be written?

. "$(dirname "$0")/lib.sh"

cp "$here/dimms.dat" "$work"
cd "$work" || exit 1

"$tool" trace --svg dimms.svg dimms.dat > out 2>&1 && [ ! -s out ]
result $? "an SVG instead of the tables"
xmllint --noout dimms.svg > out 2>&1
code=$?
note out
result $code "it is well-formed"
for words in '>System<' '>MOVABLE<' '>limit<' '>headroom<' '>KERNEL decision<' '>failure<' \
	     '>12G<'; do
	grep -q "$words" dimms.svg || echo "no $words"
done > out
note out
[ ! -s out ]
result $? "the axis and the legend are there"

# marks COLOUR: how many marks of that colour
marks()
{
	grep -c "width=\"2\" height=\"12\" fill=\"#$1\"" "$2"
}
kernel=$("$tool" trace --json dimms.dat | sed -n 's/.*"decided_kernel": \([0-9]*\).*/\1/p' |
	awk '{ sum += $1 } END { print sum }')
# Decisions in the same 512th of the time share a mark.
[ "$(marks e69f00 dimms.svg)" -le "$kernel" ] && [ "$(marks e69f00 dimms.svg)" -gt 20 ]
result $? "decisions for kernel zones are marked"
[ "$(marks d55e00 dimms.svg)" -eq 0 ]
result $? "there was no failure"

"$tool" trace --svg - dimms.dat | cmp - dimms.svg
result $? "an SVG to standard output is the same"
fails "a folder that is not there" \
	"nowhere/t.svg: no temporary file can be made beside it: No such file or directory" \
	"$tool" trace --svg nowhere/t.svg dimms.dat
cp dimms.svg before.svg
fails "a file that is no recording" "before.svg: not a file of trace-cmd" \
	"$tool" trace --svg dimms.svg before.svg
cmp dimms.svg before.svg
result $? "the old picture stays"

# One whose second page says that events were lost before it, but not how many: the
# highest bit of the length behind its time.
trace-cmd convert -i dimms.dat -o lossy.dat --file-version 6 > out 2>&1
first=$(trace-cmd dump -i lossy.dat --flyrecord 2>> out |
	awk '/offset, size of cpu 0/ { print $1 }')
printf '\200' | dd of=lossy.dat bs=1 seek=$((first + 4096 + 11)) conv=notrunc 2>> out
code=$?
note out
result $code "a recording that lacks events"
"$tool" trace lossy.dat | head -n 1 > out
grep -q '^INCOMPLETE: some events were lost while it was recorded' out
result $? "that is the first line"
"$tool" trace --json lossy.dat > out
grep -q '"lost_unknown": true' out && grep -q '"lost_places": 1,' out
result $? "JSON tells"
"$tool" trace --raw lossy.dat 2>&1 >/dev/null | grep -q 'note: some events were lost'
result $? "a note does where there is only a table"
"$tool" trace --svg lossy.svg lossy.dat 2>err && grep -q '>some events were lost' lossy.svg &&
	[ "$(marks b00000 lossy.svg)" -eq 1 ] && grep -q 'note: some events were lost' err
result $? "the picture has it, and where"
finish
