// SPDX-License-Identifier: GPL-2.0
#include "blockers.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/kernel-page-flags.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLAGS	"proc/kpageflags"
#define COUNTS	"proc/kpagecount"

/* Not in the header for programs, but the same in all kernels that have the file. */
#define KPF_RESERVED	32

/* Pages read at once: neither many calls nor much memory, however large a block is. */
#define CHUNK	8192

/* No block has more: 1 TiB of 4 KiB. */
#define PAGES_MAX	(UINT64_C(1) << 28)

/* Only of pages that stay. */
static const char * const words[PAGE_USES] = {
	[PAGE_HELD] = "held",
	[PAGE_HUGE] = "huge",
	[PAGE_SLAB] = "slab",
	[PAGE_TABLE] = "page tables",
	[PAGE_RESERVED] = "reserved",
	[PAGE_POISONED] = "broken",
	[PAGE_OTHER] = "other",
};

static bool has(uint64_t flags, unsigned int bit)
{
	return flags >> bit & 1;
}

enum page_use page_use(uint64_t flags, uint64_t mapped)
{
	if (has(flags, KPF_NOPAGE))
		return PAGE_ABSENT;
	/* A broken page is so whatever it was used for. */
	if (has(flags, KPF_HWPOISON))
		return PAGE_POISONED;
	if (has(flags, KPF_BUDDY))
		return PAGE_FREE;
	if (has(flags, KPF_OFFLINE))
		return PAGE_OFFLINE;
	if (has(flags, KPF_SLAB))
		return PAGE_SLAB;
	if (has(flags, KPF_PGTABLE))
		return PAGE_TABLE;
	if (has(flags, KPF_HUGE))
		return PAGE_HUGE;
	if (has(flags, KPF_RESERVED))
		return PAGE_RESERVED;
	if (has(flags, KPF_ZERO_PAGE))
		return PAGE_OTHER;
	if (has(flags, KPF_ANON) && !mapped && !has(flags, KPF_SWAPCACHE))
		return PAGE_HELD;
	/* Behind a CPU's back pages are on no list for a moment; tails never are. */
	if (has(flags, KPF_LRU) || has(flags, KPF_ANON) ||
	    has(flags, KPF_SWAPBACKED) || has(flags, KPF_THP))
		return PAGE_MOVABLE;
	return PAGE_OTHER;
}

/*
 * Numbers of pages from @first on. What is beyond the end of the file, where no page
 * is, becomes @beyond.
 */
static int read_numbers(struct sysroot *root, const char *path, uint64_t first,
			size_t count, uint64_t *numbers, uint64_t beyond,
			struct fault *fault)
{
	size_t done, i;
	int ret;

	ret = sysroot_read_at(root, path, first * sizeof(*numbers), numbers,
			      count * sizeof(*numbers), &done, fault);
	for (i = done / sizeof(*numbers); !ret && i < count; i++)
		numbers[i] = beyond;
	return ret;
}

/* A block while it is read. */
struct reading {
	struct sysroot *root;
	uint64_t first;			/* page of the block */
	struct blockers *parts;
	uint64_t part_pages;
	uint64_t *flags, *mapped;	/* of CHUNK pages */
};

/* Does it take the number of its mappings to know the use of such a page? */
static bool depends_on_mappings(uint64_t flags)
{
	return page_use(flags, 0) == PAGE_HELD && !has(flags, KPF_MMAP);
}

/*
 * How often the pages are mapped. Most have a flag if they are, and reading this takes
 * the kernel as long as reading the flags.
 */
static int read_mappings(const struct reading *r, uint64_t first, size_t count,
			 struct fault *fault)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (depends_on_mappings(r->flags[i]))
			return read_numbers(r->root, COUNTS, first, count, r->mapped, 0,
					    fault);
	for (i = 0; i < count; i++)
		r->mapped[i] = has(r->flags[i], KPF_MMAP);
	return 0;
}

/* Adds @count pages from page @done of the block on. */
static int add_pages(const struct reading *r, uint64_t done, size_t count,
		     struct fault *fault)
{
	size_t i;
	int ret;

	ret = read_numbers(r->root, FLAGS, r->first + done, count, r->flags,
			   UINT64_C(1) << KPF_NOPAGE, fault);
	if (!ret)
		ret = read_mappings(r, r->first + done, count, fault);
	for (i = 0; i < count && !ret; i++) {
		struct blockers *part = &r->parts[(done + i) / r->part_pages];
		const enum page_use use = page_use(r->flags[i], r->mapped[i]);

		part->pages[use]++;
		part->unmarked += use == PAGE_OTHER && !r->flags[i];
	}
	return ret;
}

int blockers_read_parts(struct sysroot *root, uint64_t block, uint64_t block_bytes,
			struct blockers *parts, size_t nr_parts,
			struct fault *fault)
{
	const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	const uint64_t pages = block_bytes / page_bytes;
	struct reading r = { .root = root, .parts = parts };
	uint64_t done;
	int ret = 0;

	memset(parts, 0, nr_parts * sizeof(*parts));
	/* The last byte of the block in the file must have an offset. */
	if (!pages || pages > PAGES_MAX ||
	    block >= (uint64_t)INT64_MAX / sizeof(*r.flags) / pages)
		return fault_set(fault, EINVAL, "%s/%s: there is no block %" PRIu64
				 " of %" PRIu64 " bytes", root->name, FLAGS,
				 block, block_bytes);
	if (!nr_parts || pages % nr_parts)
		return fault_set(fault, EINVAL,
				 "a block of %" PRIu64 " bytes has no %zu parts",
				 block_bytes, nr_parts);
	r.first = block * pages;
	r.part_pages = pages / nr_parts;
	r.flags = malloc(2 * CHUNK * sizeof(*r.flags));
	if (!r.flags)
		return fault_nomem(fault);
	r.mapped = r.flags + CHUNK;

	for (done = 0; done < pages && !ret; done += CHUNK) {
		const uint64_t rest = pages - done;

		ret = add_pages(&r, done, rest < CHUNK ? rest : CHUNK, fault);
	}
	free(r.flags);
	if (ret)
		memset(parts, 0, nr_parts * sizeof(*parts));
	return ret;
}

int blockers_read(struct sysroot *root, uint64_t block, uint64_t block_bytes,
		  struct blockers *blockers, struct fault *fault)
{
	return blockers_read_parts(root, block, block_bytes, blockers, 1, fault);
}

void blockers_add(struct blockers *sum, const struct blockers *part)
{
	enum page_use use;

	for (use = 0; use < PAGE_USES; use++)
		sum->pages[use] += part->pages[use];
	sum->unmarked += part->unmarked;
}

uint64_t blockers_staying(const struct blockers *blockers)
{
	uint64_t pages = 0;
	enum page_use use;

	for (use = PAGE_HELD; use < PAGE_USES; use++)
		pages += blockers->pages[use];
	return pages;
}

/* The use with most pages of those not yet in @named, or PAGE_USES. */
static enum page_use largest(const struct blockers *blockers, const bool *named)
{
	enum page_use best = PAGE_USES, use;

	for (use = PAGE_HELD; use < PAGE_USES; use++)
		if (blockers->pages[use] && !named[use] &&
		    (best == PAGE_USES ||
		     blockers->pages[use] > blockers->pages[best]))
			best = use;
	return best;
}

void blockers_format(const struct blockers *blockers, char *text, size_t size)
{
	bool named[PAGE_USES] = {};
	enum page_use use;
	size_t len = 0;

	if (!size)
		return;
	text[0] = '\0';
	while ((use = largest(blockers, named)) != PAGE_USES) {
		const uint64_t pages = blockers->pages[use];
		char part[64];
		int more;

		named[use] = true;
		more = snprintf(part, sizeof(part), "%s%s %" PRIu64 " page%s",
				len ? ", " : "", words[use], pages,
				pages == 1 ? "" : "s");
		if (len + (size_t)more >= size)
			return;
		strcpy(text + len, part);
		len += (size_t)more;
	}
}

const char *blockers_most(const struct blockers *blockers)
{
	const bool named[PAGE_USES] = {};
	const enum page_use use = largest(blockers, named);

	return use == PAGE_USES ? "" : words[use];
}

int blockers_describe(uint64_t block, uint64_t block_bytes, char *text,
		      size_t size)
{
	struct blockers blockers = {};
	struct sysroot root;
	struct fault fault;
	int ret;

	ret = sysroot_open(&root, NULL, &fault);
	if (!ret) {
		ret = blockers_read(&root, block, block_bytes, &blockers, &fault);
		sysroot_close(&root);
	}
	blockers_format(&blockers, text, size);
	return ret;
}
