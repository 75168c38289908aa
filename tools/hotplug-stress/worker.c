// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stop.h"
#include "worker.h"

#define NS_PER_MS	1000000LL

/*
 * A signal that comes just before the write begins stops nothing: it is sent again
 * until there is an answer.
 */
#define NUDGE_MS	100
/* Then it is killed, and given up after the same time again. */
#define PATIENCE_MS	30000

#define WORDS_MAX	64
#define WORDS_SIZE	(16 << 10)
#define OUTPUT_MAX	(256 << 10)
#define ERROR_TEXT_MAX	4096

enum job_kind { JOB_WRITE, JOB_RUN };

/* What both processes see: the job until it is begun, its result once it is done. */
struct job {
	enum job_kind kind;
	char path[PATH_MAX];
	char text[256];
	char words[WORDS_SIZE];	/* one after the other, with their NULs */
	unsigned int nr_words;
	/* The result. */
	int refused;			/* the file or program could not be opened */
	int error;
	int status;
	uint64_t duration_ns;
	char output[OUTPUT_MAX];
	char error_text[ERROR_TEXT_MAX];
};

/* Over @fd goes a byte to begin the job in @job, and one back when it is done. */
struct worker {
	pid_t pid;		/* 0 once it is gone */
	int fd;
	struct job *job;
};

/* The child. */

static volatile sig_atomic_t nudged;

static void on_nudge(int number)
{
	(void)number;
	nudged = 1;
}

static void do_write(struct job *job)
{
	const size_t len = strlen(job->text);
	long long start;
	ssize_t written;
	int fd;

	fd = open(job->path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		job->refused = errno;
		return;
	}
	start = stop_now_ns();
	written = write(fd, job->text, len);
	if (written < 0)
		job->error = errno;
	else if ((size_t)written != len)
		job->error = EIO;
	job->duration_ns = stop_now_ns() - start;
	close(fd);
}

/* What comes out of a child's stream; more than there is room for is thrown away. */
struct stream {
	int fd;			/* -1 when it has ended */
	char *text;
	size_t size, len;
};

static void stream_read(struct stream *stream)
{
	char rest[4096];
	size_t room = stream->size - 1 - stream->len;
	ssize_t n;

	n = read(stream->fd, room ? stream->text + stream->len : rest,
		 room ? room : sizeof(rest));
	if (n > 0 && room)
		stream->len += n;
	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(stream->fd);
		stream->fd = -1;
	}
	stream->text[stream->len] = '\0';
}

static void become(char **argv, int out, int err, int report)
{
	const pid_t parent = getppid();
	const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int why;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 &&
	    dup2(err, 2) >= 0)
		execvp(argv[0], argv);
	why = errno;
	if (write(report, &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

/*
 * Until it has ended; what it left behind may keep the streams open. A nudge ends it,
 * the next ones with force.
 */
static void attend(pid_t pid, struct stream streams[2], int *status)
{
	const int ended = syscall(SYS_pidfd_open, pid, 0);
	bool gone = ended < 0, asked = false;
	size_t i;

	while (!gone) {
		struct pollfd fds[3] = {
			{ .fd = ended, .events = POLLIN },
			{ .fd = streams[0].fd, .events = POLLIN },
			{ .fd = streams[1].fd, .events = POLLIN },
		};

		if (poll(fds, 3, NUDGE_MS) > 0) {
			gone = fds[0].revents;
			for (i = 0; i < 2; i++)
				if (fds[i + 1].revents)
					stream_read(&streams[i]);
		}
		if (nudged) {
			kill(pid, asked ? SIGKILL : SIGTERM);
			asked = true;
			nudged = 0;
		}
	}
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		if (nudged)
			kill(pid, SIGKILL);
	/* What it said last. */
	for (i = 0; i < 2; i++) {
		size_t before;

		do {
			before = streams[i].len;
			if (streams[i].fd >= 0)
				stream_read(&streams[i]);
		} while (streams[i].len != before);
	}
	if (ended >= 0)
		close(ended);
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

/* The first end of a stream is read without waiting, the second one as usual. */
static int open_streams(int out[2], int err[2], int report[2])
{
	int ret;

	if (pipe2(out, O_CLOEXEC))
		return errno;
	if (pipe2(err, O_CLOEXEC)) {
		ret = errno;
		close_pair(out);
		return ret;
	}
	if (pipe2(report, O_CLOEXEC)) {
		ret = errno;
		close_pair(out);
		close_pair(err);
		return ret;
	}
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static void do_run(struct job *job)
{
	int out[2], err[2], report[2], why = 0;
	char *argv[WORDS_MAX + 1];
	struct stream streams[2];
	char *word = job->words;
	const long long start = stop_now_ns();
	unsigned int i;
	pid_t pid;

	for (i = 0; i < job->nr_words; i++, word += strlen(word) + 1)
		argv[i] = word;
	argv[i] = NULL;

	job->refused = open_streams(out, err, report);
	if (job->refused)
		return;
	pid = fork();
	if (!pid)
		become(argv, out[1], err[1], report[1]);
	if (pid < 0)
		job->refused = errno;
	close(out[1]);
	close(err[1]);
	close(report[1]);
	streams[0] = (struct stream){ .fd = out[0], .text = job->output,
				      .size = sizeof(job->output) };
	streams[1] = (struct stream){ .fd = err[0], .text = job->error_text,
				      .size = sizeof(job->error_text) };
	if (pid > 0) {
		attend(pid, streams, &job->status);
		if (read(report[0], &why, sizeof(why)) == sizeof(why))
			job->refused = why;
	}
	for (i = 0; i < 2; i++)
		if (streams[i].fd >= 0)
			close(streams[i].fd);
	close(report[0]);
	job->duration_ns = stop_now_ns() - start;
}

static void serve(int fd, struct job *job)
{
	char byte;
	ssize_t n;

	for (;;) {
		n = recv(fd, &byte, 1, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != 1)
			_exit(0);
		nudged = 0;
		if (job->kind == JOB_WRITE)
			do_write(job);
		else
			do_run(job);
		while (send(fd, &byte, 1, MSG_NOSIGNAL) < 0)
			if (errno != EINTR)
				_exit(1);
	}
}

static void be_worker(pid_t parent, int fd, struct job *job)
{
	/* Without SA_RESTART: this is what stops a write. */
	const struct sigaction action = { .sa_handler = on_nudge };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	prctl(PR_SET_NAME, "hotplug-worker");
	/* Ctrl-C reaches it as well, but only the parent decides. */
	stop_ignore();
	sigaction(SIGUSR1, &action, NULL);
	serve(fd, job);
}

/* The parent. */

int worker_start(struct worker **worker, struct fault *fault)
{
	const pid_t parent = getpid();
	struct worker *w = calloc(1, sizeof(*w));
	int fds[2], err;

	*worker = NULL;
	if (!w)
		return fault_nomem(fault);
	w->job = mmap(NULL, sizeof(*w->job), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->job == MAP_FAILED) {
		free(w);
		return fault_nomem(fault);
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) {
		err = errno;
		goto fail;
	}
	w->pid = fork();
	if (w->pid < 0) {
		err = errno;
		close_pair(fds);
		goto fail;
	}
	if (!w->pid) {
		close(fds[0]);
		be_worker(parent, fds[1], w->job);
	}
	close(fds[1]);
	w->fd = fds[0];
	*worker = w;
	return 0;
fail:
	munmap(w->job, sizeof(*w->job));
	free(w);
	return fault_set(fault, err, "cannot start the worker process: %s",
			 strerror(err));
}

/* Until it has ended, as *@status of wait() says, at most that long. */
static bool ends_within(pid_t pid, long long ms, int *status)
{
	const long long until = stop_now_ns() + ms * NS_PER_MS;
	const struct timespec pause = { .tv_nsec = NS_PER_MS };
	pid_t got;

	while (!(got = waitpid(pid, status, WNOHANG)) && stop_now_ns() < until)
		nanosleep(&pause, NULL);
	return got != 0;
}

/* Its memory is left to it if it cannot be killed. */
static bool put_down(struct worker *worker)
{
	bool ended = true;
	int status;

	if (worker->pid) {
		kill(worker->pid, SIGKILL);
		ended = ends_within(worker->pid, PATIENCE_MS, &status);
		worker->pid = 0;
		close(worker->fd);
	}
	return ended;
}

/* It closed its end, which it does by ending. */
static int has_died(struct worker *worker, struct fault *fault)
{
	int status = 0;

	if (ends_within(worker->pid, PATIENCE_MS, &status)) {
		worker->pid = 0;
		close(worker->fd);
	} else {
		put_down(worker);
	}
	if (WIFSIGNALED(status))
		return fault_set(fault, EPIPE, "the worker process was ended by signal %d (%s)",
				 WTERMSIG(status), strsignal(WTERMSIG(status)));
	return fault_set(fault, EPIPE, "the worker process has ended, exit status %d",
			 WEXITSTATUS(status));
}

void worker_stop(struct worker *worker)
{
	if (!worker)
		return;
	if (!put_down(worker))
		fprintf(stderr, "hotplug-stress: the kernel keeps the worker process, which was killed\n");
	munmap(worker->job, sizeof(*worker->job));
	free(worker);
}

/* How long an answer is waited for, and what became of it. */
struct patience {
	long long until_ns;	/* the job's time; 0 is none */
	long long nudged_ns;	/* when it was asked to give up first; 0 is not yet */
	bool timed_out;
	bool stopped;
};

/* Milliseconds until there is something to do, -1 for none. */
static int next_look(const struct patience *patience, long long now_ns)
{
	long long ms;

	if (patience->nudged_ns)
		return NUDGE_MS;
	if (!patience->until_ns)
		return -1;
	ms = (patience->until_ns - now_ns) / NS_PER_MS + 1;
	return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : ms;
}

static int unreachable(struct worker *worker, struct fault *fault)
{
	const bool ended = put_down(worker);

	return fault_set(fault, EIO,
			 "the worker process ignored signals for %d s and was killed%s",
			 PATIENCE_MS / 1000,
			 ended ? "" : ", but the kernel keeps it");
}

static int await(struct worker *worker, struct patience *patience,
		 struct fault *fault)
{
	struct pollfd fds[2] = {
		{ .fd = worker->fd, .events = POLLIN },
		{ .events = POLLIN },
	};
	char byte;

	for (;;) {
		long long now = stop_now_ns();

		fds[1].fd = patience->stopped ? -1 : stop_fd();
		fds[0].revents = 0;
		poll(fds, 2, next_look(patience, now));
		now = stop_now_ns();
		if (fds[0].revents) {
			if (recv(worker->fd, &byte, 1, MSG_DONTWAIT) == 1)
				return 0;
			return has_died(worker, fault);
		}
		patience->stopped |= stop_signal() != 0;
		patience->timed_out |= patience->until_ns &&
				       now >= patience->until_ns;
		if (!patience->stopped && !patience->timed_out)
			continue;
		if (!patience->nudged_ns)
			patience->nudged_ns = now;
		if (now - patience->nudged_ns > PATIENCE_MS * NS_PER_MS)
			return unreachable(worker, fault);
		kill(worker->pid, SIGUSR1);
	}
}

/* Has it do the job that is written down. */
static int commission(struct worker *worker, unsigned int timeout_ms,
		      struct patience *patience, struct fault *fault)
{
	struct job *job = worker->job;

	*patience = (struct patience){};
	if (stop_signal())
		return fault_set(fault, EINTR, "the run shall end");
	job->refused = 0;
	job->error = 0;
	job->status = 0;
	job->duration_ns = 0;
	job->output[0] = '\0';
	job->error_text[0] = '\0';
	if (timeout_ms)
		patience->until_ns = stop_now_ns() + timeout_ms * NS_PER_MS;
	if (send(worker->fd, "", 1, MSG_NOSIGNAL) != 1)
		return has_died(worker, fault);
	return await(worker, patience, fault);
}

static int check_alive(const struct worker *worker, struct fault *fault)
{
	return worker->pid ? 0 : fault_set(fault, EPIPE,
					   "the worker process is gone");
}

int worker_write(struct worker *worker, const char *path, const char *text,
		 unsigned int timeout_ms, int *error, uint64_t *duration_ns,
		 struct fault *fault)
{
	struct job *job = worker->job;
	struct patience patience;
	int ret;

	ret = check_alive(worker, fault);
	if (ret)
		return ret;
	if (strlen(path) >= sizeof(job->path) ||
	    strlen(text) >= sizeof(job->text))
		return fault_set(fault, ENAMETOOLONG, "%s: too long", path);
	job->kind = JOB_WRITE;
	strcpy(job->path, path);
	strcpy(job->text, text);
	ret = commission(worker, timeout_ms, &patience, fault);
	if (ret)
		return ret;
	/* What opens slowly is stopped like what writes slowly. */
	if (job->refused == EINTR)
		job->error = EINTR;
	else if (job->refused)
		return fault_set(fault, job->refused, "%s: %s", path,
				 strerror(job->refused));
	*error = job->error;
	*duration_ns = job->duration_ns;
	if (job->error == EINTR && patience.stopped)
		return fault_set(fault, EINTR, "%s: the run shall end", path);
	/* It may have been done just then, or have failed for a reason of its own. */
	if (job->error == EINTR && patience.timed_out)
		*error = ETIMEDOUT;
	return 0;
}

static int put_words(struct job *job, const char *const *argv,
		     struct fault *fault)
{
	size_t len = 0;

	for (job->nr_words = 0; argv[job->nr_words]; job->nr_words++) {
		const size_t size = strlen(argv[job->nr_words]) + 1;

		if (job->nr_words == WORDS_MAX ||
		    size > sizeof(job->words) - len)
			return fault_set(fault, E2BIG,
					 "%s: too many arguments", argv[0]);
		memcpy(job->words + len, argv[job->nr_words], size);
		len += size;
	}
	return 0;
}

static void copy_cut(char *to, size_t size, const char *from)
{
	if (to && size)
		snprintf(to, size, "%s", from);
}

int worker_run(struct worker *worker, const char *const *argv, char *output,
	       size_t size, char *error_text, size_t error_size,
	       unsigned int timeout_ms, int *status, uint64_t *duration_ns,
	       struct fault *fault)
{
	struct job *job = worker->job;
	struct patience patience;
	int ret;

	ret = check_alive(worker, fault);
	if (ret)
		return ret;
	ret = put_words(job, argv, fault);
	if (ret)
		return ret;
	job->kind = JOB_RUN;
	ret = commission(worker, timeout_ms, &patience, fault);
	if (ret)
		return ret;
	if (job->refused)
		return fault_set(fault, job->refused, "%s: %s", argv[0],
				 strerror(job->refused));
	copy_cut(output, size, job->output);
	copy_cut(error_text, error_size, job->error_text);
	*status = job->status;
	*duration_ns = job->duration_ns;
	if (!WIFSIGNALED(job->status))
		return 0;
	if (patience.stopped)
		return fault_set(fault, EINTR, "%s: the run shall end", argv[0]);
	if (patience.timed_out)
		return fault_set(fault, ETIMEDOUT,
				 "%s: not done within %u ms, and ended",
				 argv[0], timeout_ms);
	return 0;
}
