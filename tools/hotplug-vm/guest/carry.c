// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../proto.h"
#include "carry.h"
#include "host.h"

#define DRAIN_MS	5000	/* for processes that do not die to close the streams */
#define BYE_MS		30000	/* for the host to say that it has everything */

/* One direction of bytes: what was read from @from waits in @data for @to. */
struct pump {
	int from;		/* -1 when it ended */
	int to;
	uint64_t sent;
	size_t start;
	size_t len;
	char data[32 << 10];
};

static int control = -1;
static int terminal = -1;		/* the shell's, our end */
static bool bye;			/* said by the host */
static struct pump out = { .from = -1, .to = -1 };
static struct pump err = { .from = -1, .to = -1 };
static struct pump in = { .from = -1, .to = -1 };

void carry_start(int control_port)
{
	control = control_port;
	out.to = host_port(LAB_PORT_STDOUT);
	err.to = host_port(LAB_PORT_STDERR);
}

void carry_output(int out_end, int err_end)
{
	out.from = out_end;
	err.from = err_end;
}

void carry_terminal(int master)
{
	terminal = master;
	out.from = master;
	in.from = host_port(LAB_PORT_STDIN);
	in.to = master;
}

static void pump_read(struct pump *p)
{
	ssize_t n;

	if (p->from < 0 || p->len)
		return;
	p->start = 0;
	n = read(p->from, p->data, sizeof(p->data));
	if (n > 0)
		p->len = n;
	else if (n < 0 ? errno != EAGAIN && errno != EINTR : p != &in)
		p->from = -1;	/* a terminal whose last user went says EIO */
	/* The port of the terminal's input reads as ended until the host is connected. */
}

static void pump_write(struct pump *p)
{
	ssize_t n;

	if (!p->len || p->to < 0)
		return;
	n = write(p->to, p->data + p->start, p->len);
	if (n > 0) {
		p->start += n;
		p->len -= n;
		p->sent += n;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		p->len = 0;
	}
}

static bool pump_done(const struct pump *p)
{
	return p->from < 0 && !p->len;
}

static void control_line(const char *line)
{
	struct winsize size = { 0 };
	unsigned int rows, columns;

	if (!strcmp(line, "bye")) {
		bye = true;
	} else if (sscanf(line, "winsize %u %u", &rows, &columns) == 2 && terminal >= 0) {
		size.ws_row = rows;
		size.ws_col = columns;
		ioctl(terminal, TIOCSWINSZ, &size);
	}
}

static unsigned long taint(void)
{
	FILE *f = fopen("/proc/sys/kernel/tainted", "re");
	unsigned long v = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%lu", &v) != 1)
		v = 0;
	fclose(f);
	return v;
}

static void add_poll(struct pollfd *fds, unsigned int *n, int fd, short events)
{
	if (fd < 0 || !events)
		return;
	fds[*n].fd = fd;
	fds[*n].events = events;
	(*n)++;
}

static void add_pump(struct pollfd *fds, unsigned int *n, const struct pump *p)
{
	if (!p->len)
		add_poll(fds, n, p->from, POLLIN);
	else
		add_poll(fds, n, p->to, POLLOUT);
}

/* Carry bytes and beat until something happens, or @until at most. */
static void step(int64_t until, const sigset_t *signals)
{
	static int64_t beat;
	int64_t now = now_ms(), ms;
	struct pollfd fds[8];
	struct timespec wait;
	unsigned int n = 0;

	if (now >= beat) {
		host_tell("beat");
		beat = now + LAB_BEAT_MS;
	}
	add_poll(fds, &n, control, POLLIN);
	add_pump(fds, &n, &out);
	add_pump(fds, &n, &err);
	add_pump(fds, &n, &in);

	ms = (until < beat ? until : beat) - now;
	if (ms < 0)
		ms = 0;
	wait.tv_sec = ms / 1000;
	wait.tv_nsec = ms % 1000 * 1000000;
	/* SIGCHLD comes through only here. */
	ppoll(fds, n, &wait, signals);

	host_listen(control_line);
	pump_read(&out);
	pump_write(&out);
	pump_read(&err);
	pump_write(&err);
	pump_read(&in);
	pump_write(&in);
}

/* Has @pid ended, with @status? The guest's first process has others' children, too. */
static bool reap(pid_t pid, int *status)
{
	bool ended = false;
	pid_t gone;
	int s;

	while ((gone = waitpid(-1, &s, WNOHANG)) > 0) {
		if (gone != pid)
			continue;
		*status = s;
		ended = true;
	}
	return ended;
}

int carry(pid_t pid, const sigset_t *signals)
{
	int64_t drain_until = INT64_MAX;
	bool ended = false;
	int status = 0;

	for (;;) {
		if (reap(pid, &status)) {
			ended = true;
			drain_until = now_ms() + DRAIN_MS;
			in.from = -1;
			in.len = 0;
			/* What it left running would keep the streams open. */
			kill(getpid() == 1 ? -1 : -pid, SIGKILL);
		}
		if (ended && now_ms() >= drain_until) {
			out.from = -1;
			err.from = -1;
		}
		if (ended && pump_done(&out) && pump_done(&err))
			return status;
		step(drain_until, signals);
	}
}

void carry_end(int status, const sigset_t *signals)
{
	int64_t until = now_ms() + BYE_MS;

	host_tell("exit %s %d %llu %llu %lu",
		  WIFSIGNALED(status) ? "signal" : "code",
		  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		  (unsigned long long)out.sent, (unsigned long long)err.sent, taint());
	while (!bye && now_ms() < until) {
		reap(0, &status);
		step(until, signals);
	}
}
