# SPDX-License-Identifier: GPL-2.0
# What going online and offline takes, as a ratio to the stock kernel.

eval canvas(1150, 500)
set multiplot layout 1,2 margins 0.09,0.98,0.10,0.90 spacing 0.12 \
	title "To take a memory block online and offline, in an emulated guest"
set xrange [0.4:2.6]
set xtics ("online" 1, "offline" 2)
set offsets 0, 0, graph 0.25, graph 0.05
do for [what in "time instructions"] {
	set format y what eq "time" ? "%.2f" : "%.4f"
	set ylabel what." in ratio to the stock kernel (median, interval)"
	plot 1 with lines linestyle 4 notitle, \
	     data index what." stock-b" using ($1 - 0.2):2:3:4 with yerrorbars linestyle 1 \
		title "stock again (A/A)", \
	     data index what." ours-off" using 1:2:3:4 with yerrorbars linestyle 3 \
		title ours_title.", tracing off", \
	     data index what." ours-on" using ($1 + 0.2):2:3:4 with yerrorbars linestyle 2 \
		title ours_title.", tracing on"
}
unset multiplot
