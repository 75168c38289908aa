# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the tests that run in a guest of their own: where things are, the folder
# $results that the guest sees, and boot. KERNEL names the kernel (6.1); BUILD is set.
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

# boot OPTION…: of hotplug-vm, with a command. Ends the script with its exit code.
boot() {
	"$build/bin/hotplug-vm" --kernel "$build/$flavour/bzImage" --project "$top" \
		--results "$results" "$@" </dev/null &
	guest=$!
	status=0
	wait "$guest" || status=$?
	[ "$status" -eq 0 ] || {
		echo "# hotplug-vm: exit code $status. To see it again:"
		echo "#   BUILD=\$PWD/build KERNEL=$flavour tests/hotplug-stress/${0##*/}"
	}
	exit "$status"
}
