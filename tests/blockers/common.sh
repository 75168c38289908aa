# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by run and quick: trials in a guest of their own.
# shellcheck disable=SC2034,SC2154 # used by those that source this, or set by them
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
kernel=$build/${KERNEL:-6.1}/bzImage
# shellcheck source=tests/scripts/children.sh
. "$top/tests/scripts/children.sh"

die() {
	printf 'blockers: %s\n' "$*" >&2
	exit 1
}

# Memory is handed out in random order, as on a machine that has been up for days: kernel
# pages are everywhere. A low ratio gives Movable and Normal blocks with little memory.
arguments="page_alloc.shuffle=1 log_buf_len=4M memhp_default_state=online \
memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=100"

# Copies: a build may replace them while this runs.
mkdir "$work/guest"
cp "$build/blockers/trial" "$build/bin/memgroup-stat" "$work/guest"

# trials SECONDS SEED COUNT: their lines on standard output.
trials() {
	exec "$build/bin/hotplug-vm" --kernel "$kernel" --project "$top" --results "$work/guest" \
		--console "$work/guest/console" --time-limit "$1" --memory 1G --slots 8 \
		--max-memory 16G --virtio-mem id=v0,max=1536M --append "$arguments" -- \
		sh /project/tests/blockers/in-guest --seed "$2" --trials "$3"
}
