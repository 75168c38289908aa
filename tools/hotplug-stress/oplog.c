// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "escape.h"
#include "oplog.h"

struct oplog {
	int fd;
	bool temporary;
	bool open_line;		/* an operation without its outcome */
	bool failed;		/* it was told already */
	char path[PATH_MAX];
};

/* In one piece, so that a reader never sees half of it. */
static int put(struct oplog *log, const char *data, size_t len,
	       struct fault *fault)
{
	while (len) {
		const ssize_t n = write(log->fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log->failed = true;
			return fault_set(fault, errno, "%s: %s", log->path,
					 strerror(errno));
		}
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int put_text(struct oplog *log, struct fault *fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int put_text(struct oplog *log, struct fault *fault, const char *format, ...)
{
	va_list args;
	char *text;
	int len, ret;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return fault_nomem(fault);
	ret = put(log, text, (size_t)len, fault);
	free(text);
	return ret;
}

static int open_temporary(struct oplog *log, struct fault *fault)
{
	const char *folder = getenv("TMPDIR");

	if (!folder || !*folder)
		folder = "/tmp";
	if ((size_t)snprintf(log->path, sizeof(log->path),
			     "%s/hotplug-stress-XXXXXX.log", folder) >=
	    sizeof(log->path))
		return fault_set(fault, ENAMETOOLONG, "TMPDIR: too long");
	log->temporary = true;
	log->fd = mkostemps(log->path, strlen(".log"), O_CLOEXEC);
	if (log->fd < 0)
		return fault_set(fault, errno,
				 "%s: %s (where the log would be; see --log)",
				 log->path, strerror(errno));
	return 0;
}

static int open_named(struct oplog *log, const char *path, struct fault *fault)
{
	char *whole;

	log->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (log->fd < 0)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	whole = realpath(path, NULL);
	snprintf(log->path, sizeof(log->path), "%s", whole ? whole : path);
	free(whole);
	return 0;
}

int oplog_create(struct oplog **log, const char *path, struct fault *fault)
{
	struct oplog *l = calloc(1, sizeof(*l));
	struct utsname name;
	int ret;

	*log = NULL;
	if (!l)
		return fault_nomem(fault);
	ret = path ? open_named(l, path, fault) : open_temporary(l, fault);
	if (ret) {
		free(l);
		return ret;
	}
	uname(&name);
	ret = put_text(l, fault, "hotplug-stress-log 1\nkernel %s\n",
		       name.release);
	if (ret) {
		close(l->fd);
		if (l->temporary)
			unlink(l->path);
		free(l);
		return ret;
	}
	*log = l;
	return 0;
}

const char *oplog_path(const struct oplog *log)
{
	return log->path;
}

int oplog_option(struct oplog *log, const char *name, const char *value,
		 struct fault *fault)
{
	return put_text(log, fault, "option %s%s%s\n", name, value ? " " : "",
			value ? value : "");
}

int oplog_device(struct oplog *log, const struct device *device,
		 struct fault *fault)
{
	return put_text(log, fault,
			"device %s %s %d %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			device->name, device_kind_name(device->kind),
			device->node, device->size, device->unit,
			device->plugged);
}

static bool is_of_block(enum op_kind kind)
{
	return kind >= OP_OFFLINE;
}

int oplog_op(struct oplog *log, uint64_t number, const struct op *op,
	     struct fault *fault)
{
	char argument[24] = "-";

	if (is_of_block(op->kind))
		snprintf(argument, sizeof(argument), "%" PRIu64, op->block);
	else if (op->kind == OP_RESIZE)
		snprintf(argument, sizeof(argument), "%" PRIu64, op->bytes);
	log->open_line = true;
	return put_text(log, fault, "op %" PRIu64 " %s %s %s", number,
			op_kind_name(op->kind), op->device, argument);
}

/* A name for each errno value there is. */
static const char *result_name(int error)
{
	const char *name = error ? strerrorname_np(error) : "ok";

	return name ? name : "EIO";
}

int oplog_outcome(struct oplog *log, const struct outcome *outcome,
		  struct fault *fault)
{
	char *blocker = escape_terminal(outcome->blocker, true);
	int ret;

	if (!blocker)
		return fault_nomem(fault);
	log->open_line = false;
	ret = put_text(log, fault,
		       " = %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %u%s%s\n",
		       result_name(outcome->error), outcome->asked_bytes,
		       outcome->done_bytes, outcome->duration_ns,
		       outcome->retries, *blocker ? " " : "", blocker);
	free(blocker);
	return ret;
}

/* An operation that was never finished stays without outcome. */
static int end_line(struct oplog *log, struct fault *fault)
{
	const bool open_line = log->open_line;

	log->open_line = false;
	return open_line ? put(log, "\n", 1, fault) : 0;
}

int oplog_violation(struct oplog *log, const char *text, struct fault *fault)
{
	char *line = escape_terminal(text, true);
	int ret;

	if (!line)
		return fault_nomem(fault);
	ret = end_line(log, fault);
	if (!ret)
		ret = put_text(log, fault, "violation %s\n", line);
	free(line);
	return ret;
}

int oplog_end(struct oplog *log, const char *word, bool keep,
	      struct fault *fault)
{
	int ret = 0;

	if (!log->failed)
		ret = end_line(log, fault);
	if (!log->failed)
		ret = put_text(log, fault, "end %s\n", word);
	/* Some file systems report a full disk only here. */
	if (close(log->fd) && !ret)
		ret = fault_set(fault, errno, "%s: %s", log->path,
				strerror(errno));
	if (log->temporary && !keep)
		unlink(log->path);
	free(log);
	return ret;
}
