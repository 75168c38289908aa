# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the scripts: where things are, and how to stop with a message.
top=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-$top/build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
export BUILD

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# short PATH: as the user would type it from the top folder.
short() { printf '%s\n' "${1#"$top"/}"; }

# lock NAME: wait until no other run works on the same thing. Held until exit.
lock() {
	mkdir -p "$BUILD"
	exec 9>"$BUILD/.lock-$1"
	flock -n 9 || {
		printf '%s: another run works on %s; waiting for it\n' "${0##*/}" "$1" >&2
		flock 9
	}
}
