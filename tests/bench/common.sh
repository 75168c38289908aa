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
work=$(mktemp -d)
children=

die() {
	printf '%s: %s\n' "$name" "$*" >&2
	exit 1
}

stop() { # exit status
	trap '' HUP INT TERM
	for child in $children; do
		kill "$child" 2>/dev/null || :
	done
	wait
	exit "$1"
}
trap 'rm -rf "$work"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# start COMMAND...: in the background, so that a signal need not wait for its end.
start() {
	"$@" </dev/null &
	children="$children $!"
}

# finish: wait for all that was started. The status is that of the last that failed.
finish() {
	status=0
	for child in $children; do
		wait "$child" || status=$?
	done
	children=
	return "$status"
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

# report RAW: with report.awk, a table to results/NAME.txt and to standard output, and
# the same as JSON.
report() {
	awk -v ours="$ours" -v stock="$stock" -v json="$results/$name.json" \
		-f "$bench/stats.awk" -f "$here/report.awk" "$1" >"$work/report"
	cp "$work/report" "$results/$name.txt"
	cat "$work/report"
}
