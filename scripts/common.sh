# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Sourced by the scripts: where things are, and how to stop with a message.
top=$(cd "$(dirname "$0")/${to_top:-..}" && pwd)
BUILD=${BUILD:-$top/build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
export BUILD

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# short PATH: as the user would type it from the top folder.
short() { printf '%s\n' "${1#"$top"/}"; }

# kernel_options ARGUMENT…: read the options that say how a kernel is built; the
# caller goes on behind them, with shift $((OPTIND - 1)).
#   -o FOLDER    below $BUILD, instead of the one named like the flavour
#   -a ARCH      arm64, ppc64le or um, instead of x86_64
#   -c COMPILER  clang, instead of gcc
# Sets folder (empty without -o), karch (empty: make's own choice), cross, compiler,
# and options: the same again, to hand on.
# shellcheck disable=SC2034 # used by the scripts
kernel_options() {
	folder='' karch='' cross='' compiler=gcc options='' OPTIND=1
	while getopts o:a:c: option; do
		options="$options -$option ${OPTARG:-}"
		case $option${OPTARG:-} in
		o*) folder=$OPTARG ;;
		ax86_64) ;;
		aarm64) karch=arm64 cross=aarch64-linux-gnu- ;;
		appc64le) karch=powerpc cross=powerpc64le-linux-gnu- ;;
		aum) karch=um ;;
		cgcc) ;;
		cclang) compiler=clang ;;
		*) die "unknown option or value: -$option ${OPTARG:-}" ;;
		esac
	done
	[ "$compiler" = clang ] || compiler=${cross}gcc
}

# source_of FLAVOUR: the folder with its source.
source_of() {
	case $1 in
	*-debug | *-coverage | *-um) printf '%s\n' "$BUILD/src/${1%-*}" ;;
	*) printf '%s\n' "$BUILD/src/$1" ;;
	esac
}

# lock NAME: wait until no other run works on the same thing. Held until exit.
lock() {
	mkdir -p "$BUILD"
	exec 9>"$BUILD/.lock-$1"
	flock -n 9 || {
		printf '%s: another run works on %s; waiting for it\n' "${0##*/}" "$1" >&2
		flock 9
	}
}

# room PROCESSORS GIB: how many guests that want so much this machine has room for.
room() {
	awk -v processors=$(($(nproc) / $1)) -v gib="$2" '/^MemAvailable:/ {
			memory = int($2 / 1048576 / gib)
			least = memory < processors ? memory : processors
			print (least > 1 ? least : 1)
		}' /proc/meminfo
}

# our_version: that of all programs and packages.
our_version() { sed -n 's/^VERSION := //p' "$top/tools/common/flags.mk"; }
