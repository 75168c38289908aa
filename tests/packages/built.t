#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make deb: does it build, does lintian find nothing, is everything in it that make install
# installs? With AGAIN=1 it is built twice, and must be the same.
set -eu
build=${BUILD:-}
# shellcheck source=tests/scripts/tap.sh
. "$(dirname "$0")/../scripts/tap.sh"

export BUILD="${build:-$top/build}"
made=$BUILD/deb
flags=$top/tools/common/flags.mk

builds() {
	"$top/scripts/deb"
	find "$made" -name '*.deb' -printf '%f\n' | sed 's/_[^_]*$//' | sort >have
	version=$(sed -n 's/^VERSION := //p' "$flags")
	for p in doc lab tools trace-plugins; do echo "memgroup-${p}_$version"; done | diff - have
	[ ! -e "$made/source" ]
}

# CHANGELOG's newest part is that of this version.
changelog() {
	[ "$(sed -n 's/^\([0-9][0-9.]*\) .*/\1/p;T;q' "$top/CHANGELOG")" = "$(sed -n 's/^VERSION := //p' "$flags")" ]
	dpkg-deb --fsys-tarfile "$made"/memgroup-tools_*.deb |
		tar -xO ./usr/share/doc/memgroup-tools/changelog.gz | gzip -dc >changelog
	words=$(sed -n 's/^  - //p' "$top/CHANGELOG" | head -n 1 | cut -d ' ' -f 1-6)
	grep -qF "  * $words" changelog
}

# As somebody who is not root, who need not be able to read the build folder.
lintian_says() {
	cp "$made"/*.deb "$made"/*.changes "$made"/*.buildinfo .
	lintian --allow-root --fail-on error,warning,info,pedantic,experimental --pedantic -EI ./*.changes >said 2>&1 || {
		cat said
		return 1
	}
	cat said
	[ ! -s said ]
}

# Each file that make install puts below /usr is in one package, with the same content.
all_there() {
	DESTDIR=$PWD/root PREFIX=/usr "$top/scripts/install"
	for p in "$made"/*.deb; do dpkg-deb -x "$p" packages; done
	(cd root && find . -type f) | sed 's|^\./usr/lib/systemd|./lib/systemd|' | sort >want
	(cd packages && find . -type f ! -path './usr/share/doc/*' ! -path './usr/share/lintian/*') |
		sed 's|\(/man/.*\)\.gz$|\1|' | sort | diff want -
	gzip -d packages/usr/share/man/man*/*.gz
	for f in usr/share/man usr/share/memgroup usr/share/bash-completion; do
		diff -r "root/$f" "packages/$f"
	done
	# No configuration, which would change how memory goes online.
	[ ! -e packages/etc ]
}

# What a page shows must be there, too: pictures in this repository.
documentation() {
	dpkg-deb -x "$made"/memgroup-doc_*.deb packages
	(
		cd packages/usr/share/doc/memgroup-doc
		find . -name '*.md' | while read -r page; do
			grep -o '!\[[^]]*\]([^)]*)' "$page" | sed 's/.*(//; s/)$//' |
				sed "s|^|${page%/*}/|"
		done >../../../../../pictures
		xargs ls -L <../../../../../pictures
	)
	[ "$(wc -l <pictures)" -ge 2 ]
}

# They run from wherever they are, and have their fortifications.
programs() {
	for p in "$made"/*.deb; do dpkg-deb -x "$p" packages; done
	version=$(sed -n 's/^VERSION := //p' "$flags")
	for program in packages/usr/bin/*; do
		"$program" --version | grep -qE " $version\$"
		# Static, for any root of a guest: it has none of what follows to look at.
		[ "${program##*/}" != hotplug-ask ] || continue
		readelf -lW "$program" | grep -q GNU_RELRO
		readelf -dW "$program" | grep -q 'FLAGS.*NOW'
		readelf -hW "$program" | grep -q 'Type: *DYN'
		nm -D "$program" | grep -qE '__[a-z]*printf_chk'
	done
	# The name of the folder that they were built in is nowhere in them.
	! grep -rlF "$made" packages
}

in_debian() { git -C "$top" status --porcelain --ignored debian; }
nothing_left() { [ "$(in_debian)" = "$before" ]; }

same_again() {
	mkdir first
	cp "$made"/*.deb first
	"$top/scripts/deb"
	for p in first/*.deb; do cmp "$p" "$made/${p##*/}"; done
}

before=$(in_debian)
run builds 'builds four packages'
run changelog "Debian's changelog is CHANGELOG"
run lintian_says 'lintian finds nothing'
run all_there 'the packages have what make install installs, and no configuration'
run documentation 'the pages of the documentation find their pictures'
run programs 'the programs run, say the version, and are hardened'
run nothing_left 'nothing is left in debian/'
[ -z "${AGAIN:-}" ] || run same_again 'built again, they are the same to the byte'
finish
