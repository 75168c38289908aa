// SPDX-License-Identifier: GPL-2.0
/* A small client for QEMU's machine protocol: one JSON document a line. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
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

/* _OST (ACPI 6.4, 6.3.5): what it speaks of, asked for by the host or by the guest */
#define OST_BUS_CHECK		0x000
#define OST_DEVICE_CHECK	0x001
#define OST_EJECT_REQUEST	0x003
#define OST_OSPM_EJECT		0x103
/* and the codes that are no refusal. */
#define OST_SUCCESS		0x00
#define OST_INSERT_IN_PROGRESS	0x80
#define OST_EJECT_IN_PROGRESS	0x84

const char *qmp_string(struct json_object *o, const char *key)
{
	struct json_object *v;
	const char *s = NULL;

	if (json_object_object_get_ex(o, key, &v))
		s = json_object_get_string(v);
	return s ? s : "";
}

long long qmp_number(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

static enum qmp_news ost_news(struct json_object *info, char *why, size_t size)
{
	const long long source = qmp_number(info, "source");
	const long long status = qmp_number(info, "status");

	switch (source) {
	case OST_BUS_CHECK:
	case OST_DEVICE_CHECK:
		if (status == OST_SUCCESS)
			return QMP_NEWS_TAKEN;
		if (status == OST_INSERT_IN_PROGRESS)
			return QMP_NEWS_NONE;
		snprintf(why, size, "it could not add the memory (_OST status 0x%llx)",
			 status);
		return QMP_NEWS_NOT_TAKEN;
	case OST_EJECT_REQUEST:
	case OST_OSPM_EJECT:
		/* What is gone is told by an event of its own. */
		if (status == OST_SUCCESS || status == OST_EJECT_IN_PROGRESS)
			return QMP_NEWS_NONE;
		snprintf(why, size, "it could not take the memory offline (_OST status 0x%llx)",
			 status);
		return QMP_NEWS_KEPT;
	default:
		return QMP_NEWS_NONE;
	}
}

enum qmp_news qmp_news(const char *name, struct json_object *data,
		       const char **device, char *why, size_t size)
{
	struct json_object *info;
	const char *text;

	why[0] = '\0';
	*device = qmp_string(data, "device");
	if (!strcmp(name, "DEVICE_DELETED"))
		return QMP_NEWS_GONE;
	if (!strcmp(name, "ACPI_DEVICE_OST")) {
		if (!json_object_object_get_ex(data, "info", &info))
			return QMP_NEWS_NONE;
		*device = qmp_string(info, "device");
		return ost_news(info, why, size);
	}
	if (!strcmp(name, "MEM_UNPLUG_ERROR") || !strcmp(name, "DEVICE_UNPLUG_GUEST_ERROR")) {
		text = qmp_string(data, "msg");
		snprintf(why, size, "%.100s",
			 *text ? text : "QEMU reports that the guest did not unplug it");
		return QMP_NEWS_KEPT;
	}
	return QMP_NEWS_NONE;
}
