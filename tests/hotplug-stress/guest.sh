# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the tests that run in a guest of their own: where things are, the folder
# $results that the guest sees, and boot. KERNEL names the kernel (6.1); BUILD is set.
build=${BUILD:?}
flavour=${KERNEL:-6.1}
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/scripts/children.sh
. "$top/tests/scripts/children.sh"
results=$work

# boot OPTION…: of hotplug-vm, with a command. Ends the script with its exit code.
boot() {
	start "$build/bin/hotplug-vm" --kernel "$build/$flavour/bzImage" --project "$top" \
		--results "$results" "$@"
	finish || {
		echo "# hotplug-vm: exit code $status. To see it again:"
		echo "#   BUILD=\$PWD/build KERNEL=$flavour tests/hotplug-stress/${0##*/}"
	}
	exit "$status"
}
