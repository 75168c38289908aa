#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# scripts/check-host and scripts/install-deps, on machines pretended by programs
# that stand in for the real ones.
set -eu
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/tap.sh"

# stub NAME: a program of that name; its script is stdin.
stub() {
	mkdir -p bin
	{ echo '#!/bin/sh' && cat; } >"bin/$1"
	chmod +x "bin/$1"
}
pretend() { PATH=$PWD/bin:$PATH "$@"; }

machine() {
	echo "echo ${1:-x86_64}" | stub uname
	echo "case \$1 in _PHYS_PAGES) echo $((${2:-8000} * 256)) ;; *) echo 4096 ;; esac" | stub getconf
	printf 'echo header\necho "disk 1 1 %s 1%% /"\n' "${3:-90000}" | stub df
}
host() { BUILD=$PWD/b pretend "$top/scripts/check-host" "$@"; }

fits() { machine && refuses 0 host 6.1 && [ ! -s said ]; }
other_cpu() { machine aarch64 && refuses 1 host 6.1 && says 'this one is aarch64'; }
small() { machine x86_64 1024 && refuses 1 host 6.1 && says 'has 1024 MiB'; }
full() {
	machine x86_64 8000 1500
	refuses 1 host 6.1
	says '1500 MiB are free'
	# What was built needs no space any more.
	mkdir -p b/src/6.1 b/6.1
	: >b/6.1/bzImage
	refuses 0 host 6.1
	refuses 1 host 6.1 6.1-debug
	# What else is to be made there.
	refuses 1 host --more 2000 6.1
	says '1500 MiB are free'
	refuses 1 host --more 1 --source 6.2
	refuses 0 host --more 1 --source 6.1 6.1
}

# debian MISSING: all packages but one are installed; apt notes what it is told.
debian() {
	echo 'ID=debian' >os
	missing=$1
	cat <<-END | stub dpkg-query
	shift 3
	for p; do [ "\$p" = "$missing" ] || echo "\$p installed"; done
	END
	cat <<-END | stub apt-get
	echo "\$*" >>$PWD/told
	case "\$*" in
	*--assume-no*)
		[ ! -e $PWD/old ] || [ -e $PWD/updated ] || { echo 'E: Unable to locate package' && exit 100; }
		echo 'Need to get 3 MB of archives.'
		echo 'After this operation, 9 MB of additional disk space will be used.'
		exit 1
		;;
	*update*) : >$PWD/updated ;;
	esac
	END
	# Root or not, the commands end up at the stand-ins.
	cat <<-'END' | stub sudo
	[ "$1" != -n ] || shift
	exec "$@"
	END
}
deps() { OS_RELEASE=$PWD/os pretend "$top/scripts/install-deps" build lab tools traces deb tests lint "$@" </dev/null; }

all_there() {
	debian none
	refuses 0 deps
	[ ! -s said ]
	[ ! -e told ]
}
one_missing() {
	debian bison
	refuses 0 deps
	says bison
	! says flex || return 1
	says 'Need to get 3 MB'
	says '9 MB of additional disk space'
	grep -q 'install --no-install-recommends --yes bison *$' told
	! grep -q update told
}
long_group() {
	debian gcc-aarch64-linux-gnu
	refuses 0 deps
	[ ! -s said ]
	refuses 0 deps long
	says 'gcc-aarch64-linux-gnu'
	grep -q -e '--yes gcc-aarch64-linux-gnu *$' told
}
one_group() {
	debian clang
	OS_RELEASE=$PWD/os refuses 0 pretend "$top/scripts/install-deps" build lab
	[ ! -s said ]
}
old_lists() {
	debian bison
	: >old
	refuses 0 deps
	grep -q update told
	grep -q -e '--yes bison' told
}
own_tree() {
	debian linux-source-6.1
	KSRC=/somewhere refuses 0 deps
	[ ! -s said ]
}
not_root() {
	debian bison
	echo 'echo 1000' | stub id
	refuses 0 deps
	echo 'exit 1' | stub id
}
no_password() {
	debian bison
	echo 'echo 1000' | stub id
	echo 'echo "sudo: a password is required" >&2; exit 1' | stub sudo
	refuses 1 deps
	says 'needs root, and sudo wants a password'
	says 'apt-get install --no-install-recommends bison'
	[ ! -e told ]
}
no_network() {
	debian bison
	cat <<-'END' >>bin/apt-get
	case "$*" in *--yes*)
		for f in 1 2 3 4 5 6 7 8 9; do echo "E: Failed to fetch package-$f" >&2; done
		exit 100 ;;
	esac
	END
	refuses 1 deps
	says 'cannot fetch 9 packages: is there a network?'
	[ "$(grep -c 'Failed to fetch' said)" -eq 3 ]
}
asks() {
	debian bison
	command -v script >/dev/null
	{ sleep 1 && echo n; } | OS_RELEASE=$PWD/os pretend script -qec "$top/scripts/install-deps build" /dev/null >said || :
	says 'Install them?'
	says 'nothing was installed'
	! grep -q -e --yes told
}
elsewhere() {
	debian none
	echo 'ID=fedora' >os
	# A system with programs, but no kernel source.
	LINUX_SOURCES=$PWD refuses 1 deps
	says 'linux-source-6.1.tar.xz'
	says 'on Debian only'
	[ ! -e told ]
}
table() {
	awk '!/^#/ && NF && (NF < 4 || $1 !~ /^(build|lab|tools|traces|deb|tests|lint|long)$/) { print; bad = 1 }
		END { exit bad }' "$top/scripts/packages"
}

run fits 'a machine that is large enough: nothing to say'
run other_cpu 'another architecture is refused'
run small 'too little memory is refused'
run full 'too little disk space is refused; what is built already is not counted'
run all_there 'nothing missing: silent, and apt is not asked'
run one_missing 'says what is missing and how much, and installs only that'
run long_group 'what only check-long needs is installed when it is asked for'
run one_group 'of the other groups nothing is installed'
run old_lists 'package lists are fetched only if apt does not know a package'
run own_tree 'a tree of your own needs no kernel source package'
run not_root 'without being root, through sudo'
run no_password 'where sudo wants a password and nobody can give it: says so at once'
run no_network 'no network: said in a few lines'
run asks 'asks on a terminal, and takes no for an answer'
run elsewhere 'elsewhere than on Debian: says what is needed and stops'
run table 'the table of packages is well formed'
finish
