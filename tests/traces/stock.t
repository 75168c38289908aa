#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Memory hotplug seen by kprobe events, on the kernel that Debian ships; its modules are in
# the guest's initramfs. TAP; fetches the package first. TIME_LIMIT is the seconds for the
# guest (250).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}

"$top/scripts/debian-kernel" | sed 's/^/# /'
[ -f "$build/debian-kernel/vmlinuz" ] || { echo "Bail out! no kernel of Debian"; exit 1; }
exec "$build/bin/hotplug-vm" --kernel "$build/debian-kernel/vmlinuz" \
	--modules "$build/debian-kernel/modules" --project "$top" --node 1G --node 0 \
	--virtio-mem id=v0,max=2G,node=1 --time-limit "${TIME_LIMIT:-250}" \
	--append "memhp_default_state=online memory_hotplug.online_policy=auto-movable" -- \
	sh tests/traces/stock-in-guest
