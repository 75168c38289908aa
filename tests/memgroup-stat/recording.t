#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Recordings that are broken, of other versions, or not what they seem: an error that
# names the file and the cause, and exit code 1. SEED=N and ROUNDS=N for the random ones.

. "$(dirname "$0")/lib.sh"

# The libraries ask for absurd amounts of memory, and cope with not getting them: malloc()
# says no, and so shall that of the sanitizers.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}allocator_may_return_null=1
export ASAN_OPTIONS

cp "$here/dimms.dat" "$here/virtio.dat" "$work"
cd "$work" || exit 1

# The same in the older format, in the newer one without compression, and of a machine with
# the other byte order.
for from in dimms virtio; do
	trace-cmd convert --file-version 6 -i $from.dat -o $from-6.dat >why 2>&1 &&
		trace-cmd convert --compression none -i $from-6.dat -o $from-7.dat >why 2>&1
	code=$?
	note why
	result $code "trace-cmd converts $from.dat"
	"$programs/memgroup-stat-swap-file" $from-6.dat $from-swapped.dat
	result $? "$from.dat as of a big-endian machine"
	for view in map blocks groups why; do
		"$tool" $view --trace $from.dat >expected 2>expected-notes
		for version in 6 7 swapped; do
			"$tool" $view --trace $from-$version.dat >out 2>err && cmp expected out && cmp expected-notes err
			result $? "$view: $from-$version.dat tells the same"
		done
	done
done

# Not files of trace-cmd, or not of one that is known.
fails "no such file" "none.dat: No such file or directory" "$tool" map --trace none.dat
fails "a folder" ".: Is a directory" "$tool" map --trace .
fails "a device" "/dev/null: not a file" "$tool" map --trace /dev/null
mkfifo fifo
fails "a pipe" "fifo: not a file" "$tool" map --trace fifo
: > empty.dat
fails "an empty file" "empty.dat: an empty file" "$tool" map --trace empty.dat
fails "a script" "$here/lib.sh: not a file of trace-cmd" "$tool" map --trace "$here/lib.sh"
{
	head -c 10 dimms.dat
	printf 8
	tail -c +12 dimms.dat
} > later.dat
fails "a later version" "later.dat: version 8 of the files of trace-cmd is not known here" \
	"$tool" map --trace later.dat
{
	head -c 10 dimms.dat
	printf '\033\0'
	tail -c +13 dimms.dat
} > odd.dat
fails "a version that is none" \
	"odd.dat: version \\x1b of the files of trace-cmd is not known here" \
	"$tool" map --trace odd.dat
chmod 0 virtio.dat
as_user=
if [ "$(id -u)" -eq 0 ]; then
	as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
fi
chmod 755 .
cp "$tool" "$tool-extra" .
# shellcheck disable=SC2086 # several words, or none
fails "no permission" "virtio.dat: Permission denied" \
	$as_user ./memgroup-stat map --trace virtio.dat
chmod 644 virtio.dat

# Recorded without any event that is of interest here.
sed 's/mhp_/xxx_/g' dimms-6.dat > others.dat
fails "without our events" "others.dat: it has no events of memory_hotplug" \
	"$tool" map --trace others.dat

# one_error FILE: it ends with 1, and says one line that names it. What the libraries
# crash on is one, too; that we do not, the sanitizers would tell in that line.
one_error()
{
	timeout 120 "$tool" map --trace "$1" >out 2>err
	code=$?
	[ $code -eq 1 ] && [ ! -s out ] && [ "$(wc -l < err)" -eq 1 ] &&
		grep -q "^memgroup-stat: $1: " err && ! grep -q '/tools/' err && return 0
	echo "exit code $code" | cat - err > why
	note why
	return 1
}

# Cut short, anywhere.
for from in dimms.dat dimms-6.dat dimms-7.dat; do
	size=$(wc -c < $from)
	bad=0
	at=0
	while [ $at -lt "$size" ]; do
		head -c $at $from > cut.dat
		one_error cut.dat || { echo "# head -c $at $from"; bad=1; }
		at=$((at + size / 40 + 1))
	done
	head -c $((size - 1)) $from > cut.dat
	one_error cut.dat || { echo "# head -c $((size - 1)) $from"; bad=1; }
	result $bad "$from, cut short"
done

# Bytes that are others: what is read of it, or an error, and never anything else.
seed=${SEED:-$(date +%s)}
rounds=${ROUNDS:-40}
bad=0
round=0
while [ $round -lt "$rounds" ]; do
	round=$((round + 1))
	for from in dimms.dat dimms-6.dat virtio-7.dat; do
		"$programs/memgroup-stat-break-file" $((seed + round)) $from broken.dat || bad=1
		for command in "map --trace" "watch --json --replay"; do
			# shellcheck disable=SC2086 # several words
			timeout 120 "$tool" $command broken.dat >out 2>err
			code=$?
			[ $code -eq 0 ] || { [ $code -eq 1 ] && grep -q "^memgroup-stat: broken.dat: " err; } &&
				! grep -v -q '^memgroup-stat: ' err && ! grep -q '/tools/' err && continue
			echo "memgroup-stat $command: exit code $code" | cat - err > why
			note why
			echo "# to see it again: SEED=$((seed + round - 1)) ROUNDS=1 $0"
			bad=1
		done
	done
done
result $bad "bytes that are others: SEED=$seed, $rounds rounds"

# Lost events: before a page of a CPU, and as the kernel's counters tell.
flag_page()
{
	head -c "$2" "$1"
	printf '\200'
	tail -c +$(($2 + 2)) "$1"
}
start=$(trace-cmd convert --file-version 6 -i dimms.dat -o again.dat 2>&1 |
	sed -n 's/^CPU0 data recorded at offset=//p')
# The fourth byte of the length that follows the time of the second page.
flag_page dimms-6.dat $((start + 4096 + 11)) > lost.dat
sed 's/^overrun: 0/overrun: 7/' dimms-6.dat > counted.dat
for view in map why 'watch --json'; do
	option=--trace
	[ "$view" = "${view#watch}" ] || option=--replay
	# shellcheck disable=SC2086 # several words
	"$tool" $view $option lost.dat >out 2>err
	code=$?
	note err
	[ $code -eq 0 ] && grep -q "^memgroup-stat: note: some events were lost while" err
	result $? "$view: lost events are said"
	# shellcheck disable=SC2086 # several words
	"$tool" $view $option counted.dat >out 2>err
	code=$?
	note err
	[ $code -eq 0 ] && grep -q "^memgroup-stat: note: 14 events were lost while" err
	result $? "$view: how many were lost is said"
done

# What the kernel showed in the end is what its events come to. Of a block that went
# offline none tells whether it is still there: those of the tree are compared.
tree=$here/virtio.tree
for view in nodes policy; do
	"$tool" $view --json --trace virtio.dat 2>err | sed 's/"trace"/"debugfs"/' > out
	"$tool" $view --json --sysroot "$tree" | diff - out > why
	code=$?
	note why
	result $code "$view in the end are the kernel's"
done
group_columns=ID,TYPE,NODE,DEVICE,ONLINE,KERNEL,MOVABLE,SIZE,UNIT,HEADROOM,DECIDED-MOVABLE,DECIDED-KERNEL,LAST-REASON
"$tool" groups -o $group_columns --trace virtio.dat > out 2>err
"$tool" groups -o $group_columns --sysroot "$tree" | diff - out > why
code=$?
note why
result $code "groups in the end are the kernel's"
"$tool" blocks --all --summary=never --trace virtio.dat 2>err | grep -v offline > out
"$tool" blocks --all --summary=never --sysroot "$tree" | grep -v offline | diff - out > why
code=$?
note why
result $code "blocks in the end are the kernel's"

# A line for each event that changes something, whenever that is.
"$tool" watch --json --replay virtio.dat >lines 2>err
code=$?
grep -v "note: 9 blocks that went offline may have been removed" err > why
[ "$(wc -l < lines)" -eq 104 ] || wc -l lines >> why
mkdir documents
split -l 1 -a 4 lines documents/line-
# shellcheck disable=SC2046 # names without spaces
python3 -W ignore -m jsonschema $(printf ' -i %s' documents/*) \
	"$top/tools/memgroup-stat/memgroup-stat.schema.json" >> why 2>&1
note why
[ $code -eq 0 ] && [ ! -s why ]
result $? "watch --json tells all changes, by its schema"
"$tool" watch --json --replay virtio.dat --speed 1000 2>err | cmp lines -
result $? "at a speed it tells the same"
start=$(date +%s%N)
"$tool" watch --json --replay virtio.dat --speed 10 2>err | cmp lines -
code=$?
took=$(($(date +%s%N) - start))
# The first event comes right away, the last one 13.3 s later.
[ $code -eq 0 ] && [ $took -ge 1200000000 ] || echo "# after $took ns"
[ $code -eq 0 ] && [ $took -ge 1200000000 ]
result $? "ten times as fast takes a tenth of the time"

# The fuzzing corpus, each file whole and in several hundred variations.
"$programs/memgroup-stat-corpus-recording" 150 "$here"/corpus-recording/* >why 2>&1
code=$?
note why
result $code "the fuzzing corpus of recordings"
finish
