# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced behind common.sh: the kernel's make, with a bar that shows how far it is.

# kbuild_shown LOG TOTAL NAME ARGUMENT…: scripts/kbuild with these arguments, into LOG.
# TOTAL steps are left to do; 0: nobody knows. NAME is what is built, for people. If it
# fails, the errors are shown, and the script ends.
kbuild_shown() {
	log=$1 total=$2 name=$3
	shift 3
	"$top/scripts/kbuild" "$@" >"$log" 2>&1 &
	make=$!
	"$top/scripts/progress" "$log" "$total" "$name" 9>&- &
	bar=$!
	trap kbuild_stop INT HUP TERM
	status=0
	wait "$make" || status=$?
	trap - INT HUP TERM
	kill "$bar" 2>/dev/null || :
	wait "$bar" || :
	[ "$status" -eq 0 ] || {
		{
			grep -E -m 10 'error:|warning: .*error|undefined reference|[Ee]rror [0-9]|\*\*\*|[Nn]o space' "$log" ||
				tail -n 10 "$log"
		} >&2
		die "$name did not build; everything make said is in $(short "$log")"
	}
	warnings=$(grep -c '[0-9]: warning:' "$log" || :)
	[ "$warnings" -eq 0 ] || printf '%s compiler warnings in %s\n' "$warnings" "$(short "$log")" >&2
}

kbuild_stop() {
	trap '' INT HUP TERM
	kill "$make" "$bar" 2>/dev/null || :
	wait
	die "interrupted; the next run goes on from here"
}

# steps_done LOG: how many steps make said it took.
steps_done() { grep -c '^  [A-Z]' "$1" || :; }
