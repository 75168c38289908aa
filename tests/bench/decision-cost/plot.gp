# SPDX-License-Identifier: GPL-2.0
# What a decision costs: by the number of groups, and traced; in time and instructions.

eval canvas(1150, 900)
set multiplot layout 2,2 margins 0.08,0.98,0.07,0.93 spacing 0.10,0.12 \
	title "The decision on the zone of a DIMM's block, in an emulated guest"
do for [what in "time instructions"] {
	unit = what eq "time" ? "ns" : "instructions"
	set ylabel unit." per decision (median, interval)"

	set logscale xy
	set format y "10^{%T}"
	set format x "%.0f"
	set xlabel "dynamic memory groups"
	set xrange [0.7:150000]
	set yrange [100:1e9]
	plot data index what." stock-a" using 1:2:3:4 with yerrorlines linestyle 1 title stock_title, \
	     data index what." stock-b" using 1:2 with points linestyle 2 pointtype 6 pointsize 2 \
		title "stock again (A/A)", \
	     data index what." ours" using 1:2:3:4 with yerrorlines linestyle 3 title ours_title

	unset logscale
	set format "%g"
	set xlabel "1 group; the event mhp\\_zone\\_decision off and on"
	set xrange [0.5:4.5]
	set yrange [0:*]
	plot data index what." tracing" every ::0::0 using 1:3:4:5:(0.5):xtic(2) \
		with boxerrorbars linestyle 1 notitle, \
	     data index what." tracing" every ::1 using 1:3:4:5:(0.5):xtic(2) \
		with boxerrorbars linestyle 3 notitle
}
unset multiplot
