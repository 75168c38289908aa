# SPDX-License-Identifier: GPL-2.0
# What a group costs to register and unregister.

eval canvas(1150, 500)
set multiplot layout 1,2 margins 0.08,0.98,0.12,0.90 spacing 0.10 \
	title "To register and unregister a memory group, in an emulated guest"
set xrange [0.4:4.6]
set yrange [0:*]
set offsets 0, 0, graph 0.12, 0
set xtics ("register,\nno others" 1, "register,\n100,000 others" 2, "unregister,\nno others" 3, \
	   "unregister,\n100,000 others" 4)
set key top right
do for [what in "time instructions"] {
	set ylabel (what eq "time" ? "ns" : "instructions")." (median, interval)"
	plot data index what." stock-a" using ($1 - 0.27):2:3:4:(0.26) with boxerrorbars \
		linestyle 1 title stock_title, \
	     data index what." stock-b" using 1:2:3:4:(0.26) with boxerrorbars \
		linestyle 2 title "stock again (A/A)", \
	     data index what." ours" using ($1 + 0.27):2:3:4:(0.26) with boxerrorbars \
		linestyle 3 title ours_title
}
unset multiplot
