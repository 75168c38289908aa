// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that have page tables, and hardly anything else: each reads a byte of a
 * large mapping here and there. All of them read the one page of zeroes, but each
 * needs a table to say so.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure-load.h"

/* The page tables of a process, in bytes; 0 if that cannot be known. */
static uint64_t tables_of(struct load *load, pid_t pid)
{
	uint64_t kib = 0;
	struct fault fault;
	struct text text;
	const char *line;
	char path[32];

	snprintf(path, sizeof(path), "proc/%d/status", pid);
	if (sysroot_read(&load->root, path, &text, &fault))
		return 0;
	line = strstr(text.data, "\nVmPTE:");
	if (!line || sscanf(line, " VmPTE: %" SCNu64, &kib) != 1)
		kib = 0;
	text_free(&text);
	return kib << 10;
}

/* A table is a page of entries of 8 bytes, one for each page. */
static int make_tables(uint64_t bytes)
{
	const uint64_t page = load_page_bytes();
	const uint64_t span = page / 8 * page;
	const uint64_t size = (bytes + page - 1) / page * span;
	volatile const char *p;
	uint64_t i;

	p = mmap(NULL, size, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	/* EINVAL: a kernel without huge pages has small ones only. */
	madvise((void *)p, size, MADV_NOHUGEPAGE);
	for (i = 0; i < size; i += span)
		(void)p[i];
	return 0;
}

/* Says by a byte that it has its tables; by none, that it could not. */
static void live(struct load *load, uint64_t bytes, int ready)
{
	const uint64_t already = tables_of(load, getpid());

	if (bytes > already && make_tables(bytes - already))
		_exit(1);
	if (write(ready, "", 1) != 1)
		_exit(1);
	close(ready);
	for (;;)
		pause();
}

static void give_fork(struct load *load, struct load_piece *piece)
{
	(void)load;
	kill(piece->pid, SIGKILL);
	while (waitpid(piece->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static int take_fork(struct load *load, struct load_piece *piece)
{
	const pid_t self = getpid();
	int ready[2];
	char byte;
	bool good;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	piece->pid = fork();
	if (!piece->pid) {
		load_die_with(self);
		close(ready[0]);
		live(load, piece->bytes, ready[1]);
	}
	close(ready[1]);
	good = piece->pid > 0 && read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (piece->pid < 0)
		return -EAGAIN;
	piece->held = good ? tables_of(load, piece->pid) : 0;
	if (piece->held)
		return 0;
	give_fork(load, piece);
	return -ENOMEM;
}

static struct load_piece *lost_fork(struct load *load)
{
	const pid_t pid = waitpid(-1, NULL, WNOHANG);
	size_t i;

	for (i = 0; i < load->nr && pid > 0; i++)
		if (load->pieces[i].taken && load->pieces[i].pid == pid)
			return &load->pieces[i];
	return NULL;
}

const struct load_kind load_fork = {
	.name = "fork",
	/* A process has a stack in the kernel, and so on: few, so that it matters little. */
	.piece_min = 4 * MIB,
	.piece_max = 16 * MIB,
	.take = take_fork,
	.give = give_fork,
	.lost = lost_fork,
};
