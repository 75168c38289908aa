#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What bash would offer after a tabulator.

. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# offers WANTED WORD…: the last word is the one that is being typed.
offers()
{
	wanted=$1
	shift
	# shellcheck disable=SC2016 # the other shell reads the dollars
	bash -c '. "$1"; shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_memgroup_stat
		printf "%s\n" "${COMPREPLY[@]}"' bash \
		"$top/tools/memgroup-stat/memgroup-stat.bash" "$tool" "$@" > offered 2>&1
	echo "$wanted" | tr ' ' '\n' | sort > wanted
	sort offered | diff wanted - > difference
	code=$?
	note difference
	result $code "memgroup-stat $*<TAB>"
}

offers 'groups' g
offers '' x
offers 'policy' pol
offers '--json' --js
offers '--source --split --summary --sysroot' blocks --s
offers '--source --sysroot' groups --s
offers 'SIZE SHARE' groups -o S
offers 'ID,DEVICE,UNIT' -o 'ID,DEVICE,U'
offers '+MOVABLE' nodes --output '+mov'
offers 'ID,-NODE' groups -o 'ID,-n'
offers '' groups some
offers 'RANGE' --json blocks -o RA
mkdir -p below/one
offers 'below/one' --sysroot below/
offers 'below/one' metrics -o below/o
offers 'below/one' trace below/
offers 'LAST-REASON' trace -o L
# Every option of every view.
for view in $("$tool" --help | sed -n '/^Views/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	offers "$("$tool" "$view" --help | sed -n 's/^  .\{2,3\} --\([a-z-]*\).*/--\1/p' |
		sort | tr '\n' ' ' | sed 's/ $//')" "$view" --
done
finish
