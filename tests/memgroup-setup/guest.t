#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Memory that memgroup-setup sets online lies where it would lie had it gone online by itself
# when it was plugged: block by block, in two guests of our kernel, and in one of the stock
# kernel. TAP. KERNEL is the base (6.1), TIME_LIMIT the seconds for each guest (200).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
kernel=${KERNEL:-6.1}
work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

count=0
failed=0
# result STATUS NAME
result()
{
	count=$((count + 1))
	[ "$1" -eq 0 ] || { failed=1; printf 'not '; }
	echo "ok $count - $2"
}

# guest NAME KERNEL MODE APPEND: what it says as comments, its files in $work/NAME
guest()
{
	name=$1
	image=$build/$2/bzImage
	mode=$3
	append=$4
	"$build/bin/hotplug-vm" --kernel "$image" --project "$top" --results "$work/$name" \
		--virtio-mem id=v0,max=16G --time-limit "${TIME_LIMIT:-200}" \
		--append "$append" -- tests/memgroup-setup/in-guest "$mode" > "$work/out" 2>&1
	code=$?
	sed 's/^/# /' "$work/out"
	result $code "$name: every step"
	[ $code -eq 0 ] || cat <<-END
		# hotplug-vm: exit code $code. To see it again:
		#   build/bin/hotplug-vm --kernel build/$2/bzImage --results /tmp/results \\
		#     --virtio-mem id=v0,max=16G --append "$append" -- \\
		#     tests/memgroup-setup/in-guest $mode
	END
}

# same NAME: are all blocks where they are in the guest that plugged memory online?
same()
{
	for time in before after; do
		diff -u "$work/plugged online/$time" "$work/$1/$time" > "$work/difference" 2>&1
		code=$?
		sed 's/^/# /' "$work/difference"
		result $code "$1: the layout of hotplug alone, $time it went on"
	done
}

guest "plugged online" "$kernel" hotplug \
	"memhp_default_state=online memory_hotplug.online_policy=auto-movable"
guest "set up" "$kernel" setup memhp_default_state=offline
same "set up"
guest "set up, stock kernel" "$kernel-stock" setup memhp_default_state=offline
same "set up, stock kernel"
echo "1..$count"
exit $failed
