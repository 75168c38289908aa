# SPDX-License-Identifier: GPL-2.0
# What it costs to read files in debugfs.

eval canvas(1150, 500)
set multiplot layout 1,2 margins 0.08,0.98,0.12,0.90 spacing 0.10 \
	title "To read a file of memory\\_groups/ in debugfs, in an emulated guest"
set xrange [0.4:2.6]
set yrange [0:*]
set key top right
do for [what in "time instructions"] {
	set ylabel (what eq "time" ? "ms" : "million instructions")." (median, interval)"
	plot data index what." ours-a" using ($1 - 0.18):($3 / 1e6):($4 / 1e6):($5 / 1e6):(0.34) \
		with boxerrorbars linestyle 3 title ours_title, \
	     data index what." ours-b" using ($1 + 0.18):($3 / 1e6):($4 / 1e6):($5 / 1e6):(0.34) \
		with boxerrorbars linestyle 1 title "the same again (A/A)", \
	     data index what." ours-a" using 1:(0):xtic(2) with points pointsize 0 notitle
}
unset multiplot
