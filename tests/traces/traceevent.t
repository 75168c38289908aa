#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# trace-cmd report with and without our plugin of libtraceevent, on recordings. Of each
# kind of line the first one is compared with golden/NAME.sentences: lines are of one kind
# if they differ in nothing but numbers. REGENERATE=1 rewrites those files: read the
# difference. TAP.
#
# BUILD    the build folder (default: build)

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
BUILD=$(cd "${BUILD:-$top/build}" && pwd)
plugins=$BUILD/lib/traceevent
[ -e "$plugins/memgroup.so" ] || { echo "Bail out! no $plugins/memgroup.so"; exit 1; }
command -v trace-cmd >/dev/null || { echo "Bail out! no trace-cmd"; exit 1; }

LC_ALL=C.UTF-8
export LC_ALL
unset TRACEEVENT_PLUGIN_DIR

work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# Plugins of the user are none of ours.
HOME=$work/home
export HOME
mkdir "$HOME"
cd "$work" || exit 1

count=0
failed=0
# result STATUS NAME
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=$((failed + 1))
	fi
}

# same NAME EXPECTED FOUND: two files are the same
same() {
	diff "$2" "$3" >difference
	status=$?
	head -n 20 difference | sed 's/^/# /'
	result $status "$1"
}

# -L leaves the plugins of the system out.
plain() { trace-cmd report -L "$@" 2>>warnings; }
with_plugin() { TRACEEVENT_PLUGIN_DIR=$plugins trace-cmd report -L "$@" 2>>warnings.more; }
# The lines of our events.
ours() { grep -E ' mhp_(zone|block|group)_[a-z]+: '; }
first_of_each_kind() {
	awk '{
		kind = substr($0, index($0, "mhp_"))
		gsub(/[0-9]+(\.[0-9]+)? *([KMGT]iB|bytes|[num]?s)?/, "N", kind)
		if (!seen[kind]++)
			print
	}'
}
# fields LINES: how many are as the kernel prints them
fields() { grep -Ec ': +(start_pfn|mgid)=[^ ]+ .*(duration_ns|limit_pages|unit_pages)=[0-9]+$' "$1"; }

# report NAME FILE: the golden report, and what is the same of all recordings
report() {
	name=$1
	golden=$here/golden/$name.sentences
	with_plugin "$2" | ours >sentences
	plain "$2" | ours >without
	lines=$(wc -l <without)

	first_of_each_kind <sentences >first
	if [ -n "${REGENERATE:-}" ]; then
		mkdir -p "$here/golden"
		cp first "$golden"
	fi
	[ -e "$golden" ] || golden=/dev/null
	same "$name: sentences" "$golden" first

	[ "$lines" -gt 0 ] && [ "$(fields without)" -eq "$lines" ]
	result $? "$name: without the plugin, $lines lines as the kernel prints them"

	# The same events at the same times, and nothing else of them.
	sed 's/\(mhp_[a-z_]*:\).*/\1/' without >events
	sed 's/\(mhp_[a-z_]*:\).*/\1/' sentences >events_of_sentences
	same "$name: a sentence for each" events events_of_sentences
	! grep -E '=|no record' sentences >unread
	status=$?
	sed 's/^/# /' unread
	result $status "$name: nothing but sentences"
}

# A stock kernel has none of our events.
for file in "$top"/traces/recordings/*.dat; do
	case $file in *-stock.dat) continue ;; esac
	report "$(basename "$file" .dat)" "$file"
done

# The ways back to the numbers.
dat=$top/traces/recordings/dimms.dat
plain "$dat" | ours >kernel
with_plugin "$dat" | ours >sentences
with_plugin -n memory_hotplug "$dat" | ours >other
same '-n: the kernel'\''s own format' kernel other
with_plugin -N "$dat" | ours >other
same '-N: no plugin' kernel other
plain -R "$dat" | ours >raw
with_plugin -R "$dat" | ours >other
same '-R: raw fields' raw other
sed 's/.*mhp_[a-z_]*: *//' kernel | paste -d '\t' sentences - | sed 's/\t/  /' >both
with_plugin -O memgroup:fields "$dat" | ours >other
same '-O memgroup:fields: both' both other
with_plugin -O memgroup:fields=1 -i "$dat" -i "$dat" | ours |
	sed 's/^dimms\.dat: //' | sort >other
sort both both >both_twice
same '-O memgroup:fields=1: in each of two files' both_twice other

# Where a user keeps plugins.
mkdir -p "$HOME/.local/lib/traceevent/plugins"
cp "$plugins/memgroup.so" "$HOME/.local/lib/traceevent/plugins"
plain "$dat" | ours >other
same 'found in ~/.local/lib/traceevent/plugins' sentences other
# Loaded twice it prints once.
with_plugin "$dat" | ours >other
same 'found in two places' sentences other
rm -r "$HOME/.local"

nm -D --defined-only "$plugins/memgroup.so" | awk '{ print $3 }' | LC_ALL=C sort >symbols
printf '%s\n' tep_plugin_loader tep_plugin_options tep_plugin_unloader >expected
same 'no other symbol is to be seen' expected symbols

sort -u warnings >expected
sort -u warnings.more >found
same 'trace-cmd has nothing more to warn of' expected found

echo "1..$count"
[ "$failed" -eq 0 ] || echo "# to repeat it: BUILD=$BUILD tests/traces/traceevent.t"
[ "$failed" -eq 0 ]
