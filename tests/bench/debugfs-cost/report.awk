# SPDX-License-Identifier: GPL-2.0
# From what measure prints in the guests ours-a and ours-b.

$4 == "lines" || $4 == "bytes" {
	if (($4, $5) in amount && amount[$4, $5] != $6) {
		printf "%s of round %d: %d %s of %s, not %d as before\n", $3, $2, $6, $4, $5, \
			amount[$4, $5] >"/dev/stderr"
		failed = 1
		exit 1
	}
	amount[$4, $5] = $6
}

function file_line(series, file,  a, b, aa) {
	summarize(series, "ours-a", file, "", "", a)
	summarize(series, "ours-b", file, "", "", b)
	summarize(series, "ours-b", file, "ours-a", file, aa)
	# The first line has the names of the columns.
	printf "%-7s %7d %8d %12.0f %12.0f %10.1f  %s\n", file, amount["lines", file] - 1, \
		amount["bytes", file], a["median"], b["median"], \
		a["median"] / (amount["lines", file] - 1), text(aa, "%.4f")
	json_value(series, units[series], "ours-a", file, a)
	json_value(series, units[series], "ours-b", file, b)
	json_ratio(series, "ours-b", file, "ours-a", file, aa, "")
}

function plot_guest(series, guest,  i, s) {
	plot_block(series " " guest)
	for (i = 1; i <= 2; i++) {
		summarize(series, guest, files[i], "", "", s)
		plot_line(i " \"" files[i] "\\n" amount["lines", files[i]] - 1 " records\"", s)
	}
}

function series_report(series, heading,  i) {
	printf "\n%s: medians of %d rounds, and the %s of the ratios'\n", heading, \
		rounds[series], interval_name(series)
	printf "%-7s %7s %8s %12s %12s %10s  %s\n", "file", "records", "bytes", "ours A", \
		"ours B", "a record", "ours B to ours A (A/A)"
	for (i = 1; i <= 2; i++)
		file_line(series, files[i])
	plot_guest(series, "ours-a")
	plot_guest(series, "ours-b")
}

END {
	if (failed)
		exit 1
	split("groups blocks", files)
	units["time"] = "ns"
	units["instructions"] = "instructions"
	printf "To read a file of memory_groups/ in debugfs as a whole: %s, in an emulated guest\n" \
	       "with one processor, booted once a round. The stock kernel has no such files.\n", ours
	series_report("time", "Time, ns")
	series_report("instructions", "Instructions")
	json_document()
}
