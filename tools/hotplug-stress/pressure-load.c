// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "headroom.h"
#include "pressure-load.h"

#define PIECES		256		/* where their size does not forbid it */
#define TICK_MS		50
#define RETRY_MS	1000		/* after the kernel said no */
#define STEP_BYTES	(64 * MIB)	/* between two looks at the zones */
#define CREEP_BYTES	(MIB / 16)	/* a tick, and 1 % each second, after a kill */
#define LIFE_FD		3
/*
 * Movable memory comes from the kernel's zones already when this much of ZONE_MOVABLE
 * is left: its watermark, and what the lists of the CPUs hold.
 */
#define MOVABLE_SPARE	(64 * MIB)

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

uint64_t load_page_bytes(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

void *load_map(uint64_t bytes)
{
	void *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (address == MAP_FAILED)
		return NULL;
	/* EINVAL: a kernel without huge pages has small ones only. */
	madvise(address, bytes, MADV_NOHUGEPAGE);
	return address;
}

void load_touch(void *address, uint64_t bytes, uint64_t page)
{
	volatile char *p = address;
	uint64_t i;

	for (i = 0; i < bytes; i += page)
		p[i]++;
}

int load_want_files(const struct load *load, uint64_t count, struct fault *fault)
{
	struct rlimit limit;
	const uint64_t need = count + 64;	/* and what we have anyway */

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur >= need)
		return 0;
	limit.rlim_cur = need;
	if (limit.rlim_max < need)
		limit.rlim_max = need;
	if (!setrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	return fault_set(fault, EMFILE,
			 "pressure %s: needs %" PRIu64 " open files, and may not: %s",
			 load->kind->name, need, strerror(errno));
}

void load_die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It was too late to ask for that. */
	if (getppid() != parent)
		_exit(0);
}

/* Bytes that this load may still take; below 0, how many it should give back. */
static int64_t room(struct load *load)
{
	struct headroom headroom;
	struct fault fault;
	int64_t kernel, movable;

	/* Most likely there is no memory to read it into. */
	if (headroom_read(&load->root, &headroom, &fault))
		return 0;
	kernel = (int64_t)headroom.kernel - (int64_t)load->share->floor;
	movable = (int64_t)headroom.movable - (int64_t)MOVABLE_SPARE;
	return load->kind->movable && movable > kernel ? movable : kernel;
}

/* The piece behind *@next that is taken, or that is not; NULL without. */
static struct load_piece *find(struct load *load, size_t *next, bool taken)
{
	const size_t end = load->used + (!taken && load->used < load->nr);
	struct load_piece *piece;
	size_t i;

	for (i = 0; i < end; i++) {
		if (*next >= end)
			*next = 0;
		piece = &load->pieces[(*next)++];
		if (piece->taken == taken)
			return piece;
	}
	return NULL;
}

static void set_held(struct load *load, struct load_piece *piece, uint64_t held)
{
	load->share->held += held - piece->held;
	piece->held = held;
}

static uint64_t whole_units(const struct load *load, uint64_t bytes)
{
	const uint64_t unit = load->share->unit;

	return (bytes + unit - 1) / unit * unit;
}

static int take(struct load *load, struct load_piece *piece)
{
	const size_t index = (size_t)(piece - load->pieces);
	struct load_piece fresh = {
		.offset = index * load->piece_bytes,
		.bytes = load->piece_bytes,
		.fd = -1,
	};
	int ret;

	/* The last one is what is left. */
	if (index == load->nr - 1)
		fresh.bytes = whole_units(load, load->share->spec.bytes - fresh.offset);
	ret = load->kind->take(load, &fresh);
	if (ret) {
		load->share->failures++;
		load->retry_at = now_ms() + RETRY_MS;
		return ret;
	}
	fresh.taken = true;
	*piece = fresh;
	if (load->used <= index)
		load->used = index + 1;
	load->taken += piece->bytes;
	load->share->held += piece->held;
	return 0;
}

static void write_off(struct load *load, struct load_piece *piece)
{
	set_held(load, piece, 0);
	load->taken -= piece->bytes;
	piece->taken = false;
}

static void give(struct load *load, struct load_piece *piece)
{
	load->kind->give(load, piece);
	write_off(load, piece);
}

static void renew(struct load *load, struct load_piece *piece)
{
	const uint64_t held = piece->held;
	bool rewrite = load->kind->rewrite && !piece->rewritten;
	int ret = 0;

	if (rewrite)
		ret = load->kind->rewrite(load, piece);
	if (!rewrite || ret) {
		give(load, piece);
		if (take(load, piece))
			return;
		rewrite = false;
	}
	piece->rewritten = rewrite;
	load->share->renewed += held;
}

static void renew_some(struct load *load)
{
	struct load_share *share = load->share;
	const int64_t now = now_ms();
	uint64_t elapsed = (uint64_t)(now - load->renewed_at);
	struct load_piece *piece;
	uint64_t done = 0;

	/* One that cannot keep up does not try to make up for it. */
	if (elapsed > 1000)
		elapsed = 1000;
	/* In hundredths: small doses and rates would round to nothing. */
	load->due += load->taken / 1000 * elapsed * share->spec.rate;
	load->renewed_at = now;
	if (load->due > load->taken * 100)
		load->due = load->taken * 100;
	while (done < STEP_BYTES && now_ms() >= load->retry_at) {
		piece = find(load, &load->next, true);
		if (!piece || load->due < piece->bytes * 100)
			return;
		load->due -= piece->bytes * 100;
		done += piece->bytes;
		renew(load, piece);
	}
}

/* Takes up to @bytes, at least a piece. Returns whether there is more to take. */
static bool grow(struct load *load, uint64_t bytes)
{
	struct load_piece *piece;
	uint64_t done = 0;

	while (!done || done < bytes) {
		if (load->taken >= load->share->ceiling)
			return false;
		piece = find(load, &load->next, false);
		if (!piece || take(load, piece))
			return false;
		done += piece->bytes;
	}
	return true;
}

static void shrink(struct load *load, uint64_t bytes)
{
	struct load_piece *piece;
	uint64_t done = 0;

	while (done < bytes) {
		piece = find(load, &load->next, true);
		if (!piece)
			return;
		done += piece->bytes;
		give(load, piece);
	}
}

/* At one piece each time, which is soon enough for all of them. */
static void measure_a_piece(struct load *load)
{
	struct load_piece *piece = find(load, &load->looked_at, true);

	if (piece)
		set_held(load, piece, load->kind->measure(load, piece));
}

static void write_off_lost(struct load *load)
{
	const uint64_t before = load->taken;
	struct load_piece *piece;

	while ((piece = load->kind->lost(load)))
		write_off(load, piece);
	if (load->taken < before)
		load_was_killed(load->share, before);
}

/* Returns whether it should go on growing at once. */
static bool step(struct load *load)
{
	struct load_share *share = load->share;
	const int64_t left = room(load);
	uint64_t bytes = STEP_BYTES;

	if (load->kind->measure)
		measure_a_piece(load);
	if (load->kind->lost)
		write_off_lost(load);
	if (left < 0) {
		shrink(load, (uint64_t)-left / share->neighbours + 1);
		return false;
	}
	renew_some(load);
	if (now_ms() < load->retry_at)
		return false;
	/* All of the loads at once must not get below the floor. */
	if (bytes > (uint64_t)left / (2 * share->neighbours))
		bytes = (uint64_t)left / (2 * share->neighbours);
	return bytes >= load->piece_bytes && grow(load, bytes);
}

void load_was_killed(struct load_share *share, uint64_t bytes)
{
	share->kills++;
	share->ceiling = bytes / 8 * 7;
}

/* It dares to take a little more as time goes by: there may be more memory now. */
static void raise_ceiling(struct load_share *share)
{
	const uint64_t bytes = share->spec.bytes;
	uint64_t ceiling = share->ceiling;

	ceiling += ceiling / 100 * TICK_MS / 1000 + CREEP_BYTES;
	share->ceiling = ceiling < bytes ? ceiling : bytes;
}

static void loop(struct load *load)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };

	load->renewed_at = now_ms();
	for (;;) {
		while (step(load))
			;
		load->share->settled = true;
		nanosleep(&tick, NULL);
		raise_ceiling(load->share);
	}
}

static int cut_into_pieces(struct load *load, struct fault *fault)
{
	const uint64_t dose = load->share->spec.bytes;
	uint64_t bytes = dose / PIECES;

	if (bytes > load->kind->piece_max)
		bytes = load->kind->piece_max;
	if (bytes < load->kind->piece_min)
		bytes = load->kind->piece_min;
	bytes = whole_units(load, bytes < dose ? bytes : dose);
	load->piece_bytes = bytes;
	load->nr = (dose + bytes - 1) / bytes;
	/* Not there before it is used, so that a dose beyond reason does no harm. */
	load->pieces = calloc(load->nr, sizeof(*load->pieces));
	return load->pieces ? 0 : fault_nomem(fault);
}

/* Signals of the terminal are for the program, which then ends its loads. */
static void reset_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	sigset_t none;
	size_t i;
	int n;

	for (n = 1; n < NSIG; n++)
		signal(n, SIG_DFL);
	for (i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Locks, sockets and pipes of the program must end with it, not with us. */
static int leave_files(int life, struct fault *fault)
{
	int null = -1;

	/* In this order: each of them may be 0, 1 or 2. */
	if (dup2(life, LIFE_FD) == LIFE_FD)
		null = open("/dev/null", O_RDWR);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(null, STDOUT_FILENO) >= 0 && !close_range(LIFE_FD + 1, ~0U, 0))
		return 0;
	return fault_set(fault, errno,
			 "pressure: cannot leave the files of the program: %s",
			 strerror(errno));
}

static int be_first_for_oom_killer(struct fault *fault)
{
	static const char path[] = "/proc/self/oom_score_adj";
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0 || write(fd, "1000", 4) != 4)
		ret = fault_set(fault, errno, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ret;
}

void load_run(struct load_share *share, int life, pid_t parent)
{
	struct load load = {
		.kind = load_kind_of(share->spec.kind),
		.share = share,
		.file = -1,
	};
	char name[16];
	int ret;

	load_die_with(parent);
	reset_signals();
	snprintf(name, sizeof(name), "stress-%s", load.kind->name);
	prctl(PR_SET_NAME, name);
	ret = leave_files(life, &share->fault);
	if (!ret)
		ret = be_first_for_oom_killer(&share->fault);
	if (!ret)
		ret = sysroot_open(&load.root, NULL, &share->fault);
	if (!ret)
		ret = cut_into_pieces(&load, &share->fault);
	if (!ret && load.kind->open)
		ret = load.kind->open(&load, &share->fault);
	if (!ret)
		loop(&load);
	share->error = -ret;
	share->broken = true;
	_exit(1);
}
