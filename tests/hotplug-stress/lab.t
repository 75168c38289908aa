#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/hotplug-stress/lab.t: hotplug-stress in a guest, where it moves real memory: what
# it says, what it refuses, and that everything is put back whatever ends it. TAP.
# TIME_LIMIT is the seconds for the guest (400).
set -eu
# shellcheck source=tests/hotplug-stress/guest.sh
. "$(dirname "$0")/guest.sh"

cp "$build/bin/hotplug-stress" "$build/$flavour/mm/memgroup/sim/memgroup_sim.ko" "$results"
boot --time-limit "${TIME_LIMIT:-400}" --node 1G --node 7G --max-memory 64G --cpus 2 \
	--virtio-mem id=v0,max=4G,node=1 \
	--append "mem=4G memhp_default_state=online memory_hotplug.online_policy=auto-movable" -- \
	sh /project/tests/hotplug-stress/lab-in-guest
