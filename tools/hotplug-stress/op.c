// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <string.h>

#include "op.h"

static const char *const device_kinds[DEVICE_KINDS] = {
	[DEVICE_BLOCKS] = "blocks",
	[DEVICE_SIM_STATIC] = "sim-static",
	[DEVICE_SIM_DYNAMIC] = "sim-dynamic",
	[DEVICE_DIMM] = "dimm",
	[DEVICE_VIRTIO_MEM] = "virtio-mem",
};

static const char *const op_kinds[OP_KINDS] = {
	[OP_PLUG] = "plug",
	[OP_UNPLUG] = "unplug",
	[OP_RESIZE] = "resize",
	[OP_OFFLINE] = "offline",
	[OP_ONLINE] = "online",
	[OP_ONLINE_KERNEL] = "online_kernel",
	[OP_ONLINE_MOVABLE] = "online_movable",
};

static int find_word(const char *const *words, size_t nr, const char *word)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(words[i], word))
			return (int)i;
	return -EINVAL;
}

const char *device_kind_name(enum device_kind kind)
{
	return device_kinds[kind];
}

const char *op_kind_name(enum op_kind kind)
{
	return op_kinds[kind];
}

int device_kind_parse(const char *word, enum device_kind *kind)
{
	const int found = find_word(device_kinds, DEVICE_KINDS, word);

	if (found < 0)
		return found;
	*kind = (enum device_kind)found;
	return 0;
}

int op_kind_parse(const char *word, enum op_kind *kind)
{
	const int found = find_word(op_kinds, OP_KINDS, word);

	if (found < 0)
		return found;
	*kind = (enum op_kind)found;
	return 0;
}
