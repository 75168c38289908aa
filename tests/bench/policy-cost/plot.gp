# SPDX-License-Identifier: GPL-2.0
# What policy.c alone takes, round by round.

eval canvas(800, 480)
set title "policy.c alone, on a core of this host"
set xlabel "round"
set ylabel "ns per decision"
set xrange [0.5:*]
set offsets 0, 0.5, 0, 0
set yrange [0:60<*]
set key center right
plot data index "a" using 1:2 with points linestyle 3 title "policy.c", \
     data index "b" using 1:2 with points linestyle 1 title "again (A/A)", \
     50 with lines linestyle 4 title "the aim: 20 million a second"
