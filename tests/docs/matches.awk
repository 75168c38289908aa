# SPDX-License-Identifier: GPL-2.0
# Is it what was expected? awk -f matches.awk EXPECTED GOT exits with 0 if so. A line […]
# of EXPECTED stands for any number of lines, … within a line for any text. Blanks at the
# end of a line do not count, nor empty lines at the end.

function line_matches(pattern, text,    at) {
	at = index(pattern, "…")
	if (!at)
		return pattern == text
	if (substr(text, 1, at - 1) != substr(pattern, 1, at - 1))
		return 0
	pattern = substr(pattern, at + length("…"))
	for (text = substr(text, at); ; text = substr(text, 2)) {
		if (line_matches(pattern, text))
			return 1
		if (text == "")
			return 0
	}
}

# Do the lines of EXPECTED from i on match those of GOT from j on?
function matches(i, j) {
	for (; i <= expected; i++) {
		if (wanted[i] == "[…]") {
			for (; j <= got + 1; j++)
				if (matches(i + 1, j))
					return 1
			return 0
		}
		if (j > got || !line_matches(wanted[i], found[j++]))
			return 0
	}
	return j > got
}

{ sub(/[ \t\r]+$/, "") }
FILENAME == ARGV[1] { wanted[++expected] = $0; next }
{ found[++got] = $0 }
END {
	while (expected && wanted[expected] == "")
		expected--
	while (got && found[got] == "")
		got--
	exit !matches(1, 1)
}
