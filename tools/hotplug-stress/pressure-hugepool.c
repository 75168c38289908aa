// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure-hugepool.h"
#include "sysroot.h"

#define OVERCOMMIT	"proc/sys/vm/nr_overcommit_hugepages"

struct hugepool {
	pid_t keeper;
};

static int read_first(const char *path, const char *format, uint64_t *value,
		      struct fault *fault)
{
	struct sysroot root;
	const char *at;
	struct text text;
	int ret;

	ret = sysroot_open(&root, NULL, fault);
	if (ret)
		return ret;
	ret = sysroot_read(&root, path, &text, fault);
	sysroot_close(&root);
	if (ret)
		return ret;
	at = strstr(text.data, format);
	if (!at || sscanf(at + strlen(format), "%" SCNu64, value) != 1)
		ret = -ENOENT;
	text_free(&text);
	return ret;
}

int hugepool_page_bytes(uint64_t *bytes, struct fault *fault)
{
	uint64_t kib;
	int ret;

	ret = read_first("proc/meminfo", "\nHugepagesize:", &kib, fault);
	if (ret)
		return fault_set(fault, ENOENT,
				 "pressure huge: this kernel has no hugetlb");
	*bytes = kib << 10;
	return 0;
}

static int write_overcommit(uint64_t value, struct fault *fault)
{
	const int fd = open("/" OVERCOMMIT, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0 || dprintf(fd, "%" PRIu64, value) < 0)
		ret = fault_set(fault, errno, "/" OVERCOMMIT ": %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Waits for SIGTERM, from hugepool_close() or because the parent died. */
static void keep(pid_t parent, uint64_t before, uint64_t raised)
{
	struct fault fault;
	uint64_t now;
	sigset_t set;
	int signal;

	setsid();
	close_range(STDERR_FILENO + 1, ~0U, 0);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	prctl(PR_SET_NAME, "stress-hugepool");
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (getppid() == parent)
		sigwait(&set, &signal);
	if (!read_first(OVERCOMMIT, "", &now, &fault) && now == raised &&
	    write_overcommit(before, &fault))
		fault_print(&fault, "hotplug-stress");
	_exit(0);
}

int hugepool_open(struct hugepool **pool, uint64_t pages, struct fault *fault)
{
	const pid_t self = getpid();
	sigset_t term, old;
	uint64_t before;
	int ret;

	ret = read_first(OVERCOMMIT, "", &before, fault);
	if (ret)
		return fault_set(fault, -ret, "/" OVERCOMMIT ": %s", strerror(-ret));
	*pool = calloc(1, sizeof(**pool));
	if (!*pool)
		return fault_nomem(fault);
	/* So that it cannot miss the signal. */
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old);
	(*pool)->keeper = fork();
	if (!(*pool)->keeper)
		keep(self, before, before + pages);
	ret = (*pool)->keeper < 0 ? -errno : 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (ret) {
		free(*pool);
		*pool = NULL;
		return fault_set(fault, -ret, "pressure huge: fork: %s",
				 strerror(-ret));
	}
	ret = write_overcommit(before + pages, fault);
	if (ret) {
		hugepool_close(*pool);
		*pool = NULL;
	}
	return ret;
}

void hugepool_close(struct hugepool *pool)
{
	if (!pool)
		return;
	kill(pool->keeper, SIGTERM);
	while (waitpid(pool->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	free(pool);
}
