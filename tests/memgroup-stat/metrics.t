#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# memgroup-stat metrics: what it prints for trees, byte by byte as in golden-metrics/
# (REGENERATE=1 rewrites those), what promtool says to that, the alert rules and the
# dashboard that are made for it, and files that are replaced.

. "$(dirname "$0")/lib.sh"

monitoring=$top/tools/memgroup-stat/monitoring
build=${BUILD:-$top/build}
promtool=$(BUILD=${build%/asan} "$top/scripts/promtool") || { echo "Bail out! no promtool"; exit 1; }
cp -R "$here"/trees/. "$work"
# A file that another user shall run.
cp "$tool" "$work/memgroup-stat"
chmod 755 "$work"
cd "$work" || exit 1

# passes NAME COMMAND…: ends well; what it says is shown
passes()
{
	passing=$1
	shift
	"$@" >why 2>&1
	code=$?
	note why
	result $code "$passing"
}

# What promtool does not know: the rules of OpenMetrics. Families are described, and not
# mixed, a counter's samples end with _total, a unit is part of the name, the end is said.
cat > openmetrics.awk <<'SCRIPT'
function wrong(text) { print FILENAME ":" FNR ": " text ": " $0; bad = 1 }
ended { wrong("something behind the end") }
$0 == "# EOF" { ended = 1; next }
/^#/ {
	if ($3 != family) {
		if ($3 in described)
			wrong("described before")
		described[$3] = family = $3
		type = unit = ""
	}
	if (samples[family])
		wrong("described after a sample")
	if ($2 == "TYPE") {
		type = $4
		if (type !~ /^(gauge|counter|info)$/ || (type == "counter" && $3 ~ /_total$/) ||
		    (type == "info" && $3 ~ /_info$/))
			wrong("a type that does not fit")
	} else if ($2 == "UNIT") {
		if (substr($3, length($3) - length($4)) != "_" $4)
			wrong("the unit is not in the name")
	} else if ($2 != "HELP") {
		wrong("a comment")
	}
	next
}
{
	name = $0
	sub(/[{ ].*/, "", name)
	samples[family]++
	if (name != family (type == "counter" ? "_total" : type == "info" ? "_info" : ""))
		wrong("not of the family " family)
	if ($0 in seen)
		wrong("twice")
	seen[$0] = 1
	if ($0 !~ /^[a-z_]+(\{[a-z_]+="([^"\\]|\\["\\n])*"(,[a-z_]+="([^"\\]|\\["\\n])*")*\})? ([0-9]+(\.[0-9]+)?|\+Inf)$/)
		wrong("no sample")
}
END { if (!ended) wrong("no end"); exit bad }
SCRIPT

trees="dimm-301 virtio-mem-301 contig-zones ungrouped two-nodes captured 64g no-numa names boot-only"
: > names-of-cases
for tree in $trees; do
	"$tool" metrics --sysroot "$tree" > "$tree.prom" 2>why
	echo "$tree.prom" >> names-of-cases
	"$tool" metrics --openmetrics --sysroot "$tree" > "$tree.om" 2>>why
	note why
	case $tree in
	two-nodes | contig-zones) echo "$tree.om" >> names-of-cases ;;
	esac
done
while read -r name; do
	[ -z "${REGENERATE:-}" ] || cp "$name" "$here/golden-metrics/"
	passes "$name" diff -u "$here/golden-metrics/$name" "$name"
done < names-of-cases
ls "$here/golden-metrics" > there
sort names-of-cases > cases
passes "a case for each golden file" diff cases there

for tree in $trees; do
	# It complains with exit codes, and in words.
	"$promtool" check metrics < "$tree.prom" > why 2>&1
	code=$?
	note why
	[ $code -eq 0 ] && [ ! -s why ]
	result $? "$tree: promtool check metrics"
	passes "$tree: OpenMetrics" awk -f openmetrics.awk "$tree.om"
	grep -v '^#' "$tree.prom" > samples
	grep -v '^#' "$tree.om" > samples-om
	passes "$tree: the same samples in both formats" cmp samples samples-om
done

# The check of OpenMetrics notices something: the other format is none.
awk -f openmetrics.awk two-nodes.prom > why
[ $? -eq 1 ] && grep -q 'a type that does not fit' why && grep -q 'no end' why
result $? "the older format is not OpenMetrics"

# Rules and dashboard.
passes "promtool check rules" "$promtool" check rules "$monitoring/memgroup-alerts.yml"
# Grafana, not the shell, reads the dollars.
# shellcheck disable=SC2016
sed -n 's/^ *"expr": "\(.*\)",*$/\1/p' "$monitoring/memgroup-dashboard.json" |
	sed 's/\\"/"/g; s/\$instance/a/g' > queries
sed "s|RULES|$monitoring/memgroup-alerts.yml|; s|DECISIONS|$(grep decisions queries)|" \
	"$here/alerts-test.yml" > alerts-test.yml
passes "promtool test rules" "$promtool" test rules alerts-test.yml
sed -n 's/.*- alert: //p' "$monitoring/memgroup-alerts.yml" | while read -r alert; do
	[ "$(grep -c "alertname: $alert" alerts-test.yml)" -ge 3 ] || echo "$alert is not tested"
done > why
note why
[ ! -s why ]
result $? "each alert is tested: comes, does not come"
passes "the dashboard is JSON" python3 -m json.tool "$monitoring/memgroup-dashboard.json" parsed
{
	echo 'groups: [{ name: dashboard, rules: ['
	sed 's/.*/{ record: "a:b:c", labels: { n: "@" }, expr: '"'&'"' },/' queries |
		awk '{ sub(/@/, NR); print }'
	echo ']}]'
} > queries.yml
passes "the dashboard's queries are PromQL" "$promtool" check rules queries.yml
[ "$(grep -c record queries.yml)" -ge 10 ]
result $? "the dashboard has queries"

# Names: what is used is written, and what is written is explained.
sed -n 's/^\(memgroup_[a-z_]*\).*/\1/p' ./*.prom | sort -u > written
sed -n 's/^\.BR* \(memgroup_[a-z_]*\).*/\1/p' "$top/tools/memgroup-stat/memgroup-stat.8" |
	sort -u > explained
passes "the man page has each metric, and no other" diff written explained
# uses FILE: all that it mentions
uses()
{
	sed 's/#.*//' "$1" | grep -o 'memgroup_[a-z_]*' | sort -u > used
	comm -23 used written > why
	note why
	[ -s used ] && [ ! -s why ]
	result $? "${1##*/} uses metrics that there are"
}
uses "$monitoring/memgroup-alerts.yml"
uses "$monitoring/memgroup-dashboard.json"

# A file is replaced as a whole, or stays.
mkdir out
umask 077
"$tool" metrics --sysroot two-nodes --output out/m.prom > said 2>&1
code=$?
umask 022
[ $code -eq 0 ] && [ ! -s said ] && cmp two-nodes.prom out/m.prom &&
	[ "$(stat -c %a out/m.prom)" = 644 ]
result $? "--output: a file that everybody may read"

# keeps NAME WORDS COMMAND…: exits with 1, says only WORDS, and nothing has changed
keeps()
{
	name=$1
	words=$2
	shift 2
	"$@" >said 2>err
	code=$?
	{
		[ $code -eq 1 ] || echo "exit code $code"
		[ ! -s said ] || echo "something on standard output"
		echo "memgroup-stat: $words" | diff - err
		cmp two-nodes.prom out/m.prom
		find out ! -name out ! -name m.prom
	} > why
	note why
	[ ! -s why ]
	result $? "$name"
}
metrics="metrics --sysroot names -o out/m.prom"
# shellcheck disable=SC2086 # words
{
	keeps "no folder" \
		"none/m.prom: no temporary file can be made beside it: No such file or directory" \
		"$tool" $metrics -o none/m.prom
	keeps "a link is no file" "link: not a regular file, it is not replaced" \
		sh -c 'ln -sfn out/m.prom link; "$@"' sh "$tool" $metrics -o link
	keeps "/dev/full is none, either" "/dev/full: not a regular file, it is not replaced" \
		"$tool" $metrics -o /dev/full
	# In units of 512 bytes.
	keeps "no room for it" "out/m.prom: File too large" \
		sh -c 'ulimit -f 1; exec "$@"' sh "$tool" $metrics
	mkdir wrong
	cp -R names/. wrong
	echo nothing > wrong/sys/kernel/debug/memory_groups/nodes
	keeps "a reading that fails" \
		"wrong/sys/kernel/debug/memory_groups/nodes: line 1: no column node" \
		"$tool" $metrics --sysroot wrong
}
as_user=
[ "$(id -u)" -ne 0 ] || as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
chmod 555 out
# shellcheck disable=SC2086 # several words, or none
keeps "a folder that may not be written" \
	"out/m.prom: no temporary file can be made beside it: Permission denied" \
	$as_user ./memgroup-stat metrics --sysroot names -o out/m.prom
chmod 755 out
"$tool" metrics --sysroot names >/dev/full 2>err
code=$?
echo "memgroup-stat: standard output: No space left on device" | cmp - err && [ $code -eq 1 ]
result $? "standard output on a full disk"

# Someone reads while it is replaced, twenty times by each of two.
for tree in names 64g; do
	(
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			"$tool" metrics --sysroot $tree -o out/m.prom || : > failed
		done
		: > done-$tree
	) &
done
readings=0
until [ -e done-names ] && [ -e done-64g ]; do
	cat out/m.prom > now
	readings=$((readings + 1))
	cmp -s now names.prom || cmp -s now 64g.prom || cmp -s now two-nodes.prom ||
		cp now partly
done
wait
echo "# $readings readings"
[ ! -e failed ] && [ ! -e partly ] && [ "$(find out -type f)" = out/m.prom ]
result $? "a reader never sees a part"
finish
