# SPDX-License-Identifier: GPL-2.0
# How often memory goes and comes back.

eval canvas(800, 450)
set title "Memory blocks that go and come back in a second, in an emulated guest"
set xrange [0.4:6.6]
set yrange [0:*]
set xtics ("stress-ng" 1, "stress-ng\nagain (A/A)" 2, "hotplug-stress\nblocks" 3, \
	   "the same,\nchecked" 4, "hotplug-stress\nsim" 5, "hotplug-stress\nvm (DIMMs)" 6)
set ylabel "blocks a second (median, interval)"
unset key
set bmargin 4
plot data index "time" using 1:2:3:4:(0.5) with boxerrorbars linestyle 3
