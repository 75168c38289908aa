#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The recordings of traces/recordings: what trace-cmd alone, without a plugin, makes of
# each is golden/NAME.report, and it has in it what traces/README.md says. TAP.
# REGENERATE=1 rewrites the golden reports: read the difference.
# shellcheck disable=SC2317 # the tests are called by their names
regenerate=${REGENERATE:-}
set -u
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/../scripts/tap.sh"

recordings=$top/traces/recordings
golden=$top/tests/traces/golden

# Those of the user or of a developer.
unset TRACEEVENT_PLUGIN_DIR
export HOME=/nonexistent

# read_report NAME: into the file ./lines
read_report() {
	recording=$recordings/$1.dat
	trace-cmd report "$recording" >lines
}

# counts PATTERN COUNT: so many lines of ./lines match
counts() { [ "$(grep -Ec -- "$1" lines)" -eq "$2" ] || { grep -Ec -- "$1" lines && false; }; }

as_noted_down() {
	read_report "$name"
	[ -z "$regenerate" ] || cp lines "$golden/$name.report"
	diff -u "$golden/$name.report" lines >difference || {
		head -n 40 difference
		echo "To see it again: tests/traces/recordings.t"
		echo "If the recording is new: REGENERATE=1 tests/traces/recordings.t"
		false
	}
}

# Of any recording: what comes first, nothing missing, nobody's names, all names of
# functions, and small.
well_made() {
	read_report "$name"
	# Each CPU has its own, and their marks come first on one of them.
	[ "$(sed -n 2p lines | sed 's/.*tracing_mark_write: //')" = "memgroup: begin" ]
	for word in "policy: online_policy auto-movable" "block_size_bytes: 8000000" end; do
		grep -q "tracing_mark_write: memgroup: $word" lines
	done
	counts 'EVENTS DROPPED' 0
	trace-cmd dump --options "$recordings/$name.dat" >options
	[ "$(awk -F ': *' '/^(overrun|commit overrun|dropped events):/ { n += $2; m++ }
		END { print m ":" n }' options)" = 6:0 ]
	grep -q '^Linux guest 6\.1\.' options
	counts '^=> (0x|\()' 0
	[ "$(wc -c <"$recordings/$name.dat")" -lt 150000 ]
}

# Of kernels with memgroup: the whole view.
has_view() {
	read_report "$name"
	for word in "groups: id type node" "nodes: system" "zones: 0 DMA32" \
		"blocks: 0 0 - online -"; do
		grep -q "tracing_mark_write: memgroup: $word" lines
	done
}

decided() { counts "mhp_zone_decision:.* zone=$1 reason=$2 " "$3"; }

five_dimms() {
	read_report dimms
	counts mhp_group_register: 5
	decided Movable fits 96
	decided Normal system_ratio 2
	decided Normal group_has_kernel 62
	counts 'mhp_block_online:.* result=0 ' 160
	grep mhp_zone_decision: lines | sed -n 97p | grep -q 'start_pfn=0x480000 .*system_ratio'
}

one_virtio_mem() {
	read_report virtio-mem
	counts mhp_group_register: 0
	decided Movable fits 120
	decided Normal system_ratio 8
	grep mhp_zone_decision: lines | sed -n 97,101p | sed 's/.* zone=\([A-Za-z]*\) .*/\1/' |
		tr '\n' ' ' | grep -qx 'Normal Movable Movable Movable Normal '
}

kernel_data() {
	read_report unplug-kernel
	decided Normal system_ratio 1
	# Again, as the removal is taken back.
	grep -q 'mhp_block_offline:.* zone=Normal result=-16 ' lines
	grep -q 'console: *page dumped because: unmovable page' lines
	grep -A30 'dumped because: unmovable page' lines >after
	grep -q '^=> set_migratetype_isolate ' after
	grep -A12 'result=-16 ' lines | grep -q '^=> acpi_device_hotplug '
	counts mhp_group_unregister: 0
}

held_page() {
	read_report unplug-held
	counts 'mhp_block_offline:.* zone=Movable result=-4 ' 1
	grep -q 'mm_migrate_pages:.* nr_failed=1 .*reason=memory_hotplug' lines
	grep -A30 -m1 'dumped because: migration failure' lines >after
	grep -q '^=> dump_page' after
	grep -q '^=> offline_pages ' after
	grep -A12 'result=-4 ' lines | grep -q '^=> state_store '
	# Once nobody holds it, it goes.
	sed -n '/result=-4 /,$p' lines | grep -q 'test_pages_isolated:.* ret=success'
	sed -n '/result=-4 /,$p' lines | grep -q 'mhp_block_offline:.* result=0 '
	counts mhp_group_unregister: 1
}

no_cliff() {
	read_report cliff
	decided Normal node_ratio 8
	decided Movable fits 24
	counts 'mhp_zone_decision:.* early_kernel_pages=0 .* limit_pages=0$' 1
	counts 'mhp_block_offline:.* result=0 ' 32
}

the_cliff() {
	read_report cliff-stock
	counts ' online:.* nid=1 zone="Normal" ' 32
	counts 'zone="Movable"' 0
	counts ' online_done:.* result=0$' 32
}

for file in "$recordings"/*.dat; do
	name=$(basename "$file" .dat)
	run as_noted_down "$name: the report is the one that was noted down"
	run well_made "$name: begins with the policy, lost nothing, and is small"
	case $name in
	*-stock) ;;
	*) run has_view "$name: begins with the state of memory groups" ;;
	esac
done
run five_dimms "dimms: three of five go Movable, and the fourth is why not more"
run one_virtio_mem "virtio-mem: from 12 GiB on, one block Normal and three Movable"
run kernel_data "unplug-kernel: a page of the kernel keeps a DIMM"
run held_page "unplug-held: a block stays while somebody holds a page"
run no_cliff "cliff: without boot memory one block Normal and three Movable, and all go back"
run the_cliff "cliff-stock: there a stock kernel has all of it Normal"
finish
