#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tool on trees and compares what it prints and how it exits, byte by
# byte, with golden/NAME. REGENERATE=1 rewrites those files: read the difference.
# Tables must fit into 80 columns, and JSON must keep to its schema.

. "$(dirname "$0")/lib.sh"

cp -R "$here"/trees/. "$work"
cd "$work" || exit 1

# Trees with a fault, each one edit away from a good one.
# shellcheck disable=SC2016 # sed, not the shell, reads the dollars
mutate bad-truncated dimm-301 groups '$s/ fits$//;$s/group_has_kernel$/gr/'
printf %s "$(cat bad-truncated/sys/kernel/debug/memory_groups/groups)" \
	> bad-truncated/sys/kernel/debug/memory_groups/groups.new
mv bad-truncated/sys/kernel/debug/memory_groups/groups.new \
	bad-truncated/sys/kernel/debug/memory_groups/groups
mutate bad-no-column dimm-301 zones '1s/early_bytes/late_bytes/'
mutate bad-column-twice dimm-301 nodes '1s/cma_bytes/kernel_bytes/'
mutate bad-huge dimm-301 groups '3s/4294967296/18446744073709551616/'
mutate bad-negative dimm-301 groups '4s/ 32 / -32 /'
mutate bad-word dimm-301 zones '3s/2130583552/lots/'
mutate bad-fields dimm-301 blocks '7s/$/ more/'
mutate bad-empty dimm-301 policy d
mutate bad-escape names groups '2s/.040/\\04/'
mutate bad-name names groups '2s/ requested/ \\033]0;title\\007/'
mutate bad-id-twice dimm-301 groups '3s/^1/0/'
mutate bad-no-system dimm-301 nodes 2d
mutate bad-ratio dimm-301 policy 's/301/301%/'
mutate bad-sum dimm-301 zones 's/ 12884901888 0 0$/ 12884901887 0 0/'
mutate bad-overflow dimm-301 groups '2,3s/4294967296/18446744073709551615/'
# shellcheck disable=SC2016 # as above
mutate added-columns two-nodes groups '1s/^/new /;2,$s/^/x /'
mutate later-policy two-nodes policy 's/auto-movable/better-\\303\\251/'
mutate no-blocks dimm-301 blocks ''
rm no-blocks/sys/kernel/debug/memory_groups/blocks
mutate no-block-size ungrouped blocks ''
rm -r no-block-size/sys/devices
mkdir -p no-debugfs/sys/kernel not-mounted/sys/kernel/debug
# Decisions that debugfs has forgotten, and those of traces that are running.
mutate forgotten two-nodes policy ''
grep -v ' 3[0-9][0-9] ' two-nodes/sys/kernel/debug/memory_groups/decisions \
	> forgotten/sys/kernel/debug/memory_groups/decisions
cp -R virtio-mem-301 running
mkdir -p running/sys/kernel/tracing/instances/mine
gzip -dc < "$here/trace.gz" > running/sys/kernel/tracing/trace
grep -e '^#' -e 'start_pfn=0x4[89ab]' running/sys/kernel/tracing/trace \
	> running/sys/kernel/tracing/instances/mine/trace
cp "$here/dimms.dat" "$here/virtio.dat" .
recordings=$here/../../traces/recordings
cp "$recordings/cliff.dat" "$recordings/cliff-stock.dat" "$recordings/unplug-kernel.dat" .
# Where blocks that are offline could go.
mutate zones ungrouped blocks ''
awk '$4 == "offline" { print $1 }' ungrouped/sys/kernel/debug/memory_groups/blocks |
while read -r block; do
	mkdir "zones/sys/devices/system/memory/memory$block"
	echo "Normal Movable" > "zones/sys/devices/system/memory/memory$block/valid_zones"
done

# More devices than there are letters, of a block each, and several in a cell; none.
view=sys/kernel/debug/memory_groups
cp -R dimm-301 many
awk 'NR == 1 { print; for (i = 0; i < 70; i++)
	print i, "static", 0, "DIMM" i, 1, 1, 0, 134217728, 0, 134217728, "-", 1, 0, "fits" }' \
	dimm-301/$view/groups > many/$view/groups
awk 'NR == 1 { print; for (i = 0; i < 1200; i++)
	print i + 48, 0, i < 70 ? i : "-", "online", "Movable" }' \
	dimm-301/$view/blocks > many/$view/blocks
cp -R many nothing
head -n 1 dimm-301/$view/groups > nothing/$view/groups
head -n 1 dimm-301/$view/blocks > nothing/$view/blocks
# shellcheck disable=SC2016 # as above
mutate far dimm-301 blocks '$s/^[0-9]*/137438953471/'

# user NEW OLD: the tree NEW is OLD as others than root see it
user()
{
	cp -R "$2" "$1"
	sed 's/[0-9a-f]\{8,\}-[0-9a-f]\{8,\} :/00000000-00000000 :/' "$2/proc/iomem" \
		> "$1/proc/iomem"
	rm -rf "$1/sys/kernel/debug"
}

# stock NEW OLD FILE SED: the tree NEW is OLD, of a stock kernel, with one file edited
stock()
{
	cp -R "$2" "$1"
	sed "$4" "$2/$3" > "$1/$3"
}

user stock-virtio-user stock-virtio
user stock-debian-user stock-debian
memory=sys/devices/system/memory
# One DIMM was taken out, and with it one of the kernel's numbers.
cp -R stock-dimms stock-dimm-removed
rm -r stock-dimm-removed/sys/firmware/memmap/10
rm -r stock-dimm-removed/$memory/memory3[6-9]
echo 0 > stock-dimm-removed/sys/bus/acpi/devices/PNP0C80:01/status
# Memory that was added by hand.
cp -R stock-dimms stock-by-hand
rm -r stock-by-hand/sys/bus/acpi
# Kernels and machines that lack this or that.
cp -R stock-dimms stock-before-5.15
rm stock-before-5.15/sys/module/memory_hotplug/parameters/*
cp -R stock-virtio stock-no-firmware
rm -r stock-no-firmware/sys/firmware stock-no-firmware/sys/kernel/boot_params
cp -R stock-virtio stock-no-valid-zones
rm stock-no-valid-zones/$memory/memory*/valid_zones
cp -R stock-dax stock-no-iomem
rm stock-no-iomem/proc/iomem
cp -R stock-debian stock-no-numa
rm -r stock-no-numa/sys/devices/system/node \
	stock-no-numa/sys/module/memory_hotplug/parameters/auto_movable_numa_aware
stock stock-other-driver stock-virtio proc/iomem 's/(virtio_mem)/(other_mem)/'

stock bad-stock-zoneinfo stock-dimms proc/zoneinfo 's/present .*[0-9]$/present many/'
stock bad-stock-iomem stock-virtio proc/iomem 's/^  1[0-9a-f]*-/  zz-/'
stock bad-stock-depth stock-virtio proc/iomem 's/^  1/      1/'
# shellcheck disable=SC2016 # sed's, as above
stock bad-stock-overlap stock-virtio proc/iomem '$s/.*/00000000-ffffffffffff : System RAM (kmem)/'
stock bad-stock-state stock-debian $memory/memory34/state 's/offline/somewhere/'
stock bad-stock-block-size stock-dimms $memory/block_size_bytes 's/8/size/'
stock bad-stock-block-size-0 stock-dimms $memory/block_size_bytes 's/8/0/'
stock bad-stock-ratio stock-dimms sys/module/memory_hotplug/parameters/auto_movable_ratio 's/$/9999999999/'
stock bad-stock-memmap stock-dimms sys/firmware/memmap/9/start 's/^0x/lots/'
cp -R stock-dimms bad-stock-params
head -c 700 stock-dimms/sys/kernel/boot_params/data > bad-stock-params/sys/kernel/boot_params/data
stock bad-stock-status stock-dimms sys/bus/acpi/devices/PNP0C80:00/status 's/^/-/'
cp -R stock-dimms bad-stock-number
mkdir bad-stock-number/$memory/memory18446744073709551615
# Pages.
"$here/page-tree" pages
for tree in no-page-flags no-room pages-changing pages-zones wrong-zoneinfo \
	    wrong-kpageflags huge-blocks short-flags; do
	cp -R pages $tree
done
rm no-page-flags/proc/kpageflags
sed -i 's/^  pages free .*/  pages free 100/' no-room/proc/zoneinfo
sed -i 's/^9 0 0 online Movable/9 0 0 going-offline -/' \
	pages-changing/sys/kernel/debug/memory_groups/blocks
sed -i 's/^9 0 0 online Movable/9 0 0 online -/' \
	pages-zones/sys/kernel/debug/memory_groups/blocks
sed -i 's/count: 12/count: many/' wrong-zoneinfo/proc/zoneinfo
rm wrong-kpageflags/proc/kpageflags
mkdir wrong-kpageflags/proc/kpageflags
echo 4000000000000000 > huge-blocks/sys/devices/system/memory/block_size_bytes
sed -i '3,$d;s/^0 0 - .*/0 0 0 offline -/' huge-blocks/sys/kernel/debug/memory_groups/blocks
# In the middle of a number of block 9.
truncate -s 150003 short-flags/proc/kpageflags

# case_ NAME COMMAND-LINE…
case_()
{
	name=$1
	shift
	"$tool" "$@" >out 2>err
	code=$?
	{
		echo "\$ memgroup-stat $*"
		cat out
		if [ -s err ]; then
			echo "--- standard error"
			cat err
		fi
		echo "--- exit code $code"
	} > got
	if [ -n "${REGENERATE:-}" ]; then
		cp got "$here/golden/$name"
	fi
	if cmp -s got "$here/golden/$name"; then
		result 0 "$name"
	else
		diff -u "$here/golden/$name" got > difference 2>&1
		note difference
		result 1 "$name"
	fi
	echo "$name" >> names-of-cases
}

# narrow: the last output fits into 80 columns (characters, in this locale)
narrow()
{
	sed -n '/.\{81\}/p' out > wide
	[ ! -s wide ]
	code=$?
	note wide
	result $code "$name: at most 80 columns"
}

# json PART…: the last output is a document with these parts. Its schema is looked at
# in the end, for all of them at once.
mkdir documents
json()
{
	echo schema "$@" | tr ' ' '\n' > expected
	sed -n 's/^  "\([a-z]*\)":.*/\1/p' out | diff expected - > why
	code=$?
	note why
	result $code "$name: the document's parts"
	cp out "documents/$name"
}

for tree in dimm-301 virtio-mem-301 contig-zones ungrouped two-nodes captured 64g no-numa \
	    names boot-only added-columns later-policy; do
	case_ "default-$tree" --sysroot $tree
	narrow
	case_ "json-$tree" --json --sysroot $tree
	json policy groups nodes system
	case_ "blocks-$tree" blocks --sysroot $tree
	narrow
done

# Kernels without a view.
for tree in stock-*; do
	case_ "default-$tree" --sysroot "$tree"
	narrow
	case_ "json-$tree" --json --sysroot "$tree"
	notes=notes
	grep -q '^  "notes"' out || notes=
	json policy groups nodes system $notes
done
for tree in stock-virtio stock-debian stock-virtio-user; do
	case_ "blocks-$tree" blocks --sysroot $tree
	narrow
done
case_ why-stock why --sysroot stock-dimms
case_ source-sysfs --sysroot stock-dimms --source sysfs groups -o DEVICE,KNOWN-FROM
case_ source-debugfs --sysroot stock-dimms --source debugfs
case_ source-auto --sysroot dimm-301 --source=auto groups -o +known-from --raw
case_ usage-source --source procfs

# One table, its options.
case_ groups groups --sysroot two-nodes
narrow
case_ nodes --sysroot two-nodes nodes
narrow
case_ policy policy --sysroot two-nodes
narrow
case_ json-groups groups --json --sysroot ungrouped
json groups
case_ json-nodes nodes --json --sysroot ungrouped
json nodes system
case_ json-policy policy --json --sysroot ungrouped
json policy
case_ bytes --bytes --sysroot ungrouped
case_ noheadings --noheadings --sysroot ungrouped
case_ output --sysroot two-nodes -o id,Device,MOVABLE,MOVABLE
case_ output-all groups --sysroot two-nodes --bytes \
	--output=ID,TYPE,NODE,DEVICE,BLOCKS,ONLINE,KERNEL,MOVABLE,OFFLINE,SHARE,SIZE,UNIT,DECIDED-MOVABLE,DECIDED-KERNEL,LAST-REASON
case_ output-nodes nodes --sysroot virtio-mem-301 --noheadings --bytes \
	-o NODE,NEEDED,LIMIT,HEADROOM
case_ output-policy policy --sysroot virtio-mem-301 -o VALUE,NAME
case_ groups-none groups --sysroot boot-only
case_ json-groups-none groups --json --sysroot boot-only
json groups
case_ blocks-all blocks --sysroot boot-only --all
case_ blocks-split blocks --sysroot two-nodes --split node,state -o +GROUP,-ZONE
case_ blocks-split-none blocks --sysroot two-nodes -S none -o RANGE,BLOCK,STATE,NODE,ZONE
case_ blocks-units blocks --sysroot ungrouped -o UNIT,BLOCK,ZONE --raw
case_ blocks-summary blocks --sysroot virtio-mem-301 --summary --bytes
case_ blocks-no-summary blocks --sysroot boot-only --summary=never
case_ blocks-summary-always blocks --sysroot boot-only --raw --summary=always
case_ blocks-zones blocks --sysroot zones -o +ZONES,-RANGE
case_ blocks-removable blocks --sysroot pages -o +REMOVABLE,-RANGE,-NODE
case_ blocks-not-removable blocks --sysroot two-nodes -o REMOVABLE
case_ blocks-no-zones blocks --sysroot two-nodes -o ZONES
case_ json-blocks blocks --sysroot two-nodes --json
json summary blocks
case_ json-blocks-names blocks --sysroot names --json --summary=never
json blocks
case_ json-blocks-summary blocks --sysroot names --json --summary
json summary
case_ why why --sysroot dimm-301
narrow
case_ why-two-nodes why --sysroot two-nodes
narrow
case_ why-turns why virtio0 --sysroot virtio-mem-301
narrow
case_ why-blocks why 0 1-20 143-145 --sysroot dimm-301
case_ why-table why PNP0C80:03 --sysroot dimm-301 -o +domain,-limit
case_ why-history why --history 176-178 144 --sysroot dimm-301 --raw
case_ why-forgotten why 300-400 --sysroot forgotten
case_ why-offline why 76 --sysroot ungrouped
case_ why-running why --running --sysroot running
case_ why-running-history why --running=mine --history --sysroot running --noheadings
case_ why-no-trace why --running --sysroot dimm-301
case_ why-none why --sysroot boot-only
case_ json-why why 48-80 144-145 --json --sysroot dimm-301
json why
case_ json-why-unknown why 0-1 --json --sysroot dimm-301
json why
case_ why-no-block why 48 999 --sysroot dimm-301
case_ why-no-device why PNP0C80:99 --sysroot dimm-301
case_ why-trace why --trace dimms.dat
narrow
case_ why-trace-device why --trace dimms.dat --json PNP0C80:03
json why
case_ why-trace-none why --trace nowhere.dat
# What a recording tells: with a view at its beginning, and without one.
for file in virtio dimms; do
	case_ trace-$file --trace $file.dat
	narrow
	case_ trace-blocks-$file blocks --trace $file.dat
	case_ trace-map-$file map --trace $file.dat
	narrow
	case_ trace-policy-$file policy --trace $file.dat
done
case_ trace-json-virtio --json --trace virtio.dat
json policy groups nodes system notes
case_ trace-json-dimms --json --trace dimms.dat
json policy groups nodes system notes
case_ trace-nodes nodes --trace virtio.dat
case_ trace-nodes-unknown nodes --json --trace dimms.dat
json nodes system
case_ trace-at groups --trace dimms.dat --at 4.9
case_ trace-at-begin --trace virtio.dat --at 1
case_ trace-at-blocks blocks --trace virtio.dat --at 5.62
case_ trace-not-known blocks --trace virtio.dat -o +REMOVABLE
# The cliff, without and with memgroup; a DIMM that stayed, and why.
case_ trace-cliff blocks --trace cliff.dat --at 8
case_ trace-cliff-stock blocks --trace cliff-stock.dat --at 155
case_ trace-stock-summary trace cliff-stock.dat
case_ why-trace-stock why --trace cliff-stock.dat
case_ why-trace-unplug why --trace unplug-kernel.dat
case_ trace-unplug trace unplug-kernel.dat
case_ trace trace dimms.dat
narrow
case_ trace-bytes trace dimms.dat --bytes --noheadings
case_ trace-output trace dimms.dat -o device,ID,NODE,DECIDED-KERNEL,PREVIEWS,LAST-REASON
narrow
case_ trace-raw trace --raw dimms.dat
case_ json-trace trace dimms.dat --json
json trace
case_ trace-none trace nowhere.dat
case_ usage-trace trace
case_ usage-trace-files trace dimms.dat dimms.dat
case_ usage-trace-svg trace dimms.dat --svg - --json
case_ columns-more groups --sysroot two-nodes -o +last-reason,-SIZE,-unit --noheadings
case_ raw groups --sysroot names --raw -o ID,DEVICE
case_ blockers blockers --sysroot pages
narrow
case_ blockers-device blockers --sysroot pages virtio0
narrow
case_ blockers-devices blockers --sysroot pages PNP0C80:00 PNP0C80:01
narrow
case_ blockers-block blockers --sysroot pages 0 11-15
narrow
case_ blockers-twice blockers --sysroot pages --group 1 PNP0C80:01 --noheadings
case_ blockers-columns blockers --sysroot pages --raw -o DEVICE,LEAST,MOST,HELD-BLOCKS,BLOCKS
case_ blockers-kinds blockers --sysroot pages virtio0 --bytes \
	-o BLOCK,HUGE,PINNED,RESERVED,POISONED,OTHER,UNPLUGGED
case_ blockers-why blockers --sysroot pages virtio0 -o BLOCK,WHY
case_ blockers-none blockers --sysroot pages frob
case_ blockers-none-group blockers --sysroot pages --group 7
case_ blockers-no-number blockers --group frob
case_ blockers-none-block blockers --sysroot pages 1-7
case_ blockers-no-flags blockers --sysroot no-page-flags
case_ blockers-no-room blockers --sysroot no-room
case_ blockers-changing blockers --sysroot pages-changing 9
case_ blockers-zones blockers --sysroot pages-zones PNP0C80:00
case_ blockers-wrong-zoneinfo blockers --sysroot wrong-zoneinfo
case_ blockers-wrong-flags blockers --sysroot wrong-kpageflags
case_ blockers-huge-blocks blockers --sysroot huge-blocks
case_ blockers-short-flags blockers --sysroot short-flags -g 0
case_ json-blockers blockers --sysroot pages --json
json blockers
case_ json-blockers-device blockers --sysroot pages --json virtio0
json blockers pages
case_ operand-later --sysroot two-nodes -- nodes
case_ help --help
narrow
for view in groups nodes blocks map why plan blockers watch trace policy metrics; do
	case_ help-$view $view --help
	narrow
done
# Pictures, in shades and in letters.
for tree in virtio-mem-301 two-nodes captured 64g no-numa names boot-only ungrouped; do
	case_ "map-$tree" map --width 80 --sysroot $tree
	narrow
done
case_ map-color map --color=always --sysroot captured
case_ map-narrow map --width 40 --color never --sysroot 64g
case_ map-wide map --width=132 --sysroot 64g
case_ map-rows map --rows 2 --sysroot 64g
case_ map-many map --sysroot many
narrow
case_ map-svg map --svg - --sysroot captured
case_ map-svg-names map --svg=- --sysroot names
case_ map-svg-mixed map --svg - --rows 1 --sysroot virtio-mem-301
case_ map-no-blocks map --sysroot nothing
COLUMNS=100
export COLUMNS
case_ map-columns map --sysroot two-nodes
unset COLUMNS
LC_ALL=C
case_ map-letters map --sysroot two-nodes
narrow
case_ map-letters-color map --color --sysroot two-nodes
case_ map-letters-mixed map --rows 2 --sysroot virtio-mem-301
case_ map-letters-names map --sysroot names --width 40
LC_ALL=C.UTF-8

LC_ALL=C
case_ names-in-ascii --sysroot names -o DEVICE
LC_ALL=C.UTF-8

# Plans: from scratch, up and down, and from the trees.
parts="plan steps layout devices nodes system unpluggable warnings"
# plan_ NAME OPTIONS…: in text and in JSON
plan_()
{
	plan=$1
	shift
	case_ "plan-$plan" plan "$@"
	narrow
	case_ "json-plan-$plan" plan --json "$@"
	# shellcheck disable=SC2086 # words
	json $parts
}
plan_ dimms --boot 4G --ratio 301 --dimm 4Gx5
plan_ virtio-mem --boot 4G --virtio-mem 60G
# Eight million decisions: a minute with the sanitizers.
case $tool in
*/asan/*) echo plan-pebibyte >> names-of-cases ;;
*) case_ plan-pebibyte plan --boot 4G --virtio-mem 1P
   narrow ;;
esac
plan_ nodes --boot 4G --boot 0 --virtio-mem 4G,node=1 --dax 2G,node=1 --numa-aware no --dimm 1G
plan_ dangers --boot 4G --ratio 30000 --dimm 60Gx2 --dimm 200G
plan_ unpluggable --boot 4G --unpluggable 64G
case_ plan-unpluggable-steps plan --boot 4G --dimm 6G --virtio-mem 4G --unpluggable v0
case_ plan-unpluggable-never plan --boot 4G --boot 0 --dimm 4G,node=1 --unpluggable 4G
case_ plan-boot plan --boot 2560M
case_ plan-up-and-down plan --boot 4G --virtio-mem 0,max=32G --resize v0=20G \
	--resize v0=-16G --resize v0=+130M --dimm 1G --unplug d0
narrow
case_ plan-all plan --boot 4G --dimm 4Gx4 --virtio-mem 1G --all
case_ plan-contig-zones plan --boot 4G --policy contig-zones --dimm 1G \
	--policy auto-movable --dimm 1G --ratio 0 --dimm 1G
case_ plan-blocks plan --boot 4G --virtio-mem 1G,unit=256M --offline 50 --offline 51 \
	--online 50=kernel --online 51 --dimm 128M --offline 56 --online 56=movable
case_ plan-block-size plan --boot 4G --reserved 0 --ratio 300 --block-size 2G --dimm 4Gx3 \
	--memmap-on-memory --dimm 2G
case_ plan-raw plan --boot 4G --virtio-mem 13G --raw --bytes
case_ plan-output plan --boot 4G --virtio-mem 13G -o +RANGE,+NODE,-REASON
for tree in dimm-301 virtio-mem-301 contig-zones ungrouped two-nodes captured 64g no-numa \
	    names boot-only; do
	case_ "plan-live-$tree" plan --sysroot $tree --dimm 1G
	narrow
done
case_ json-plan-live-names plan --json --sysroot names --dimm 1G
# shellcheck disable=SC2086 # words
json $parts
# Without a step the sums are those that the kernel shows.
for tree in dimm-301 virtio-mem-301 contig-zones ungrouped two-nodes captured 64g no-numa \
	    names boot-only; do
	"$tool" nodes --sysroot $tree --json | sed -n '/^  "nodes":/,/^  }/p' > kernel-sums
	"$tool" plan --sysroot $tree --json | sed -n '/^  "nodes":/,/^  }/p' |
		sed 's/^  },/  }/' | diff kernel-sums - > why && [ -s kernel-sums ]
	code=$?
	note why
	result $code "plan --sysroot $tree: begins as nodes shows it"
done
plan_ live-resize --sysroot virtio-mem-301 --resize virtio0=+16G --dimm 8G
case_ plan-live-shrink plan --sysroot virtio-mem-301 --resize virtio0=2G
case_ plan-live-ratio plan --sysroot virtio-mem-301 --ratio 2000 --resize virtio0=80G
case_ plan-live-unpluggable plan --sysroot dimm-301 --unpluggable 16G
narrow
case_ plan-live-policy plan --sysroot later-policy
case_ plan-live-none plan --sysroot no-view

# Plans that make no sense: the option and its value are named.
case_ plan-no-device plan --boot 4G --resize v0=4G
case_ plan-no-room plan --boot 4G --virtio-mem 4G --resize v0=+4G
case_ plan-odd-size plan --boot 4G --dimm 100M
case_ plan-odd-boot plan --boot 100M
case_ plan-too-high plan --boot 4G --block-size 2G --dimm 127P --dimm 2P
case_ plan-no-goal plan --boot 4G --unpluggable v0
case_ plan-goal-of-contig plan --boot 4G --policy contig-zones --unpluggable 4G
case_ usage-plan-size plan --boot 4G --dimm 4Q
case_ usage-plan-count plan --boot 4G --dimm 4Gx0
case_ usage-plan-dax-count plan --boot 4G --dax 4Gx2
case_ usage-plan-part plan --boot 4G --dimm 4G,max=8G
case_ usage-plan-node plan --boot 4G --dimm 4G,node=1024
case_ usage-plan-name plan --boot 4G --dimm 4Gx2,id=a
case_ usage-plan-empty-name plan --boot 4G --virtio-mem 4G,id=
case_ usage-plan-ratio plan --boot 4G --ratio 4294967296
case_ usage-plan-policy plan --boot 4G --policy movable
case_ usage-plan-yes plan --boot 4G --numa-aware maybe
case_ usage-plan-resize plan --boot 4G --resize v0
case_ usage-plan-resize-size plan --boot 4G --resize v0=x
case_ usage-plan-block plan --boot 4G --offline 1=kernel
case_ usage-plan-online plan --boot 4G --online 1=dma
case_ usage-plan-block-size plan --boot 4G --block-size 100M
case_ usage-plan-live plan --live --boot 4G
case_ usage-plan-sysroot plan --sysroot dimm-301 --boot 4G
case_ usage-plan-live-block-size plan --block-size 128M
case_ usage-plan-late-boot plan --dimm 4G --boot 4G
case_ usage-plan-goal plan --boot 4G --unpluggable 0
case_ usage-plan-goal-ratio plan --boot 4G --dimm 4G --ratio 100 --unpluggable 4G

# Usage.
case_ usage-view frobnicate
case_ usage-views groups nodes
case_ usage-option --frobnicate
case_ usage-argument groups -o
case_ usage-column groups -o ID,FROB
case_ usage-column-of-other-view nodes -o ID
case_ usage-column-empty groups -o ID,,ID
case_ usage-column-none -o ''
case_ usage-json-output --json -o ID
case_ usage-column-away groups -o -ONLINE
case_ usage-split blocks --split SIZE
case_ usage-split-all blocks -a -S node
case_ usage-json-metrics metrics --json
case_ usage-columns-metrics --noheadings metrics
case_ usage-map-color map --color=sometimes
case_ usage-map-width map --width 39
case_ usage-map-rows map --rows 0
case_ usage-map-image map --svg x.svg --width 80
case_ usage-map-images map --svg - --png -
case_ json-map map --json --sysroot two-nodes
json groups blocks
case_ usage-map-json map --json --width 40
case_ usage-summary blocks --summary=sometimes
case_ usage-traces why --running --trace dimms.dat
case_ usage-trace-sysroot --trace dimms.dat --sysroot dimm-301
case_ usage-trace-source --trace dimms.dat --source sysfs
case_ usage-at groups --at 5
case_ usage-at-odd groups --trace dimms.dat --at five
case_ usage-at-why why --trace dimms.dat --at 5
case_ usage-trace-plan plan --trace dimms.dat
case_ usage-speed watch --speed 2
case_ usage-speed-odd watch --replay dimms.dat --speed 0
case_ usage-replay-sysroot watch --replay dimms.dat --sysroot dimm-301
case_ usage-replay-json watch --replay dimms.dat --json --count 3
case_ usage-not-for-it nodes --split node

# No view, or a part of it missing.
case_ no-sysroot --sysroot none
case_ no-debugfs --sysroot no-debugfs
case_ not-mounted --sysroot not-mounted
case_ no-view --sysroot no-view
case_ no-blocks --sysroot no-blocks
case_ no-blocks-needed nodes --sysroot no-blocks
case_ no-block-size --sysroot no-block-size

# Wrong content.
case_ map-no-address map --sysroot far
for tree in bad-*; do
	case_ "$tree" --sysroot "$tree" --json
done
case_ bad-name-shown groups --sysroot bad-name -o DEVICE,LAST-REASON

# Every document keeps to the schema that is published.
# shellcheck disable=SC2046 # names without spaces
python3 -W ignore -m jsonschema $(printf ' -i %s' documents/*) \
	"$top/tools/memgroup-stat/memgroup-stat.schema.json" > why 2>&1
code=$?
note why
result $code "the JSON schema holds"

# The man page knows every column and every option that --help lists.
for view in '' groups nodes blocks map why plan blockers watch trace policy metrics; do
	"$tool" $view --help
done | sed -n 's/^  *\(-., \)*\(--[a-z]*\).*/\2/p
	s/^  \([A-Z-]\{2,\}\)  *[A-Za-z].*/\1/p' | sort -u > words
# shellcheck disable=SC1003 # a backslash it is
tr -d '\\' < "$top/tools/memgroup-stat/memgroup-stat.8" > page
while read -r word; do
	grep -q -e "^\.B.*[ \"]$word\b" page || echo "$word"
done < words > missing
[ ! -s missing ] && [ "$(wc -l < words)" -gt 25 ]
code=$?
note missing
result $code "the man page has all columns and options"

# Nothing is in golden/ that no case compares.
ls "$here/golden" > there
sort names-of-cases | diff - there > difference
code=$?
note difference
result $code "a case for each golden file"
finish
