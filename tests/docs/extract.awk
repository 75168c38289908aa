# SPDX-License-Identifier: GPL-2.0
# The commands of a page of documentation, and what the page says they print:
#   awk -v page=NAME -v format=md|rst|man -v out=FOLDER -f extract.awk FILE
# Into FOLDER go list (a line for each command: its number, the line in the page, the
# number of its block, the exit code to expect, 1 if output is shown, and where it runs;
# with tabs between), NUMBER.command, NUMBER.expected, and problems: what is wrong with
# the page. CONTRIBUTING.md says what a page may have.

function problem(line, text) {
	printf "%s:%d: %s\n", page, line, text >problems
}

# Marks are for the next block of the page: run: SETTING, run "WORDS": SETTING for
# commands that begin with WORDS, with: WORD=TEXT to have TEXT in the place of WORD, and
# first: COMMAND, which is run before and not shown. run: nothing says that the block has
# no commands; in Markdown the language of a fence says so.
function mark(text, line,    words, at) {
	sub(/ +$/, "", text)
	if (text ~ /^with: [^=]+=/) {
		sub(/^with: /, "", text)
		at = index(text, "=")
		replaced[++replacements] = substr(text, 1, at - 1)
		replacement[replacements] = substr(text, at + 1)
	} else if (text ~ /^first: ./)
		first[++firsts] = substr(text, 8)
	else if (text ~ /^run "[^"]+": ./) {
		sub(/^run "/, "", text)
		at = index(text, "\"")
		special[++specials] = substr(text, 1, at - 1)
		special_setting[specials] = substr(text, at + 3)
		special_used[specials] = 0
	} else if (text ~ /^run: ./)
		setting = substr(text, 6)
	else
		problem(line, "a mark that means nothing: " text)
	marked = line
}

function forget_marks(    i) {
	for (i = 1; i <= specials; i++)
		if (!special_used[i])
			problem(marked, "no command in the block begins with: " special[i])
	setting = ""
	marked = specials = replacements = firsts = 0
}

function replace_words(text,    i, at, done) {
	for (i = 1; i <= replacements; i++) {
		done = ""
		while ((at = index(text, replaced[i]))) {
			done = done substr(text, 1, at - 1) replacement[i]
			text = substr(text, at + length(replaced[i]))
		}
		text = done text
	}
	return text
}

function setting_of(command,    i, best, length_of_best, found) {
	found = setting
	for (i = 1; i <= specials; i++)
		if (index(command " ", special[i] " ") == 1 && length(special[i]) > length_of_best) {
			best = i
			length_of_best = length(special[i])
		}
	if (best) {
		special_used[best] = 1
		found = special_setting[best]
	}
	return found
}

# One command. Its setting may end in the exit code that it has.
function command(text, line, shown, expected,    where, code, name) {
	where = setting_of(text)
	if (where == "") {
		problem(line, "a command says not where it runs: " text)
		return
	}
	code = 0
	if (match(where, /, exits [0-9]+$/)) {
		code = substr(where, RSTART + 8)
		where = substr(where, 1, RSTART - 1)
	}
	name = out "/" ++number
	printf "%d\t%d\t%d\t%d\t%d\t%s\n", number, line, blocks, code, shown, where >list
	print replace_words(text) >(name ".command")
	close(name ".command")
	printf "%s", expected >(name ".expected")
	close(name ".expected")
}

function begin_block() {
	in_block = 1
	held = 0
}

function hold(text, line) {
	held_text[++held] = text
	held_line[held] = line
}

# After "$ " and "# " stand commands, "> " goes on with one, and the rest is output.
function session(    i, text, line, expected) {
	for (i = 1; i <= held; i++) {
		if (held_text[i] ~ /^[$#] /) {
			if (text != "")
				command(text, line, 1, expected)
			text = substr(held_text[i], 3)
			line = held_line[i]
			expected = ""
			while (i < held && held_text[i + 1] ~ /^> /)
				text = text "\n" substr(held_text[++i], 3)
		} else
			expected = expected held_text[i] "\n"
	}
	if (text != "")
		command(text, line, 1, expected)
}

# Does a command go on in the next line? After a backslash, or inside of quotes.
function goes_on(text) { return text ~ /\\$/ || gsub(/'/, "'", text) % 2 }

# Commands alone: what stands behind two blanks, or further to the right in a line of its
# own, explains them.
function plain(    i, text, line) {
	for (i = 1; i <= held; i++) {
		text = held_text[i]
		line = held_line[i]
		if (text ~ /^( |\t|$)/)
			continue
		sub(/  +[^ ].*/, "", text)
		while (goes_on(text) && i < held)
			text = text "\n" held_text[++i]
		command(text, line, 0, "")
	}
}

function end_block(    i) {
	in_block = 0
	while (held && held_text[held] == "")
		held--
	if (!held)
		return
	blocks++
	if (!marked)
		problem(held_line[1], "a block with commands says not where it runs")
	else if (setting != "nothing") {
		for (i = 1; i <= firsts; i++)
			command(first[i], marked, 0, "")
		if (held_text[1] ~ /^[$#] /)
			session()
		else
			plain()
	}
	forget_marks()
}

# Markdown

# The code in a table's column of commands; a bar that is no border has a backslash.
function table_row(    cells, n, i, cell) {
	gsub(/\\\|/, "\001")
	n = split($0, cells, "|")
	if (!column) {
		for (i = 1; i <= n; i++)
			if (cells[i] ~ /[Cc]ommand/)
				column = i
		if (!column)
			problem(NR, "a table that is to be run has no column of commands")
		return
	}
	cell = cells[column]
	while (match(cell, /`[^`]+`/)) {
		i = substr(cell, RSTART + 1, RLENGTH - 2)
		cell = substr(cell, RSTART + RLENGTH)
		gsub("\001", "|", i)
		command(i, NR, 0, "")
	}
}

format == "md" && in_table && !/^\|/ {
	in_table = column = 0
	forget_marks()
}
format == "md" && in_table { table_row(); next }

format == "md" && /^ *```/ && !indented {
	if (in_fence) {
		in_fence = 0
		if (in_block)
			end_block()
	} else {
		in_fence = 1
		match($0, /^ */)
		fence_indent = RLENGTH
		# Any other language is no shell's.
		if ($0 ~ /^ *```(sh|console)?$/)
			begin_block()
	}
	next
}
format == "md" && in_fence {
	if (in_block)
		hold(substr($0, fence_indent + 1), NR)
	next
}
format == "md" && /^<!-- (run|with|first)[ :].* -->$/ {
	mark(substr($0, 6, length($0) - 9), NR)
	next
}
format == "md" && in_block && !/^(    |$)/ { indented = 0; end_block() }
format == "md" && /^ *([-*]|[0-9]+\.) / { in_list = 1 }
format == "md" && /^[^ ]/ && !/^([-*]|[0-9]+\.) / { in_list = 0 }
format == "md" && /^    / && !in_block && !in_list && last == "" { indented = 1; begin_block() }
format == "md" && in_block { hold(substr($0, 5), NR); next }
format == "md" && marked && /^\|/ {
	in_table = 1
	blocks++
	table_row()
	next
}

# reStructuredText: what is indented after a paragraph that ends in two colons.
format == "rst" && /^ *\.\. (run|with|first)[ :]/ && !in_block {
	text = $0
	sub(/^ *\.\. /, "", text)
	mark(text, NR)
	next
}
format == "rst" && in_block && !/^ *$/ {
	match($0, /^ */)
	if (literal_indent < 0)
		literal_indent = RLENGTH
	if (literal_indent <= paragraph_indent || RLENGTH < literal_indent)
		end_block()
}
format == "rst" && in_block { hold(substr($0, literal_indent + 1), NR) }
format == "rst" && !in_block && /::$/ && !/^ *\.\. / {
	match($0, /^ */)
	paragraph_indent = RLENGTH
	literal_indent = -1
	begin_block()
	next
}

# Manual pages: literal blocks, and tagged paragraphs that have a mark
function plain_text(text) {
	gsub(/\\-/, "-", text)
	gsub(/\\\(aq/, "'", text)
	gsub(/\\\(dq/, "\"", text)
	gsub(/\\f[A-Z]|\\&/, "", text)
	gsub(/\\e/, "\\", text)
	return text
}

format == "man" && /^\.\\" (run|with|first)[ :]/ {
	mark(substr($0, 5), NR)
	next
}
format == "man" && /^\.S[Hh] / { in_synopsis = /SYNOPSIS/ }
format == "man" && in_tags && /^\.(S[HhSs]|PP|nf|Bd)/ {
	in_tags = 0
	end_block()
}
format == "man" && /^\.(nf|Bd -literal)/ && !in_synopsis { begin_block(); next }
format == "man" && in_block && /^\.(fi|Ed)/ { end_block(); next }
format == "man" && in_block && !in_tags && !/^\./ { hold(plain_text($0), NR) }
format == "man" && /^\.TP/ && marked { in_tags = tag = 1; if (!in_block) begin_block(); next }
format == "man" && tag {
	tag = 0
	sub(/^\.B /, "")
	hold(plain_text($0), NR)
}

{ last = $0 }

BEGIN {
	list = out "/list"
	problems = out "/problems"
	printf "" >list
	printf "" >problems
}
END {
	if (in_fence)
		problem(NR, "a fence that is not closed")
	if (in_block)
		end_block()
	else if (in_table)
		forget_marks()
	if (marked)
		problem(marked, "a mark without a block of commands behind it")
}
