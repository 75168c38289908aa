#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What comes with memgroup-setup: does the example say what the program understands, do the
# manual pages know all of it, can systemd use the unit, does the completion complete?

program=memgroup-setup
# shellcheck source=tests/memgroup-stat/lib.sh
. "$(dirname "$0")/../memgroup-stat/lib.sh"
shipped=$top/tools/memgroup-setup
cd "$work" || exit 1

# The example, with every key of the program in it, and no other.
mkdir -p tree/etc
cp "$shipped/memgroup.conf" tree/etc
"$tool" --check --sysroot tree > out 2>&1
code=$?
[ $code -eq 0 ] || [ $code -eq 4 ]
result $? "the example is understood"
echo x=y > tree/etc/memgroup.conf
"$tool" --sysroot tree 2>&1 | sed 's/.*known are //; s/, /\n/g' | sort > known
sed -n 's/^\([a-z_]*\) = .*/\1/p' "$shipped/memgroup.conf" | sort > example
diff known example > why
code=$?
note why
result $code "the example has every key"
MANWIDTH=200 mandoc -Tascii -O width=200 "$shipped/memgroup.conf.5" | col -b > conf.txt
sed -n '/^   Keys/,/^EXAMPLES/s/^ *\([a-z_]*\) = .*/\1/p' conf.txt | sort > manual
diff known manual > why
code=$?
note why
result $code "memgroup.conf(5) has every key"

# All kinds of findings with their severity, as the program's source lists them.
sed -n 's/^\t\t"\([a-z-]*\)", SEVERITY_.*/\1/p' "$shipped/finding-kinds.c" | sort > kinds
mandoc -Tascii -O width=200 "$shipped/memgroup-setup.8" | col -b |
	sed -n '/^FINDINGS/,/^JSON/p' > findings.txt
sed -n '/([a-z]*s*)/s/([a-z]*)//gp' findings.txt | sed -n '/^       [a-z]*-/p' |
	tr -s ', ' '\n' | grep -- - | sort > manual
diff kinds manual > why
code=$?
note why
result $code "memgroup-setup(8) has every finding"

# Every long option is in the manual page.
"$tool" --help | grep -o -- ' --[a-z-]*' | sort -u | while read -r option; do
	grep -q -- "$(echo "$option" | sed 's/-/\\\\-/g')" "$shipped/memgroup-setup.8" ||
		echo "$option"
done > why
note why
[ ! -s why ]
result $? "memgroup-setup(8) has every option"

# The unit as it is, but for the program that is not installed here.
mkdir -p units/sysinit.target.wants
sed "s|^ExecStart=memgroup-setup|ExecStart=$tool|" "$shipped/memgroup-setup.service" \
	> units/memgroup-setup.service
ln -s ../memgroup-setup.service units/sysinit.target.wants/
# verify: what systemd says of it as a part of the boot
verify()
{
	SYSTEMD_UNIT_PATH=$work/units: systemd-analyze verify --man=no \
		"$work/units/memgroup-setup.service" sysinit.target basic.target > why 2>&1
}
verify && [ ! -s why ]
code=$?
note why
result $code "systemd-analyze verify"
# That would have told it: a unit that waits for what waits for it.
sed -i 's/^Before=/After=basic.target\n&/' units/memgroup-setup.service
verify
# Where it begins to tell differs from time to time.
grep -q 'ordering cycle' why && grep -q 'memgroup-setup.service' why
result $? "systemd-analyze verify finds a cycle"

# completes WORD…: what bash makes of the last word
completes()
{
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _memgroup_setup
		printf "%s\n" "${COMPREPLY[@]}"' "$shipped/memgroup-setup.bash" "$@" 2>/dev/null
}
completes "$tool" --s > got
echo --sysroot > expected
diff expected got > why
code=$?
note why
result $code "an option is completed"
completes "$tool" --sysroot uni > got
echo units > expected
diff expected got > why
code=$?
note why
result $code "a folder is completed"
completes "$tool" '' | sort > got
"$tool" --help | grep -o -- ' --[a-z-]*' | sed 's/ //' | grep -v '^--check$' > all
{ cat all; echo --check; } | sort -u > expected
diff expected got > why
code=$?
note why
result $code "all options are completed"
finish
