# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What is plugged behind the first DIMM of 4 GiB, in a system that has booted with it and in
# a guest into which all is plugged. Sourced behind tests/memgroup-stat/guest.sh.

# plug_more: a DIMM that fits, a virtio-mem device that fits in part, one that does not fit
plug_more()
{
	ask add-dimm 4G
	until_blocks 96 online
	ask resize v0 6G
	until_blocks 144 online
	ask add-dimm 4G
	until_blocks 176 online
}

# layout NAME: block, state, node and zone of each, to /results
layout()
{
	# shellcheck disable=SC2119 # it may have options, and needs none
	all_blocks > "/results/$1"
}
