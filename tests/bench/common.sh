# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by tests/bench/run and by each benchmark's run, all called with BUILD: where
# things are, guests, and an end that leaves nothing behind.
# shellcheck disable=SC2034 # used by those that source this
[ $# -eq 1 ] || {
	echo "usage: ${0##*/} BUILD" >&2
	exit 2
}
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
bench=$here
[ -f "$bench/common.sh" ] || bench=$(dirname "$here")
name=${here##*/}
top=$(cd "$bench/../.." && pwd)
ours=${KERNEL:-6.1}
stock=$ours-stock
results=$build/results
mkdir -p "$results"
# shellcheck source=tests/scripts/children.sh
. "$top/tests/scripts/children.sh"

die() {
	printf '%s: %s\n' "$name" "$*" >&2
	exit 1
}

# kernels: keep the images. The measurement takes minutes, and a build may replace them.
kernels() {
	for kernel in "$stock" "$ours"; do
		[ -f "$build/$kernel/bzImage" ] ||
			die "there is no kernel $kernel; make kernel kernel-stock"
		cp "$build/$kernel/bzImage" "$work/$kernel"
	done
}

# offer GUEST FILE...: what GUEST will find in /results. They are copies: nothing that
# a guest writes is used again.
offer() {
	shared=$work/$1.results
	shift
	rm -rf "$shared"
	mkdir "$shared"
	cp "$@" "$shared"
}

# boot GUEST KERNEL OPTION... -- COMMAND...: start it with these options of hotplug-vm.
# What it prints goes to $work/GUEST.
boot() {
	booted=$1
	image=$2
	shift 2
	start "$build/bin/hotplug-vm" -k "$work/$image" -p "$top" -r "$work/$booted.results" \
		"$@" >"$work/$booted"
}

# module: $work/KERNEL.ko, of module/, for each kernel.
module() {
	for kernel in "$stock" "$ours"; do
		mkdir "$work/$kernel.module"
		cp "$bench/module/Kbuild" "$bench/module/memgroup_bench.c" "$work/$kernel.module"
		start make -s -C "$build/$kernel" M="$work/$kernel.module" modules >&2
		finish || die "the module for $kernel did not build"
		cp "$work/$kernel.module/memgroup_bench.ko" "$work/$kernel.ko"
	done
}

# order ROUND GUEST...: two to four, as they take turns. In as many rounds as there are
# lines, each comes first, second and so on, and each follows each, equally often.
order() {
	turn=$1
	shift
	case $#.$((turn % ($# == 3 ? 6 : $#))) in
	2.1) echo "$1 $2" ;;
	2.0) echo "$2 $1" ;;
	3.1) echo "$1 $2 $3" ;;
	3.2) echo "$2 $3 $1" ;;
	3.3) echo "$3 $1 $2" ;;
	3.4) echo "$3 $2 $1" ;;
	3.5) echo "$1 $3 $2" ;;
	3.0) echo "$2 $1 $3" ;;
	4.1) echo "$1 $2 $4 $3" ;;
	4.2) echo "$2 $3 $1 $4" ;;
	4.3) echo "$3 $4 $2 $1" ;;
	4.0) echo "$4 $1 $3 $2" ;;
	esac
}

# series time|instructions ROUNDS GUEST...: boots each guest once a round, with the
# caller's boot_for GUEST, which hands the words in $counting to hotplug-vm. Adds what
# they print to $raw, as "series round guest" and that.
#
# Guests are emulated, also where KVM works: the figures of two hosts should at least be
# of a kind. In the series of instructions, the clock of a guest counts them: that
# depends neither on the host, nor on how the emulator likes the place of a loop in the
# kernel.
series() {
	kind=$1
	last=$2
	shift 2
	counting=
	[ "$kind" = time ] || counting=--icount
	round=1
	while [ "$round" -le "$last" ]; do
		printf '%s: %s, round %d of %d\n' "$name" "$kind" "$round" "$last" >&2
		for guest in $(order "$round" "$@"); do
			boot_for "$guest"
			# Those that count do not disturb each other.
			[ "$kind" = instructions ] || finish ||
				die "the guest $guest failed, exit status $?"
		done
		finish || die "a guest failed, exit status $?"
		for guest; do
			sed "s/^/$kind $round $guest /" "$work/$guest" >>"$raw"
		done
		round=$((round + 1))
	done
}

# fewer ROUNDS MOST: instructions hardly differ from round to round.
fewer() { echo $(($1 < $2 ? $1 : $2)); }

# report: of $raw, to the folder of the results.
report() {
	start "$bench/report" "$name" "$raw" "$results"
	finish
}
