# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by tests and benchmarks that run guests: the folder $work, children, and an end
# that leaves nothing of either behind, also when a signal comes.
work=$(mktemp -d)
children=

stop() { # exit status
	trap '' HUP INT TERM
	for child in $children; do
		kill "$child" 2>/dev/null || :
	done
	wait
	exit "$1"
}
trap 'rm -rf "$work"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# start COMMAND...: in the background, so that a signal need not wait for its end.
start() {
	"$@" </dev/null &
	children="$children $!"
}

# finish: wait for all that was started. The status is that of the last that failed.
finish() {
	status=0
	for child in $children; do
		wait "$child" || status=$?
	done
	children=
	return "$status"
}
