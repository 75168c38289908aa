// SPDX-License-Identifier: GPL-2.0
/*
 * One run of a guest: a poll loop between QEMU's sockets, the user's terminal and
 * signals. Everything in it is non-blocking and bounded, whatever the guest does.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "initramfs.h"
#include "machine.h"
#include "msg.h"
#include "qmp.h"
#include "relay.h"
#include "run.h"
#include "sink.h"
#include "term.h"
#include "workdir.h"

#define BOOT_LIMIT_KVM	30
#define BOOT_LIMIT_TCG	100	/* a debug kernel takes 20 s on an idle host */
#define HANG_LIMIT_KVM	30
#define HANG_LIMIT_TCG	60
#define PANIC_MS	10000	/* from the panic's first line to the end of QEMU */
#define KILLED_MS	3000	/* for what is still in the pipes after QEMU was killed */

/* What a shell leaves alone in a word. */
#define PLAIN_CHARACTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,/:+@%"

/* Bits of /proc/sys/kernel/tainted that only a kernel in trouble sets. */
#define TAINT_BAD_PAGE	(1UL << 5)
#define TAINT_DIE	(1UL << 7)
#define TAINT_WARN	(1UL << 9)
#define TAINT_LOCKUP	(1UL << 14)

/* A stream of the command on its way to ours. */
struct stream {
	int from;		/* -1 when it ended */
	struct sink sink;
	uint64_t got;
	size_t start;
	size_t len;
	char data[64 << 10];
};

struct run_state {
	const struct run_request *request;
	struct run_result *result;

	int wire[WIRES];		/* our ends, -1 when they ended */
	int signals;
	int qemu_errors;		/* QEMU's standard error, -1 when it ended */
	char qemu_said[2048];
	size_t qemu_said_len;
	pid_t qemu;			/* 0 when it is reaped */
	int qemu_status;

	struct qmp qmp;
	struct relay relay;
	struct stream out;
	struct stream err;

	char control_in[LAB_CONTROL_LINE];
	size_t control_in_len;
	char control_out[LAB_CONTROL_LINE];
	size_t control_out_len;

	bool shell;
	char keys[4096];		/* from the terminal to the shell */
	size_t keys_len;

	/* What is known about the guest. */
	bool exited;			/* the command, and this is how: */
	bool by_signal;
	int number;
	uint64_t out_total;
	uint64_t err_total;
	unsigned long taint;
	bool said_bye;
	bool failed;			/* init said so */

	/* Times in milliseconds of the monotonic clock. */
	int64_t time_limit;
	int64_t boot_limit;
	int64_t last_beat;
	int64_t hang_ms;
	int64_t end_by;			/* QEMU is killed, or given up, then */

	/* Why it was stopped. */
	bool timed_out;
	bool hung;
	int signal;
	bool lab_failed;
	char why[512];
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void because(struct run_state *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The first reason stands. */
static void because(struct run_state *r, const char *format, ...)
{
	va_list args;

	if (r->why[0])
		return;
	va_start(args, format);
	vsnprintf(r->why, sizeof(r->why), format, args);
	va_end(args);
}

static void kill_qemu(struct run_state *r)
{
	if (r->qemu)
		kill(r->qemu, SIGKILL);
	r->end_by = now_ms() + KILLED_MS;
}

static void lab_failed(struct run_state *r)
{
	r->lab_failed = true;
	kill_qemu(r);
}

/* Streams */

static void stream_read(struct stream *s)
{
	ssize_t n;

	if (s->from < 0 || s->len)
		return;
	s->start = 0;
	n = read(s->from, s->data, sizeof(s->data));
	if (n > 0) {
		s->len = n;
		s->got += n;
	} else if (!n || (errno != EAGAIN && errno != EINTR)) {
		s->from = -1;
	}
}

static void stream_write(struct run_state *r, struct stream *s)
{
	ssize_t n;

	if (!s->len)
		return;
	n = sink_write(&s->sink, s->data + s->start, s->len);
	if (n < 0) {
		because(r, "cannot write the command's output: %s", strerror(-n));
		s->sink.closed = true;
		lab_failed(r);
		return;
	}
	s->start += n;
	s->len -= n;
}

static bool stream_done(const struct stream *s)
{
	return s->from < 0 && !s->len;
}

/* The control port */

static void control_say(struct run_state *r, const char *line)
{
	size_t len = strlen(line);

	/* A guest that takes none of it misses window sizes only. */
	if (len > sizeof(r->control_out) - r->control_out_len)
		return;
	memcpy(r->control_out + r->control_out_len, line, len);
	r->control_out_len += len;
}

static void send_window_size(struct run_state *r)
{
	unsigned int rows, columns;
	char line[64];

	term_size(&rows, &columns);
	snprintf(line, sizeof(line), "winsize %u %u\n", rows, columns);
	control_say(r, line);
}

static void control_line(struct run_state *r, const char *line)
{
	unsigned long long out, err;
	char kind[8];
	const char *p;
	unsigned long taint;
	int number;

	if (!strcmp(line, "init")) {
		r->result->init_reached = true;
	} else if (!strncmp(line, "fail ", 5) && !r->failed) {
		char text[256];
		size_t n = 0;

		for (p = line + 5; *p && n < sizeof(text) - 1; p++)
			text[n++] = *p < ' ' || *p > '~' ? '?' : *p;
		text[n] = '\0';
		r->failed = true;
		because(r, "the guest's init failed: %s", text);
		r->end_by = now_ms() + PANIC_MS;
	} else if (!r->exited &&
		   sscanf(line, "exit %7s %d %llu %llu %lu", kind, &number, &out, &err,
			  &taint) == 5 && number >= 0 && number < 256) {
		r->exited = true;
		r->by_signal = !strcmp(kind, "signal");
		r->number = number;
		r->out_total = out;
		r->err_total = err;
		r->taint = taint;
		if (r->request->probe)
			kill_qemu(r);
	}
	/* Any line is a sign of life. */
	r->last_beat = now_ms();
}

static void control_read(struct run_state *r)
{
	ssize_t n;
	char *end;

	n = read(r->wire[WIRE_CONTROL], r->control_in + r->control_in_len,
		 sizeof(r->control_in) - r->control_in_len);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(r->wire[WIRE_CONTROL]);
		r->wire[WIRE_CONTROL] = -1;
		return;
	}
	r->control_in_len += n;
	while ((end = memchr(r->control_in, '\n', r->control_in_len))) {
		*end = '\0';
		control_line(r, r->control_in);
		r->control_in_len -= end + 1 - r->control_in;
		memmove(r->control_in, end + 1, r->control_in_len);
	}
	if (r->control_in_len == sizeof(r->control_in))
		r->control_in_len = 0;
}

/* Write what a wire takes of @data; returns how much is left. */
static size_t wire_write(struct run_state *r, enum machine_wire wire, char *data, size_t len)
{
	ssize_t n;

	if (r->wire[wire] < 0 || !len)
		return 0;
	n = send(r->wire[wire], data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? len : 0;
	memmove(data, data + n, len - n);
	return len - n;
}

/* The console */

static void console_read(struct run_state *r)
{
	char data[16384];
	ssize_t n = read(r->wire[WIRE_CONSOLE], data, sizeof(data));
	int ret;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		console_end(&r->result->console);
		close(r->wire[WIRE_CONSOLE]);
		r->wire[WIRE_CONSOLE] = -1;
		return;
	}
	ret = console_feed(&r->result->console, data, n);
	if (ret) {
		because(r, "cannot write the console's log: %s", strerror(-ret));
		r->result->console.log = -1;
		lab_failed(r);
	}
	/* QEMU ends by itself when the kernel reboots, unless it was told not to. */
	if (r->result->console.panic[0] && r->end_by == INT64_MAX)
		r->end_by = now_ms() + PANIC_MS;
}

static void qemu_errors_read(struct run_state *r)
{
	size_t room = sizeof(r->qemu_said) - 1 - r->qemu_said_len;
	char drop[512];
	ssize_t n;

	/* The beginning says what is wrong; the rest is dropped. */
	if (room)
		n = read(r->qemu_errors, r->qemu_said + r->qemu_said_len, room);
	else
		n = read(r->qemu_errors, drop, sizeof(drop));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(r->qemu_errors);
		r->qemu_errors = -1;
		return;
	}
	if (room)
		r->qemu_said_len += n;
}

static void keys_read(struct run_state *r)
{
	ssize_t n = read(STDIN_FILENO, r->keys, sizeof(r->keys));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || memchr(r->keys, TERM_ESCAPE, n)) {
		because(r, "ended from the terminal");
		lab_failed(r);
		return;
	}
	r->keys_len = n;
}

static void signals_read(struct run_state *r)
{
	struct signalfd_siginfo s;

	while (read(r->signals, &s, sizeof(s)) == sizeof(s)) {
		switch (s.ssi_signo) {
		case SIGCHLD:
			break;
		case SIGWINCH:
			if (r->shell)
				send_window_size(r);
			break;
		default:
			if (!r->signal)
				r->signal = s.ssi_signo;
			kill_qemu(r);
			break;
		}
	}

	if (r->qemu && waitpid(r->qemu, &r->qemu_status, WNOHANG) == r->qemu)
		r->qemu = 0;
}

/* Setting up */

static bool make_wires(struct run_state *r, int theirs[WIRES])
{
	int i, pair[2];

	for (i = 0; i < WIRES; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
			because(r, "socketpair: %s", strerror(errno));
			return false;
		}
		r->wire[i] = pair[0];
		theirs[i] = pair[1];
		fcntl(pair[0], F_SETFL, O_NONBLOCK);
	}
	return true;
}

static unsigned int boot_limit(const struct run_request *q)
{
	if (q->options->boot_limit)
		return q->options->boot_limit;
	return q->kvm ? BOOT_LIMIT_KVM : BOOT_LIMIT_TCG;
}

static bool make_initramfs(struct run_state *r, const char *path)
{
	const struct run_request *q = r->request;
	static char *const nothing[] = { NULL };
	struct initramfs i = {
		.init = q->init,
		.ask = q->ask,
		.command = q->probe ? nothing : q->options->command,
		.before = q->options->before_boot,
		.modules = q->modules,
	};
	const char *term = getenv("TERM");
	unsigned int rows = 24, columns = 80;
	char config[256];

	if (r->shell)
		term_size(&rows, &columns);
	if (!r->shell || !term || !*term || strlen(term) > 32 ||
	    term[strspn(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+._-")])
		term = "dumb";
	snprintf(config, sizeof(config), "mode=%s\nterm=%s\nrows=%u\ncolumns=%u\nup-limit=%u\n",
		 q->probe ? "probe" : r->shell ? "shell" : "command", term, rows, columns,
		 q->root ? boot_limit(q) : 0);
	i.config = config;
	if (initramfs_write(&i, path)) {
		because(r, "the guest's root could not be made");
		return false;
	}
	return true;
}

static void say_command(char *const *argv, pid_t pid)
{
	char *const *word;

	if (!msg_be_verbose)
		return;
	fprintf(stderr, "hotplug-vm:");
	for (word = argv; *word; word++) {
		bool plain = **word && !(*word)[strspn(*word, PLAIN_CHARACTERS)];

		if (plain) {
			fprintf(stderr, " %s", *word);
		} else {
			const char *p;

			fputs(" '", stderr);
			for (p = *word; *p; p++)
				fputs(*p == '\'' ? "'\\''" : (char[]){ *p, 0 }, stderr);
			fputc('\'', stderr);
		}
	}
	fputs(msg_newline(), stderr);
	msg("QEMU is process %d", (int)pid);
}

static bool start(struct run_state *r, const char *folder, const sigset_t *mask)
{
	const struct run_request *q = r->request;
	char initramfs[PATH_MAX + 16], results[PATH_MAX + 16];
	struct machine m = {
		.options = q->options,
		.kvm = q->kvm,
		.kernel = q->kernel,
		.initramfs = initramfs,
		.project = q->project,
		.results = q->results ? q->results : results,
		.root = q->root,
		.monitor = q->monitor,
	};
	int errors[2], keep[WIRES + 1], i;
	char **argv;
	pid_t pid;

	snprintf(initramfs, sizeof(initramfs), "%s/initramfs", folder);
	snprintf(results, sizeof(results), "%s/results", folder);
	if (!q->results && mkdir(results, 0700)) {
		because(r, "mkdir %s: %s", results, strerror(errno));
		return false;
	}
	if (!make_initramfs(r, initramfs) || !make_wires(r, m.wire))
		return false;
	if (qmp_init(&r->qmp, r->wire[WIRE_QMP], relay_event, &r->relay)) {
		because(r, "out of memory");
		return false;
	}
	relay_init(&r->relay, q->options, &r->qmp);

	argv = machine_argv(&m);
	if (!argv || pipe2(errors, O_CLOEXEC)) {
		because(r, "cannot prepare QEMU: %s", strerror(errno));
		machine_argv_free(argv);
		return false;
	}
	memcpy(keep, m.wire, sizeof(m.wire));
	keep[WIRES] = m.monitor;
	pid = child_start(argv, keep, m.monitor < 0 ? WIRES : WIRES + 1, errors[1], mask);
	close(errors[1]);
	for (i = 0; i < WIRES; i++)
		close(m.wire[i]);
	r->qemu_errors = errors[0];
	fcntl(errors[0], F_SETFL, O_NONBLOCK);
	if (pid < 0) {
		because(r, pid == -ENOENT ? "%s is not installed" : "cannot start %s: %s",
			MACHINE_QEMU, strerror(-pid));
		machine_argv_free(argv);
		return false;
	}
	r->qemu = pid;
	say_command(argv, pid);
	machine_argv_free(argv);
	return true;
}

static void start_clocks(struct run_state *r)
{
	const struct lab_options *o = r->request->options;
	bool kvm = r->request->kvm;
	int64_t now = now_ms();
	unsigned int hang;

	hang = o->hang_limit ? o->hang_limit : kvm ? HANG_LIMIT_KVM : HANG_LIMIT_TCG;
	r->time_limit = o->time_limit ? now + o->time_limit * 1000LL : INT64_MAX;
	r->boot_limit = now + boot_limit(r->request) * 1000LL;
	r->hang_ms = hang * 1000LL;
	r->last_beat = now;
	r->end_by = INT64_MAX;
}

/* The loop */

static int64_t soonest(const struct run_state *r)
{
	int64_t t = r->time_limit;

	if (r->end_by < t)
		t = r->end_by;
	if (r->qemu && !r->result->init_reached && r->boot_limit < t)
		t = r->boot_limit;
	if (r->qemu && r->result->init_reached && r->last_beat + r->hang_ms < t)
		t = r->last_beat + r->hang_ms;
	return t;
}

/* Returns whether the run is to be given up at once. */
static bool check_clocks(struct run_state *r)
{
	int64_t now = now_ms();

	if (now >= r->end_by) {
		if (!r->qemu)
			return true;
		kill_qemu(r);
		return false;
	}
	if (r->end_by != INT64_MAX)
		return false;

	if (now >= r->time_limit) {
		r->timed_out = true;
		because(r, "the time limit of %u s is over%s",
			r->request->options->time_limit,
			r->result->init_reached ? "" : ", the guest was still booting");
		kill_qemu(r);
	} else if (r->qemu && !r->result->init_reached && now >= r->boot_limit) {
		r->hung = true;
		because(r, "the guest's init was not reached in time");
		kill_qemu(r);
	} else if (r->qemu && r->result->init_reached && now >= r->last_beat + r->hang_ms) {
		r->hung = true;
		because(r, "no heartbeat from the guest for %d s", (int)(r->hang_ms / 1000));
		kill_qemu(r);
	}
	return false;
}

struct polled {
	struct pollfd fd[16];
	unsigned int count;
};

static struct pollfd *want(struct polled *p, int fd, short events)
{
	struct pollfd *f = &p->fd[p->count++];

	f->fd = fd;
	f->events = events;
	f->revents = 0;
	if (fd < 0 || !events)
		f->fd = -1;
	return f;
}

static void end_wire(struct run_state *r, enum machine_wire wire)
{
	close(r->wire[wire]);
	r->wire[wire] = -1;
}

static void ask_read(struct run_state *r)
{
	char data[sizeof(r->relay.in)];
	ssize_t n;

	n = read(r->wire[WIRE_ASK], data, sizeof(r->relay.in) - r->relay.in_len);
	if (n > 0)
		relay_feed(&r->relay, data, n);
	else if (!n || (errno != EAGAIN && errno != EINTR))
		end_wire(r, WIRE_ASK);
}

static void ask_write(struct run_state *r)
{
	ssize_t n = send(r->wire[WIRE_ASK], r->relay.out + r->relay.out_done,
			 r->relay.out_len - r->relay.out_done, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n > 0)
		r->relay.out_done += n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		end_wire(r, WIRE_ASK);
}

static void qmp_serve(struct run_state *r, short events)
{
	int ret = 0;

	if (events & POLLOUT)
		ret = qmp_write(&r->qmp);
	if (!ret && events & ~POLLOUT)
		ret = qmp_read(&r->qmp);
	if (!ret)
		return;
	end_wire(r, WIRE_QMP);
	if (ret != -EPIPE && ret != -ECONNRESET) {
		because(r, "QEMU's monitor: %s", strerror(-ret));
		lab_failed(r);
	}
}

static bool finished(const struct run_state *r)
{
	return !r->qemu && r->wire[WIRE_CONSOLE] < 0 && r->wire[WIRE_CONTROL] < 0 &&
	       r->qemu_errors < 0 && stream_done(&r->out) && stream_done(&r->err);
}

static void step(struct run_state *r)
{
	struct pollfd *signals, *qmp, *console, *control, *ask, *keys, *keys_out, *errors;
	struct polled p = { .count = 0 };
	int64_t wait = soonest(r) - now_ms();

	relay_pump(&r->relay);

	signals = want(&p, r->signals, POLLIN);
	qmp = want(&p, r->wire[WIRE_QMP], POLLIN | (qmp_wants_write(&r->qmp) ? POLLOUT : 0));
	console = want(&p, r->wire[WIRE_CONSOLE], POLLIN);
	control = want(&p, r->wire[WIRE_CONTROL],
		       POLLIN | (r->control_out_len ? POLLOUT : 0));
	ask = want(&p, r->wire[WIRE_ASK], (relay_wants_read(&r->relay) ? POLLIN : 0) |
		   (relay_wants_write(&r->relay) ? POLLOUT : 0));
	errors = want(&p, r->qemu_errors, POLLIN);
	keys = want(&p, r->shell && !r->keys_len ? STDIN_FILENO : -1, POLLIN);
	keys_out = want(&p, r->wire[WIRE_STDIN], r->keys_len ? POLLOUT : 0);
	want(&p, r->out.len ? -1 : r->out.from, POLLIN);
	want(&p, r->err.len ? -1 : r->err.from, POLLIN);
	want(&p, r->out.len && !r->out.sink.closed ? r->out.sink.fd : -1, POLLOUT);
	want(&p, r->err.len && !r->err.sink.closed ? r->err.sink.fd : -1, POLLOUT);
	if ((r->out.len && r->out.sink.closed) || (r->err.len && r->err.sink.closed))
		wait = 0;

	if (wait < 0)
		wait = 0;
	if (wait > 60000)
		wait = 60000;
	if (poll(p.fd, p.count, wait) < 0)
		return;

	if (signals->revents)
		signals_read(r);
	if (console->revents)
		console_read(r);
	if (qmp->revents)
		qmp_serve(r, qmp->revents);
	if (control->revents & ~POLLOUT)
		control_read(r);
	if (control->revents & POLLOUT)
		r->control_out_len = wire_write(r, WIRE_CONTROL, r->control_out,
						r->control_out_len);
	if (ask->revents & ~POLLOUT)
		ask_read(r);
	if (ask->revents & POLLOUT && r->wire[WIRE_ASK] >= 0)
		ask_write(r);
	if (errors->revents)
		qemu_errors_read(r);
	if (keys->revents)
		keys_read(r);
	if (keys_out->revents)
		r->keys_len = wire_write(r, WIRE_STDIN, r->keys, r->keys_len);

	/* These try without asking: the descriptors are non-blocking. */
	stream_read(&r->out);
	stream_read(&r->err);
	if (p.fd[p.count - 2].revents || r->out.sink.closed)
		stream_write(r, &r->out);
	if (p.fd[p.count - 1].revents || r->err.sink.closed)
		stream_write(r, &r->err);

	/* Every byte is here: the guest can go. */
	if (r->exited && !r->said_bye && r->out.got >= r->out_total &&
	    r->err.got >= r->err_total) {
		control_say(r, "bye\n");
		r->said_bye = true;
	}
}

/* Judging */

static const char *taint_text(unsigned long taint)
{
	if (taint & TAINT_DIE)
		return "the kernel is tainted D: it died before";
	if (taint & TAINT_LOCKUP)
		return "the kernel is tainted L: a soft lockup";
	if (taint & TAINT_BAD_PAGE)
		return "the kernel is tainted B: a bad page";
	if (taint & TAINT_WARN)
		return "the kernel is tainted W: a warning";
	return NULL;
}

/* From all that is known, the one verdict. The worst news comes first. */
static void judge(struct run_state *r)
{
	struct run_result *result = r->result;
	const struct console *c = &result->console;
	/* A warning that is ignored leaves its mark as well. */
	const char *taint = taint_text(r->taint & ~(c->ignored_splats ? TAINT_WARN : 0));
	size_t size = sizeof(result->why);

	result->number = r->number;
	result->ask_console = !r->lab_failed;
	if (r->signal) {
		result->end = RUN_SIGNAL;
		result->number = r->signal;
		snprintf(result->why, size, "ended by signal %d (%s)", r->signal,
			 strsignal(r->signal));
	} else if (c->panic[0]) {
		result->end = RUN_PANIC;
		snprintf(result->why, size, "kernel panic: %.400s", c->panic);
	} else if (r->hung) {
		result->end = RUN_HANG;
		snprintf(result->why, size, "the guest hangs: %.400s", r->why);
	} else if (c->splats) {
		result->end = RUN_SPLAT;
		snprintf(result->why, size, "kernel splat (%u on the console%s%.100s), the first: %.300s",
			 c->splats, r->why[0] ? "; " : "", r->why, c->splat);
	} else if (taint) {
		result->end = RUN_SPLAT;
		snprintf(result->why, size, "kernel splat, not seen on the console: %s", taint);
	} else if (r->timed_out) {
		result->end = RUN_TIME_LIMIT;
		snprintf(result->why, size, "%s", r->why);
	} else if (r->lab_failed || r->failed) {
		result->end = RUN_LAB_FAILED;
		snprintf(result->why, size, "%s", r->why);
	} else if (c->init_failed[0]) {
		result->end = RUN_LAB_FAILED;
		snprintf(result->why, size, "the guest's init failed: %.200s", c->init_failed);
	} else if (r->exited && (r->out.got < r->out_total || r->err.got < r->err_total)) {
		result->end = RUN_LAB_FAILED;
		snprintf(result->why, size, "output was lost: %llu and %llu of %llu and %llu bytes came",
			 (unsigned long long)r->out.got, (unsigned long long)r->err.got,
			 (unsigned long long)r->out_total, (unsigned long long)r->err_total);
	} else if (r->exited) {
		result->end = r->by_signal ? RUN_KILLED : RUN_CODE;
		result->why[0] = '\0';
	} else {
		result->end = RUN_LAB_FAILED;
		if (WIFSIGNALED(r->qemu_status))
			snprintf(result->why, size, "QEMU was killed by signal %d",
				 WTERMSIG(r->qemu_status));
		else if (WEXITSTATUS(r->qemu_status))
			snprintf(result->why, size, "QEMU failed: %.480s",
				 r->qemu_said_len ? r->qemu_said : "it gave no reason");
		else
			snprintf(result->why, size, "the guest went down before the command ended");
	}
	result->why[strcspn(result->why, "\n")] = '\0';
}

static void block_signals(struct run_state *r, sigset_t *before)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		/* What nohup or a shell's & made this process ignore stays ignored. */
		if (!sigaction(ending[i], NULL, &action) && action.sa_handler == SIG_IGN)
			continue;
		sigaddset(&set, ending[i]);
	}
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, before);
	r->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void close_all(struct run_state *r)
{
	unsigned int i;

	for (i = 0; i < WIRES; i++)
		if (r->wire[i] >= 0)
			close(r->wire[i]);
	if (r->qemu_errors >= 0)
		close(r->qemu_errors);
	close(r->signals);
	sink_close(&r->out.sink);
	sink_close(&r->err.sink);
	qmp_free(&r->qmp);
}

void run(const struct run_request *request, struct run_result *result)
{
	struct run_state *r = calloc(1, sizeof(*r));
	struct workdir folder = { .lock = -1 };
	struct timespec nothing = { 0 };
	sigset_t before, now;
	unsigned int i;

	memset(result, 0, sizeof(*result));
	console_init(&result->console, request->console_log);
	for (i = 0; i < request->options->ignore_splats; i++)
		console_ignore(&result->console, request->options->ignore_splat[i]);
	if (!r) {
		result->end = RUN_LAB_FAILED;
		strcpy(result->why, "out of memory");
		return;
	}
	r->request = request;
	r->result = result;
	r->qemu_errors = -1;
	for (i = 0; i < WIRES; i++)
		r->wire[i] = -1;
	block_signals(r, &before);
	sink_open(&r->out.sink, STDOUT_FILENO);
	sink_open(&r->err.sink, STDERR_FILENO);
	r->shell = request->options->shell && !request->probe;

	if (workdir_make(&folder)) {
		because(r, "there is no temporary folder");
		r->lab_failed = true;
	} else if (!start(r, folder.path, &before)) {
		r->lab_failed = true;
	} else {
		r->out.from = r->wire[WIRE_STDOUT];
		r->err.from = r->wire[WIRE_STDERR];
		start_clocks(r);
		if (r->shell && term_raw())
			msg("the terminal cannot be put into raw mode");
		while (!finished(r) && !check_clocks(r))
			step(r);
	}

	if (r->qemu) {
		kill(r->qemu, SIGKILL);
		waitpid(r->qemu, &r->qemu_status, 0);
		r->qemu = 0;
	}
	term_restore();
	judge(r);
	if (r->qemu_said_len &&
	    ((result->end == RUN_LAB_FAILED && !request->probe) || msg_be_verbose))
		msg("QEMU said: %.*s", (int)r->qemu_said_len, r->qemu_said);
	workdir_remove(&folder);
	close_all(r);
	free(r);

	/* A signal that came meanwhile is not to be delivered late. */
	sigemptyset(&now);
	sigaddset(&now, SIGCHLD);
	while (sigtimedwait(&now, NULL, &nothing) > 0)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
}
