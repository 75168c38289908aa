# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the tests that run inside of a guest: TAP, and moving memory.

count=0
failed=0
blocks=/sys/devices/system/memory

# It is run often, and the shared folder is slow.
mkdir -p /tmp/bin
cp /project/build/bin/memgroup-stat /tmp/bin
PATH=/tmp/bin:$PATH

# result STATUS NAME: a test point
result()
{
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=$((failed + 1))
	fi
}

# same NAME FILE OTHER: do they hold the same?
same()
{
	diff -u "$2" "$3" > /tmp/difference
	code=$?
	sed 's/^/# /' /tmp/difference
	result $code "$1"
}

finish()
{
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}

# ask REQUEST…: of the host; ends the test if it refuses
ask()
{
	hotplug-ask "$@" > /tmp/answer 2>&1 && return
	sed 's/^/# /' /tmp/answer
	echo "Bail out! hotplug-ask $*"
	exit 1
}

# until_blocks N STATE: wait until N blocks have that state
until_blocks()
{
	tries=0
	while [ "$(cat $blocks/memory[0-9]*/state 2>/dev/null | grep -cx "$2")" -ne "$1" ]; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || { echo "Bail out! no $1 blocks $2"; exit 1; }
		sleep 0.1
	done
}

# Each block's number, state and node, and the zone of those that are online.
all_blocks()
{
	memgroup-stat "$@" blocks --all --raw --noheadings --summary=never \
		-o BLOCK,STATE,NODE,ZONE
}
