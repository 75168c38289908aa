// SPDX-License-Identifier: GPL-2.0
#include "recording.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recording-child.h"
#include "recording-stream.h"

/*
 * What a file may cost to read, many times what one of its size does: libraries that run
 * wild on a broken one are stopped.
 */
#define MIB (1024ULL * 1024)
#define DATA_BYTES (512 * MIB)
#define DATA_PER_BYTE 8
#define CPU_SECONDS 20
#define CPU_SECONDS_PER_MIB 5
/* What they have to say about it. */
#define LOG_BYTES (64 * 1024)
#define WORDS_MAX 200

struct recording_file {
	char *name;
	pid_t child;
	int pipe, log;
	struct recording_stream stream;
};

/* Each where the child wants it, and nothing else that the program has open. */
enum { CHILD_PIPE = 3, CHILD_FILE, CHILD_LOG, CHILD_FREE };

static bool arrange_files(int file, int pipe, int log)
{
	/* Out of each other's way first. */
	const int far_file = fcntl(file, F_DUPFD, CHILD_FREE);
	const int far_pipe = fcntl(pipe, F_DUPFD, CHILD_FREE);
	const int far_log = fcntl(log, F_DUPFD, CHILD_FREE);
	const int null = open("/dev/null", O_RDONLY);

	return far_file >= 0 && far_pipe >= 0 && far_log >= 0 && null >= 0 &&
		dup2(null, STDIN_FILENO) >= 0 && dup2(far_log, STDOUT_FILENO) >= 0 &&
		dup2(far_log, STDERR_FILENO) >= 0 && dup2(far_pipe, CHILD_PIPE) >= 0 &&
		dup2(far_file, CHILD_FILE) >= 0 && dup2(far_log, CHILD_LOG) >= 0 &&
		!close_range(CHILD_FREE, ~0U, 0);
}

static bool limit(int resource, uint64_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now))
		return false;
	if (now.rlim_max != RLIM_INFINITY && most > now.rlim_max)
		most = now.rlim_max;
	return !setrlimit(resource, &(struct rlimit){ most, most });
}

/* How much of its own memory the program has already. */
static uint64_t data_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	/* All but the sixth number are other memory. */
	if (fscanf(file, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool set_limits(uint64_t size)
{
	return limit(RLIMIT_DATA, data_bytes() + DATA_BYTES + DATA_PER_BYTE * size) &&
		limit(RLIMIT_CPU, CPU_SECONDS + CPU_SECONDS_PER_MIB * (size / MIB)) &&
		limit(RLIMIT_FSIZE, LOG_BYTES) && limit(RLIMIT_CORE, 0) &&
		signal(SIGXFSZ, SIG_IGN) != SIG_ERR &&
		!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void run_child(int file, int pipe, int log, uint64_t size)
	__attribute__((noreturn));

static void run_child(int file, int pipe, int log, uint64_t size)
{
	/* It ends as soon as nobody reads, whatever the program makes of that. */
	signal(SIGPIPE, SIG_DFL);
	if (!arrange_files(file, pipe, log) || !set_limits(size))
		_exit(EXIT_FAILURE);
	recording_child(CHILD_FILE, CHILD_PIPE, CHILD_LOG);
}

/* Returns the file, with @size set, or a negative errno value with @fault set. */
static int open_regular(const char *name, uint64_t *size, struct fault *fault)
{
	/* A FIFO would wait for a writer. */
	const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return fault_set(fault, errno, "%s: %s", name, strerror(errno));
	if (fstat(fd, &st))
		err = fault_set(fault, errno, "%s: %s", name, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		err = fault_set(fault, EISDIR, "%s: %s", name, strerror(EISDIR));
	else if (!S_ISREG(st.st_mode))
		err = fault_set(fault, EINVAL, "%s: not a file", name);
	if (err) {
		close(fd);
		return err;
	}
	*size = (uint64_t)st.st_size;
	return fd;
}

static int start_child(struct recording_file *file, int fd, uint64_t size,
		       struct fault *fault)
{
	int ends[2];

	file->log = memfd_create("messages", MFD_CLOEXEC);
	if (file->log < 0)
		return fault_set(fault, errno, "memfd_create: %s", strerror(errno));
	if (pipe2(ends, O_CLOEXEC))
		return fault_set(fault, errno, "pipe: %s", strerror(errno));
	file->pipe = ends[0];
	/* Fewer changes from one process to the other; without it, it is slower. */
	fcntl(file->pipe, F_SETPIPE_SZ, 1 << 20);
	file->child = fork();
	if (!file->child)
		run_child(fd, ends[1], file->log, size);
	close(ends[1]);
	if (file->child < 0)
		return fault_set(fault, errno, "fork: %s", strerror(errno));
	return recording_stream_start(&file->stream, file->pipe, fault);
}

/* The last line with words that the libraries printed; @text is empty without one. */
static void last_words(const struct recording_file *file, char *text, size_t size)
{
	char all[4096], *line, *rest = all;
	const off_t end = lseek(file->log, 0, SEEK_END);
	const off_t from = end < (off_t)sizeof(all) ? 0 : end - (off_t)sizeof(all) + 1;
	const ssize_t n = pread(file->log, all, sizeof(all) - 1, from);

	*text = '\0';
	all[n < 0 ? 0 : n] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		if (isalpha((unsigned char)*line))
			snprintf(text, size, ": %s", line);
	}
}

/* The stream ended too early: what happened to who wrote it? */
static int explain_end(struct recording_file *file, struct fault *fault)
{
	int status = 0, number;
	char words[WORDS_MAX];

	/* It is ending; one that only closed the pipe does not keep anybody waiting. */
	kill(file->child, SIGKILL);
	while (waitpid(file->child, &status, 0) < 0 && errno == EINTR)
		;
	file->child = -1;
	last_words(file, words, sizeof(words));
	number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (number == SIGXCPU || number == SIGKILL)
		return fault_set(fault, EINVAL, "%s: the libraries of trace-cmd did not come to an end with it: a broken file",
				 file->name);
	if (number)
		return fault_set(fault, EINVAL, "%s: the libraries of trace-cmd crashed on it (%s)%s",
				 file->name, strsignal(number), words);
	return fault_set(fault, EINVAL, "%s: the libraries of trace-cmd cannot read it%s",
			 file->name, words);
}

static int next(struct recording_file *file, struct recording_item *item,
		struct fault *fault)
{
	char words[WORDS_MAX] = "";
	struct fault cause;
	int err = recording_stream_next(&file->stream, item, &cause);

	if (err == -EPIPE)
		return explain_end(file, fault);
	if (err == -EINVAL)
		last_words(file, words, sizeof(words));
	if (err)
		fault_set(fault, -err, "%s: %s%s", file->name, cause.text, words);
	return err;
}

static void free_file(struct recording_file *file)
{
	if (file->child > 0) {
		kill(file->child, SIGKILL);
		while (waitpid(file->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	recording_stream_end(&file->stream);
	if (file->pipe >= 0)
		close(file->pipe);
	if (file->log >= 0)
		close(file->log);
	free(file->name);
	free(file);
}

struct recording_file *recording_open(const char *name, struct recording *recording,
				      struct fault *fault)
{
	struct recording_file *file = calloc(1, sizeof(*file));
	struct recording_item item;
	uint64_t size = 0;
	int fd, err;

	if (file) {
		file->child = file->pipe = file->log = -1;
		file->name = strdup(name);
	}
	if (!file || !file->name) {
		fault_nomem(fault);
		free(file);
		return NULL;
	}
	fd = open_regular(name, &size, fault);
	err = fd < 0 ? fd : start_child(file, fd, size, fault);
	if (fd >= 0)
		close(fd);
	err = err ?: next(file, &item, fault);
	if (err) {
		free_file(file);
		errno = -err;
		return NULL;
	}
	*recording = file->stream.recording;
	return file;
}

int recording_next(struct recording_file *file, struct recording_item *item,
		   struct recording *recording, struct fault *fault)
{
	int err = next(file, item, fault);

	if (!err && item->kind == ITEM_END)
		*recording = file->stream.recording;
	return err;
}

void recording_close(struct recording_file *file)
{
	free_file(file);
}

/* Hands it to who is interested. */
static int deliver(const struct recording_reader *reader, struct recording_item *item,
		   struct fault *fault)
{
	switch (item->kind) {
	case ITEM_EVENT:
		return reader->on_event(reader->context, &item->event, fault);
	case ITEM_MARK:
		return reader->on_mark ? reader->on_mark(reader->context, item->mark.time_ns,
							 item->mark.line, fault) : 0;
	case ITEM_LOST:
		return reader->on_lost ? reader->on_lost(reader->context, fault) : 0;
	default:
		return 0;
	}
}

int recording_read(const char *name, const struct recording_reader *reader,
		   struct recording *recording, struct fault *fault)
{
	struct recording_file *file = recording_open(name, recording, fault);
	struct recording_item item;
	int err;

	if (!file)
		return -errno;
	err = reader->on_start(reader->context, recording, fault);
	do {
		err = err ?: recording_next(file, &item, recording, fault) ?:
			deliver(reader, &item, fault);
	} while (!err && item.kind != ITEM_END);
	recording_close(file);
	return err;
}
