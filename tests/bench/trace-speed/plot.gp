# SPDX-License-Identifier: GPL-2.0
# How long a recording with a million decisions takes.

eval canvas(640, 420)
set title "A recording with a million decisions"
set xrange [0.4:3.6]
set yrange [0:*]
set xtics ("trace-cmd report" 1, "again (A/A)" 2, "memgroup-stat trace" 3)
set ylabel "s (median, interval)"
unset key
plot for [i=1:3] data index "time" \
	using ($1 == i ? i : 1 / 0):($2 / 1e9):($3 / 1e9):($4 / 1e9):(0.5) \
	with boxerrorbars linestyle i
