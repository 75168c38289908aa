# SPDX-License-Identifier: GPL-2.0
# gnuplot: what the plots of all benchmarks share. A benchmark's own plot.gp comes behind
# this, and begins with "eval canvas(…)". The variables format, output, data, ours and
# stock come from common.sh; data is what the report drew with plot_block().

set encoding utf8
set output output

# In pixels. White also where the page around it is dark.
terminal = format eq "svg" ? "svg enhanced font 'sans,13' background rgb 'white'" : \
	"pngcairo enhanced font 'sans,10'"
canvas(w, h) = sprintf("set terminal %s size %d,%d", terminal, w, h)

stock_title = "stock (".stock.")"
ours_title = "ours (".ours.")"

# Told apart without colours, too: by brightness, and by their points.
set style line 1 linecolor rgb "#999999" linewidth 2 pointtype 5 pointsize 0.8
set style line 2 linecolor rgb "#e69f00" linewidth 2 pointtype 7 pointsize 0.9
set style line 3 linecolor rgb "#0072b2" linewidth 2 pointtype 9 pointsize 1.1
set style line 4 linecolor rgb "#333333" linewidth 1 dashtype 2

set grid linetype 1 linewidth 0.5 linecolor rgb "#cccccc"
set errorbars linewidth 1.5 linecolor rgb "#000000"
set border 3
set tics nomirror
set style fill solid 0.8 noborder
set key top left reverse Left samplen 2 spacing 1.2
