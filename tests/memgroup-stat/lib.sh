# SPDX-License-Identifier: GPL-2.0
# Sourced by the CLI tests: TAP, and where things are.
#
# program  what is tested (default: memgroup-stat), set before
# BUILD    the build folder (default: build); its asan/ is one, too, with the sanitizers

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
program=${program:-memgroup-stat}
tool=${BUILD:-$top/build}/bin/$program
programs=${BUILD:-$top/build}/tests
[ -x "$tool" ] || { echo "Bail out! no $tool"; exit 1; }

LC_ALL=C.UTF-8
export LC_ALL
unset LANGUAGE COLUMNS POSIXLY_CORRECT

work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

count=0
failed=0

# result STATUS NAME: a test point
result()
{
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=$((failed + 1))
	fi
}

# note FILE: its text as TAP comments
note()
{
	sed 's/^/# /' "$1"
}

# fails NAME WORDS COMMAND…: exits with 1, says only WORDS
fails()
{
	name=$1
	words=$2
	shift 2
	"$@" >out 2>err
	code=$?
	{
		[ $code -eq 1 ] || echo "exit code $code"
		[ ! -s out ] || echo "something on standard output"
		echo "$program: $words" | diff - err
	} > why
	note why
	[ ! -s why ]
	result $? "$name"
}

finish()
{
	echo "1..$count"
	[ "$failed" -eq 0 ]
	exit
}

# mutate NEW OLD FILE SED: the tree NEW is OLD with one kernel file edited
mutate()
{
	cp -R "$here/trees/$2" "$work/$1"
	sed "$4" "$here/trees/$2/sys/kernel/debug/memory_groups/$3" \
		> "$work/$1/sys/kernel/debug/memory_groups/$3"
}
