# SPDX-License-Identifier: GPL-2.0
# From what measure prints in the guests ours and stock. The aims: fifty times faster
# than lsmem -a where there is debugfs, three times on the stock kernel.

$4 == "most" {
	if ($6 > most[$3, $5])
		most[$3, $5] = $6
}

function line(guest, count, what, label, aim,  s, faster, aa, said) {
	summarize("time", guest, what "-" count, "", "", s)
	json_value("time", "ns", guest, what "-" count, s)
	printf "%-28s %9.1f %7d", label, s["median"] / 1e6, most[guest, what "-" count]
	if (what == "lsmem-a") {
		print ""
		return
	}
	summarize("time", guest, "lsmem-a-" count, guest, what "-" count, faster)
	summarize("time", guest, "lsmem-a-" count, guest, "lsmem-b-" count, aa)
	said = what == "lsmem-b" ? "" : verdict(faster, aa)
	printf "  %-20s %s%s\n", text(faster, "%.2f"), said, \
		aim ? "; at least " aim ": " met(faster, aim, -1) : ""
	json_ratio("time", guest, "lsmem-a-" count, guest, what "-" count, faster, said)
	if (aim)
		json_aim("time", guest ": " count " blocks, lsmem -a to memgroup-stat, is at least the limit", \
			 aim, faster, met(faster, aim, -1))
}

function section(guest, count, heading, aim,  i) {
	printf "\n%s\n", heading
	for (i = 1; i <= 5; i++)
		line(guest, count, cases[i], labels[i], cases[i] == "overview" ? aim : 0)
}

# Where the bars of a section stand; in ms.
function plot_section(guest, count, at,  i, s) {
	for (i = 1; i <= 5; i++) {
		summarize("time", guest, cases[i] "-" count, "", "", s)
		plot_line(at " " i, s)
	}
}

END {
	if (failed)
		exit 1
	split("lsmem-a lsmem-b overview blocks all", cases)
	split("lsmem -a|lsmem -a again (A/A)|memgroup-stat|memgroup-stat blocks|memgroup-stat blocks -a", \
	      labels, "|")
	printf "To run memgroup-stat and lsmem -a, in an emulated guest with one processor, booted\n" \
	       "once a round; medians of %d rounds. All of it lies in memory.\n\n", rounds["time"]
	printf "%-28s %9s %7s  %s\n", "", "ms", "KiB", "lsmem -a to it, " interval_name("time")
	section("ours", "1152", "With debugfs, 1,152 blocks", 50)
	section("ours", "8000", "With debugfs, 8,000 blocks (as files of a tree, not in sysfs)", 50)
	section("stock", "1152", "The stock kernel, 1,152 blocks", 3)
	summarize("time", "ours", "nothing", "", "", s)
	summarize("time", "ours", "start", "", "", t)
	printf "\n%s true takes %.1f ms, and memgroup-stat --version %.1f ms: so much of each\n" \
	       "is to start a program.\n", "In this guest", s["median"] / 1e6, t["median"] / 1e6
	print "KiB: the most memory in all rounds. Resolved: the interval does not overlap that of A/A."
	plot_block("time")
	plot_section("ours", "1152", 1)
	plot_section("ours", "8000", 2)
	plot_section("stock", "1152", 3)
	json_document()
}
