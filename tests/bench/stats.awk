# SPDX-License-Identifier: GPL-2.0
# What the reports of the benchmarks share. Arrays of values count from 1.

function ascending(v, n,  i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
			t = v[j]
			v[j] = v[j - 1]
			v[j - 1] = t
		}
}

# Of sorted values: between two of them, in proportion.
function quantile(v, n, q,  position, below) {
	position = 1 + (n - 1) * q
	below = int(position)
	if (below == n)
		return v[n]
	return v[below] + (position - below) * (v[below + 1] - v[below])
}

# The median of the population lies between the values of rank k and n + 1 - k, unless
# fewer than k of n fell on one side of it: a matter of coins, whatever the
# distribution. The largest k for which that holds with 95 %, or 0 if n is too small;
# with how much it does is left in coverage.
function median_rank(n,  k, term, tail) {
	term = 0.5 ^ n
	tail = 0
	for (k = 0; 1 - 2 * (tail + term) >= 0.95; k++) {
		tail += term
		term *= (n - k) / (k + 1)
	}
	coverage = 1 - 2 * tail
	return k
}

# Into s: n, median, q1, q3, lowest, highest; and, if there are enough values, the
# confidence interval of the median, from and to.
function summary(v, n, s,  k) {
	ascending(v, n)
	s["n"] = n
	s["median"] = quantile(v, n, 0.5)
	s["q1"] = quantile(v, n, 0.25)
	s["q3"] = quantile(v, n, 0.75)
	s["lowest"] = v[1]
	s["highest"] = v[n]
	k = median_rank(n)
	s["interval"] = k > 0
	s["coverage"] = coverage
	s["from"] = k ? v[k] : v[1]
	s["to"] = k ? v[n + 1 - k] : v[n]
}

function summary_json(s, format,  f) {
	f = "{\"rounds\":%d,\"median\":" format ",\"quartiles\":[" format "," format "]," \
	    "\"range\":[" format "," format "],\"interval\":"
	f = sprintf(f, s["n"], s["median"], s["q1"], s["q3"], s["lowest"], s["highest"])
	if (!s["interval"])
		return f "null}"
	return f sprintf("[" format "," format "],\"coverage\":%.4f}", s["from"], s["to"], s["coverage"])
}
