#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# hotplug-vm --root itself, where not all is well, and its shell. TAP. KERNEL is the base (6.1).
#
# Scripts in single quotes are expanded in the guest, functions called by check:
# shellcheck disable=SC2016,SC2317

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
vm=$build/bin/hotplug-vm
image=$("$top/tests/boot/image") || { echo "Bail out! no image to boot"; exit 1; }
work=$(mktemp -d) || { echo "Bail out! no folder for temporary files"; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

count=0
failed=0

# check NAME COMMAND...: the command says whether it is good.
check()
{
	name=$1
	shift
	count=$((count + 1))
	if "$@" > /dev/null 2>&1; then
		echo "ok $count - $name"
		return
	fi
	failed=1
	echo "not ok $count - $name"
	echo "# exit code $code; to see it again: tests/boot/root.t"
	sed 's/^/# out: /' "$work/out"
	sed 's/^/# err: /' "$work/err"
}

# system OPTION...: of hotplug-vm; sets $code
system()
{
	"$vm" --kernel "$build/${KERNEL:-6.1}/bzImage" --project "$top" --root "$image" "$@" \
		> "$work/out" 2> "$work/err"
	code=$?
}

code_is() { [ "$code" = "$1" ]; }
out_is() { [ "$(cat "$work/out")" = "$1" ]; }
err_has() { grep -q -- "$1" "$work/err"; }

# unit NAME PROGRAM: in the guest, a service that runs it at boot
unit='unit() {
	printf "[Service]\nType=oneshot\nExecStart=$2\n[Install]\nWantedBy=multi-user.target\n" \
		> /etc/systemd/system/$1.service
	systemctl --quiet enable $1.service
};'

system --before-boot 'echo early; exit 3' -- echo late
check 'a command before boot that fails is a failure of the lab' code_is 120
check '... and is named' err_has 'the command of --before-boot ended with 3'
check '... what it said came, and nothing else was run' out_is early

# A line as the kernel prints it stands in for a real WARN().
system --before-boot "$unit unit bad /bin/false" -- \
	sh -c 'echo "<4>WARNING: CPU: 0 PID: 1 at mm/x.c:1 f+0x1/0x2" >/dev/kmsg; cat /proc/1/comm'
check 'the command runs in a system that is degraded' out_is systemd
check '... which is told' err_has 'the system is degraded'
check '... with the unit that failed' err_has 'bad.service.*failed'
check 'a kernel splat is seen as in other guests' code_is 123

system --boot-limit 40 --before-boot "$unit unit slow '/bin/sleep 1000'" -- echo late
check 'a system that does not come up is a failure of the lab' code_is 120
check '... and the limit is told' err_has 'did not come up (--boot-limit 40)'
check '... with the job that did not end' err_has 'slow.service.*running'
check '... and nothing was run' out_is ''

system --append systemd.unit=emergency.target -- echo late
check 'so is one that asks for maintenance' code_is 120
check '... which is told' err_has 'the system is maintenance'

# As a user would: when the prompt is there
: > "$work/out"
{
	for _ in $(seq 600); do
		grep -q '#' "$work/out" && break
		sleep 0.2
	done
	printf 'stty size; systemctl is-system-running; exit 5\r'
	for _ in $(seq 100); do
		[ -e "$work/ended" ] && break
		sleep 0.2
	done
} | {
	script -qefc "stty rows 33 cols 101; $vm --kernel $build/${KERNEL:-6.1}/bzImage --project $top \
		--root $image --time-limit 150 --shell" /dev/null > "$work/out" 2> "$work/err"
	echo $? > "$work/ended"
}
code=$(cat "$work/ended")
check "--shell returns the shell's exit code" code_is 5
check '... on a terminal of the right size' grep -q '33 101' "$work/out"
check '... in a system that is up' grep -q '^running' "$work/out"

echo "1..$count"
exit $failed
