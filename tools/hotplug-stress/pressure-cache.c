// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a file that is written and read. In a file system on a disk the kernel may
 * drop them again, which shows in what is held; in tmpfs, it may only move them.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "pressure-load.h"
#include "units.h"

#define CHUNK_BYTES	(UINT64_C(64) << 10)

static const char *folder_of(const struct load *load)
{
	const char *folder = load->share->spec.folder;

	if (*folder)
		return folder;
	folder = getenv("TMPDIR");
	return folder && *folder ? folder : "/tmp";
}

/* 9P needs the name for more than the file: it goes when all of that is done. */
static int make_file(const char *folder, uint64_t bytes, struct fault *fault)
{
	char *path;
	int fd, err = 0;

	if (asprintf(&path, "%s/hotplug-stress-XXXXXX", folder) < 0)
		return fault_nomem(fault);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)bytes))
		err = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return fault_set(fault, err, "pressure cache: cannot make a file in %s: %s",
			 folder, strerror(err));
}

static int check_space(const char *folder, uint64_t bytes, struct fault *fault)
{
	char want[UNITS_SIZE_MAX], have[UNITS_SIZE_MAX];
	struct statvfs space;
	uint64_t available;

	if (statvfs(folder, &space))
		return fault_set(fault, errno, "pressure cache: %s: %s", folder,
				 strerror(errno));
	available = space.f_bavail * space.f_frsize;
	if (available >= bytes)
		return 0;
	units_format_size(bytes, want);
	units_format_size(available, have);
	return fault_set(fault, ENOSPC,
			 "pressure cache: %s has room for %s, not for %s",
			 folder, have, want);
}

static int open_cache(struct load *load, struct fault *fault)
{
	const uint64_t bytes = load->nr * load->piece_bytes;
	const char *folder = folder_of(load);
	int ret;

	ret = check_space(folder, bytes, fault);
	if (ret)
		return ret;
	load->file = make_file(folder, bytes, fault);
	if (load->file < 0)
		return load->file;
	load->mapping = mmap(NULL, bytes, PROT_READ, MAP_SHARED, load->file, 0);
	if (load->mapping == MAP_FAILED)
		return fault_set(fault, errno,
				 "pressure cache: cannot map a file in %s: %s",
				 folder, strerror(errno));
	return 0;
}

static int write_piece(const struct load *load, const struct load_piece *piece)
{
	static const char chunk[CHUNK_BYTES];
	uint64_t done = 0, left;
	ssize_t n;

	while (done < piece->bytes) {
		left = piece->bytes - done;
		n = pwrite(load->file, chunk,
			   left < CHUNK_BYTES ? left : CHUNK_BYTES,
			   (off_t)(piece->offset + done));
		if (n <= 0)
			return n ? -errno : -ENOSPC;
		done += (uint64_t)n;
	}
	return 0;
}

/* Not every file system caches what is written, but each what is mapped. */
static void read_piece(const struct load *load, const struct load_piece *piece)
{
	volatile const char *p = piece->address;
	uint64_t i;

	for (i = 0; i < piece->bytes; i += load->share->unit)
		(void)p[i];
}

static uint64_t measure_cache(struct load *load, struct load_piece *piece)
{
	const uint64_t page = load->share->unit;
	/* As many bytes as the largest piece has pages, the smallest of all. */
	static unsigned char there[(16 * MIB) >> 12];
	uint64_t pages = 0, i;

	if (mincore(piece->address, piece->bytes, there))
		return piece->held;
	for (i = 0; i < piece->bytes / page; i++)
		pages += there[i] & 1;
	return pages * page;
}

static void give_cache(struct load *load, struct load_piece *piece)
{
	/* Its pages go with its blocks; where a file has no holes, once they are written. */
	if (!fallocate(load->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		       (off_t)piece->offset, (off_t)piece->bytes))
		return;
	madvise(piece->address, piece->bytes, MADV_DONTNEED);
	fdatasync(load->file);
	posix_fadvise(load->file, (off_t)piece->offset, (off_t)piece->bytes,
		      POSIX_FADV_DONTNEED);
}

static int rewrite_cache(struct load *load, struct load_piece *piece)
{
	const int ret = write_piece(load, piece);

	if (!ret)
		read_piece(load, piece);
	return ret;
}

static int take_cache(struct load *load, struct load_piece *piece)
{
	int ret;

	piece->address = (char *)load->mapping + piece->offset;
	ret = rewrite_cache(load, piece);
	if (ret)
		give_cache(load, piece);
	else
		piece->held = measure_cache(load, piece);
	return ret;
}

const struct load_kind load_cache = {
	.name = "cache",
	.movable = true,
	.piece_min = MIB,
	.piece_max = 16 * MIB,
	.open = open_cache,
	.take = take_cache,
	.give = give_cache,
	.rewrite = rewrite_cache,
	.measure = measure_cache,
};
