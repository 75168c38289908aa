# SPDX-License-Identifier: GPL-2.0
# What the reports share that compare guests, beside stats.awk. Reads lines "time or
# instructions, round, guest, case, number", and leaves other lines to the report.
#
# Ratios are taken within a round, where the measurements stood side by side. Results
# are written to the file json, and what is drawn to the file plot.

($1 == "time" || $1 == "instructions") && NF == 5 {
	value[$1, $3, $4, $2] = $5
	if ($2 > rounds[$1])
		rounds[$1] = $2
	next
}

function missing(series, round, guest, c) {
	printf "%s of %s: round %d has no %s\n", series, guest, round, c >"/dev/stderr"
	failed = 1
	exit 1
}

# The ratios of a case in a guest to a case in a guest, or, without the second guest,
# the values of the first, into the summary s.
function summarize(series, guest, c, to_guest, to_case, s,  v, i) {
	if (!rounds[series])
		missing(series, 1, guest, c)
	for (i = 1; i <= rounds[series]; i++) {
		if (!value[series, guest, c, i])
			missing(series, i, guest, c)
		if (to_guest && !value[series, to_guest, to_case, i])
			missing(series, i, to_guest, to_case)
		v[i] = value[series, guest, c, i] / \
			(to_guest ? value[series, to_guest, to_case, i] : 1)
	}
	summary(v, rounds[series], s)
}

# The rule: resolved is what has an interval that does not overlap that of A/A.
function verdict(s, aa) {
	if (!s["interval"])
		return "too few rounds"
	return s["from"] > aa["to"] || s["to"] < aa["from"] ? "resolved" : "not resolved"
}

# Is the median at most, or at least (sign -1), the aim? The interval must say so; with
# too few rounds for one, all rounds must.
function met(s, aim, sign) {
	if (sign * s["from"] <= sign * aim && sign * s["to"] <= sign * aim)
		return "met"
	if (sign * s["from"] > sign * aim && sign * s["to"] > sign * aim)
		return "missed"
	return "not resolved"
}

# "median from-to", of the interval, or of all rounds if there are too few for one.
function text(s, format) {
	return sprintf(format " " format "-" format, s["median"], s["from"], s["to"])
}

function interval_name(series) {
	return median_rank(rounds[series]) ? sprintf("%.0f %% interval", 100 * coverage) : "range"
}

# These add to the document that json_document() writes.
function json_value(series, unit, guest, c, s) {
	json_values = json_values sprintf("%s\n {\"measure\":\"%s\",\"unit\":\"%s\",\"guest\":\"%s\"," \
		"\"case\":\"%s\",\"result\":%s}", json_values ? "," : "", series, unit, guest, c, \
		summary_json(s, "%.3f"))
}

function json_ratio(series, guest, c, to_guest, to_case, s, said) {
	json_ratios = json_ratios sprintf("%s\n {\"measure\":\"%s\",\"guest\":\"%s\",\"case\":\"%s\"," \
		"\"to_guest\":\"%s\",\"to_case\":\"%s\",\"result\":%s,\"verdict\":%s}", \
		json_ratios ? "," : "", series, guest, c, to_guest, to_case, \
		summary_json(s, "%.6f"), said ? "\"" said "\"" : "null")
}

function json_aim(series, words, aim, s, said) {
	json_aims = json_aims sprintf("%s\n {\"measure\":\"%s\",\"aim\":\"%s\",\"limit\":%s," \
		"\"result\":%s,\"verdict\":\"%s\"}", json_aims ? "," : "", series, words, aim, \
		summary_json(s, "%.6f"), said)
}

function json_document() {
	printf "{\"schema\":1,\"bench\":\"%s\",\"kernel\":\"%s\",\"stock\":\"%s\",\n\"values\":[%s],\n" \
	       "\"ratios\":[%s],\n\"aims\":[%s]}\n", bench, ours, stock, json_values, json_ratios, \
	       json_aims >json
}

# A block of data for gnuplot, by this name; and a line of it: median, from and to
# behind what is given.
function plot_block(block) {
	printf "%s# %s\n", plotted++ ? "\n\n" : "", block >plot
}

function plot_line(head, s) {
	printf "%s %.6f %.6f %.6f\n", head, s["median"], s["from"], s["to"] >plot
}
