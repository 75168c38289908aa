// SPDX-License-Identifier: GPL-2.0
/* A small client for QEMU's machine protocol: one JSON document a line. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qmp.h"

int qmp_init(struct qmp *q, int fd, qmp_event *event, void *context)
{
	memset(q, 0, sizeof(*q));
	q->fd = fd;
	q->event = event;
	q->event_context = context;
	q->in = malloc(QMP_MESSAGE);
	return q->in ? 0 : -ENOMEM;
}

void qmp_free(struct qmp *q)
{
	free(q->in);
	q->in = NULL;
}

bool qmp_idle(const struct qmp *q)
{
	return q->ready && !q->done && !qmp_wants_write(q);
}

bool qmp_wants_write(const struct qmp *q)
{
	return q->out_done < q->out_len;
}

static int queue(struct qmp *q, const char *name, struct json_object *arguments)
{
	struct json_object *command = json_object_new_object();
	const char *text;
	size_t len;
	int ret = 0;

	json_object_object_add(command, "execute", json_object_new_string(name));
	if (arguments)
		json_object_object_add(command, "arguments", arguments);
	text = json_object_to_json_string_ext(command, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	len = strlen(text);
	if (len + 1 > sizeof(q->out)) {
		ret = -EMSGSIZE;
	} else {
		memcpy(q->out, text, len);
		q->out[len] = '\n';
		q->out_len = len + 1;
		q->out_done = 0;
	}
	json_object_put(command);
	return ret;
}

int qmp_command(struct qmp *q, const char *name, struct json_object *arguments,
		qmp_done *done, void *context)
{
	int ret = queue(q, name, arguments);

	if (ret)
		return ret;
	q->done = done;
	q->done_context = context;
	return 0;
}

static void answered(struct qmp *q, struct json_object *result, const char *error)
{
	qmp_done *done = q->done;

	if (q->negotiating) {
		q->negotiating = false;
		q->ready = !error;
		return;
	}
	/* The callback may send the next command. */
	q->done = NULL;
	if (done)
		done(q->done_context, result, error);
}

static int message(struct qmp *q, const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *m, *v, *desc;
	int ret = 0;

	if (!tokener)
		return -ENOMEM;
	m = json_tokener_parse_ex(tokener, text, len);
	json_tokener_free(tokener);
	if (!m || !json_object_is_type(m, json_type_object)) {
		json_object_put(m);
		return -EPROTO;
	}

	if (json_object_object_get_ex(m, "QMP", NULL)) {
		q->negotiating = true;
		ret = queue(q, "qmp_capabilities", NULL);
	} else if (json_object_object_get_ex(m, "event", &v)) {
		json_object_object_get_ex(m, "data", &desc);
		if (json_object_is_type(v, json_type_string))
			q->event(q->event_context, json_object_get_string(v), desc);
		else
			ret = -EPROTO;
	} else if (json_object_object_get_ex(m, "return", &v)) {
		answered(q, v, NULL);
	} else if (json_object_object_get_ex(m, "error", &v)) {
		const char *why = NULL;

		if (json_object_object_get_ex(v, "desc", &desc))
			why = json_object_get_string(desc);
		answered(q, NULL, why ? why : "QEMU gave no reason");
	} else {
		ret = -EPROTO;
	}
	json_object_put(m);
	return ret;
}

int qmp_read(struct qmp *q)
{
	char *start, *end;
	ssize_t n;
	int ret = 0;

	n = read(q->fd, q->in + q->in_len, QMP_MESSAGE - q->in_len);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!n)
		return -EPIPE;
	q->in_len += n;

	start = q->in;
	while (!ret && (end = memchr(start, '\n', q->in + q->in_len - start))) {
		size_t len = end - start;

		if (len && start[len - 1] == '\r')
			len--;
		if (len)
			ret = message(q, start, len);
		start = end + 1;
	}
	q->in_len -= start - q->in;
	memmove(q->in, start, q->in_len);
	if (!ret && q->in_len == QMP_MESSAGE)
		ret = -EPROTO;
	return ret;
}

int qmp_write(struct qmp *q)
{
	ssize_t n;

	n = send(q->fd, q->out + q->out_done, q->out_len - q->out_done,
		 MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	q->out_done += n;
	return 0;
}
