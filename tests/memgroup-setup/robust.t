#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What golden files can't hold: outputs that fail, files that are huge, binary, no files at
# all or forbidden, a write that is refused, and the fuzzing corpus.

program=memgroup-setup
# shellcheck source=tests/memgroup-stat/lib.sh
. "$(dirname "$0")/../memgroup-stat/lib.sh"

# Files that another user shall run.
cp "$tool" "$work/$program"
chmod 755 "$work"
cd "$work" || exit 1
as_user=
if [ "$(id -u)" -eq 0 ]; then
	as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
fi

# tree NAME: a machine that is configured well
tree()
{
	cp -R "$top/tests/memgroup-stat/trees/dimm-301" "$1"
	cp -R "$here/trees/good/." "$1"
}
rules=usr/lib/udev/rules.d

# finds NAME TREE CODE WORDS: --check of the tree ends with that code, and says the words
finds()
{
	"$tool" --check --sysroot "$2" > out 2>&1
	code=$?
	tr -s ' \n' '  ' < out > words
	[ $code -eq "$3" ] && grep -qF -- "$4" words
	code=$?
	[ $code -eq 0 ] || note out
	result $code "$1"
}

# Outputs that fail.
tree good
"$tool" --check --sysroot good > /dev/full 2> err
code=$?
echo "$program: standard output: No space left on device" | cmp - err && [ $code -eq 1 ]
result $? "a full disk is an error of --check"
"$tool" --sysroot good > /dev/full 2> err
code=$?
echo "$program: standard output: No space left on device" | cmp - err && [ $code -eq 1 ]
result $? "a full disk is an error when applied"

# Files of others that are anything.
tree odd
head -c 100000 "$tool" > odd/$rules/10-binary.rules
mkdir odd/$rules/11-folder.rules
mkfifo odd/$rules/12-pipe.rules
ln -s 13-loop.rules odd/$rules/13-loop.rules
ln -s nowhere odd/$rules/14-dangling.rules
truncate -s 65M odd/$rules/15-huge.rules
truncate -s 1M odd/$rules/16-zeros.rules
finds "a folder" odd 0 "odd/$rules/11-folder.rules: not a regular file: its rules were not looked at"
finds "a pipe" odd 0 "odd/$rules/12-pipe.rules: not a regular file"
finds "a loop" odd 0 "odd/$rules/13-loop.rules: Too many levels of symbolic links"
finds "a link to nothing" odd 0 "odd/$rules/14-dangling.rules: No such file or directory"
finds "a huge file" odd 0 "odd/$rules/15-huge.rules: larger than 64 MiB"
finds "nothing else" odd 0 "0 errors, 0 warnings, 5 notes"
tree long
# shellcheck disable=SC2016 # awk's own
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "A%s==\"x\", ", i % 2 ? "" : "{b}"
	print "ATTR{state}=\"online\"" }' > long/$rules/10-long.rules
finds "a rule of 200,000 parts" long 4 "10-long.rules:1: The rule sets a memory block"

# Our own: a mistake wherever it is.
tree binary
head -c 5000 "$tool" > binary/etc/memgroup.conf
"$tool" --sysroot binary > out 2> err
[ $? -eq 1 ] && [ ! -s out ] && grep -q '^memgroup-setup: binary/etc/memgroup.conf: line 1: ' err
result $? "a binary file as configuration"
tree pipe
rm pipe/etc/memgroup.conf
mkfifo pipe/etc/memgroup.conf
fails "a pipe as configuration" "pipe/etc/memgroup.conf: not a regular file" \
	"$tool" --sysroot pipe

# Someone who is not root.
tree user
parameters=user/sys/module/memory_hotplug/parameters
echo 200 > $parameters/auto_movable_ratio
chmod 444 $parameters/auto_movable_ratio
# shellcheck disable=SC2086 # several words, or none
fails "not for others than root" \
	"$parameters/auto_movable_ratio: Permission denied, for others than root: 0 of 1 parameters were changed before it, nothing after it; mend that and run memgroup-setup again, which begins where this ended" \
	$as_user "./$program" --sysroot user
chmod 700 user/sys/kernel/debug
[ -n "$as_user" ] || chmod 0 user/sys/kernel/debug
# shellcheck disable=SC2086 # several words, or none
$as_user "./$program" --check --sysroot user > out 2>&1
code=$?
tr -s ' \n' '  ' < out > words
[ $code -eq 4 ] && grep -q 'nothing is known of the memory that is there' words &&
	grep -q 'auto_movable_ratio is 200' words
code=$?
[ $code -eq 0 ] || note out
result $code "--check for others than root"
chmod 755 user/sys/kernel/debug

# The fuzzing corpus, each file whole and in several hundred variations.
"$programs/memgroup-setup-corpus" 300 "$here"/corpus/* > why 2>&1
code=$?
note why
result $code "the fuzzing corpus"
finish
