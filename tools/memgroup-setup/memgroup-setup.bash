# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for bash, which is what it has to be written in. Options are those that the
# program itself lists, so that none is missing here.

_memgroup_setup()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [[ $before == --sysroot ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		compopt -o filenames 2>/dev/null
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" --help 2>/dev/null |
		sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\).*/\2/p')" -- "$word")
}

complete -F _memgroup_setup memgroup-setup
