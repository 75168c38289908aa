#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# daxctl.t [stock]: memory of dax devices, made by the real daxctl, beside DIMMs and
# virtio-mem on two nodes, in a guest of our kernel, or else of the stock kernel: what it
# does to the policy, what memgroup-setup --check says of that, and whether its advice helps.
# TAP. KERNEL is the base (6.1), TIME_LIMIT the seconds for the guest (300).

top=$(cd "$(dirname "$0")/../.." && pwd)
kernel=${KERNEL:-6.1}${1:+-$1}
time_limit=${TIME_LIMIT:-300}
# shellcheck source=tests/dax/guest.sh
. "$top/tests/dax/guest.sh"

guest --nvdimm id=n0,size=1152M,node=0 --virtio-mem id=v0,max=8G,node=0 \
	--virtio-mem id=v1,max=8G,node=1 -- tests/dax/in-guest "$@"
code=$?
[ $code -eq 0 ] || cat <<-END
	# hotplug-vm: exit code $code. To see it again:
	#   KERNEL=${KERNEL:-6.1} TIME_LIMIT=$time_limit tests/dax/daxctl.t $*
	END
exit $code
