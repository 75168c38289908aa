# SPDX-License-Identifier: GPL-2.0
# From what policy-cost prints. The aim, in decisions a second on a core:

BEGIN { aim = 20000000 }

$1 == "reason" {
	mix = mix sprintf("%s%s %d", mix ? ", " : "", $2, $3)
	questions += $3
	if (!$3) {
		printf "no question of the mix is answered with %s\n", $2 >"/dev/stderr"
		failed = 1
		exit 1
	}
}

function rate(ns, s,  k) {
	for (k in ns)
		s[k] = ns[k]
	s["median"] = 1e9 / ns["median"]
	s["q1"] = 1e9 / ns["q3"]
	s["q3"] = 1e9 / ns["q1"]
	s["lowest"] = 1e9 / ns["highest"]
	s["highest"] = 1e9 / ns["lowest"]
	s["from"] = 1e9 / ns["to"]
	s["to"] = 1e9 / ns["from"]
}

function line(guest, label,  s) {
	summarize("time", guest, "decision", "", "", s)
	printf "%-14s %-24s (%.2f-%.2f)\n", label, text(s, "%.2f"), s["lowest"], s["highest"]
	json_value("time", "ns", guest, "decision", s)
}

function plot_rounds(guest,  i) {
	plot_block(guest)
	for (i = 1; i <= rounds["time"]; i++)
		printf "%d %.4f\n", i, value["time", guest, "decision", i] >plot
}

END {
	if (failed)
		exit 1
	printf "policy.c alone, on a core of this host: a mix of %d questions\n", questions
	printf "(%s)\n\n", mix
	printf "Time, ns a decision: the median of %d rounds, its %s, and the range\n", \
		rounds["time"], interval_name("time")
	line("a", "A")
	line("b", "again (A/A)")
	summarize("time", "b", "decision", "a", "decision", aa)
	printf "%-14s %-24s (%.4f-%.4f)\n", "B to A", text(aa, "%.4f"), aa["lowest"], aa["highest"]
	json_ratio("time", "b", "decision", "a", "decision", aa, "")
	summarize("time", "a", "decision", "", "", ns)
	rate(ns, persecond)
	said = met(persecond, aim, -1)
	printf "\n%.1f million decisions a second (%.1f-%.1f); at least %d million: %s\n", \
		persecond["median"] / 1e6, persecond["from"] / 1e6, persecond["to"] / 1e6, \
		aim / 1e6, said
	json_aim("decisions a second", "a core makes at least the limit", aim, persecond, said)
	plot_rounds("a")
	plot_rounds("b")
	json_document()
}
