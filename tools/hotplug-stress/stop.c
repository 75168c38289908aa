// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stop.h"

#define NS_PER_MS 1000000LL

static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

#define NR_ENDING (sizeof(ending) / sizeof(ending[0]))

static volatile sig_atomic_t noted;
static volatile sig_atomic_t noting;	/* the process that does */
static int pipe_fds[2] = { -1, -1 };
static bool is_held;

static void on_signal(int number)
{
	const int saved = errno;

	/* A child that inherited this shall not tell its parent to end. */
	if (getpid() != noting) {
		signal(number, SIG_DFL);
		raise(number);
	} else if (!noted) {
		noted = number;
		/* A byte into an empty pipe always fits. */
		if (write(pipe_fds[1], "", 1) < 0)
			noted = number;
	}
	errno = saved;
}

int stop_prepare(struct fault *fault)
{
	/* Without SA_RESTART, so that a write that is stuck ends, too. */
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction before;
	size_t i;

	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK))
		return fault_set(fault, errno, "pipe: %s", strerror(errno));
	noting = getpid();
	for (i = 0; i < NR_ENDING; i++) {
		sigaction(ending[i], NULL, &before);
		/* nohup and "&" in a script want it ignored. */
		if (before.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
	return 0;
}

void stop_ignore(void)
{
	size_t i;

	for (i = 0; i < NR_ENDING; i++)
		signal(ending[i], SIG_IGN);
	noted = 0;
	for (i = 0; i < 2; i++) {
		if (pipe_fds[i] >= 0)
			close(pipe_fds[i]);
		pipe_fds[i] = -1;
	}
}

void stop_hold(bool held)
{
	is_held = held;
}

int stop_signal(void)
{
	return is_held ? 0 : noted;
}

int stop_fd(void)
{
	return is_held ? -1 : pipe_fds[0];
}

long long stop_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

void stop_sleep_until(long long time_ns)
{
	struct pollfd fd = { .fd = stop_fd(), .events = POLLIN };
	long long left;

	while (!stop_signal() && (left = time_ns - stop_now_ns()) > 0) {
		const struct timespec time = {
			.tv_sec = left / (1000 * NS_PER_MS),
			.tv_nsec = left % (1000 * NS_PER_MS),
		};

		ppoll(&fd, 1, &time, NULL);
	}
}
