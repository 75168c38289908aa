/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client of QEMU's machine protocol, QMP.
 */
#ifndef MEMGROUP_QMP_H
#define MEMGROUP_QMP_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/* Longest message taken from QEMU; a longer one is a failure of the lab. */
#define QMP_MESSAGE	(1U << 20)
#define QMP_COMMAND	4096

/*
 * The answer to a command: @result is what it returned, or NULL when it failed
 * and @error says why. Both are valid during the call only.
 */
typedef void qmp_done(void *context, struct json_object *result, const char *error);

/* An event of QEMU; @data may be NULL. */
typedef void qmp_event(void *context, const char *name, struct json_object *data);

/*
 * A QMP client on a non-blocking socket that the caller polls. One command at a
 * time is under way.
 */
struct qmp {
	int fd;
	bool ready;		/* the greeting is answered, commands are taken */
	bool negotiating;
	char *in;		/* QMP_MESSAGE bytes */
	size_t in_len;
	char out[QMP_COMMAND];
	size_t out_len;
	size_t out_done;
	qmp_done *done;		/* of the command under way, else NULL */
	void *done_context;
	qmp_event *event;
	void *event_context;
};

/* Returns 0 or -ENOMEM. @fd stays the caller's. */
int qmp_init(struct qmp *q, int fd, qmp_event *event, void *context);
void qmp_free(struct qmp *q);

/* Can qmp_command() be called now? */
bool qmp_idle(const struct qmp *q);

/* Is there something to write when the socket takes it? */
bool qmp_wants_write(const struct qmp *q);

/*
 * Send @name with @arguments (owned by the call from now on; may be NULL). @done
 * is called from qmp_read() with the answer. Only when qmp_idle().
 * Returns 0, or -EMSGSIZE when the command is too long: then @done is never called.
 */
int qmp_command(struct qmp *q, const char *name, struct json_object *arguments,
		qmp_done *done, void *context);

/*
 * The socket is readable. Returns 0, -EPIPE when QEMU closed it, -EPROTO on
 * something that is not QMP, or another negative errno.
 */
int qmp_read(struct qmp *q);

/* The socket is writable. Returns 0 or a negative errno. */
int qmp_write(struct qmp *q);

/*
 * A member of an object, or "" and 0 where it has none, or is no object.
 */
const char *qmp_string(struct json_object *o, const char *key);
long long qmp_number(struct json_object *o, const char *key);

/* What an event tells of a memory device. */
enum qmp_news {
	QMP_NEWS_NONE,
	QMP_NEWS_TAKEN,		/* the guest uses what was plugged in */
	QMP_NEWS_NOT_TAKEN,	/* it does not */
	QMP_NEWS_GONE,		/* the device is unplugged */
	QMP_NEWS_KEPT,		/* the guest does not give it up */
};

/*
 * Takes the event @name apart. With news, *@device is the id, valid as long as @data
 * and "" where QEMU gave none, and @why (of @size bytes) the reason of what did not
 * work, else "".
 */
enum qmp_news qmp_news(const char *name, struct json_object *data,
		       const char **device, char *why, size_t size);

#endif /* MEMGROUP_QMP_H */
