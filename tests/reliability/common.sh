# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by run and quick: one history, in a guest of its own.
# shellcheck disable=SC2034,SC2154 # used by those that source this, or set by them
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
kernel=$build/${KERNEL:-6.1}/bzImage
program=$build/reliability/history
# shellcheck source=tests/scripts/children.sh
. "$top/tests/scripts/children.sh"

die() {
	printf 'reliability: %s\n' "$*" >&2
	exit 1
}

# arguments POLICY: how the kernel is told to bring memory online.
arguments() {
	case $1 in
	contig-zones) echo "memhp_default_state=online memory_hotplug.online_policy=contig-zones" ;;
	all-movable) echo "memhp_default_state=online_movable" ;;
	auto-movable-*)
		echo "memhp_default_state=online memory_hotplug.online_policy=auto-movable" \
			"memory_hotplug.auto_movable_ratio=${1##*-}"
		;;
	*) die "there is no policy $1" ;;
	esac
}

# load LOAD MIB: what tenants do, with so much memory in all; each part as its kind, its
# share in percent, and how much of it is renewed each second. The movable one is mostly
# anonymous memory and page cache, and has some memory of the kernel as any load has; the
# other one is mostly kernel objects, page tables, and pages pinned as for DMA.
load() {
	case $1 in
	movable) doses="anon:68:4 cache:28:4 slab:2:2 fork:2:2" ;;
	kernel) doses="slab:32:2 fork:35:2 pin:22:2 anon:11:4" ;;
	*) die "there is no load $1" ;;
	esac
	for part in $doses; do
		kind=${part%%:*}
		percent=${part#*:}
		echo "--pressure $kind=$(($2 * ${percent%:*} / 100))M,rate=${part##*:}"
	done
}

# As on a machine that has been up for days: history.c says why. The log is for those that
# are killed.
guest_arguments="page_alloc.shuffle=1 log_buf_len=4M"

# history FOLDER POLICY DEVICE LOAD SEED: its lines on standard output, the report in
# FOLDER/report.json. $units times $unit come to $boot, for a load of $dose MiB, in
# $cycles cycles.
history() {
	mkdir -p "$1"
	cp "$program" "$1"
	case $3 in
	dimm) device=dimm,size=$unit,count=$units ;;
	virtio-mem) device=virtio-mem,name=v0 ;;
	*) die "there is no device $3" ;;
	esac
	# shellcheck disable=SC2046 # options are words
	exec "$build/bin/hotplug-vm" --kernel "$kernel" --project "$top" --results "$1" \
		--console "$1/console" --time-limit "${TIME_LIMIT:-600}" --memory "$boot" \
		--slots "$units" --virtio-mem "id=v0,max=$((${unit%M} * units))M" \
		--append "$guest_arguments $(arguments "$2")" -- \
		/results/history --policy "$2" --device "$device" --step "$unit" --seed "$5" \
		--cycles "$cycles" $(load "$4" "$dose") --report /results/report.json
}
