# SPDX-License-Identifier: GPL-2.0
# From what run measures on the host. The aim: ten times as fast as trace-cmd report.

BEGIN { aim = 10 }

$1 == "decisions" { decisions = $2 }
$1 == "bytes" { bytes = $2 }
$1 == "data" { data[$2] = $3 }
$4 == "most" && $6 > most[$5] { most[$5] = $6 }

function line(clock, what, label,  s, faster, aa, said) {
	summarize("time", clock, what, "", "", s)
	json_value("time", "ns", clock, what, s)
	printf "%-26s %8.2f", label, s["median"] / 1e9
	if (what == "report-a") {
		print ""
		return
	}
	summarize("time", clock, "report-a", clock, what, faster)
	summarize("time", clock, "report-a", clock, "report-b", aa)
	said = what == "summary" ? verdict(faster, aa) : ""
	printf "  %-20s %s", text(faster, "%.2f"), said
	json_ratio("time", clock, "report-a", clock, what, faster, said)
	if (what == "summary") {
		said = met(faster, aim, -1)
		printf "; at least %d: %s", aim, said
		json_aim("time", clock ": trace-cmd report to memgroup-stat trace is at least the limit", \
			 aim, faster, said)
	}
	print ""
}

function section(clock, heading) {
	printf "\n%-26s %8s  %s\n", heading, "s", "the first to it, " interval_name("time")
	line(clock, "report-a", "trace-cmd report")
	line(clock, "report-b", "the same again (A/A)")
	line(clock, "summary", "memgroup-stat trace")
}

END {
	if (failed)
		exit 1
	if (!decisions || !bytes || !data["report"] || !data["summary"]) {
		print "how large the recording is, or the memory, is missing" >"/dev/stderr"
		exit 1
	}
	printf "A recording with %d decisions, and as many blocks that went online, of %.0f MiB:\n" \
	       "medians of %d rounds on this host, in turns.\n", decisions, bytes / 1048576, \
	       rounds["time"]
	section("clock", "On the clock")
	section("processors", "On all processors together")
	printf "\nMemory of its own that is enough: %d KiB for trace-cmd report, %d KiB for\n" \
	       "memgroup-stat trace, %d KiB if the recording has %d decisions. With the pages of\n" \
	       "the recording that are mapped: %d and %d KiB.\n", data["report"], data["summary"], \
	       data["summary-of-short"], data["decisions-of-short"], most["report-a"], most["summary"]
	plot_block("time")
	split("report-a report-b summary", cases)
	for (i = 1; i <= 3; i++) {
		summarize("time", "clock", cases[i], "", "", s)
		plot_line(i, s)
	}
	json_document()
}
