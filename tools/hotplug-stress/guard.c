// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"
#include "stop.h"

#define PROGRAM		"hotplug-stress"
#define NS_PER_S	1000000000LL
/* How long the parent's other children may take to die after it. */
#define CHILDREN_MS	10000
/* So that a restoring that takes long is not a silent one. */
#define PATIENCE_MS	10000

struct guard {
	pid_t pid;
	int fd;
	struct guard_orders orders;
};

/* The guard's answer; an empty fault if all is well. */
struct answer {
	int error;
	struct fault fault;
};

/* The child. */

/* The OOM killer shall take any other. Where that is not allowed, so be it. */
static void be_spared(void)
{
	const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "-1000", 5) < 0 && errno == EINTR)
		be_spared();
	close(fd);
}

static int restore(const struct guard_orders *orders, struct fault *fault)
{
	fault->text[0] = '\0';
	return orders->restore(orders->context, fault);
}

/* The end of the socket: all who had the other end of it are gone. */
static bool all_gone(int fd, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct answer ignored;

	while (poll(&poll_fd, 1, timeout_ms) > 0)
		if (recv(fd, &ignored, sizeof(ignored), MSG_DONTWAIT) <= 0)
			return true;
	return false;
}

static void say_orphaned(const struct guard_orders *orders, int ret,
			 const struct fault *fault, bool alone)
{
	struct fault text;

	if (!alone)
		fputs(PROGRAM ": a process of it did not die with it\n", stderr);
	if (ret)
		fault_set(&text, -ret, "it was killed; not all is as it was before: %.900s",
			  fault->text);
	else
		fault_set(&text, 0, "it was killed; all memory is as it was before");
	fault_print(&text, PROGRAM);
	if (orders->log) {
		fault_set(&text, 0, "its log is %s", orders->log);
		fault_print(&text, PROGRAM);
	}
}

static void be_orphan(int fd, const struct guard_orders *orders)
{
	const bool alone = all_gone(fd, CHILDREN_MS);
	struct fault fault;
	int ret;

	ret = restore(orders, &fault);
	if (orders->orphaned)
		orders->orphaned(orders->context);
	/* Last, as nobody may read it. */
	say_orphaned(orders, ret, &fault, alone);
	_exit(ret ? 1 : 0);
}

static void serve(int fd, int parent, const struct guard_orders *orders)
{
	struct pollfd fds[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = parent, .events = POLLIN },
	};
	struct answer answer = {};
	char request;

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents &&
		    recv(fd, &request, 1, MSG_DONTWAIT) == 1) {
			if (request == 'q')
				_exit(0);
			answer.error = restore(orders, &answer.fault);
			send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
		} else if (fds[0].revents || fds[1].revents) {
			be_orphan(fd, orders);
		}
	}
}

static void be_guard(pid_t parent, int fd, const struct guard_orders *orders)
{
	const int parent_fd = syscall(SYS_pidfd_open, parent, 0);

	prctl(PR_SET_NAME, "hotplug-guard");
	stop_ignore();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	setsid();
	be_spared();
	/* Its number may be another's by now. */
	if (getppid() != parent)
		be_orphan(fd, orders);
	serve(fd, parent_fd, orders);
}

/* The parent. */

int guard_start(struct guard **guard, const struct guard_orders *orders,
		struct fault *fault)
{
	const pid_t parent = getpid();
	struct guard *g = calloc(1, sizeof(*g));
	int fds[2], err;

	*guard = NULL;
	if (!g)
		return fault_nomem(fault);
	g->orders = *orders;
	/* It stays open in children that execute no other program: see above. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) {
		err = errno;
		free(g);
		return fault_set(fault, err, "socketpair: %s", strerror(err));
	}
	g->fd = fds[0];
	g->pid = fork();
	if (!g->pid) {
		close(fds[0]);
		be_guard(parent, fds[1], orders);
	}
	err = errno;
	close(fds[1]);
	if (g->pid < 0) {
		close(fds[0]);
		free(g);
		return fault_set(fault, err,
				 "cannot start the guard process: %s",
				 strerror(err));
	}
	*guard = g;
	return 0;
}

/* Puts it to rest if it is no more. */
bool guard_alive(struct guard *guard)
{
	if (guard->pid && waitpid(guard->pid, NULL, WNOHANG) == guard->pid)
		guard->pid = 0;
	return guard->pid != 0;
}

/* 0 with its answer, or an error: it has died. */
static int await_answer(struct guard *guard, struct answer *answer)
{
	struct pollfd fd = { .fd = guard->fd, .events = POLLIN };
	long long said = stop_now_ns();
	int ready;

	for (;;) {
		ready = poll(&fd, 1, PATIENCE_MS);
		if (ready > 0)
			return recv(guard->fd, answer, sizeof(*answer), 0) ==
			       sizeof(*answer) ? 0 : -EPIPE;
		if (stop_now_ns() - said < NS_PER_S * PATIENCE_MS / 1000)
			continue;
		said = stop_now_ns();
		fputs(PROGRAM ": still making memory as it was before\n", stderr);
	}
}

int guard_restore(struct guard *guard, struct fault *fault)
{
	struct answer answer;

	if (guard_alive(guard) &&
	    send(guard->fd, "r", 1, MSG_NOSIGNAL) == 1 &&
	    !await_answer(guard, &answer)) {
		if (answer.error)
			*fault = answer.fault;
		return answer.error;
	}
	return restore(&guard->orders, fault);
}

void guard_stop(struct guard *guard)
{
	if (!guard)
		return;
	if (guard_alive(guard) && send(guard->fd, "q", 1, MSG_NOSIGNAL) == 1)
		while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
			;
	close(guard->fd);
	free(guard);
}
