#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# watch --json on a tree that changes while it is read: the lines, compared with
# watch.lines byte by byte but for the time, and how it ends. REGENERATE=1 rewrites the
# file: read the difference.

. "$(dirname "$0")/lib.sh"

cp -R "$here"/trees/dimm-301 "$work/tree"
cd "$work" || exit 1
view=tree/sys/kernel/debug/memory_groups
lines=$here/watch.lines
pid=

# Nothing is left behind if this script is ended.
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; rm -rf "$work"' EXIT

# edit FILE SED: from one moment to the next
edit()
{
	sed "$2" "$view/$1" > new && mv new "$view/$1"
}

# await COMMAND…: until it succeeds; 30 s are the end of a test that failed
await()
{
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || { result 1 "$*" && return 1; }
		sleep 0.05
	done
}

# Are there so many lines?
has_lines()
{
	[ "$(wc -l < out)" -ge "$1" ]
}

# start OPTION…: in the background, where the shell would have it ignore SIGINT
start()
{
	: > out
	env --default-signal=INT "$tool" watch --json --sysroot tree --interval 0.05 "$@" > out 2> err &
	pid=$!
}

# ended CODE NAME: it ends with that code and without a word
ended()
{
	wait "$pid"
	code=$?
	pid=
	{
		[ $code -eq "$1" ] || echo "exit code $code"
		cat err
	} > why
	note why
	[ ! -s why ]
	result $? "$2"
}

is_stopped()
{
	# shellcheck disable=SC2317 # await calls it
	grep -q '^State:.T' "/proc/$pid/status"
}

# Several files change while it does not look.
several()
{
	kill -STOP "$pid"
	await is_stopped
	for file; do
		mv "$file.new" "$view/$file"
	done
	kill -CONT "$pid"
}

# What each step should add is one line.
start
await has_lines 1
edit policy 's/301/250/'
await has_lines 2
# A reason, and with it nothing else.
edit groups '/^4 /s/group_has_kernel/requested/'
await has_lines 3
# A device that is known before its memory comes.
# shellcheck disable=SC2016 # sed, not the shell, reads the dollar
edit groups '$a 9 dynamic 0 virtio9 0 0 0 0 0 - 134217728 0 0 -'
await has_lines 4
# Memory of it that is offline, some of it beside each other.
{
	cat $view/blocks
	printf '%s 0 9 offline -\n' 300 301 303
} > blocks.new
sed '/^9 /s/ 0 0 0 0 0 / 3 0 0 0 402653184 /' $view/groups > groups.new
several blocks groups
await has_lines 5
# It begins to go away, which shows in no sum.
edit blocks 's/^\(30[01]\) 0 9 offline/\1 0 9 going-offline/'
await has_lines 6
# Broken, still broken, good again and as before, then without the device.
edit zones '1s/node/edon/'
await has_lines 7
edit zones '1s/$/ more/'
sleep 0.3
edit zones '1s/edon/node/; 1s/ more//'
await has_lines 8
grep -v '^30' $view/blocks > blocks.new
grep -v '^9 ' $view/groups > groups.new
several blocks groups
await has_lines 9
# Sums of nodes.
edit nodes '2,3s/ [0-9]* / 4294430720 /'
await has_lines 10
kill -TERM "$pid"
ended 0 "SIGTERM ends it with 0"
sed 's/"time":"[-0-9T:.]*Z","monotonic_ns":[0-9]*/"time":"TIME","monotonic_ns":NS/' out > got
[ -z "${REGENERATE:-}" ] || cp got "$lines"
diff -u "$lines" got > difference
code=$?
note difference
result $code "a line for each change"

digits='[0-9][0-9]'
grep -v "^{\"schema\":1,\"time\":\"20$digits-$digits-${digits}T$digits:$digits:$digits\.$digits$digits${digits}Z\",\"monotonic_ns\":[0-9]*," out > why
note why
[ ! -s why ]
result $? "lines begin with their time"

# Every line is a document by itself.
mkdir documents
awk '{ print > ("documents/" NR) }' out
# shellcheck disable=SC2046 # names without spaces
python3 -W ignore -m jsonschema $(printf ' -i %s' documents/*) \
	"$top/tools/memgroup-stat/memgroup-stat.schema.json" > why 2>&1
code=$?
note why
result $code "the JSON schema holds"

# The end.
start --count 3
ended 0 "--count ends it"
has_lines 1 && ! has_lines 2
result $? "nothing is said twice"

start
await has_lines 1
kill -HUP "$pid"
ended 0 "SIGHUP ends it with 0"

start
await has_lines 1
kill -INT "$pid"
ended 0 "SIGINT ends it with 0"

# Ignored by whoever starts it, as nohup does.
trap '' HUP
start
trap 'exit 1' HUP
await has_lines 1
kill -HUP "$pid"
edit policy 's/250/251/'
await has_lines 2
result $? "an ignored SIGHUP stays ignored"
kill -TERM "$pid"
ended 0 "SIGTERM still ends it"

# A reader that leaves, though there is nothing to be said.
mkfifo pipe
"$tool" watch --json --sysroot tree --interval 3600 > pipe 2> err &
pid=$!
head -n 1 < pipe > out
ended 1 "a reader that left is a silent error, at once"

# Errors.
fails()
{
	name=$1
	wanted=$2
	words=$3
	shift 3
	"$@" > out 2> err
	code=$?
	{
		[ $code -eq "$wanted" ] || echo "exit code $code"
		[ ! -s out ] || echo "something on standard output"
		grep -qF "memgroup-stat: $words" err || cat err
	} > why
	note why
	[ ! -s why ]
	result $? "$name"
}

fails "a screen needs a terminal" 1 "standard output is no terminal" \
	"$tool" watch --sysroot tree
"$tool" watch --json --count 1 --sysroot tree > /dev/full 2> err
code=$?
echo "memgroup-stat: standard output: No space left on device" | cmp - err && [ $code -eq 1 ]
result $? "a full disk is an error"
fails "no view at the beginning" 1 "none: No such file or directory" \
	"$tool" watch --json --sysroot none
for seconds in 0 0.04 . -1 1e3 86401 18446744073709551617 1.0000000000 '' '1,' nan; do
	fails "--interval '$seconds'" 2 "--interval: $seconds is no number of seconds" \
		"$tool" watch --interval "$seconds"
done
for n in 0 -1 many 18446744073709551616; do
	fails "--count $n" 2 "--count: $n is no number" "$tool" watch --count "$n"
done
fails "--raw" 2 "watch has no --raw" "$tool" watch --raw
# shellcheck disable=SC2016 # the other shell reads the dollar
fails "no view without the other program" 1 "$work/memgroup-stat-extra: No such file" \
	sh -c 'cp "$1" . && ./memgroup-stat watch --json' sh "$tool"
finish
