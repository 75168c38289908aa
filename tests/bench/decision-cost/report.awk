# SPDX-License-Identifier: GPL-2.0
# From lines "kernel case nanoseconds": medians with the lowest and highest; and ratios
# within each round, where the measurements stood side by side.

$2 == "one" { round[$1]++ }
{ value[$1, $2, round[$1]] = $3 }

# The values of a case, or their ratios to another case in the same round.
function collect(v, kernel, c, to,  i) {
	for (i = 1; i <= round[kernel]; i++)
		v[i] = value[kernel, c, i] / (to ? value[kernel, to, i] : 1)
	return i - 1
}

function line(kernel, c, to, label, format,  v, s) {
	summary(v, collect(v, kernel, c, to), s)
	printf format, label, s["median"], s["lowest"], s["highest"], s["n"]
	printf "%s{\"kernel\":\"%s\",\"case\":\"%s\",\"to\":%s,\"result\":%s}", comma, kernel, c, \
		to ? "\"" to "\"" : "null", summary_json(s, to ? "%.4f" : "%.0f") >json
	comma = ",\n "
}

END {
	kernels[1] = stock
	kernels[2] = ours
	split("one many one-again", cases)
	for (k = 1; k <= 2; k++)
		if (!round[kernels[k]])
			exit 1
	printf "{\"schema\":1,\"bench\":\"decision-cost\",\"results\":[\n " >json
	for (k = 1; k <= 2; k++)
		for (i = 1; i <= 3; i++)
			line(kernels[k], cases[i], "", sprintf("%-10s %-10s", kernels[k], cases[i]), \
			     "%s %10d ns  (%d to %d, %d rounds)\n")
	print "\nRatios within a round, one run: the median (lowest to highest):"
	for (k = 1; k <= 2; k++) {
		line(kernels[k], "one-again", "one", kernels[k] ": 1 to 1 (A/A)", \
		     "%-30s %10.2f  (%.2f to %.2f)\n")
		line(kernels[k], "many", "one", kernels[k] ": 100,000 to 1", \
		     "%-30s %10.2f  (%.2f to %.2f)\n")
	}
	print "]}" >json
}
