#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/hotplug-stress/pressure-guest.t: what each load takes of a real kernel, and from
# where. TAP. KERNEL names the kernel (6.1), TIME_LIMIT the seconds for the guest (250);
# BUILD is set.
set -eu
build=${BUILD:?}
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

cp "$build/tests/hotplug-stress-pressure-guest" "$results"
"$build/bin/hotplug-vm" --kernel "$build/${KERNEL:-6.1}/bzImage" --project "$top" \
	--results "$results" --time-limit "${TIME_LIMIT:-250}" --memory 2G \
	--append memhp_default_state=online_movable -- \
	env CMOCKA_MESSAGE_OUTPUT=TAP /results/hotplug-stress-pressure-guest </dev/null &
guest=$!
wait "$guest"
