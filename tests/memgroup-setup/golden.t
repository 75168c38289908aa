#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs memgroup-setup on trees and compares what it prints and how it exits, byte by byte,
# with golden/NAME. REGENERATE=1 rewrites those files: read the difference.
#
# A tree is one of trees/, which has what is configured, laid over one of memgroup-stat's,
# which has the memory of a machine.

program=memgroup-setup
# shellcheck source=tests/memgroup-stat/lib.sh
. "$(dirname "$0")/../memgroup-stat/lib.sh"
cd "$work" || exit 1

# tree NAME MACHINE CONFIGURED: the tree NAME
tree()
{
	cp -R "$top/tests/memgroup-stat/trees/$2" "$1"
	cp -R "$here/trees/$3/." "$1"
}

# case_ NAME COMMAND-LINE…
case_()
{
	name=$1
	shift
	"$tool" "$@" >out 2>err
	code=$?
	{
		echo "\$ $program $*"
		cat out
		if [ -s err ]; then
			echo "--- standard error"
			cat err
		fi
		echo "--- exit code $code"
	} > got
	[ -z "${REGENERATE:-}" ] || cp got "$here/golden/$name"
	echo "$name" >> names
	if cmp -s got "$here/golden/$name"; then
		result 0 "$name"
	else
		diff -u "$here/golden/$name" got > difference 2>&1
		note difference
		result 1 "$name"
	fi
}

# untouched NAME TREE: is the tree still as its copy TREE.before?
untouched()
{
	diff -r "$2.before" "$2" > difference 2>&1
	code=$?
	note difference
	result $code "$1: nothing was written"
}

tree good dimm-301 good
tree distribution stock-debian distribution
tree cloud stock-virtio cloud
tree daxctl stock-dax daxctl

mkdir documents
for tree in good distribution cloud daxctl; do
	cp -R $tree $tree.before
	case_ check-$tree --check --sysroot $tree
	case_ json-$tree --check --json --sysroot $tree
	untouched check-$tree $tree
	cp out "documents/$tree"
done

# shellcheck disable=SC2046 # names without spaces
python3 -W ignore -m jsonschema $(printf ' -i %s' documents/*) \
	"$top/tools/memgroup-setup/memgroup-setup.schema.json" > why 2>&1
code=$?
note why
result $code "JSON keeps to its schema"

# With automatic onlining off daxctl chooses, and does not refuse.
cp -R daxctl daxctl-off
sed -i 's/^auto_online_blocks = .*/auto_online_blocks = offline/' daxctl-off/etc/memgroup.conf
echo offline > daxctl-off/sys/devices/system/memory/auto_online_blocks
case_ check-daxctl-off --check --sysroot daxctl-off
# What makes daxctl go on nevertheless.
cp -R daxctl daxctl-forced
sed -i 's/--check-config/--force &/' 'daxctl-forced/usr/lib/systemd/system/daxdev-reconfigure@.service'
case_ check-daxctl-forced --check --sysroot daxctl-forced
# The rule of Debian 12, at which daxctl ends, and no unit; without a configuration it does
# no harm.
cp -R daxctl daxctl-debian
rm daxctl-debian/usr/lib/systemd/system/daxdev-reconfigure@.service \
	daxctl-debian/etc/systemd/system/cxl-memory.service
# shellcheck disable=SC2016 # for udev
printf 'ACTION=="add", SUBSYSTEM=="dax",\\\n  RUN+="/usr/bin/daxctl -C $env{DEVNAME}"\n' \
	> daxctl-debian/usr/lib/udev/rules.d/90-daxctl-device.rules
case_ check-daxctl-debian --check --sysroot daxctl-debian
cp -R daxctl-debian daxctl-unused
rm daxctl-unused/etc/daxctl.conf.d/memory.conf
case_ check-daxctl-unused --check --sysroot daxctl-unused
# Without its unit, the configuration of daxctl does nothing.
cp -R daxctl daxctl-masked
ln -s /dev/null daxctl-masked/etc/systemd/system/daxdev-reconfigure@.service
rm daxctl-masked/etc/systemd/system/cxl-memory.service
case_ check-daxctl-masked --check --sysroot daxctl-masked

# Memory that another policy put where it is.
cp -R good other-policy
sed -i '5,9s/ auto-movable / contig-zones /' \
	other-policy/sys/kernel/debug/memory_groups/decisions
case_ check-other-policy --check --sysroot other-policy

# A device that may grow to many times the boot memory, which is 1 GiB.
cp -R cloud growth
rm -r growth/usr growth/sys/bus/virtio/drivers/virtio_balloon growth/sys/kernel/mm
echo quiet > growth/proc/cmdline
sed -i 's/^1c0000000-1ffffffff : virtio2/2000000000-5fffffffff : virtio2/' growth/proc/iomem
case_ check-growth --check --sysroot growth
sed -i 's/301/3000/' growth/run/memgroup.conf
case_ check-growth-ratio --check --sysroot growth
echo online_movable > growth/sys/devices/system/memory/auto_online_blocks
case_ check-growth-movable --check --sysroot growth

# Kernels that are built in other ways, or too old.
cp -R cloud compaction
sed -i 's/^# CONFIG_BALLOON_COMPACTION.*/CONFIG_BALLOON_COMPACTION=y/' compaction/boot/config-*
rm -r compaction/usr compaction/sys/kernel/mm
echo 'quiet memory_hotplug.memmap_on_memory=force' > compaction/proc/cmdline
echo force > compaction/sys/module/memory_hotplug/parameters/memmap_on_memory
case_ check-compaction --check --sysroot compaction
cp -R compaction no-config
rm -r no-config/boot
echo Y > no-config/sys/module/memory_hotplug/parameters/memmap_on_memory
rm no-config/sys/module/memory_hotplug/parameters/auto_movable_numa_aware
case_ check-no-config --check --sysroot no-config
cp -R distribution old
rm -r old/sys/module/memory_hotplug/parameters old/etc/memgroup.conf.d old/etc/systemd old/usr
echo quiet > old/proc/cmdline
case_ check-old --check --sysroot old
cp -R old old.before
case_ apply-old --sysroot old
untouched apply-old old

# Little is there.
mkdir -p empty
case_ check-empty --check --sysroot empty
case_ apply-empty --sysroot empty

# What is written, and in which order.
case_ dry-run-good --dry-run --sysroot good
case_ dry-run-distribution -n --sysroot distribution
untouched dry-run-distribution distribution
case_ apply-good --sysroot good
untouched apply-good good
cp -R cloud applied
rm applied/run/memgroup.conf
printf 'online_policy = contig-zones\nauto_movable_ratio = 150\nauto_movable_numa_aware = no\n' \
	> applied/etc-memgroup.conf
mkdir -p applied/etc
mv applied/etc-memgroup.conf applied/etc/memgroup.conf
case_ apply-parameters --sysroot applied
case_ apply-again --sysroot applied

# A mistake in the configuration: nothing is changed, nor checked.
cp -R good mistake
echo 'automovable_ratio = 301' >> mistake/etc/memgroup.conf
cp -R mistake mistake.before
case_ apply-mistake --sysroot mistake
untouched apply-mistake mistake
case_ check-mistake --check --sysroot mistake

# A name with a control character in it.
cp -R good names-tree
printf 'SUBSYSTEM=="memory", ACTION=="add", RUN+="online memory \033]0;title\007"\n' \
	> names-tree/usr/lib/udev/rules.d/50-x.rules
case_ check-names --check --sysroot names-tree

case_ help --help
case_ usage-option --nothing
case_ usage-argument memory32
case_ usage-json --json
case_ usage-both --check --dry-run
case_ usage-sysroot --sysroot none

ls "$here/golden" > there
sort names | diff there - > difference
code=$?
note difference
result $code "every golden file is used"
finish
