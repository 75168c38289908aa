# SPDX-License-Identifier: GPL-2.0
# From what measure prints, "cycles" of each a second. Ours is at least as fast as
# stress-ng, is the aim.

BEGIN { least = 1 }

function line(who, label,  s, ratio, aa, said) {
	summarize("time", who, "cycles", "", "", s)
	json_value("time", "cycles a second", who, "cycles", s)
	printf "%-26s %8.2f", label, s["median"]
	if (who == "stress-ng-a") {
		print ""
		return
	}
	summarize("time", who, "cycles", "stress-ng-a", "cycles", ratio)
	summarize("time", "stress-ng-b", "cycles", "stress-ng-a", "cycles", aa)
	if (who == "stress-ng-b") {
		printf "  %s\n", text(ratio, "%.2f")
		json_ratio("time", who, "cycles", "stress-ng-a", "cycles", ratio, "")
		return
	}
	said = verdict(ratio, aa)
	printf "  %-20s %s%s\n", text(ratio, "%.2f"), said, \
		who == "blocks" ? "; at least " least ": " met(ratio, least, -1) : ""
	json_ratio("time", who, "cycles", "stress-ng-a", "cycles", ratio, said)
	if (who == "blocks")
		json_aim("time", "cycles a second, blocks to stress-ng, is at least the limit", \
			 least, ratio, met(ratio, least, -1))
}

END {
	if (failed)
		exit 1
	n = split("stress-ng-a stress-ng-b blocks checked sim vm", guests)
	split("stress-ng|stress-ng again (A/A)|hotplug-stress, blocks|the same, checked|hotplug-stress, sim|" \
	      "hotplug-stress, vm (DIMMs)", labels, "|")
	printf "Memory blocks that go and come back in a second, in an emulated guest (%s) with\n" \
	       "one processor, booted once a round; medians of %d rounds\n\n", ours, rounds["time"]
	printf "%-26s %8s  %s\n", "", "cycles/s", "ratio to stress-ng, " interval_name("time")
	for (i = 1; i <= n; i++)
		line(guests[i], labels[i])
	print "\nstress-ng and blocks take blocks of a DIMM offline and online; sim and vm also make"
	print "them appear and vanish. None checks what the kernel did, but the one that says so."
	print "Resolved: the interval does not overlap that of A/A."
	plot_block("time")
	for (i = 1; i <= n; i++) {
		summarize("time", guests[i], "cycles", "", "", s)
		plot_line(i, s)
	}
	json_document()
}
