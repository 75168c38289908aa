#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# daxctl.t [stock]: memory of dax devices, made by the real daxctl, beside DIMMs and
# virtio-mem on two nodes, in a guest of our kernel, or else of the stock kernel: what it
# does to the policy, what memgroup-setup --check says of that, and whether its advice helps.
# TAP. KERNEL is the base (6.1), TIME_LIMIT the seconds for the guest (300).

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
kernel=${KERNEL:-6.1}${1:+-$1}
time_limit=${TIME_LIMIT:-300}
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
	--results "$work/results" --time-limit "$time_limit" \
	--node 3G --node 5G --nvdimm id=n0,size=1152M,node=0 \
	--virtio-mem id=v0,max=8G,node=0 --virtio-mem id=v1,max=8G,node=1 \
	--append "memhp_default_state=offline nokaslr" \
	--append "memmap=512M%4608M-1+0xefffffff memmap=2G%8G-1+0xefffffff" \
	-- tests/dax/in-guest "$@"
code=$?
[ $code -eq 0 ] || cat <<-END
	# hotplug-vm: exit code $code. To see it again:
	#   KERNEL=${KERNEL:-6.1} TIME_LIMIT=$time_limit tests/dax/daxctl.t $*
	END
exit $code
