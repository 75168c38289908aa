#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# memgroup-stat's two sources say the same, on our kernel. TAP; KERNEL names it (6.1).
# TIME_LIMIT is the seconds for the guest (100).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}

exec "$build/bin/hotplug-vm" --kernel "$build/${KERNEL:-6.1}/bzImage" --project "$top" \
	--node 512M --node 256M --virtio-mem id=v0,max=2G,node=1 --virtio-mem id=v1,max=1G \
	--time-limit "${TIME_LIMIT:-100}" \
	--append "memhp_default_state=online memory_hotplug.online_policy=auto-movable" -- \
	sh tests/memgroup-stat/agree-in-guest
