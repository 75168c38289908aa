#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The KernelShark plugin in KernelShark itself, on an X server without a screen: are the
# colours of zones and failures where a recording has them, and nowhere else? Do menu,
# plots of groups and double clicks work?
#
# BUILD   the build folder (default: build)
# KEEP    a folder where the screenshots are put

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
plugin=${BUILD:-$top/build}/lib/kernelshark/memgroup.so

[ -f "$plugin" ] || { echo "Bail out! no $plugin"; exit 1; }
for program in kernelshark Xvfb xdotool import convert trace-cmd; do
	command -v $program >/dev/null || { echo "Bail out! no $program"; exit 1; }
done

LC_ALL=C.UTF-8
export LC_ALL
# Plugins of the user are none of ours.
unset TRACEEVENT_PLUGIN_DIR

work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
server=
shark=

end() { # PID
	[ -z "$1" ] || { kill "$1" && wait "$1"; } 2>/dev/null
}
trap 'end "$shark"; end "$server"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

count=0
failed=0

# result STATUS NAME: a test point
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ ! -s "$work/log" ] || sed 's/^/# /' "$work/log"
		failed=$((failed + 1))
	fi
}

# KernelShark asks root whether that is meant: it runs as nobody, with files for nobody.
as_user=
if [ "$(id -u)" -eq 0 ]; then
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi
mkdir "$work/home" "$work/run"
chmod 700 "$work/run"
cp "$plugin" "$work/memgroup.so"
cp "$top/tests/memgroup-stat/dimms.dat" "$work"
# The same without our events: they and their system have other names there.
trace-cmd convert -i "$work/dimms.dat" -o "$work/plain.dat" --file-version 6 >/dev/null 2>&1
sed "s/memory_hotplug/memory_hotplux/g; s/mhp_/mhx_/g" "$work/plain.dat" >"$work/other.dat"
chmod 755 "$work"
chmod 644 "$work"/*.dat "$work/memgroup.so"
[ -z "$as_user" ] || chown 65534:65534 "$work/home" "$work/run"

Xvfb -displayfd 3 -screen 0 1280x800x24 +extension GLX -nolisten tcp -noreset \
	3>"$work/display" >"$work/server.log" 2>&1 &
server=$!
tries=0
until [ -s "$work/display" ]; do
	tries=$((tries + 1))
	if [ $tries -ge 150 ] || ! kill -0 $server 2>/dev/null; then
		echo "Bail out! Xvfb does not start"
		sed "s/^/# /" "$work/server.log"
		exit 1
	fi
	sleep 0.2
done
DISPLAY=:$(cat "$work/display")
export DISPLAY

# open_session OPTION…: KernelShark with the plugin, until the recording is in its window
open_session() {
	# The variable is empty or words.
	# shellcheck disable=SC2086
	(cd "$work/home" && exec $as_user env HOME="$work/home" XDG_RUNTIME_DIR="$work/run" \
		LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb timeout 90 \
		kernelshark -p "$work/memgroup.so" "$@") >"$work/log" 2>&1 &
	shark=$!
	tries=0
	while kill -0 $shark 2>/dev/null && [ $tries -lt 150 ]; do
		window=$(xdotool search --onlyvisible --name 'Kernel Shark \(' 2>/dev/null) && break
		tries=$((tries + 1))
		sleep 0.2
	done
	[ -n "$window" ] || return
	xdotool windowmove "$window" 0 0 windowsize --sync "$window" 1280 800 \
		windowfocus "$window"
	until_true wide
}

# Is the window painted in its new size? Plots are on white.
wide() {
	shoot wide
	[ "$(convert "$work/plots.png" -fill black +opaque white -format %@ info: |
		cut -dx -f1)" -ge 1200 ]
}

# Did KernelShark survive, and had no complaint about the plugin?
close_session() {
	kill -0 $shark 2>/dev/null
	alive=$?
	end $shark
	shark=
	window=
	[ $alive -eq 0 ] && ! grep -iE 'memgroup|segfault|abort' "$work/log"
}

# shoot NAME: how many pixels of the colours there are, in the variables named after them
shoot() {
	import -window root "$work/shot.png"
	[ -z "${KEEP:-}" ] || cp "$work/shot.png" "$KEEP/$1.png"
	# Of the plots alone; below is the table, above are KernelShark's own labels.
	convert "$work/shot.png" -crop 1240x200+10+100 +repage "$work/plots.png"
	convert "$work/plots.png" -format %c histogram:info:- |
		sed -n "s/^ *\([0-9]*\):.*#\([0-9A-F]\{6\}\).*/\2 \1/p" >"$work/colors"
	movable=$(pixels 009E73)
	normal=$(pixels E69F00)
	dma=$(pixels CC79A7)
	failure=$(pixels D55E00)
	marker=$(pixels 008000)
	tip=$(pixels FFFFDC)
}

pixels() { # COLOR
	awk -v color="$1" '$1 == color { n = $2 } END { print n + 0 }' "$work/colors"
}

# corner COLOR: where on the screen its left and upper edges are, as left and upper
corner() {
	box=$(convert "$work/plots.png" -fill black +opaque "#$1" -format %@ info:)
	left=$(($(echo "$box" | cut -d+ -f2) + 10))
	upper=$(($(echo "$box" | cut -d+ -f3) + 100))
}

# at PLACE: is the marker there, within the width of a sign?
at() {
	corner 008000
	[ $((left - $1)) -le 12 ] && [ $(($1 - left)) -le 12 ] && return
	echo "# the marker is at $left, not at $1"
	return 1
}

# until_true COMMAND: runs it again and again until it succeeds
until_true() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 20 ] || return
		sleep 0.5
	done
}

# within NAME CONDITION: takes screenshots until the condition on the colours holds
within() {
	until_true holds "$@" && return
	echo "# wanted: $2" | sed "s/&&/and/g"
	echo "# movable=$movable normal=$normal dma=$dma failure=$failure marker=$marker tip=$tip"
	return 1
}
holds() { shoot "$1" && [ "$(($2))" -eq 1 ]; }

# has FILE PATTERN: is there such an event in the recording? trace-cmd says 1 or 0.
has() {
	trace-cmd report -N "$1" 2>/dev/null | grep -Ecm1 "$2"
}

# some WHAT WANTED: a condition; shapes are of 20 pixels at least, and none is none
some() {
	if [ "$2" -eq 1 ]; then echo "($1 >= 20)"; else echo "($1 == 0)"; fi
}

# each_color FILE: is every colour there that the recording has, and no other?
each_color() {
	name=$(basename "$1" .dat)
	cp "$1" "$work/recording.dat" && chmod 644 "$work/recording.dat"
	open_session -i "$work/recording.dat"
	result $? "$name is opened"
	seen="mhp_zone.* zone=Z|mhp_block.* zone=Z[a-zA-Z0-9]* result=0"
	condition="$(some movable "$(has "$1" "$(echo "$seen" | sed s/Z/Movable/g)")") && \
$(some normal "$(has "$1" "$(echo "$seen" | sed s/Z/Normal/g)")") && \
$(some dma "$(has "$1" "$(echo "$seen" | sed s/Z/DMA/g)")") && \
$(some failure "$(has "$1" "mhp_block.* result=-")")"
	within "$name" "$condition"
	result $? "$name: its zones and failures have their colours, and only those"
	close_session
	result $? "$name: KernelShark has no complaint"
}

each_color "$work/dimms.dat"
each_color "$work/other.dat"
for recording in "$top"/traces/recordings/*.dat; do
	[ ! -f "$recording" ] || each_color "$recording"
done

open_session -i "$work/dimms.dat"
within menu 'movable >= 20 && marker == 0'
result $? "nothing is marked at first"
before=$movable
corner E69F00
first=$left
xdotool key ctrl+k
within next "marker >= 50"
at "$first"
result $? "the menu leads to the first KERNEL decision"
corner 008000
first=$left
i=0
while [ $i -lt 9 ]; do
	xdotool key ctrl+k
	i=$((i + 1))
done
moved() { shoot moved && corner 008000 && [ "$left" -gt $((first + 12)) ]; }
until_true moved
result $? "and to those that follow"
i=0
while [ $i -lt 12 ]; do
	xdotool key ctrl+shift+k
	i=$((i + 1))
done
back() { shoot back && corner 008000 && [ "$left" -eq "$first" ]; }
until_true back
result $? "and back, not further than to the first"
corner 009E73
sign=$((left + 6))
xdotool mousemove $sign $((upper + 5)) mousemove_relative 1 1
within tip "tip >= 1000"
result $? "a tooltip says what a sign means"
xdotool mousemove $sign $((upper + 6)) click --repeat 2 --delay 50 1 mousemove 640 600
clicked() { shoot clicked && at "$sign"; }
until_true clicked
result $? "a double click marks it"
xdotool key ctrl+shift+g
within groups "movable > $before * 3 / 2"
result $? "memory groups are plotted"
close_session
result $? "KernelShark has no complaint"

# KernelShark asks the plugin about the first file alone, and draws both.
open_session -i "$work/dimms.dat" -a "$work/other.dat"
within several 'movable >= 20 && normal >= 20'
result $? "several streams"
close_session
result $? "KernelShark has no complaint"

echo "1..$count"
[ $failed -eq 0 ] || echo "# Again, and keep what was on the screen: KEEP=/tmp tests/traces/kernelshark.t"
[ $failed -eq 0 ]
