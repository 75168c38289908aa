#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What golden files can't hold: outputs that fail, files that are huge, binary,
# no files at all or forbidden, a tree that changes while it is read, and the
# fuzzing corpora.

. "$(dirname "$0")/lib.sh"

cp -R "$here"/trees/. "$work"
# Files that another user shall run.
cp "$tool" "$work/memgroup-stat"
chmod 755 "$work"
cd "$work" || exit 1
view=sys/kernel/debug/memory_groups

# Outputs that fail.
"$tool" --sysroot dimm-301 >/dev/full 2>err
code=$?
echo "memgroup-stat: standard output: No space left on device" | cmp - err &&
	[ $code -eq 1 ]
result $? "a full disk is an error"

"$tool" --help >/dev/full 2>err
code=$?
echo "memgroup-stat: standard output: No space left on device" | cmp - err &&
	[ $code -eq 1 ]
result $? "a full disk is an error for --help"

"$tool" --sysroot dimm-301 >&- 2>err
code=$?
echo "memgroup-stat: standard output: Bad file descriptor" | cmp - err &&
	[ $code -eq 1 ]
result $? "a closed standard output is an error"

# The reader is gone for certain before the tool starts: it waits for its end.
mkfifo gone
{
	read -r _ < gone
	"$tool" --sysroot 64g --json 2>err
	echo $? > code
} | {
	exec <&-
	echo > gone
}
[ "$(cat code)" -eq 1 ] && [ ! -s err ]
result $? "a reader that left is a silent error"

# Content that is no text.
cp -R dimm-301 nul
printf 'id type\000\n' > nul/$view/groups
fails "a NUL byte" "nul/$view/groups: line 1: a NUL byte" "$tool" --sysroot nul
cp -R dimm-301 binary
head -c 100000 "$tool" > binary/$view/zones
"$tool" --sysroot binary >out 2>err
[ $? -eq 1 ] && [ ! -s out ] && grep -q "^memgroup-stat: binary/$view/zones: line 1: " err
result $? "a binary file"
cp -R dimm-301 huge
truncate -s 65M huge/$view/blocks
fails "a file of 65 MiB" "huge/$view/blocks: larger than 64 MiB" "$tool" --sysroot huge
truncate -s 0 huge/$view/blocks
truncate -s 64M huge/$view/blocks
fails "a file of 64 MiB" "huge/$view/blocks: line 1: a NUL byte" "$tool" --sysroot huge
cp -R dimm-301 nofile
rm nofile/$view/nodes
mkfifo nofile/$view/nodes
fails "a pipe" "nofile/$view/nodes: not a regular file" "$tool" --sysroot nofile
rm nofile/$view/nodes
mkdir nofile/$view/nodes
fails "a folder" "nofile/$view/nodes: not a regular file" "$tool" --sysroot nofile

# Large, but good: a PiB in blocks of 2 GiB, and ten thousand groups.
cp -R dimm-301 large
awk 'BEGIN {
	print "block node group state zone"
	for (i = 0; i < 524288; i++) print i, 0, i % 10000, "online", "Movable"
}' > large/$view/blocks
awk -v head="$(head -n 1 dimm-301/$view/groups)" 'BEGIN {
	print head
	for (i = 0; i < 10000; i++)
		print i, "dynamic", 0, "virtio" i, 1, 1, 0, 1048576, 0, "-", 1048576, 1, 0, "fits"
}' > large/$view/groups
"$tool" groups --noheadings -o DEVICE,MOVABLE --sysroot large >out 2>err
code=$?
note err
[ $code -eq 0 ] && [ "$(grep -c '^virtio' out)" -eq 10000 ]
result $? "half a million blocks, ten thousand groups"

"$tool" map --width 80 --sysroot large >out 2>err
code=$?
note err
[ $code -eq 0 ] && [ "$(grep -c '^ *0x' out)" -eq 11 ]
result $? "the same as a map"

# Colours are for terminals, which have a width, too.
# on_terminal COMMAND: its output, without what a terminal adds
on_terminal()
{
	script -qec "stty cols 100; $1" /dev/null < /dev/null | tr -d '\r'
}
# colors EXPECTED NAME ENVIRONMENT…: in the map on a terminal, 0 for none
colors()
{
	expected=$1
	name=$2
	shift 2
	on_terminal "env -u NO_COLOR $* $tool map --sysroot dimm-301" > out
	found=$(grep -c "$(printf '\033')" out)
	note out > seen
	[ "$expected" = "$((found > 0))" ] || cat seen
	[ "$expected" = "$((found > 0))" ] && grep -q '^ *0x280000000 *80 ' out
	result $? "$name"
}
colors 1 "a terminal gets colours, and lines of its width" TERM=xterm
colors 0 "NO_COLOR" TERM=xterm NO_COLOR=1
colors 1 "an empty NO_COLOR" TERM=xterm NO_COLOR=
colors 0 "a terminal that has no colours" TERM=dumb
"$tool" map --sysroot dimm-301 > out
! grep -q "$(printf '\033')" out
result $? "a file gets no colours"

# Files that are hidden, from someone who is not root.
cp -R dimm-301 forbidden
as_user=
if [ "$(id -u)" -eq 0 ]; then
	as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
fi
chmod 700 forbidden/sys/kernel/debug
[ -n "$as_user" ] || chmod 0 forbidden/sys/kernel/debug
# shellcheck disable=SC2086 # several words, or none
fails "no permission" "forbidden/$view/policy: Permission denied: only root may read debugfs, run memgroup-stat as root" \
	$as_user ./memgroup-stat --sysroot forbidden
chmod 700 forbidden/sys/kernel/debug

# Page flags are for root alone even where all else is not.
"$here/page-tree" pages
chmod 0 pages/proc/kpageflags
# shellcheck disable=SC2086 # several words, or none
fails "page flags are not for all" \
	"pages/proc/kpageflags: Permission denied: what pages are used for is told to root alone" \
	$as_user ./memgroup-stat blockers --sysroot pages

# Links out of the tree lead to a place inside it.
cp -R dimm-301 links
rm -r links/$view
ln -s "$work/dimm-301/$view" links/$view
"$tool" --sysroot links >out 2>err
[ $? -eq 1 ] && [ ! -s out ]
result $? "a link out of the tree"

# A device comes while the tool reads: it sees the time before or after, never
# its memory without its group.
cp -R dimm-301 changing
mv changing/$view changing/sys/kernel/debug/after
cp -R changing/sys/kernel/debug/after changing/sys/kernel/debug/before
(
	cd changing/sys/kernel/debug/before || exit
	sed -i 5,6d groups
	sed -i '/^[0-9]* 0 [34] /d' blocks
	sed -i 's/10737418240/2147483648/' zones
)
ln -s before changing/$view
"$tool" groups --sysroot changing > before
ln -sfn after changing/$view
"$tool" groups --sysroot changing > after
cmp -s before after && echo "# the same before and after"
bad=0
for round in 1 2 3 4 5 6 7 8 9 10; do
	ln -sfn before changing/$view
	rm -f changed
	(
		sleep "0.0$round"
		ln -sn after changing/sys/kernel/debug/new
		mv -T changing/sys/kernel/debug/new changing/$view
		: > changed
	) &
	while [ ! -e changed ]; do
		"$tool" groups --sysroot changing >now 2>err
		code=$?
		if [ $code -ne 0 ] || { ! cmp -s now before && ! cmp -s now after; }; then
			echo "exit code $code" | cat - err now > why
			note why
			bad=1
		fi
	done
	wait
done
result $bad "a device that comes while the tool reads"

# The fuzzing corpora, each file whole and in several hundred variations.
"$programs/memgroup-stat-corpus" 300 "$here"/corpus/* >why 2>&1
code=$?
note why
result $code "the fuzzing corpus of texts"
"$programs/memgroup-stat-corpus-tree" 150 "$here"/corpus-tree/* >why 2>&1
code=$?
note why
result $code "the fuzzing corpus of trees"
finish
