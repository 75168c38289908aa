# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the tests beside it, which set $top, $kernel and $time_limit: guests of two
# nodes with soft-reserved memory on each, in which daxctl works.
build=${BUILD:-$top/build}
: "${kernel:?}" "${time_limit:?}"
work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# daxctl wants to load the drivers, and has to be told that the kernel has them.
mkdir "$work/results"
cp "$build/$kernel/modules.builtin" "$build/$kernel/modules.builtin.modinfo" \
	"$build/$kernel/modules.order" "$work/results" ||
	{ echo "Bail out! no modules.builtin of the kernel $kernel"; exit 1; }

# guest ARGUMENT...: hotplug-vm. Without nokaslr the kernel may lie where memory is
# soft-reserved.
guest() {
	"$build/bin/hotplug-vm" --kernel "$build/$kernel/bzImage" --project "$top" \
		--results "$work/results" --time-limit "$time_limit" --node 3G --node 5G \
		--append "memhp_default_state=offline nokaslr" \
		--append "memmap=512M%4608M-1+0xefffffff memmap=2G%8G-1+0xefffffff" "$@"
}
