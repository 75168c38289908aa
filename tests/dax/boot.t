#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A Debian boots with soft-reserved memory on two nodes; memgroup-setup sets the policy, and
# a unit after it has daxctl make memory of the dax devices: as memgroup-setup --check
# advises it for memory that daxctl's own configuration cannot name. TAP. KERNEL is the base
# (6.1), TIME_LIMIT the seconds for the guest (200).

top=$(cd "$(dirname "$0")/../.." && pwd)
kernel=${KERNEL:-6.1}
time_limit=${TIME_LIMIT:-200}
image=$("$top/tests/boot/image") || { echo "Bail out! no image to boot"; exit 1; }
# shellcheck source=tests/dax/guest.sh
. "$top/tests/dax/guest.sh"

guest --root "$image" --before-boot tests/dax/prepare -- tests/dax/in-system
code=$?
[ $code -eq 0 ] || cat <<-END
	# hotplug-vm: exit code $code. To see it again:
	#   KERNEL=$kernel TIME_LIMIT=$time_limit tests/dax/boot.t
	END
exit $code
