#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# hotplug-vm as a whole: boots real guests. TAP on standard output.
#
#	HOTPLUG_VM	the program (default: build/bin/hotplug-vm of this checkout)
#	KERNEL		the kernel (default: hotplug-vm's own default)
#	LAB_ARGS	more arguments for every run, such as "--accel tcg"
#
# Scripts in single quotes are expanded in the guest:
# shellcheck disable=SC2016

here=$(cd "$(dirname "$0")" && pwd)
HOTPLUG_VM=${HOTPLUG_VM:-$here/../../build/bin/hotplug-vm}
tmp=$(mktemp -d) || exit 1
started=
TMPDIR=$tmp/runs
export TMPDIR
mkdir "$TMPDIR" "$tmp/results"

cleanup() {
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

tests=0
failed=0

# result STATUS NAME: one TAP line; on failure with what the last run said.
result() {
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		echo "# exit code: $code"
		sed 's/^/# out: /' "$tmp/out" | cut -c -200 | head -n 20
		sed 's/^/# err: /' "$tmp/err" | cut -c -200 | head -n 60
	fi
}

# check NAME COMMAND...: the command says whether it is good.
check() {
	name=$1
	shift
	"$@" >/dev/null 2>&1
	result $? "$name"
}

vm() {
	# shellcheck disable=SC2086
	"$HOTPLUG_VM" ${KERNEL:+--kernel "$KERNEL"} $LAB_ARGS "$@"
}

# run ARG...: hotplug-vm with its output in files and its exit code in $code.
run() {
	vm "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
}

# guest SCRIPT [OPTION...]: a shell script in the guest.
guest() {
	script=$1
	shift
	run "$@" -- sh -c "$script"
}

code_is() { [ "$code" = "$1" ]; }
err_has() { grep -q -- "$1" "$tmp/err"; }
out_has() { grep -q -- "$1" "$tmp/out"; }
out_is() { [ "$(cat "$tmp/out")" = "$1" ]; }
nothing_left() { [ -z "$(ls "$TMPDIR")" ]; }

# gone PID: no such process, or one that only waits to be reaped.
gone() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -e "/proc/$1/stat" ] || return 0
		case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in
		Z* | X* | '') return 0 ;;
		esac
		sleep 0.3
	done
	return 1
}

# background OPTION...: a run that lasts; sets $vm and $qemu to its process ids.
background() {
	# A shell's background job ignores SIGINT, and hotplug-vm respects that.
	# shellcheck disable=SC2086
	env --default-signal=INT,QUIT "$HOTPLUG_VM" ${KERNEL:+--kernel "$KERNEL"} $LAB_ARGS \
		--verbose "$@" -- sh -c 'echo running; sleep 300' >"$tmp/out" 2>"$tmp/err" &
	vm=$!
	started="$started $vm"
	for _ in $(seq 300); do
		if grep -q running "$tmp/out" || ! kill -0 $vm 2>/dev/null; then
			break
		fi
		sleep 0.2
	done
	qemu=$(sed -n 's/.*QEMU is process \([0-9]*\).*/\1/p' "$tmp/err" | tail -n 1)
}

# The first run may probe KVM and say so on standard error.
run -- true
check 'a command that succeeds gives 0' code_is 0
check 'the temporary folder is removed' nothing_left

# Exit codes and output

run -- sh -c 'exit 7'
check "the command's exit code is returned" code_is 7

run -- sh -c 'echo to-out; echo to-err >&2'
check 'standard output comes alone' out_is to-out
check 'standard error comes alone' [ "$(cat "$tmp/err")" = to-err ]

run -- sh -c 'for a; do printf "[%s]" "$a"; done' name 'a b' '' 'c
d' "e'f\"g" '$HOME' ''
check 'arguments arrive as they are' out_is "[a b][][c
d][e'f\"g][\$HOME][]"

head -c 5000000 /dev/zero | tr '\0' a >"$tmp/want-out"
head -c 5000000 /dev/zero | tr '\0' b >"$tmp/want-err"
guest 'head -c 5000000 /dev/zero | tr "\0" a & head -c 5000000 /dev/zero | tr "\0" b >&2; wait'
check '5 MB on standard output are complete' cmp "$tmp/out" "$tmp/want-out"
check '5 MB on standard error are complete' cmp "$tmp/err" "$tmp/want-err"
: >"$tmp/err"

seq 300000 >"$tmp/want-out"
vm -- seq 300000 2>"$tmp/err" | { sleep 6; cat; } >"$tmp/out"
check 'a slow reader gets everything' cmp "$tmp/out" "$tmp/want-out"
: >"$tmp/out"

guest '(sleep 0.2; echo late) & echo early; exit 4'
check 'a process left behind does not delay the end' code_is 4

guest 'exit 120'
check 'a code of 120 or more becomes 119' code_is 119
check '... and is told in words' err_has 'ended with 120'

guest 'kill -SEGV $$'
check 'a command ended by a signal gives 119' code_is 119
check '... and the signal is named' err_has 'signal 11'

run -- no-such-program
check 'a missing command gives 119' code_is 119
check '... and is named' err_has 'no-such-program'

# Everything that goes wrong

run --time-limit 5 -- sleep 100
check 'the time limit gives 121' code_is 121
check '... and the console is shown' err_has "console's last"

guest 'echo c > /proc/sysrq-trigger; sleep 60'
check 'a panic gives 122' code_is 122
check '... and its text is shown' err_has 'kernel panic: .*sysrq triggered crash'

background --hang-limit 4
kill -STOP "$qemu"
wait "$vm"
code=$?
check 'a guest that hangs gives 122' code_is 122
check '... and the reason is told' err_has 'no heartbeat'
check '... and its QEMU is gone' gone "$qemu"

# One second is too short for any guest under emulation; under KVM this is not told.
run --accel tcg --boot-limit 1 -- true
check 'a boot that takes too long gives 122' code_is 122

# A line as the kernel prints it stands in for a real WARN(), for which a module
# would be needed.
guest 'echo "<4>WARNING: CPU: 0 PID: 1 at mm/x.c:1 f+0x1/0x2" > /dev/kmsg; echo done'
check 'a kernel splat gives 123 although the command succeeded' code_is 123
check '... and the output came nevertheless' out_is 'done'
check '... and its text is shown' err_has 'WARNING: CPU: 0 PID: 1'

run --append 'unused=WARNING: lab.note=BUG:' -- true
check 'words on the kernel command line are no splat' code_is 0

vm --kernel "$tmp/no-such-kernel" -- true >"$tmp/out" 2>"$tmp/err"
code=$?
check 'a missing kernel gives 120' code_is 120
check '... and is named' err_has no-such-kernel

run --append initcall_blacklist=init_v9fs -- true
check 'a guest that cannot be set up gives 120' code_is 120
check '... and the step that failed is named' err_has 'init failed: mount usr (9p) on /usr'

guest 'echo o >/proc/sysrq-trigger; sleep 60'
check 'a guest that goes down by itself gives 120' code_is 120

PATH=$tmp "$HOTPLUG_VM" ${KERNEL:+--kernel "$KERNEL"} --accel tcg -- true \
	>"$tmp/out" 2>"$tmp/err"
code=$?
check 'a host without QEMU gives 120' code_is 120
check '... and QEMU is named' err_has 'qemu-system-x86_64 is not installed'
check 'nothing is left after failures' nothing_left

# However it ends, QEMU does not outlive it

for signal in TERM INT HUP; do
	case $signal in TERM) want=143 ;; INT) want=130 ;; HUP) want=129 ;; esac
	background
	kill -$signal "$vm"
	wait "$vm"
	code=$?
	check "SIG$signal ends it with $want" code_is "$want"
	check '... and its QEMU' gone "$qemu"
	check '... and leaves no folder' nothing_left
done

background
kill -KILL "$vm"
wait "$vm" 2>/dev/null
check 'SIGKILL of hotplug-vm ends its QEMU too' gone "$qemu"
rm -rf "${TMPDIR:?}"/*

# Memory

guest '
	set -e
	blocks() { ls -d /sys/devices/system/memory/memory* | wc -l; }
	wait_blocks() {
		for i in $(seq 100); do [ "$(blocks)" = "$1" ] && return; sleep 0.2; done
		echo "blocks: $(blocks), not $1"; exit 1
	}
	wait_blocks 32
	[ "$(hotplug-ask add-dimm 1G)" = d0 ]
	wait_blocks 40
	[ -d /sys/devices/system/memory/memory304 ]
	[ "$(hotplug-ask add-dimm 512M 0 mine)" = mine ]
	wait_blocks 44
	hotplug-ask remove-dimm d0
	wait_blocks 36
	hotplug-ask resize v0 2G
	[ -d /sys/devices/system/memory/memory48 ]
	wait_blocks 52
	hotplug-ask resize v0 1G
	hotplug-ask query
	hotplug-ask query --json > /results/query.json
' --virtio-mem id=v0,max=32G --append memhp_default_state=online_movable \
	--results "$tmp/results"
check 'memory comes and goes' code_is 0
check 'query lists the DIMM' grep -Eq '^dimm +mine +0 +512M +- +512M +0x9' "$tmp/out"
check 'query lists the virtio-mem device' \
	grep -Eq '^virtio-mem +v0 +0 +1G +1G +32G +0x180000000 ' "$tmp/out"
check 'query --json came out through the results folder' \
	grep -q '"id":"v0","node":0,"size":1073741824,"requested":1073741824' \
	"$tmp/results/query.json"

guest '
	hotplug-ask add-dimm 1G 2 || exit 1
	for i in $(seq 100); do
		[ -e /sys/devices/system/node/node2/memory32 ] && exit 0
		sleep 0.2
	done
	exit 1
' --node 1G --node 1G --node 0 --append memhp_default_state=online
check 'a node without boot memory gets a DIMM' code_is 0

guest '
	[ "$(cat /sys/bus/nd/devices/namespace0.0/size)" = 1207959552 ] || exit 1
	[ "$(cat /sys/bus/nd/devices/namespace0.0/target_node)" = 1 ] || exit 2
	hotplug-ask remove-dimm n0 && exit 3
	hotplug-ask add-dimm 128M && exit 4
	hotplug-ask query
' --node 1G --node 0 --nvdimm id=n0,size=1152M,node=1 --slots 1
check 'an NVDIMM is there at boot, on its node' code_is 0
check '... it cannot be removed' err_has 'n0 is an NVDIMM'
check '... it takes a slot' err_has 'all 1 DIMM slots'
check '... and query lists it' grep -Eq '^nvdimm +n0 +1 +1152M +- +1152M +0x1' "$tmp/out"

# Offline at boot: the policy is not asked before somebody writes to their states.
guest '
	set -e
	cd /sys/devices/system/memory
	hotplug-ask query
	[ "$(cat memory48/state memory55/state memory56/state)" = "offline
offline
offline" ]
	[ -e ../node/node1/memory56 ]
	hotplug-ask remove-dimm d0
	[ ! -e memory48 ]
	[ "$(hotplug-ask add-dimm 128M)" = d2 ]
' --node 2G --node 2G --dimm size=1G --dimm size=512M,node=1 --slots 3 \
	--append memhp_default_state=offline
check 'DIMMs are there at boot, and go' code_is 0
check '... and query lists them' [ "$(grep -c "^dimm  *d[01] " "$tmp/out")" = 2 ]

guest '
	refused() {
		hotplug-ask "$@" 2>/tmp/why
		code=$?
		[ $code = 1 ] && grep -q "host refused" /tmp/why && return
		echo "$*: $code $(cat /tmp/why)"; exit 1
	}
	usage() { hotplug-ask "$@" 2>/dev/null; [ $? = 2 ] || { echo "$*"; exit 1; }; }
	refused add-dimm 100M
	refused add-dimm 0
	refused add-dimm 100G
	refused add-dimm 1G 1
	refused add-dimm 1G 0 v0
	refused remove-dimm v0
	refused remove-dimm d0
	refused resize v0 5G
	refused resize v0 1M
	refused resize v1 1G
	usage
	usage add-dimm
	usage add-dimm 1X
	usage add-dimm 1G 0 Bad_Id
	usage remove-dimm
	usage resize v0
	usage resize v0 1G --wait soon
	usage query --wait 1
	usage system_reset
	hotplug-ask add-dimm 128M && hotplug-ask add-dimm 128M || exit 1
	refused add-dimm 128M
' --virtio-mem id=v0,max=4G --slots 2
check 'bad requests are refused' code_is 0

guest '
	hotplug-ask resize --wait 3 v0 2G; code=$?
	hotplug-ask query
	exit $code
' --virtio-mem id=v0,max=4G --append initcall_blacklist=virtio_mem_driver_init
check 'a resize that the guest does not follow fails' code_is 1
check '... and what was reached is told' err_has 'v0 reached 0 of 2G'

# Unmovable kernel memory (the trace buffer) lies in the DIMM: it cannot go.
guest '
	hotplug-ask add-dimm 1G || exit 9
	for i in $(seq 100); do
		[ "$(cat /sys/devices/system/memory/memory39/state)" = online ] && break
		sleep 0.2
	done
	echo 350000 > /sys/kernel/tracing/buffer_size_kb
	hotplug-ask remove-dimm d0
' --memory 512M --append memhp_default_state=online_kernel
check 'a DIMM that the guest does not give up is an error' code_is 1
check '... and the refusal is told' err_has 'did not give d0 up'

guest '
	port=/dev/$(basename "$(dirname "$(grep -l hotplug-vm.ask /sys/class/virtio-ports/*/name)")")
	head -c 300000 /dev/urandom > "$port"
	printf "1 quit\n1 add-dimm 134217728 0 ../../x\n\n\n1 qom-set a b\n" > "$port"
	hotplug-ask query || exit 1
	for i in 1 2 3 4 5 6; do hotplug-ask add-dimm 128M & done
	wait
	[ "$(hotplug-ask query | grep -c ^dimm)" = 6 ]
'
check 'rubbish on the port does no harm, and askers take turns' code_is 0
check '... each with its own answer' [ "$(sort "$tmp/out" | grep -c '^d[0-5]$')" = 6 ]

# Folders and files

guest 'touch /project/x /usr/x; [ -d /project ] && [ "$(pwd)" = /project ]' --project "$here"
check 'the command runs in /project' code_is 0
check '... which is read-only' err_has "touch '/project/x': Read-only"
check '... and so is /usr' err_has "touch '/usr/x': Read-only"

guest 'echo out > /results/file; mkdir /results/d; echo 2 > /results/d/f' \
	--results "$tmp/results" --console "$tmp/console"
check 'a file in /results comes out' [ "$(cat "$tmp/results/file")" = out ]
check '... and one in a folder of it' [ "$(cat "$tmp/results/d/f")" = 2 ]
check "the console's log is kept" grep -q 'Linux version' "$tmp/console"

# QEMU's second monitor; hotplug-stress --qmp is what talks to it

echo kept >"$tmp/taken"
run --qmp "$tmp/taken" -- true
check '--qmp refuses a file that exists' code_is 2
check '... and leaves it alone' [ "$(cat "$tmp/taken")" = kept ]
background --qmp "$tmp/monitor"
check '--qmp makes a socket for the user alone' \
	[ "$(stat -c '%F %a' "$tmp/monitor")" = 'socket 700' ]
kill -TERM "$vm"
wait "$vm"
check '... which goes with the run' [ ! -e "$tmp/monitor" ]

for folder in / /home /root /etc /usr "$here/../../../../../../../../../../etc"; do
	for option in --project --results; do
		run $option "$folder" -- true
		check "$option $folder is refused" code_is 2
	done
done

for options in '--memory 4X' '--memory 1G --max-memory 512M' '--cpus 0' '--accel x' \
	'--virtio-mem max=1G' '--nvdimm id=n0,size=64M' '--node 0' '--time-limit -1' '--bogus' ''; do
	# shellcheck disable=SC2086
	run --verbose $options
	check "'$options' is bad usage" code_is 2
	if grep -q 'QEMU is process' "$tmp/err"; then
		result 1 '... and nothing was started'
	fi
done

# A system of its own; what is booted with it, tests/boot has

run --root "$here/lab.test.sh" -- true
check '--root with what is no image is bad usage' code_is 2
check '... and the file is named' err_has 'lab.test.sh is no squashfs image'

# The shell

run --shell </dev/null
check '--shell without a terminal is bad usage' code_is 2

if command -v script >/dev/null; then
	: >"$tmp/out"
	{
		for _ in $(seq 150); do
			grep -q '#' "$tmp/out" && break
			sleep 0.2
		done
		printf 'stty size; tty; exit 5\r'
		for _ in $(seq 50); do
			[ -e "$tmp/ended" ] && break
			sleep 0.2
		done
	} | {
		script -qefc "stty rows 33 cols 101; stty -g > $tmp/before
			$HOTPLUG_VM ${KERNEL:+--kernel $KERNEL} $LAB_ARGS --shell; code=\$?
			stty -g > $tmp/after; exit \$code" /dev/null >"$tmp/out" 2>"$tmp/err"
		echo $? >"$tmp/ended"
	}
	code=$(cat "$tmp/ended")
	check "--shell returns the shell's exit code" code_is 5
	check '... on a terminal of the right size' out_has '33 101'
	check '... and puts the terminal back' cmp "$tmp/before" "$tmp/after"
else
	for what in 'returns the exit code' 'has the right size' 'puts the terminal back'; do
		tests=$((tests + 1))
		echo "ok $tests - --shell $what # SKIP script(1) is not installed"
	done
fi

check 'nothing is left in the end' nothing_left
echo "1..$tests"
[ $failed = 0 ]
