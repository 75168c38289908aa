#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The setups of traces/setups record what they say, in a guest, and leave nothing behind.
# TAP; KERNEL names the kernel (6.1). TIME_LIMIT is the seconds for the guest (400).
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

# To trace functions the kernel changes each of its functions, and all CPUs have to agree on
# each change: emulated, one alone is much faster, and has no heartbeat for a while.
cp "$build/traces/hold-page" "$work"
status=0
"$build/bin/hotplug-vm" --kernel "$build/${KERNEL:-6.1}/bzImage" --project "$top" \
	--cpus 1 --hang-limit 120 --memory 1G --results "$work" --time-limit "${TIME_LIMIT:-400}" \
	--append "memhp_default_state=online memory_hotplug.online_policy=auto-movable" -- \
	sh tests/traces/setups-in-guest </dev/null || status=$?
[ "$status" -eq 0 ] || {
	echo "# hotplug-vm: exit code $status. To see it again:"
	echo "#   KERNEL=${KERNEL:-6.1} tests/traces/setups.t"
}
exit "$status"
