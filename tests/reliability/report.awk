# SPDX-License-Identifier: GPL-2.0
# The table, as JSON (to the file json), and the data of the plot (to the file plot), from
# lines "history POLICY DEVICE LOAD SEED name=value…", each of a cycle.

# In the order in which they are shown.
BEGIN {
	nr_policies = split("contig-zones auto-movable-101 auto-movable-301 all-movable", policies)
	split("contig-zones,auto-movable 101%,auto-movable 301%,all movable", titles, ",")
	nr_loads = split("movable kernel", loads)
	nr_devices = split("dimm virtio-mem", devices)
	nr_names = split("missing asked back timed timed_ns dose held settled failed killed oom_kills " \
			 "allocation_failures kernel_headroom movable_free", names)
}

function broken(why) {
	printf "reliability: line %d: %s\n", NR, why >"/dev/stderr"
	failed = 1
	exit 1
}

# "name=value…", from field 6 on, into value.
function take_values(  i, pair) {
	split("", value)
	for (i = 6; i <= NF; i++) {
		if (split($i, pair, "=") != 2 || pair[2] !~ /^[0-9]+$/)
			broken("\"" $i "\" is no name=value")
		value[pair[1]] = pair[2]
	}
	for (i = 1; i <= nr_names; i++)
		if (!(names[i] in value))
			broken("there is no " names[i])
	if (!value["asked"] || !value["dose"] || value["back"] > value["asked"])
		broken("that cannot be")
}

$1 == "inputs" { next }
$1 == "history" {
	cell = $2 SUBSEP $3 SUBSEP $4
	take_values()
	if (value["cycle"] != ++cycle[cell, $5])
		broken("cycle " cycle[cell, $5] " is not there")
	if (!(($5) in seed)) {
		seed[$5] = 1
		nr_seeds++
	}
	if (value["cycle"] > nr_cycles)
		nr_cycles = value["cycle"]
	n = ++cycles[cell]
	for (i = 1; i <= nr_names; i++)
		sum[cell, names[i]] += value[names[i]]
	share = value["back"] / value["asked"]
	if (n == 1 || share < lowest[cell])
		lowest[cell] = share
	if (n == 1 || share > highest[cell])
		highest[cell] = share
	if (n == 1 || value["kernel_headroom"] < headroom[cell]) {
		headroom[cell] = value["kernel_headroom"]
		beside[cell] = value["movable_free"]
	}
	next
}
{ broken("\"" $1 "\" is no kind of line") }

# All that was seen must be there for each policy, device and load that was.
function complete(  i, j, k, s, cell) {
	for (i = 1; i <= nr_policies; i++)
		for (j = 1; j <= nr_loads; j++)
			for (k = 1; k <= nr_devices; k++)
				for (s in seed) {
					cell = policies[i] SUBSEP devices[k] SUBSEP loads[j]
					if (cycle[cell, s] != nr_cycles) {
						printf "reliability: %s, %s, %s load, seed %s: %d of %d cycles\n",
						       policies[i], devices[k], loads[j], s,
						       cycle[cell, s], nr_cycles >"/dev/stderr"
						failed = 1
					}
				}
	if (!nr_seeds) {
		print "reliability: nothing was measured" >"/dev/stderr"
		failed = 1
	}
	return !failed
}

function size(bytes) {
	return bytes < 1024 ^ 3 ? sprintf("%.0fM", bytes / 1024 ^ 2) : \
				  sprintf("%.1fG", bytes / 1024 ^ 3)
}

# Never rounded up to all of it; a load may hold a little more than it wanted.
function percent(part, whole) {
	if (part > whole)
		return 100
	return part < whole && part / whole > 0.999 ? 99.9 : 100 * part / whole
}

function json_cell(i, j, k, cell,  m) {
	printf "%s\n {\"policy\":\"%s\",\"load\":\"%s\",\"device\":\"%s\",\"cycles\":%d," \
	       "\"came_back_range\":[%.6f,%.6f],\"least_kernel_headroom_bytes\":%.0f," \
	       "\"movable_free_then_bytes\":%.0f,\"sums\":{", comma, titles[i], loads[j], devices[k],
	       cycles[cell], lowest[cell], highest[cell], headroom[cell], beside[cell] >json
	comma = ","
	for (m = 1; m <= nr_names; m++)
		if (names[m] !~ /^(kernel_headroom|movable_free)$/)
			printf "%s\"%s\":%.0f", (m > 1 ? "," : ""), names[m], sum[cell, names[m]] >json
	printf "}}" >json
}

function line(i, j, k,  cell, back, oom) {
	cell = policies[i] SUBSEP devices[k] SUBSEP loads[j]
	back = percent(sum[cell, "back"], sum[cell, "asked"])
	oom = sum[cell, "oom_kills"] / cycles[cell]
	printf "%-17s %-10s %5.1f%% %8s %6s %9.1f %7.1f%% %8s\n", titles[i], devices[k], back,
	       sprintf("%d-%d%%", int(100 * lowest[cell]), int(100 * highest[cell])),
	       sum[cell, "timed"] ? sprintf("%.2f", sum[cell, "timed_ns"] / 1e9 / \
					    (sum[cell, "timed"] / 1024 ^ 3)) : "-",
	       oom, percent(sum[cell, "held"], sum[cell, "dose"]), size(headroom[cell])
	drawn[j, k] = drawn[j, k] sprintf("%d %.3f %.3f %.3f %.3f\n", i, back, \
					  100 * lowest[cell], 100 * highest[cell], oom)
	json_cell(i, j, k, cell)
}

END {
	if (failed || !complete())
		exit 1
	printf "{\"schema\":1,\"experiment\":\"reliability\",\"kernel\":\"%s\",\"seeds\":%d," \
	       "\"cycles\":%d,\"cells\":[", kernel, nr_seeds, nr_cycles >json
	printf "A VM of 4 GiB grows to 20 GiB, is loaded, loses three quarters of the load, and\n" \
	       "is asked for 16 GiB back: on Linux %s, %d times with each of %d seeds\n", kernel,
	       nr_cycles, nr_seeds
	for (j = 1; j <= nr_loads; j++) {
		printf "\n%s\n", loads[j] == "movable" ? "Movable load: anonymous memory and page cache" : \
			"Kernel load: kernel objects, page tables, pinned pages"
		printf "%-17s %-10s %6s %8s %6s %9s %8s %8s\n", "Policy", "Device", "Back", "Range",
		       "s/GiB", "OOM kills", "Load got", "Headroom"
		for (i = 1; i <= nr_policies; i++)
			for (k = 1; k <= nr_devices; k++)
				line(i, j, k)
	}
	for (j = 1; j <= nr_loads; j++)
		for (k = 1; k <= nr_devices; k++)
			printf "# %s %s\n%s\n\n", loads[j], devices[k], drawn[j, k] >plot
	print "\nBack: of the bytes asked for; Range: in the worst and the best cycle. s/GiB: how"
	print "long that took, in an emulated guest. OOM kills: in a cycle. Load got: of the"
	print "memory that it wanted. Headroom: the least that was left for the kernel."
	print "]}" >json
}
