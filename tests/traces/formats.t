#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The formats of the events are those of the documentation, which users' scripts go by: each
# field's name, type, size, sign and place, and its words. In a guest, which only hands over
# the formats. TAP; KERNEL names the kernel (6.1). TIME_LIMIT is the seconds for the guest
# (100). The kernel's selftest trace_formats asks any machine for the same, but the order.
# shellcheck disable=SC2317 # the tests are called by their names
set -eu
build=${BUILD:-$(cd "$(dirname "$0")/../.." && pwd)/build}
kernel=${KERNEL:-6.1}
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/../scripts/tap.sh"

page=$top/kernel/Documentation/admin-guide/mm/memgroup.rst
memory_hotplug=$tmp/guest/memory_hotplug

# documented: "EVENT FIELD type TYPE size BYTES signed 0-OR-1 words WORD..." for each
# field, in order. Whether a char has a sign is the machine's affair.
documented() {
	awk '
	function flush(    i) {
		if (field != "")
			for (i = 1; i <= events; i++)
				lines[i] = lines[i] event[i] " " field words "\n"
		field = words = ""
	}
	function finish(    i) {
		flush()
		for (i = 1; i <= events; i++)
			printf "%s", lines[i]
		split("", lines)
		events = 0
	}
	function literals(text) {
		while (match(text, /``[^`]+``/)) {
			words = words " " substr(text, RSTART + 2, RLENGTH - 4)
			text = substr(text, RSTART + RLENGTH)
		}
	}
	BEGIN {
		layout["u64"] = "size 8 signed 0"
		layout["int"] = "size 4 signed 1"
		layout["unsigned int"] = "size 4 signed 0"
		layout["char[32]"] = "size 32 signed -"
	}
	$0 == "Tracepoints" { inside = 1 }
	$0 == "Tests" { inside = 0 }
	!inside { next }
	/^``mhp_/ {
		finish()
		n = split($0, parts, /``/)
		for (i = 2; i <= n; i += 2)
			event[++events] = parts[i]
		next
	}
	/^    =/ { flush(); next }
	/^    ``[^`]+`` +``[^`]+``  / {
		split($0, parts, /``/)
		if (parts[3] !~ /^ +$/ || !(parts[4] in layout))
			next
		flush()
		field = parts[2] " type " parts[4] " " layout[parts[4]] " words"
		named = parts[4] == "unsigned int"
		sub(/^    ``[^`]+`` +``[^`]+``/, "")
		if (named)
			literals($0)
		next
	}
	field != "" && named { literals($0) }
	END { finish() }' "$page"
}

# of_kernel: the same of the kernel
of_kernel() {
	for file in "$memory_hotplug"/mhp_*/format; do
		event=${file%/format}
		awk -v event="${event##*/}" '
		/^\tfield:/ && $0 !~ /common_/ {
			split($0, part, /[\t ]*;[\t ]*/)
			type = part[1]
			sub(/^\tfield:/, "", type)
			name[++n] = type
			sub(/.* /, "", name[n])
			sub(/ [^ ]*$/, "", type)
			if (match(name[n], /\[.*/)) {
				type = type substr(name[n], RSTART)
				name[n] = substr(name[n], 1, RSTART - 1)
			}
			sub(/offset:/, "", part[2])
			if (part[2] + 0 < end)
				name[n] = name[n] " (overlaps)"
			sub(/size:/, "", part[3])
			end = part[2] + part[3]
			sub(/signed:/, "", part[4])
			if (type ~ /^char\[/)
				part[4] = "-"
			line[n] = " type " type " size " part[3] " signed " part[4] " words"
		}
		/^print fmt:/ {
			for (i = 1; i <= n; i++) {
				if (!(at = index($0, "__print_symbolic(REC->" name[i] ",")))
					continue
				rest = substr($0, at)
				rest = substr(rest, 1, index(rest, "})"))
				while (match(rest, /"[^"]*"/)) {
					line[i] = line[i] " " substr(rest, RSTART + 1, RLENGTH - 2)
					rest = substr(rest, RSTART + RLENGTH)
				}
			}
		}
		END {
			for (i = 1; i <= n; i++)
				print event " " name[i] line[i]
		}' "$file"
	done
}

booted() {
	"$build/bin/hotplug-vm" --kernel "$build/$kernel/bzImage" --project "$top" \
		--results "$tmp/guest" --time-limit "${TIME_LIMIT:-100}" --memory 1G -- \
		cp -r /sys/kernel/tracing/events/memory_hotplug /results </dev/null
}

same_events() {
	documented | cut -d' ' -f1 | sort -u >page
	of_kernel | cut -d' ' -f1 | sort -u >kernel
	[ "$(wc -l <kernel)" -ge 6 ]
	compare
}

same_fields() {
	documented | grep "^$event " >page
	of_kernel | grep "^$event " >kernel
	compare
}

compare() {
	diff -u page kernel && return
	echo "To see it again: KERNEL=$kernel tests/traces/formats.t"
	false
}

# The numbers of words that scripts filter by: from 0 on, as the documentation has them.
numbers() {
	for file in "$memory_hotplug"/mhp_*/format; do
		sed -n 's/^print fmt://p' "$file" | grep -o '__print_symbolic(REC->[a-z_]*, [^)]*)'
	done | grep -v 'REC->zone,' | sort -u >lists
	[ "$(wc -l <lists)" -eq 5 ]
	while IFS= read -r list; do
		printf '%s\n' "$list" | grep -o '{ [0-9]*, ' | tr -dc '0-9\n' >numbers
		seq 0 $(($(wc -l <numbers) - 1)) | diff - numbers
	done <lists
}

mkdir "$tmp/guest"
run booted "a guest hands over the formats of its events"
run same_events "the events that there are, are documented"
for event in $(documented | cut -d' ' -f1 | uniq); do
	run same_fields "$event: fields, types, order and words"
done
run numbers "the words' numbers are in the order of the documentation"
finish
