// SPDX-License-Identifier: GPL-2.0
#include "waiting.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000

uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* As nohup does; a blocked signal would come all the same. */
static int is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

int waiting_start(struct waiting *waiting, const int *more, struct fault *fault)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (!is_ignored(ends[i]))
			sigaddset(&set, ends[i]);
	for (; *more; more++)
		sigaddset(&set, *more);
	sigprocmask(SIG_BLOCK, &set, NULL);
	waiting->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (waiting->signals < 0)
		return fault_set(fault, errno, "signalfd: %s", strerror(errno));
	return 0;
}

void waiting_stop(struct waiting *waiting)
{
	close(waiting->signals);
}

int waiting_wait(struct waiting *waiting, int input, int output, uint64_t deadline_ns,
		 int *signal_number, struct fault *fault)
{
	struct pollfd fds[] = {
		{ .fd = waiting->signals, .events = POLLIN },
		{ .fd = input, .events = POLLIN },
		/* Errors and the end are told without asking. */
		{ .fd = output, .events = 0 },
	};

	for (;;) {
		const uint64_t now = monotonic_ns();
		const uint64_t left = now < deadline_ns ? deadline_ns - now : 0;
		const struct timespec timeout = {
			.tv_sec = (time_t)(left / NS_PER_S),
			.tv_nsec = (long)(left % NS_PER_S),
		};
		struct signalfd_siginfo info;
		int ready = ppoll(fds, sizeof(fds) / sizeof(*fds), &timeout, NULL);

		if (ready < 0 && errno != EINTR)
			return fault_set(fault, errno, "poll: %s", strerror(errno));
		if (ready < 0)
			continue;
		if (!ready)
			return WAKE_TIME;
		if (read(waiting->signals, &info, sizeof(info)) == sizeof(info)) {
			*signal_number = (int)info.ssi_signo;
			return WAKE_SIGNAL;
		}
		/* What is gone can be read, too, for ever: its end. */
		if (fds[1].revents & ~POLLIN || fds[2].revents)
			return WAKE_GONE;
		return WAKE_INPUT;
	}
}
