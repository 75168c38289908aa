# SPDX-License-Identifier: GPL-2.0
# From lines "time|instructions round guest online|offline number", "size kernel file
# text data bss" and "cycles number".

$1 == "cycles" {
	cycles = $2
	next
}
$1 == "size" {
	row = $3 == "vmlinux" ? $2 : $3 ~ /^mm\/memgroup\// ? "memgroup" : "patched"
	for (i = 4; i <= 6; i++)
		bytes[row, i] += row == "patched" && $2 == stock ? -$i : $i
	next
}
{
	value[$1, $4, $3, $2] = $5
	if ($2 > rounds)
		rounds = $2
}

# The values of a guest, or their ratios to stock A, into the summary s.
function summarize(series, operation, guest, ratio, s,  v, i) {
	for (i = 1; i <= rounds; i++) {
		if (!value[series, operation, guest, i]) {
			printf "%s of %s: round %d has no %s\n", series, guest, i, operation >"/dev/stderr"
			failed = 1
			exit 1
		}
		v[i] = value[series, operation, guest, i] / \
			(ratio ? value[series, operation, "stock-a", i] : 1)
	}
	summary(v, rounds, s)
}

# The rule: resolved is what has an interval that does not overlap that of A/A.
function verdict(s, aa) {
	if (!s["interval"])
		return "too few rounds"
	return s["from"] > aa["to"] || s["to"] < aa["from"] ? "resolved" : "not resolved"
}

function ratio_line(operation, label, s, said) {
	printf "%-7s %-17s %7.4f  %13s  %.4f-%.4f%s\n", operation, label, s["median"], \
		s["interval"] ? sprintf("%.4f-%.4f", s["from"], s["to"]) : "-", \
		s["lowest"], s["highest"], said ? "  " said : ""
}

function operation_report(series, operation,  aa, off, on, said) {
	summarize(series, operation, "stock-b", 1, aa)
	summarize(series, operation, "ours-off", 1, off)
	summarize(series, operation, "ours-on", 1, on)
	ratio_line(operation, "stock B (A/A)", aa, "")
	said = verdict(off, aa)
	ratio_line(operation, "ours, tracing off", off, said)
	printf "%s{\"measure\":\"%s\",\"operation\":\"%s\",\"medians\":{%s},\n" \
	       "  \"ratio_stock_b\":%s,\n  \"ratio_ours_off\":%s,\n  \"ours_off\":\"%s\",\n", \
	       comma, series, operation, medians[operation], summary_json(aa, "%.6f"), \
	       summary_json(off, "%.6f"), said >json
	said = verdict(on, aa)
	ratio_line(operation, "ours, tracing on", on, \
		   on["median"] <= 1.05 ? said : said ", above 1.05")
	printf "  \"ratio_ours_on\":%s,\n  \"ours_on\":\"%s\"}", summary_json(on, "%.6f"), said >json
	comma = ",\n "
}

function series_report(series, heading,  i, j, s) {
	printf "\n%s: medians of %d rounds, each the median of %d times\n", heading, rounds, cycles
	printf "%-8s %12s %12s %17s %17s\n", "", "stock A", "stock B", "ours, tracing off", "tracing on"
	for (i = 1; i <= 2; i++) {
		medians[operations[i]] = ""
		printf "%-8s", operations[i]
		for (j = 1; j <= 4; j++) {
			summarize(series, operations[i], guests[j], 0, s)
			printf j <= 2 ? " %12.0f" : " %17.0f", s["median"]
			medians[operations[i]] = medians[operations[i]] \
				sprintf("%s\"%s\":%.0f", j > 1 ? "," : "", keys[j], s["median"])
		}
		print ""
	}
	printf "%-25s %7s  %13s  %13s\n", "Ratio to stock A", "median", \
		median_rank(rounds) ? sprintf("%.0f %% interval", 100 * coverage) : "", "range"
	for (i = 1; i <= 2; i++)
		operation_report(series, operations[i])
}

# One kernel or group of objects, with another added or taken off.
function size_line(label, key, row, sign, other,  i, b) {
	printf "%-36s", label
	for (i = 4; i <= 6; i++) {
		b[i] = bytes[row, i] + sign * bytes[other, i]
		printf " %10d", b[i]
	}
	print ""
	printf "%s\"%s\":{\"text\":%d,\"data\":%d,\"bss\":%d}", key == "stock" ? "" : ",\n ", key, \
	       b[4], b[5], b[6] >json
}

END {
	if (failed || !rounds)
		exit 1
	split("online offline", operations)
	split("stock-a stock-b ours-off ours-on", guests)
	split("stock_a stock_b ours_off ours_on", keys)
	printf "To take one block online and offline: %s against %s, each in an emulated guest\n" \
	       "with one processor, booted once a round\n", ours, stock
	printf "{\"schema\":1,\"bench\":\"online-cost\",\"kernel\":\"%s\",\"results\":[\n ", ours >json
	series_report("time", "Time, ns")
	series_report("instructions", "Instructions")
	print "\nResolved: the interval does not overlap that of A/A. A time that is resolved"
	print "while the instructions hardly differ is the emulator's: it runs a loop that"
	print "crosses a page of the kernel's code much slower, and any change of a kernel"
	print "moves its loops."
	printf "],\n\"size\":{\n " >json
	printf "\n%-36s %10s %10s %10s\n", "Size, bytes", "text", "data", "bss"
	size_line("vmlinux, " stock, "stock", stock, 0, "")
	size_line("vmlinux, " ours, "ours", ours, 0, "")
	size_line("  the difference", "difference", ours, -1, stock)
	size_line("mm/memgroup/*.o", "memgroup", "memgroup", 0, "")
	size_line("what the patches change elsewhere", "patched", "patched", 0, "")
	size_line("  added", "added", "memgroup", 1, "patched")
	print "text has constants in it. The difference of the kernels is not what was added:"
	print "it has alignment in it, and names of source files, which are longer in the stock"
	print "folder."
	print "}}" >json
}
