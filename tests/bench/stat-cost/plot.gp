# SPDX-License-Identifier: GPL-2.0
# What it takes to run memgroup-stat.

eval canvas(900, 450)
set title "To run memgroup-stat and lsmem -a, in an emulated guest"
set xrange [0.5:3.5]
set logscale y
set xtics ("debugfs, 1,152 blocks" 1, "debugfs, 8,000 blocks" 2, "stock kernel, 1,152 blocks" 3)
set ylabel "ms (median, interval)"
set key top right
names = "'lsmem -a' 'the same again (A/A)' 'memgroup-stat' 'memgroup-stat blocks' 'memgroup-stat blocks -a'"
plot for [i=1:5] data index "time" \
	using ($2 == i ? $1 + (i - 3) * 0.15 : 1 / 0):($3 / 1e6):($4 / 1e6):($5 / 1e6):(0.12) \
	with boxerrorbars linestyle i title word(names, i)
