// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that nobody receives: each is an object of kmalloc-4k and one of
 * skbuff_head_cache, which the kernel can neither move nor reclaim.
 */

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pressure-load.h"

/* With what the kernel puts behind it, just less than 4 KiB. */
#define MESSAGE_BYTES	3700
#define OBJECT_BYTES	4096
#define BATCH		64

static int open_slab(struct load *load, struct fault *fault)
{
	return load_want_files(load, 2 * load->nr, fault);
}

static int allow_to_send(int socket, uint64_t bytes)
{
	const int value = (int)bytes;	/* a piece is no larger; the kernel doubles it */

	if (!setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &value, sizeof(value)))
		return 0;
	if (errno == EPERM &&
	    !setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &value, sizeof(value)))
		return 0;
	return -errno;
}

/* Sends until the kernel says that the messages take @bytes; stores how many. */
static int fill_socket(int socket, uint64_t bytes, uint64_t *held)
{
	static char message[MESSAGE_BYTES];
	struct iovec data = {
		.iov_base = message, .iov_len = sizeof(message),
	};
	struct mmsghdr batch[BATCH];
	uint64_t count, i;
	int queued = 0;

	for (i = 0; i < BATCH; i++)
		batch[i] = (struct mmsghdr){
			.msg_hdr = { .msg_iov = &data, .msg_iovlen = 1 },
		};
	while ((uint64_t)queued < bytes) {
		count = (bytes - (uint64_t)queued) / OBJECT_BYTES + 1;
		if (count > BATCH)
			count = BATCH;
		if (sendmmsg(socket, batch, (unsigned int)count, MSG_DONTWAIT) <= 0 ||
		    ioctl(socket, SIOCOUTQ, &queued))
			return -errno;
	}
	*held = (uint64_t)queued;
	return 0;
}

static int take_slab(struct load *load, struct load_piece *piece)
{
	int pair[2];
	int ret;

	(void)load;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	ret = allow_to_send(pair[0], piece->bytes);
	if (!ret)
		ret = fill_socket(pair[0], piece->bytes, &piece->held);
	/* The receiver keeps the messages; the sender is charged for them. */
	close(pair[0]);
	if (ret)
		close(pair[1]);
	else
		piece->fd = pair[1];
	return ret;
}

static void give_slab(struct load *load, struct load_piece *piece)
{
	(void)load;
	close(piece->fd);
}

const struct load_kind load_slab = {
	.name = "slab",
	.piece_min = MIB,
	.piece_max = 16 * MIB,
	.open = open_slab,
	.take = take_slab,
	.give = give_slab,
};
