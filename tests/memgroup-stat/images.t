#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The images of memgroup-stat map: is everything in them, and what if they can't be
# written? test-image.c looks at their pixels.

. "$(dirname "$0")/lib.sh"

cp -R "$here"/trees/. "$work"
cp "$tool" "$work/alone"
cd "$work" || exit 1
view=sys/kernel/debug/memory_groups

# A whole cell that is no hole.
cell='width="12" height="20" fill="#[^e]'

for tree in dimm-301 virtio-mem-301 contig-zones ungrouped two-nodes captured 64g no-numa \
	    names boot-only; do
	: > why
	"$tool" map --svg $tree.svg --png $tree.png --sysroot $tree > out 2>> why ||
		echo "exit code $?" >> why
	[ ! -s out ] || echo "something on standard output" >> why
	xmllint --noout $tree.svg >> why 2>&1
	blocks=$(($(wc -l < $tree/$view/blocks) - 1))
	cells=$(grep -c "$cell" $tree.svg)
	# Kernel memory of devices is orange, e69f00.
	orange=$(grep -c 'width="12" height="20" fill="#e69f00"' $tree.svg)
	[ $blocks -eq $((cells + orange)) ] ||
		echo "$blocks blocks, $cells and $orange cells" >> why
	"$tool" groups --noheadings -o DEVICE --sysroot $tree | grep '^[A-Za-z0-9:]*$' |
	while read -r device; do
		grep -q ">$device<" $tree.svg || echo "no $device" >> why
	done
	[ "$(head -c 8 $tree.png | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] ||
		echo "no PNG" >> why
	note why
	[ ! -s why ]
	result $? "images of $tree"
done

"$tool" map --svg - --sysroot captured | cmp - captured.svg
result $? "an SVG to standard output is the same"
"$tool" map --png - --sysroot captured | cmp - captured.png
result $? "a PNG to standard output is the same"
"$tool" map --svg - --png both.png --sysroot captured | cmp - captured.svg &&
	cmp both.png captured.png
result $? "one there, one in a file"

! ldd "$tool" | grep -q cairo
result $? "the common program is without cairo"

fails "a folder that is not there" \
	"nowhere/map.svg: no temporary file can be made beside it: No such file or directory" \
	"$tool" map --svg nowhere/map.svg --sysroot captured
fails "a device is not replaced" "/dev/null: not a regular file, it is not replaced" \
	"$tool" map --png /dev/null --sysroot captured
[ -c /dev/null ]
result $? "it is still there"
fails "a folder is not replaced" "captured: not a regular file, it is not replaced" \
	"$tool" map --svg captured --sysroot captured

mkdir folder
echo before > folder/map.svg
fails "wrong content" "none: No such file or directory" \
	"$tool" map --svg folder/map.svg --sysroot none
[ "$(cat folder/map.svg)" = before ]
result $? "the old file stays"
"$tool" map --svg folder/map.svg --sysroot captured && cmp captured.svg folder/map.svg &&
	[ "$(ls -A folder)" = map.svg ]
result $? "a new one takes its place, and nothing is left beside it"

(ulimit -f 1 && exec "$tool" map --svg folder/map.svg --sysroot 64g) 2>err
code=$?
echo "memgroup-stat: folder/map.svg: File too large" | cmp - err && [ $code -eq 1 ] &&
	cmp captured.svg folder/map.svg && [ "$(ls -A folder)" = map.svg ]
result $? "the old file stays where there is no room"

for kind in svg png; do
	"$tool" map --$kind - --sysroot captured >/dev/full 2>err
	code=$?
	[ $code -eq 1 ] && echo "memgroup-stat: standard output: No space left on device" |
		cmp - err
	result $? "a full disk is an error: $kind"
done

fails "without memgroup-stat-extra" \
	"$work/memgroup-stat-extra: No such file or directory: this needs the program memgroup-stat-extra" \
	./alone map --png alone.png --sysroot captured
./alone map --svg alone.svg --sysroot captured && cmp alone.svg captured.svg
result $? "an SVG does without"
finish
