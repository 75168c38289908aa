#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A Debian boots with soft-reserved memory on two nodes; memgroup-setup sets the policy, and
# a unit after it has daxctl make memory of the dax devices: as memgroup-setup --check
# advises it for memory that daxctl's own configuration cannot name. TAP. KERNEL is the base
# (6.1), TIME_LIMIT the seconds for the guest (200).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
kernel=${KERNEL:-6.1}
time_limit=${TIME_LIMIT:-200}
image=$("$top/tests/boot/image") || { echo "Bail out! no image to boot"; exit 1; }
work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# daxctl wants to load the drivers, and has to be told that the kernel has them.
mkdir "$work/results"
cp "$build/$kernel/modules.builtin" "$build/$kernel/modules.builtin.modinfo" \
	"$build/$kernel/modules.order" "$work/results" ||
	{ echo "Bail out! no modules.builtin of the kernel $kernel"; exit 1; }

# Without nokaslr the kernel may lie where memory is soft-reserved.
"$build/bin/hotplug-vm" --kernel "$build/$kernel/bzImage" --project "$top" \
	--results "$work/results" --time-limit "$time_limit" --root "$image" \
	--node 3G --node 5G --append "memhp_default_state=offline nokaslr" \
	--append "memmap=512M%4608M-1+0xefffffff memmap=2G%8G-1+0xefffffff" \
	--before-boot tests/dax/prepare -- tests/dax/in-system
code=$?
[ $code -eq 0 ] || cat <<-END
	# hotplug-vm: exit code $code. To see it again:
	#   KERNEL=$kernel TIME_LIMIT=$time_limit tests/dax/boot.t
	END
exit $code
