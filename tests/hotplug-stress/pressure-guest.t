#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/hotplug-stress/pressure-guest.t: what each load takes of a real kernel, and from
# where. TAP. TIME_LIMIT is the seconds for the guest (250).
set -eu
# shellcheck source=tests/hotplug-stress/guest.sh
. "$(dirname "$0")/guest.sh"

cp "$build/tests/hotplug-stress-pressure-guest" "$results"
boot --time-limit "${TIME_LIMIT:-250}" --memory 2G --append memhp_default_state=online_movable -- \
	env CMOCKA_MESSAGE_OUTPUT=TAP /results/hotplug-stress-pressure-guest
