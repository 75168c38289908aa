# SPDX-License-Identifier: GPL-2.0
# From what measure prints in the guests stock-a, stock-b and ours.

function case_line(series, operation, others,  c, a, b, o, ratio, aa, said) {
	c = operation "-" others
	summarize(series, "stock-a", c, "", "", a)
	summarize(series, "stock-b", c, "", "", b)
	summarize(series, "ours", c, "", "", o)
	summarize(series, "ours", c, "stock-a", c, ratio)
	summarize(series, "stock-b", c, "stock-a", c, aa)
	said = verdict(ratio, aa)
	printf "%-10s %7d %8.1f %8.1f %8.1f  %-22s %-24s %s\n", operation, others, a["median"], \
		b["median"], o["median"], text(ratio, "%.4f"), text(aa, "%.4f"), said
	json_value(series, units[series], "stock-a", c, a)
	json_value(series, units[series], "stock-b", c, b)
	json_value(series, units[series], "ours", c, o)
	json_ratio(series, "stock-b", c, "stock-a", c, aa, "")
	json_ratio(series, "ours", c, "stock-a", c, ratio, said)
}

# What 100,000 others cost, beside the spread of a guest's rounds.
function growth_line(series, operation, guest, label,  s) {
	summarize(series, guest, operation "-100000", guest, operation "-0", s)
	printf "  %-10s %-10s %s\n", operation, label, text(s, "%.4f")
	json_ratio(series, guest, operation "-100000", guest, operation "-0", s, "")
}

function plot_guest(series, guest,  i, j, s) {
	plot_block(series " " guest)
	for (i = 1; i <= 2; i++)
		for (j = 1; j <= 2; j++) {
			summarize(series, guest, operations[i] "-" others[j], "", "", s)
			plot_line(2 * i + j - 2, s)
		}
}

function series_report(series, heading,  i, j) {
	printf "\n%s: medians of %d rounds, and the %s of the ratios'\n", heading, \
		rounds[series], interval_name(series)
	printf "%-10s %7s %8s %8s %8s  %-22s %s\n", "", "others", "stock A", "stock B", "ours", \
		"ours to stock A", "stock B to stock A (A/A)"
	for (i = 1; i <= 2; i++)
		for (j = 1; j <= 2; j++)
			case_line(series, operations[i], others[j])
	print "\nWith 100,000 others to with none:"
	for (i = 1; i <= 2; i++) {
		growth_line(series, operations[i], "stock-a", stock)
		growth_line(series, operations[i], "ours", ours)
	}
	plot_guest(series, "stock-a")
	plot_guest(series, "stock-b")
	plot_guest(series, "ours")
}

END {
	if (failed)
		exit 1
	split("register unregister", operations)
	split("0 100000", others)
	units["time"] = "ns"
	units["instructions"] = "instructions"
	printf "To register and unregister a dynamic memory group: %s against %s, each in an\n" \
	       "emulated guest with one processor, booted once a round\n", ours, stock
	series_report("time", "Time, ns")
	series_report("instructions", "Instructions")
	print "\nResolved: the interval does not overlap that of A/A. Ours frees a group after an"
	print "RCU grace period; that is not in these figures, the stock kernel's kfree() is."
	json_document()
}
