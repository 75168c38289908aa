// SPDX-License-Identifier: GPL-2.0
/* Loads that are nothing but memory of their own: anon, mlock, huge. */

#include <errno.h>
#include <sys/mman.h>

#include "pressure-load.h"

static void give_memory(struct load *load, struct load_piece *piece)
{
	(void)load;
	munmap(piece->address, piece->bytes);
}

static int rewrite_memory(struct load *load, struct load_piece *piece)
{
	load_touch(piece->address, piece->bytes, load->share->unit);
	return 0;
}

static int take_anon(struct load *load, struct load_piece *piece)
{
	piece->address = load_map(piece->bytes);
	if (!piece->address)
		return -errno;
	piece->held = piece->bytes;
	return rewrite_memory(load, piece);
}

const struct load_kind load_anon = {
	.name = "anon",
	.movable = true,
	.piece_min = MIB,
	.piece_max = 16 * MIB,
	.take = take_anon,
	.give = give_memory,
	.rewrite = rewrite_memory,
};

/* Locking makes the pages be there. mlock() would do nothing with the sanitizers. */
static int take_mlock(struct load *load, struct load_piece *piece)
{
	int err;

	piece->address = load_map(piece->bytes);
	if (!piece->address)
		return -errno;
	if (mlock2(piece->address, piece->bytes, 0)) {
		err = errno;
		give_memory(load, piece);
		return -err;
	}
	piece->held = piece->bytes;
	return 0;
}

const struct load_kind load_mlock = {
	.name = "mlock",
	.movable = true,
	.piece_min = MIB,
	.piece_max = 16 * MIB,
	.take = take_mlock,
	.give = give_memory,
	.rewrite = rewrite_memory,
};

/* mmap() takes the pages out of the pool, or beyond it, at once: touching cannot fail. */
static int take_huge(struct load *load, struct load_piece *piece)
{
	piece->address = mmap(NULL, piece->bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (piece->address == MAP_FAILED)
		return -errno;
	piece->held = piece->bytes;
	return rewrite_memory(load, piece);
}

const struct load_kind load_huge = {
	.name = "huge",
	.movable = true,
	.piece_min = MIB,
	.piece_max = 16 * MIB,
	.take = take_huge,
	.give = give_memory,
	.rewrite = rewrite_memory,
};
