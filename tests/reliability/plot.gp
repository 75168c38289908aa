# SPDX-License-Identifier: GPL-2.0
# What each policy brings, and what it costs. Comes behind plot.gp of the benchmarks. The
# data has a block for each load and device, with lines "policy back lowest highest
# oom-kills".

eval canvas(1150, 500)
# Before there are ranges, which it would keep to.
stats data using 5 name "kills" nooutput
set multiplot layout 1,2 margins 0.13,0.97,0.06,0.86 spacing 0.06 \
	title "A VM grows from 4 to 20 GiB, is used, and is asked to give 16 GiB back"

titles = "'movable load, DIMMs' 'movable load, virtio-mem' 'kernel load, DIMMs' 'kernel load, virtio-mem'"
colours = "#0072b2 #56b4e9 #d55e00 #e69f00"
# Four bars a policy, from the top, in the order of the blocks.
height = 0.18
top(policy, block) = policy - 2 * height + block * height

set border 1
set grid noytics xtics
set yrange [4.5:0.5]
unset key
set ytics scale 0 ("contig-zones" 1, "auto-movable 101 %%" 2, "auto-movable 301 %%" 3, \
	"all movable" 4)

set title "Gain: memory that came back"
set format x "%g %%"
set xrange [0:112]
set xtics 0,25,100
plot for [i = 0:3] data index i using (0):1:(0):2:(top($1, i)):(top($1, i) + 0.85 * height) \
	with boxxyerror linecolor rgb word(colours, i + 1), \
     for [i = 0:3] data index i using ($2 + 1):(top($1, i) + 0.45 * height): \
	(sprintf("%.0f", floor($2))) with labels left font ",9"

set title "Cost: processes killed for want of kernel memory"
set format x "%g"
set format y ""
set ytics ("" 1, "" 2, "" 3, "" 4)
set xtics autofreq
set key at graph 1,0.98 right top samplen 1
set xrange [0:kills_max > 0 ? 1.12 * kills_max : 1]
plot for [i = 0:3] data index i using (0):1:(0):5:(top($1, i)):(top($1, i) + 0.85 * height) \
	with boxxyerror linecolor rgb word(colours, i + 1) title word(titles, i + 1), \
     for [i = 0:3] data index i using ($5 + 0.01 * kills_max):(top($1, i) + 0.45 * height): \
	($5 > 0 ? sprintf("%.1f", $5) : "0") with labels left font ",9" notitle
unset multiplot
