#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Files of scenarios with something wrong in them: an error that says where, never a
# crash, and never a machine or a step made up. TAP; needs no guest.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
replay=${BUILD:-$top/build}/tests/layout-replay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP INT TERM

good='{"name": "s", "boot_gib": 4, "nodes": 2, "ratio": 301,
	"virtio_mem": [{"id": "v0", "max_gib": 8}],
	"ops": [["dimm", 1024, 0], ["resize", "v0", 1024]],
	"layouts": [[[0, 31, "online", "DMA32"]], []]}'
n=0
failed=0

# point STATUS NAME
point() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$work/said"
		failed=1
	fi
}

# refused SED-COMMAND: of the good scenario, edited, nothing is used.
refused() {
	printf '[%s]\n' "$good" | sed "$1" >"$work/file"
	status=0
	"$replay" --vm-options "$work/file" s >"$work/out" 2>"$work/said" || status=$?
	! printf '[%s]\n' "$good" | cmp -s - "$work/file" &&
		[ "$status" -eq 1 ] && [ ! -s "$work/out" ] && grep -q "$work/file: " "$work/said"
	point $? "$1"
}

printf '[%s]\n' "$good" >"$work/file"
status=0
"$replay" --vm-options "$work/file" s >"$work/said" 2>&1 || status=$?
point "$status" 'the good one is read'

set +e
refused 's/^.*$//'
refused 's/^\[/{"a": /; s/\]$/}/'
refused 's/"name": "s"/"name": null/'
refused 's/"boot_gib": 4/"boot_gib": "4"/'
refused 's/"nodes": 2/"nodes": -1/'
refused 's/"nodes": 2/"nodes": 0/'
refused 's/"nodes": 2/"nodes": 99999999999/'
refused 's/"nodes": 2/"node_mib": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]/'
refused 's/"ratio": 301/"ratio": [301]/'
refused 's/{"id": "v0", "max_gib": 8}/null/'
refused 's/{"id": "v0", "max_gib": 8}/["v0"]/'
refused 's/"max_gib": 8/"max_gib": null/'
refused 's/"ops": \[/"ops": [[], /'
refused 's/\["dimm", 1024, 0\]/"dimm"/'
refused 's/\["dimm", 1024, 0\]/null/'
refused 's/\["dimm", 1024, 0\]/[["dimm"]]/'
refused 's/"dimm"/"dram"/'
refused 's/"layouts": .*\]\]/"layouts": [7, []]/'
refused 's/"layouts": .*\]\]/"layouts": [{}, []]/'
refused 's/"layouts": .*\]\]/"layouts": [null, []]/'
echo "1..$n"
[ "$failed" -eq 0 ]
