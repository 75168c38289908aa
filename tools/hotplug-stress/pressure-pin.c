// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that somebody else holds on to.
 *
 * pin: buffers registered with io_uring, which are pinned with FOLL_LONGTERM as those
 * of VFIO and RDMA are: the kernel takes such pages from a zone that is not Movable, or
 * moves them there first. They use up kernel zones, and keep no block of ZONE_MOVABLE
 * from going offline. The two system calls that it takes are no reason for a library.
 *
 * splice: pages in pipes. Such a reference is not announced as a long one, so the
 * pages stay where they are, in ZONE_MOVABLE as well, and cannot be moved until
 * somebody reads the pipe: offlining waits for that. O_DIRECT does the same, for as
 * long as the disk takes.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pressure-load.h"

static int ring_open(void)
{
	struct io_uring_params params = {};
	const long fd = syscall(SYS_io_uring_setup, 1, &params);

	return fd < 0 ? -errno : (int)fd;
}

/* Asks for a ring once, to know that it is no lack of memory if there are none. */
static int open_pin(struct load *load, struct fault *fault)
{
	const int ring = ring_open();

	if (ring < 0)
		return fault_set(fault, -ring,
				 "pressure pin: this kernel gives us no io_uring: %s",
				 strerror(-ring));
	close(ring);
	return load_want_files(load, load->nr, fault);
}

static int take_pin(struct load *load, struct load_piece *piece)
{
	struct iovec buffer = { .iov_len = piece->bytes };
	int err;

	(void)load;
	piece->fd = ring_open();
	if (piece->fd < 0)
		return piece->fd;
	piece->address = load_map(piece->bytes);
	buffer.iov_base = piece->address;
	if (piece->address &&
	    !syscall(SYS_io_uring_register, piece->fd, IORING_REGISTER_BUFFERS,
		     &buffer, 1)) {
		piece->held = piece->bytes;
		return 0;
	}
	err = errno;
	if (piece->address)
		munmap(piece->address, piece->bytes);
	close(piece->fd);
	return -err;
}

static void give_pin(struct load *load, struct load_piece *piece)
{
	(void)load;
	/* That waits until the pages are free, which close() does not. */
	syscall(SYS_io_uring_register, piece->fd, IORING_UNREGISTER_BUFFERS,
		NULL, 0);
	close(piece->fd);
	munmap(piece->address, piece->bytes);
}

const struct load_kind load_pin = {
	.name = "pin",
	/* A ring takes some pages of its own. */
	.piece_min = 4 * MIB,
	.piece_max = 16 * MIB,
	.open = open_pin,
	.take = take_pin,
	.give = give_pin,
};

static int open_splice(struct load *load, struct fault *fault)
{
	return load_want_files(load, load->nr, fault);
}

/* As much as the pipe takes; returns 0 if that is all. */
static int fill_pipe(int pipe, const struct load_piece *piece)
{
	struct iovec memory = {
		.iov_base = piece->address, .iov_len = piece->bytes,
	};
	ssize_t n;

	if (fcntl(pipe, F_SETPIPE_SZ, (int)piece->bytes) < 0)
		return -errno;
	while (memory.iov_len) {
		n = vmsplice(pipe, &memory, 1, SPLICE_F_NONBLOCK);
		if (n <= 0)
			return n ? -errno : -ENOBUFS;
		memory.iov_base = (char *)memory.iov_base + n;
		memory.iov_len -= (size_t)n;
	}
	return 0;
}

static int take_splice(struct load *load, struct load_piece *piece)
{
	int pipe[2];
	int ret;

	if (pipe2(pipe, O_CLOEXEC))
		return -errno;
	piece->address = load_map(piece->bytes);
	if (piece->address) {
		load_touch(piece->address, piece->bytes, load->share->unit);
		ret = fill_pipe(pipe[1], piece);
	} else {
		ret = -errno;
	}
	/* What is in the pipe stays there as long as it can be read. */
	close(pipe[1]);
	if (!ret) {
		piece->fd = pipe[0];
		piece->held = piece->bytes;
		return 0;
	}
	close(pipe[0]);
	if (piece->address)
		munmap(piece->address, piece->bytes);
	return ret;
}

static void give_splice(struct load *load, struct load_piece *piece)
{
	(void)load;
	close(piece->fd);
	munmap(piece->address, piece->bytes);
}

const struct load_kind load_splice = {
	.name = "splice",
	.movable = true,
	/* What a pipe may hold (/proc/sys/fs/pipe-max-size). */
	.piece_min = MIB,
	.piece_max = MIB,
	.open = open_splice,
	.take = take_splice,
	.give = give_splice,
};
