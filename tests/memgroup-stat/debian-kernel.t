#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# memgroup-stat on the kernel that Debian ships, its modules in the guest's initramfs.
# TAP; fetches the package first. TIME_LIMIT is the seconds for the guest (80).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}

"$top/scripts/debian-kernel" | sed 's/^/# /'
[ -f "$build/debian-kernel/vmlinuz" ] || { echo "Bail out! no kernel of Debian"; exit 1; }
exec "$build/bin/hotplug-vm" --kernel "$build/debian-kernel/vmlinuz" \
	--modules "$build/debian-kernel/modules" --project "$top" --memory 1G \
	--virtio-mem id=v0,max=2G --time-limit "${TIME_LIMIT:-80}" -- \
	sh tests/memgroup-stat/stock-in-guest
