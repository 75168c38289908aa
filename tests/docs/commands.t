#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/docs/commands.t PAGE...: the commands of these pages of documentation do what the
# pages say, where they say: on the host, or in guests, one for each page and setting.
# TAP, a test a command. CONTRIBUTING.md says how a page tells. KERNEL names the kernel
# (6.1), TIME_LIMIT is the seconds for each guest (300).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to_top=../..
# shellcheck source=scripts/common.sh
. "$here/../../scripts/common.sh"
cd "$top"
kernel=${KERNEL:-6.1}
[ $# -gt 0 ] || die "usage: commands.t PAGE..."

work=$(mktemp -d)
guest=
# shellcheck disable=SC2317 # called by the traps
stop() { # exit code
	trap '' HUP INT TERM
	[ -z "$guest" ] || { kill "$guest" 2>/dev/null && wait "$guest"; } || :
	exit "$1"
}
trap 'rm -rf "$work"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

count=0
failed=0
result() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$count" "$2"
	else
		failed=1
		printf 'not ok %d - %s\n' "$count" "$2"
	fi
}
# A # would begin a directive.
title() { head -n 1 "$1" | sed 's/ #/ \\#/g'; }

format_of() {
	case $1 in
	*.md) echo md ;;
	*.rst) echo rst ;;
	*.[1-8]) echo man ;;
	*) die "$1: neither Markdown, reStructuredText nor a manual page" ;;
	esac
}

# boot FOLDER OPTION...: a guest that runs what is there. What is no option of hotplug-vm
# is for the kernel.
boot() {
	folder=$1
	shift
	image=$kernel
	arguments="memhp_default_state=online memory_hotplug.online_policy=auto-movable"
	options=
	case $1 in
	guest) ;;
	stock) image=$kernel-stock ;;
	esac
	shift
	for word; do
		case $word in
		-*) options="$options $word" ;;
		*) arguments="$arguments $word" ;;
		esac
	done
	rm -rf "$folder/modules"
	"$here/lay-out-modules" "$BUILD/$image" "$folder/modules"
	# shellcheck disable=SC2086 # options are words
	"$BUILD/bin/hotplug-vm" --kernel "$BUILD/$image/bzImage" --project "$top" \
		--results "$folder" --virtio-mem id=v0,max=32G --hang-limit 120 \
		--time-limit "${TIME_LIMIT:-300}" $options --append "$arguments" -- \
		/project/tests/docs/run-commands /project /results \
		</dev/null >"$folder/said" 2>&1 &
	guest=$!
	wait "$guest" || return
	guest=
}

# run FOLDER SETTING: the commands that FOLDER/order lists
run() {
	status=0
	case $2 in
	host)
		PATH=$BUILD/bin:$PATH "$here/run-commands" "$top" "$1" >"$1/said" 2>&1 || status=$?
		;;
	*)
		# shellcheck disable=SC2086 # a name and options
		boot "$1" $2 || status=$?
		;;
	esac
	guest=
	[ "$status" -eq 0 ] || sed 's/^/# /' "$1/said"
	result "$status" "$page: a run of all commands: $2"
}

# judge FOLDER NUMBER CODE SHOWN: did that command do what the page says? Else says why.
judge() {
	if [ ! -f "$1/$2.code" ]; then
		echo "# not run: the shell or the guest ended before"
		return 1
	fi
	code=$(cat "$1/$2.code")
	good=0
	if [ "$code" -ne "$3" ]; then
		echo "# exit code $code, not $3"
		good=1
	fi
	if [ "$4" -eq 1 ] && ! awk -f "$here/matches.awk" "$1/$2.expected" "$1/$2.got"; then
		echo "# printed, - by the page, + really:"
		diff -U 100 "$1/$2.expected" "$1/$2.got" | sed '1,3d; s/^/# /'
		good=1
	elif [ "$good" -ne 0 ]; then
		sed 's/^/# /' "$1/$2.got"
	fi
	[ "$good" -eq 0 ] || echo "# To see it again: tests/docs/commands.t $page"
	return $good
}

for page; do
	[ -f "$page" ] || die "no such page: $page"
	folder=$work/page
	rm -rf "$folder"
	mkdir "$folder"
	awk -v page="$page" -v format="$(format_of "$page")" -v out="$folder" \
		-f "$here/extract.awk" "$page"
	sed 's/^/# /' "$folder/problems"
	status=0
	[ ! -s "$folder/problems" ] || status=1
	result "$status" "$page: every block of commands says where it runs"

	cut -f 6 "$folder/list" | sort -u >"$folder/settings"
	while read -r setting; do
		case $setting in
		host | guest | "guest "* | stock | "stock "*)
			awk -F '\t' -v setting="$setting" '$6 == setting { print $1, $3 }' \
				"$folder/list" >"$folder/order"
			run "$folder" "$setting"
			;;
		esac
	done <"$folder/settings"

	while IFS='	' read -r number line _ code shown setting; do
		status=0
		case $setting in
		host | guest | "guest "* | stock | "stock "*)
			judge "$folder" "$number" "$code" "$shown" || status=1
			;;
		"elsewhere: "?*)
			"$here/elsewhere" "${setting#elsewhere: }" "$folder/$number.command" || status=1
			;;
		"no: "?*) printf '# not run, %s\n' "${setting#no: }" ;;
		*)
			printf '# no such place to run a command: %s\n' "$setting"
			status=1
			;;
		esac
		result "$status" "$page:$line: $(title "$folder/$number.command")"
	done <"$folder/list"
done
echo "1..$count"
exit "$failed"
