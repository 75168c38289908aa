#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/hotplug-stress/lab.t: hotplug-stress in a guest, where it moves real memory: what
# it says, what it refuses, and that everything is put back whatever ends it. TAP.
# KERNEL names the kernel (6.1), TIME_LIMIT the seconds for the guest (400); BUILD is set.
set -eu
build=${BUILD:?}
flavour=${KERNEL:-6.1}
top=$(cd "$(dirname "$0")/../.." && pwd)
results=$(mktemp -d)
guest=
# shellcheck disable=SC2317 # called by the traps
stop() { # exit code
	trap '' HUP INT TERM
	[ -z "$guest" ] || { kill "$guest" 2>/dev/null && wait "$guest"; } || :
	exit "$1"
}
trap 'rm -rf "$results"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

cp "$build/bin/hotplug-stress" "$build/$flavour/mm/memgroup/sim/memgroup_sim.ko" "$results"
status=0
"$build/bin/hotplug-vm" --kernel "$build/$flavour/bzImage" --project "$top" --results "$results" \
	--time-limit "${TIME_LIMIT:-400}" --node 1G --node 7G --max-memory 64G --cpus 2 \
	--virtio-mem id=v0,max=4G,node=1 \
	--append "mem=4G memhp_default_state=online memory_hotplug.online_policy=auto-movable" -- \
	sh /project/tests/hotplug-stress/lab-in-guest </dev/null &
guest=$!
wait "$guest" || status=$?
[ "$status" -eq 0 ] || {
	echo "# hotplug-vm: exit code $status. To see it again:"
	echo "#   BUILD=\$PWD/build KERNEL=$flavour tests/hotplug-stress/lab.t"
}
exit "$status"
