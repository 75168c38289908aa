// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pressure-hugepool.h"
#include "pressure-load.h"
#include "pressure.h"
#include "sysroot.h"

#define VMSTAT		"proc/vmstat"
#define POLL_MS		10
/* For all processes of a load that was killed to be gone; more means that they hang. */
#define GONE_MS		10000

struct child {
	struct load_share *share;
	pid_t pid;		/* 0: there is none */
	int life;		/* ends when the last process of the load does */
};

/* Of /proc/vmstat. */
struct counters {
	uint64_t oom_kills, alloc_stalls, compact_stalls, migrate_fails;
};

struct pressure {
	struct sysroot root;
	struct counters before;
	struct hugepool *pool;
	struct load_share *shares;
	struct child *children;
	size_t nr;
};

static int read_counters(struct sysroot *root, struct counters *counters,
			 struct fault *fault)
{
	char *line, *save = NULL;
	struct text text;
	bool seen = false;
	char name[64];
	uint64_t value;
	int ret;

	ret = sysroot_read(root, VMSTAT, &text, fault);
	if (ret)
		return ret;
	*counters = (struct counters){};
	for (line = strtok_r(text.data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%63s %" SCNu64, name, &value) != 2)
			continue;
		seen |= !strcmp(name, "oom_kill");
		if (!strncmp(name, "allocstall_", 11))
			counters->alloc_stalls += value;
		else if (!strcmp(name, "compact_stall"))
			counters->compact_stalls = value;
		else if (!strcmp(name, "pgmigrate_fail"))
			counters->migrate_fails = value;
		else if (!strcmp(name, "oom_kill"))
			counters->oom_kills = value;
	}
	text_free(&text);
	return seen ? 0 : fault_set(fault, ENODATA,
				    "%s/" VMSTAT ": there is no oom_kill",
				    root->name);
}

/* What cannot be started now can be the next time. */
static int start_child(struct child *child, struct fault *fault)
{
	const pid_t self = getpid();
	int life[2];

	if (pipe2(life, O_CLOEXEC))
		return fault_set(fault, errno, "pressure: pipe: %s",
				 strerror(errno));
	child->pid = fork();
	if (!child->pid)
		load_run(child->share, life[1], self);
	close(life[1]);
	if (child->pid > 0) {
		child->life = life[0];
		return 0;
	}
	/* The system may be out of memory, which is what this is for. */
	close(life[0]);
	child->pid = 0;
	child->share->failures++;
	child->share->settled = true;
	return 0;
}

/* The child was waited for; those that it forked may take a moment longer. */
static void see_it_gone(struct child *child)
{
	struct pollfd end = { .fd = child->life };

	while (poll(&end, 1, GONE_MS) < 0 && errno == EINTR)
		;
	close(child->life);
	child->pid = 0;
	child->share->held = 0;
}

/* Starts it anew with less if it was killed; else that is a fault. */
static int revive(struct child *child, int status, struct fault *fault)
{
	struct load_share *share = child->share;
	const char *name = pressure_kind_name(share->spec.kind);
	const uint64_t held = share->held;

	see_it_gone(child);
	if (share->broken) {
		*fault = share->fault;
		return -share->error;
	}
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		return fault_set(fault, EIO,
				 "pressure %s: its process ended with status 0x%x",
				 name, status);
	load_was_killed(share, held);
	return start_child(child, fault);
}

static int revive_all(struct pressure *pressure, struct fault *fault)
{
	struct child *child;
	int status, ret = 0;
	size_t i;

	for (i = 0; i < pressure->nr && !ret; i++) {
		child = &pressure->children[i];
		if (!child->pid)
			ret = start_child(child, fault);
		else if (waitpid(child->pid, &status, WNOHANG) == child->pid)
			ret = revive(child, status, fault);
	}
	return ret;
}

static bool all_settled(const struct pressure *pressure)
{
	size_t i;

	for (i = 0; i < pressure->nr; i++)
		if (!pressure->shares[i].settled)
			return false;
	return true;
}

static int wait_for_all(struct pressure *pressure, struct fault *fault)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	int ret;

	do {
		ret = revive_all(pressure, fault);
		if (ret || all_settled(pressure))
			return ret;
	} while (!nanosleep(&pause, NULL));
	return fault_set(fault, EINTR, "pressure: interrupted by a signal");
}

/* What huge loads need to be allowed, all together. */
static int open_pool(struct pressure *pressure, struct fault *fault)
{
	uint64_t page = 0, pages = 0;
	struct load_share *share;
	size_t i;
	int ret;

	for (i = 0; i < pressure->nr; i++) {
		share = &pressure->shares[i];
		if (share->spec.kind != PRESSURE_HUGE)
			continue;
		ret = hugepool_page_bytes(&page, fault);
		if (ret)
			return ret;
		share->unit = page;
		pages += (share->spec.bytes + page - 1) / page;
	}
	return pages ? hugepool_open(&pressure->pool, pages, fault) : 0;
}

static int prepare(struct pressure *pressure, const struct pressure_spec *specs,
		   uint64_t floor_bytes, struct fault *fault)
{
	const size_t nr = pressure->nr;
	size_t i;

	pressure->children = calloc(nr, sizeof(*pressure->children));
	pressure->shares = mmap(NULL, nr * sizeof(*pressure->shares),
				PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pressure->shares == MAP_FAILED)
		pressure->shares = NULL;
	if (!pressure->children || !pressure->shares)
		return fault_nomem(fault);
	for (i = 0; i < nr; i++) {
		pressure->shares[i] = (struct load_share){
			.spec = specs[i],
			.unit = load_page_bytes(),
			.floor = floor_bytes < INT64_MAX ? floor_bytes : INT64_MAX,
			.neighbours = (unsigned int)nr,
			.ceiling = specs[i].bytes,
		};
		pressure->children[i].share = &pressure->shares[i];
	}
	return open_pool(pressure, fault);
}

int pressure_start(struct pressure **pressure, const struct pressure_spec *specs,
		   size_t nr, uint64_t floor_bytes, struct fault *fault)
{
	struct pressure *p;
	int ret;

	*pressure = NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return fault_nomem(fault);
	ret = sysroot_open(&p->root, NULL, fault);
	if (ret) {
		free(p);
		return ret;
	}
	ret = read_counters(&p->root, &p->before, fault);
	p->nr = nr;
	if (!ret && nr)
		ret = prepare(p, specs, floor_bytes, fault);
	if (!ret)
		ret = wait_for_all(p, fault);
	if (ret)
		pressure_stop(p);
	else
		*pressure = p;
	return ret;
}

int pressure_look(struct pressure *pressure, struct pressure_trouble *trouble,
		  struct fault *fault)
{
	const struct counters *before = &pressure->before;
	struct counters now;
	size_t i;
	int ret;

	ret = revive_all(pressure, fault);
	if (!ret)
		ret = read_counters(&pressure->root, &now, fault);
	if (ret)
		return ret;
	*trouble = (struct pressure_trouble){
		.oom_kills = now.oom_kills - before->oom_kills,
		.alloc_stalls = now.alloc_stalls - before->alloc_stalls,
		.compact_stalls = now.compact_stalls - before->compact_stalls,
		.migrate_fails = now.migrate_fails - before->migrate_fails,
	};
	for (i = 0; i < pressure->nr; i++) {
		const struct load_share *share = &pressure->shares[i];

		trouble->load_kills += share->kills;
		trouble->failed_allocations += share->failures;
		trouble->asked_bytes += share->spec.bytes;
		trouble->held_bytes += share->held;
		trouble->renewed_bytes += share->renewed;
	}
	return 0;
}

void pressure_stop(struct pressure *pressure)
{
	struct child *child;
	size_t i;

	if (!pressure)
		return;
	for (i = 0; pressure->children && i < pressure->nr; i++)
		if (pressure->children[i].pid)
			kill(pressure->children[i].pid, SIGKILL);
	for (i = 0; pressure->children && i < pressure->nr; i++) {
		child = &pressure->children[i];
		if (!child->pid)
			continue;
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
		see_it_gone(child);
	}
	hugepool_close(pressure->pool);
	if (pressure->shares)
		munmap(pressure->shares, pressure->nr * sizeof(*pressure->shares));
	free(pressure->children);
	sysroot_close(&pressure->root);
	free(pressure);
}
