#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make install and make uninstall: which files, where, and that those find each other.
set -eu
build=${BUILD:-}
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

export BUILD="${build:-$top/build}"
unset PREFIX DESTDIR SYSCONFDIR
libdir=$(pkg-config --variable=libdir libtraceevent)

inst() { "$top/scripts/install" "$@"; }
list() { (cd "$1" && find . ! -type d | LC_ALL=C sort); }

# files PREFIX LIBDIR: all that there is to be below DESTDIR.
files() {
	LC_ALL=C sort <<-END
	.$1/bin/hotplug-ask
	.$1/bin/hotplug-stress
	.$1/bin/hotplug-vm
	.$1/bin/memgroup-kprobes
	.$1/bin/memgroup-setup
	.$1/bin/memgroup-stat
	.$1/lib/systemd/system/memgroup-setup.service
	.$1/libexec/memgroup/hotplug-guest-init
	.$1/libexec/memgroup/memgroup-stat-extra
	.$1/share/bash-completion/completions/memgroup-setup
	.$1/share/bash-completion/completions/memgroup-stat
	.$1/share/man/man1/hotplug-ask.1
	.$1/share/man/man5/memgroup.conf.5
	.$1/share/man/man7/memgroup-traceevent.7
	.$1/share/man/man8/hotplug-stress.8
	.$1/share/man/man8/hotplug-vm.8
	.$1/share/man/man8/memgroup-kprobes.8
	.$1/share/man/man8/memgroup-setup.8
	.$1/share/man/man8/memgroup-stat.8
	.$1/share/memgroup/memgroup-alerts.yml
	.$1/share/memgroup/memgroup-dashboard.json
	.$1/share/memgroup/memgroup-setup.schema.json
	.$1/share/memgroup/memgroup-stat.schema.json
	.$1/share/memgroup/memgroup.conf
	.$2/kernelshark/plugins/plugin-memgroup.so
	.$2/traceevent/plugins/memgroup.so
	END
}

in_usr() {
	export DESTDIR="$PWD/root" PREFIX=/usr
	inst
	list root >have
	files /usr "$libdir" | diff - have
}

in_local() {
	export DESTDIR="$PWD/root"
	inst
	list root >have
	files /usr/local /usr/local/lib | diff - have
	[ "$(stat -c %a root/usr/local/bin/memgroup-stat)" = 755 ]
	[ "$(stat -c %a root/usr/local/share/memgroup/memgroup.conf)" = 644 ]
	[ "$(stat -c %a root/usr/local/lib/systemd/system/memgroup-setup.service)" = 644 ]
}

# What is not ours stays, and what the administrator wrote.
uninstalls() {
	export DESTDIR="$PWD/root"
	mkdir -p root/etc/memgroup.conf.d root/usr/local/bin
	echo 'auto_movable_ratio = 200' >root/etc/memgroup.conf
	echo 'auto_online_blocks = online' >root/etc/memgroup.conf.d/mine.conf
	: >root/usr/local/bin/other
	list root >before
	inst
	grep -qx 'auto_movable_ratio = 200' root/etc/memgroup.conf
	inst --remove
	list root | diff before -
	[ ! -e root/usr/local/share/memgroup ]
	[ ! -e root/usr/local/libexec/memgroup ]
	# Again, there is nothing left to do.
	inst --remove
}

find_each_other() {
	export DESTDIR="$PWD/root"
	inst
	for program in hotplug-ask hotplug-stress hotplug-vm memgroup-kprobes memgroup-setup \
		memgroup-stat; do
		"root/usr/local/bin/$program" --version
	done
	# memgroup-stat-extra draws this one.
	root/usr/local/bin/memgroup-stat map --png - --sysroot "$top/tests/memgroup-stat/trees/64g" |
		head -c 4 | grep -q PNG
	# Of what it brings into a guest nothing is missing: only the kernel.
	refuses 120 root/usr/local/bin/hotplug-vm --project "$PWD" --kernel nowhere -- true
	says 'the kernel nowhere'
	rm root/usr/local/libexec/memgroup/hotplug-guest-init
	refuses 120 root/usr/local/bin/hotplug-vm --project "$PWD" --kernel /dev/null -- true
	says 'hotplug-guest-init is missing'
}

# Another SYSCONFDIR: the program, its manual pages, the unit and the example agree.
elsewhere() {
	export BUILD="$PWD/build" DESTDIR="$PWD/root" SYSCONFDIR=/opt/etc
	for f in bin lib; do
		mkdir -p "build/$f"
		cp -r "${build:-$top/build}/$f" build/
	done
	make -s -C "$top/tools/memgroup-setup" O="$BUILD"
	inst
	share=root/usr/local/share
	for f in "$share/man/man8/memgroup-setup.8" "$share/man/man5/memgroup.conf.5" \
		"$share/memgroup/memgroup.conf" root/usr/local/lib/systemd/system/memgroup-setup.service; do
		grep -qF /opt/etc/memgroup.conf "$f"
		! grep -F /etc/memgroup.conf "$f" | grep -vF /opt/etc || return 1
	done
	mkdir -p tree/etc tree/opt/etc
	echo wrong=1 >tree/etc/memgroup.conf
	echo worse=1 >tree/opt/etc/memgroup.conf
	refuses 1 root/usr/local/bin/memgroup-setup --check --sysroot tree
	says 'tree/opt/etc/memgroup.conf: line 1'
	refuses 0 root/usr/local/bin/memgroup-setup --help
	says 'as /opt/etc/memgroup.conf says'
	# Built again without it, it looks in /etc again.
	unset SYSCONFDIR
	make -s -C "$top/tools/memgroup-setup" O="$BUILD"
	refuses 1 "$BUILD/bin/memgroup-setup" --check --sysroot tree
	says 'tree/etc/memgroup.conf: line 1'
}

relative() {
	PREFIX=usr refuses 1 inst
	says 'usr is not'
	DESTDIR=root refuses 1 inst
	SYSCONFDIR=etc refuses 1 inst
	[ -z "$(find . -mindepth 1 ! -name said)" ]
}

not_built() {
	export BUILD="$PWD/build" DESTDIR="$PWD/root"
	refuses 1 inst
	says 'hotplug-ask is not built'
}

run in_local 'installs below /usr/local: exactly these files'
run in_usr 'installs below /usr: the plugins where their programs look for them'
run uninstalls 'uninstall leaves nothing, but what is not ours; a configuration stays as it is'
run find_each_other 'what is installed runs, and finds its other half'
run elsewhere 'with another SYSCONFDIR program, manual pages, unit and example agree'
run relative 'a relative folder is refused'
run not_built 'what is not built is named'
finish
