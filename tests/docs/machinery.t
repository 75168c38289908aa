#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Would tests/docs/commands.t notice it? Pages that are right and pages that are wrong,
# with commands for the host. TAP.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
cd "$work"

count=0
failed=0
# page EXIT WORDS FORMAT NAME: what the test says of the page on standard input
page()
{
	cat >"$work/page.$3"
	code=0
	"$here/commands.t" "$work/page.$3" >"$work/said" 2>&1 || code=$?
	count=$((count + 1))
	if [ "$code" -eq "$1" ] && grep -qF -e "$2" "$work/said"; then
		printf 'ok %d - %s\n' "$count" "$4"
	else
		failed=1
		echo "# exit code $code, expected $1; and to read: $2"
		sed 's/^/# /' "$work/said"
		printf 'not ok %d - %s\n' "$count" "$4"
	fi
}

page 0 'page.md:5: echo one; echo two' md 'what was expected' <<'END'
Text
<!-- run: host -->

```
$ echo one; echo two; echo 3 from 4
one
[…]
3 … 4
```
END
page 1 '# -three' md 'another output' <<'END'
<!-- run: host -->
```
$ echo one; echo two
one
three
```
END
page 1 '# -[…]' md 'lines missing behind a wildcard' <<'END'
<!-- run: host -->
```
$ echo one; echo two
[…]
one
```
END
page 1 'exit code 1, not 0' md 'a command that fails' <<'END'
<!-- run: host -->

    false        explained
END
page 0 'false' md 'one that shall fail, explained in two lines' <<'END'
<!-- run: host, exits 1 -->

    false        explained
                 further
END
page 1 'page.md:1: a block with commands says not where it runs' md 'a block without a mark' <<'END'
    true
END
page 1 'page.md:1: a mark without a block' md 'a mark without a block' <<'END'
<!-- run: host -->
Text, and no more of it.
END
page 1 'no such place to run a command: hots' md 'a place that is none' <<'END'
<!-- run: hots -->
```
true
```
END
page 1 'no command in the block begins with: flase' md 'a mark for another command' <<'END'
<!-- run: host -->
<!-- run "flase": host, exits 1 -->
```
true
```
END
page 1 'has the suite nowhere' md 'a suite that is not there' <<'END'
<!-- run: elsewhere: nowhere -->
```
true
```
END
page 1 'nothing in the suite scripts-tap-sum runs make lint' md 'a suite that runs something else' <<'END'
<!-- run: elsewhere: scripts-tap-sum -->
```
make lint
```
END
page 1 'not run: the shell or the guest ended before' md 'a command that ends the shell' <<'END'
<!-- run: host -->
```
exit 0
true
```
END
page 0 'page.md:3: cat' md 'a command of many lines, and what was done before' <<'END'
<!-- run: host -->
```
$ cat <<E; x=4
> a
> E
a
```

<!-- run: host -->
<!-- first: y=$((x + 1)) -->
<!-- with: NUMBER=5 -->
```
test $y \
    -eq NUMBER
```
END
page 1 'page.md:4: echo a | grep b' md 'a column of commands' <<'END'
<!-- run: host -->
| Symptom | Command | Shows |
| --- | --- | --- |
| it | `echo a \| grep a` or `echo a \| grep b` | `false` |
END
page 1 'page.rst:5: false' rst 'reStructuredText' <<'END'
.. run: host

Do this::

    false

and no more.
END
page 0 "page.8:5: test ' -eq -1'" 8 'a manual page' <<'END'
.SH EXAMPLES
.\" run: host
.nf
.RS
test \(aq \-eq \-1\(aq
.RE
.fi
END
echo "1..$count"
exit $failed
