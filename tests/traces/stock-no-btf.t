#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A kernel that does not describe itself by BTF is refused, and left as it is. TAP; KERNEL
# names ours (6.1), whose unpatched brother it is. TIME_LIMIT is the seconds for the guest
# (60).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}

exec "$build/bin/hotplug-vm" --kernel "$build/${KERNEL:-6.1}-stock/bzImage" --project "$top" \
	--time-limit "${TIME_LIMIT:-60}" -- sh tests/traces/stock-no-btf-in-guest
