#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# tests/docs/pictures.t: the pictures of the documentation are there, what the programs
# draw today, well-formed, and small. TAP.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to_top=../..
# shellcheck source=scripts/common.sh
. "$here/../../scripts/common.sh"
cd "$top"
pictures=docs/pictures
most=61440

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

count=0
failed=0
result() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		failed=1
		echo "not ok $count - $2"
		echo "# To see it again: tests/docs/pictures.t"
	fi
}

status=0
$pictures/draw "$work" 2>"$work/errors" || status=$?
sed 's/^/# /' "$work/errors"
result $status "$pictures/draw draws"

for drawn in "$work"/*.svg; do
	name=${drawn##*/}
	status=0
	cmp "$drawn" "$pictures/$name" >"$work/errors" 2>&1 || status=1
	[ $status -eq 0 ] || sed 's/^/# /; $a# If the new one is right: docs/pictures/draw' "$work/errors"
	result $status "$name is what memgroup-stat draws"
done

for picture in "$pictures"/*.svg; do
	status=0
	size=$(wc -c <"$picture")
	[ "$size" -le $most ] || { echo "# $size bytes are more than $most" && status=1; }
	xmllint --noout "$picture" 2>"$work/errors" || status=1
	sed 's/^/# /' "$work/errors"
	result $status "$picture is well-formed, and small"
done

# Links are relative to the page.
sed -n 's/.*!\[[^]]*\](\([^)]*\)).*/\1/p' docs/*.md >"$work/links"
status=0
[ -s "$work/links" ] || { echo "# no page has a picture" && status=1; }
while read -r link; do
	[ -f "docs/$link" ] || { echo "# no such picture: docs/$link" && status=1; }
done <"$work/links"
for picture in "$pictures"/*.svg; do
	grep -qx "pictures/${picture##*/}" "$work/links" || {
		echo "# no page shows $picture"
		status=1
	}
done
result $status "every picture is shown by a page, and every one that is shown is there"

echo "1..$count"
exit $failed
