# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for bash, which is what it has to be written in. Views, options and columns
# are those that the program itself lists, so that none is missing here.

# _memgroup_stat_help VIEW: what the program says of it, or of itself without one.
_memgroup_stat_help()
{
	"${COMP_WORDS[0]}" ${1:+"$1"} --help 2>/dev/null
}

# Long ones, and letters.
_memgroup_stat_options()
{
	_memgroup_stat_help "$1" | awk '/^  (-.,|   ) --/ {
		for (i = 1; i <= 2; i++)
			if ($i ~ /^-/) {
				sub(/[^-A-Za-z].*/, "", $i)
				print $i
			}
	}'
}

_memgroup_stat_views()
{
	_memgroup_stat_help '' | sed -n '/^Views/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_memgroup_stat_columns()
{
	_memgroup_stat_help "$1" | sed -n '/^Columns/,/^$/{
		s/^  \([A-Z0-9-]*\) .*/\1/p
		/^$/q
	}'
}

# The columns of a list, after those that it has already.
_memgroup_stat_list()
{
	local view=$1 word=$2 before sign='' column
	before=${word%"${word##*,}"}
	word=${word##*,}
	case $word in [+-]*) sign=${word:0:1} word=${word:1} ;; esac
	while read -r column; do
		[[ $column != "${word^^}"* ]] || COMPREPLY+=("$before$sign$column")
	done < <(_memgroup_stat_columns "$view")
	compopt -o nospace 2>/dev/null
}

_memgroup_stat()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local view='' views i
	COMPREPLY=()
	views=$(_memgroup_stat_views)
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == [a-z]* && $'\n'$views$'\n' == *$'\n'${COMP_WORDS[i]}$'\n'* ]]; then
			view=${COMP_WORDS[i]}
			break
		fi
	done
	# There it is a file, not columns.
	case "$view $before" in
	'metrics -o' | 'metrics --output') before=a-file ;;
	esac
	case $before in
	-o | --output | --split | -S)
		_memgroup_stat_list "${view:-groups}" "$word"
		return
		;;
	--sysroot)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		compopt -o filenames 2>/dev/null
		return
		;;
	--source)
		mapfile -t COMPREPLY < <(compgen -W 'auto debugfs sysfs' -- "$word")
		return
		;;
	--trace | --replay | --svg | --png | a-file)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
		return
		;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_memgroup_stat_options "$view")" -- "$word")
	elif [[ $view == trace ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
	elif [[ -z $view ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$views" -- "$word")
	fi
}

complete -F _memgroup_stat memgroup-stat
