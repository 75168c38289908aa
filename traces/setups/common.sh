# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the setups beside it. Each defines help, prepare, which says what the kernel
# lacks, and recorder, which becomes "trace-cmd record" with the options given and those
# of the setup; then it calls setup "$@". It may define undo, for what prepare did.
#
# A setup records into the top buffer of tracefs: the function graph is not to be had in
# any other, and the programs that read such files look there.

name=${0##*/}
here=$(cd "$(dirname "$0")" && pwd)

undo() { :; }

say() { printf '%s: %s\n' "$name" "$*" >&2; }

die() {
	say "$@"
	exit 1
}

wrong_usage() {
	printf '%s: %s\nTry %s --help.\n' "$name" "$1" "$0" >&2
	exit 2
}

# The options that all setups have, and what they return.
common_help() {
	cat <<END

Usage: $name [-o FILE] [-b KIB] [--] [COMMAND [ARGUMENT...]]

Records while COMMAND runs, or until Ctrl-C. Needs root and trace-cmd. The file begins
with what debugfs shows of memory groups at that time, as marks "memgroup: ...". Times are
those of CLOCK_MONOTONIC. What goes on in the whole system is recorded.

  -o FILE     where to (trace.dat)
  -b KIB      the buffer of each CPU, for more events at a time (1408)
  -h, --help  this help

Exit code: that of COMMAND; 128 + n if signal n ended both. If COMMAND succeeded but
events were lost, 3. If nothing could be recorded, 1; wrong usage, 2.
END
}

# parse ARGUMENT…: sets output, kib and used, the arguments that were read.
parse() {
	output=trace.dat kib='' used=0
	total=$#
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help)
			help
			common_help
			exit 0
			;;
		-o | -b)
			[ $# -ge 2 ] || wrong_usage "option $1 needs a value"
			case $1$2 in
			-o) wrong_usage "the name of the file is empty" ;;
			-o*) output=$2 ;;
			-b | -b0* | -b*[!0-9]* | -b????????*)
				wrong_usage "not a number of KiB: $2" ;;
			-b*) kib=$2 ;;
			esac
			shift 2
			;;
		--)
			shift
			break
			;;
		-*) wrong_usage "unknown option: $1" ;;
		*) break ;;
		esac
	done
	used=$((total - $#))
}

# Sets tracefs, where the kernel's traces are.
find_tracefs() {
	for tracefs in /sys/kernel/tracing /sys/kernel/debug/tracing; do
		[ ! -e "$tracefs/trace_marker" ] || return 0
	done
	die "tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing"
}

# has_event SYSTEM[:EVENT]
has_event() { [ -e "$tracefs/events/$(printf %s "$1" | tr : /)/enable" ]; }

need_memory_hotplug() {
	has_event memory_hotplug || die "this kernel has no events of memory_hotplug, which" \
		"come with CONFIG_MEMGROUP; traces/stock is for other kernels"
}

# Whoever traces now would lose that, and this recording would not be only its own.
check_unused() {
	[ "$(cat "$tracefs/current_tracer" "$tracefs/set_event")" = nop ] ||
		die "somebody is tracing already (set_event and current_tracer in $tracefs);" \
			"trace-cmd reset ends that"
}

keep_state() {
	tracing_on=$(cat "$tracefs/tracing_on")
	# "7 (expanded: 1408)" is a buffer that nobody has used yet.
	buffer_kib=$(sed 's/.*expanded: //; s/[^0-9].*//' "$tracefs/buffer_size_kb")
}

# Nothing of the recording stays, even if trace-cmd did not come to its own end.
restore_state() {
	left=$(cat "$tracefs/current_tracer" "$tracefs/set_event")
	[ "$left" = nop ] || trace-cmd reset >/dev/null 2>&1
	# With a size for each CPU there is none to write back.
	[ -z "$buffer_kib" ] || echo "$buffer_kib" >"$tracefs/buffer_size_kb"
	echo "$tracing_on" >"$tracefs/tracing_on"
}

# The recorder's own words, without those on what it writes where.
recorder_failed() {
	sed "s/^/$name: /" "$work/said" >&2
	die "trace-cmd recorded nothing"
}

# In the background, so that a signal need not wait for the end of anything. It turns
# tracing on when all is ready; not before does it know SIGINT, which ends it.
start_recorder() {
	echo 0 >"$tracefs/tracing_on"
	set -- -q -C mono -o "$output"
	[ -z "$kib" ] || set -- "$@" -b "$kib"
	recorder "$@" >"$work/said" 2>&1 &
	recorder=$!
	until [ "$(cat "$tracefs/tracing_on")" = 1 ]; do
		kill -0 "$recorder" 2>/dev/null || return 1
		sleep 0.05
	done
}

stop_recorder() {
	trap '' HUP INT TERM
	kill -s INT "$recorder" 2>/dev/null
	wait "$recorder"
}

on_signal() {
	signal=$1
	[ -z "$command" ] || kill -s TERM "$command" 2>/dev/null
}

# run_command COMMAND…: sets status. Shells let the background ignore SIGINT and keep it
# from their input.
run_command() {
	env --default-signal=INT,QUIT "$@" <&3 &
	command=$!
	[ -z "$signal" ] || on_signal "$signal"
	status=0
	wait "$command" 2>/dev/null || status=$?
	# Interrupted, this was not the end of the command.
	[ -z "$signal" ] || wait "$command" 2>/dev/null
	command=
}

# Sets lost: what the kernel counted of events that are not in the file.
count_lost() {
	lost=$(trace-cmd dump --options "$output" | awk -F ': *' '
		/^(overrun|commit overrun|dropped events):/ { n += $2 } END { print n + 0 }')
}

setup() {
	parse "$@"
	shift "$used"
	[ "$(id -u)" -eq 0 ] || die "needs root"
	command -v trace-cmd >/dev/null || die "trace-cmd is not installed"
	find_tracefs
	prepare
	check_unused

	signal='' command=''
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"; undo' EXIT
	trap 'on_signal 1' HUP
	trap 'on_signal 2' INT
	trap 'on_signal 15' TERM
	exec 3<&0
	keep_state
	start_recorder || {
		restore_state
		recorder_failed
	}
	[ -n "$signal" ] || "$here/mark-view" || say "the file begins without the memory groups"
	status=0
	if [ -n "$signal" ]; then
		:
	elif [ $# -gt 0 ]; then
		run_command "$@"
	else
		say "recording, until Ctrl-C"
		run_command sleep infinity
		# That is its good end.
		status=0 signal=
	fi
	recorded=0
	stop_recorder || recorded=$?
	restore_state
	[ "$recorded" -eq 0 ] || recorder_failed
	finish
}

finish() {
	count_lost
	if [ "$lost" -gt 0 ]; then
		say "$output: $lost events were lost; with a larger buffer (-b) there are fewer"
	else
		say "$output: recorded; $0 --help says what to look for"
	fi
	[ -z "$signal" ] || exit $((128 + signal))
	[ "$status" -ne 0 ] || [ "$lost" -eq 0 ] || exit 3
	exit "$status"
}
