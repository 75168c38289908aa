// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "id.h"
#include "relay.h"
#include "size.h"

void relay_init(struct relay *r, const struct lab_options *o, struct qmp *q)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->options = o;
	r->qmp = q;
	r->next_id = o->dimms;
	for (i = 0; i < o->dimms; i++) {
		r->dimm[i].state = DIMM_PRESENT;
		r->dimm[i].size = o->dimm[i].size;
		strcpy(r->dimm[i].id, o->dimm[i].id);
	}
}

/* Form */

static int bad(char *error, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int bad(char *error, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, size, format, args);
	va_end(args);
	return -EINVAL;
}

static bool tag_ok(const char *tag)
{
	size_t n = strspn(tag, "0123456789abcdef");

	return n && !tag[n] && n <= LAB_TAG_LEN;
}

static const struct {
	const char *name;
	enum relay_verb verb;
	unsigned int arguments;
} verbs[] = {
	{ "query",	 RELAY_QUERY,	    0 },
	{ "add-dimm",	 RELAY_ADD_DIMM,    3 },
	{ "remove-dimm", RELAY_REMOVE_DIMM, 1 },
	{ "status",	 RELAY_STATUS,	    1 },
	{ "resize",	 RELAY_RESIZE,	    2 },
};

#define VERBS		(sizeof(verbs) / sizeof(verbs[0]))
#define MAX_WORDS	5

static int parse_id(struct relay_request *q, const char *text, char *error, size_t size)
{
	if (!id_ok(text))
		return bad(error, size,
			   "an id is a letter and up to %d of a-z, 0-9 and -", LAB_ID_LEN - 1);
	strcpy(q->id, text);
	return 0;
}

static int parse_size(struct relay_request *q, const char *text, char *error, size_t size)
{
	if (size_parse(text, &q->size))
		return bad(error, size, "the size is not a number of bytes");
	return 0;
}

int relay_parse(const char *line, struct relay_request *q, char *error, size_t size)
{
	char copy[LAB_ASK_LINE], *word[MAX_WORDS + 1], *p = copy;
	unsigned int words = 0, i;
	unsigned long node;
	const char *c;

	memset(q, 0, sizeof(*q));
	strcpy(q->tag, "-");

	if (strlen(line) >= sizeof(copy))
		return bad(error, size, "the request is too long");
	strcpy(copy, line);

	/* Single spaces: an empty word makes a request malformed. */
	while (words <= MAX_WORDS) {
		word[words++] = p;
		p = strchr(p, ' ');
		if (!p)
			break;
		*p++ = '\0';
	}

	if (!tag_ok(word[0]))
		return bad(error, size, "the request has no tag");
	strcpy(q->tag, word[0]);

	for (c = line; *c; c++)
		if (!isgraph((unsigned char)*c) && *c != ' ')
			return bad(error, size, "the request has control or non-ASCII characters");
	if (words < 2)
		return bad(error, size, "the request is empty");

	for (i = 0; i < VERBS; i++)
		if (!strcmp(word[1], verbs[i].name))
			break;
	if (i == VERBS)
		return bad(error, size, "there is no such request");
	if (words - 2 != verbs[i].arguments)
		return bad(error, size, "%s takes %u arguments", verbs[i].name,
			   verbs[i].arguments);
	q->verb = verbs[i].verb;

	switch (q->verb) {
	case RELAY_QUERY:
		return 0;
	case RELAY_ADD_DIMM:
		if (strcmp(word[3], "-")) {
			if (number_parse(word[3], 0, LAB_MAX_NODES - 1, &node))
				return bad(error, size, "there is no such node");
			q->node = node;
		}
		if (strcmp(word[4], "-") && parse_id(q, word[4], error, size))
			return -EINVAL;
		return parse_size(q, word[2], error, size);
	case RELAY_REMOVE_DIMM:
	case RELAY_STATUS:
		return parse_id(q, word[2], error, size);
	case RELAY_RESIZE:
		if (parse_id(q, word[2], error, size))
			return -EINVAL;
		return parse_size(q, word[3], error, size);
	}
	return -EINVAL;
}

/* Content */

static const struct lab_virtio_mem *find_virtio_mem(const struct relay *r, const char *id)
{
	unsigned int i;

	for (i = 0; i < r->options->virtio_mems; i++)
		if (!strcmp(r->options->virtio_mem[i].id, id))
			return &r->options->virtio_mem[i];
	return NULL;
}

static const struct lab_dimm *find_nvdimm(const struct relay *r, const char *id)
{
	unsigned int i;

	for (i = 0; i < r->options->nvdimms; i++)
		if (!strcmp(r->options->nvdimm[i].id, id))
			return &r->options->nvdimm[i];
	return NULL;
}

static struct relay_dimm *find_dimm(const struct relay *r, const char *id)
{
	unsigned int i;

	for (i = 0; i < LAB_MAX_SLOTS; i++)
		if (r->dimm[i].state != DIMM_FREE && !strcmp(r->dimm[i].id, id))
			return (struct relay_dimm *)&r->dimm[i];
	return NULL;
}

static bool id_taken(const struct relay *r, const char *id)
{
	return find_dimm(r, id) || find_virtio_mem(r, id) || find_nvdimm(r, id);
}

static int check_add(const struct relay *r, const struct relay_request *q, char *error,
		     size_t size)
{
	const struct lab_options *o = r->options;
	uint64_t room = o->max_memory - o->memory;
	char text[SIZE_TEXT];
	unsigned int i, used = o->nvdimms;

	if (!q->size || q->size % LAB_DIMM_ALIGN)
		return bad(error, size, "a DIMM's size is a multiple of %s",
			   size_format(LAB_DIMM_ALIGN, text));
	if (q->node >= o->nodes)
		return bad(error, size, "there is no node %u", q->node);
	if (q->id[0] && id_taken(r, q->id))
		return bad(error, size, "there is a device %s already", q->id);

	for (i = 0; i < o->virtio_mems; i++)
		room -= o->virtio_mem[i].max;
	for (i = 0; i < o->nvdimms; i++)
		room -= o->nvdimm[i].size;
	for (i = 0; i < LAB_MAX_SLOTS; i++) {
		if (r->dimm[i].state == DIMM_FREE)
			continue;
		used++;
		room -= r->dimm[i].size;
	}
	if (used >= o->slots)
		return bad(error, size, "all %u DIMM slots are in use", o->slots);
	if (q->size > room)
		return bad(error, size, "the machine has room for %s more only",
			   size_format(room, text));
	return 0;
}

int relay_check(const struct relay *r, const struct relay_request *q, char *error,
		size_t size)
{
	const struct lab_virtio_mem *v;
	const struct relay_dimm *d;
	char text[SIZE_TEXT];

	switch (q->verb) {
	case RELAY_QUERY:
	case RELAY_STATUS:
		return 0;
	case RELAY_ADD_DIMM:
		return check_add(r, q, error, size);
	case RELAY_REMOVE_DIMM:
		if (find_virtio_mem(r, q->id))
			return bad(error, size, "%s is a virtio-mem device, resize it", q->id);
		if (find_nvdimm(r, q->id))
			return bad(error, size, "%s is an NVDIMM, it stays", q->id);
		d = find_dimm(r, q->id);
		if (!d || d->state == DIMM_GONE)
			return bad(error, size, "there is no DIMM %s", q->id);
		if (d->state == DIMM_ADDING)
			return bad(error, size, "%s is only being added", q->id);
		return 0;
	case RELAY_RESIZE:
		v = find_virtio_mem(r, q->id);
		if (!v)
			return bad(error, size, "there is no virtio-mem device %s", q->id);
		if (q->size > v->max)
			return bad(error, size, "%s has at most %s", q->id,
				   size_format(v->max, text));
		if (q->size % v->block)
			return bad(error, size, "the size of %s is a multiple of %s", q->id,
				   size_format(v->block, text));
		return 0;
	}
	return -EINVAL;
}

/* Answers */

static void say(struct relay *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Add one line to the answer. A full answer (all slots and devices) needs less
 * than 48 KiB, and the next request is not looked at before this one is sent.
 */
static void say(struct relay *r, const char *format, ...)
{
	char line[512], *p;
	va_list args;
	size_t len;

	len = snprintf(line, sizeof(line), "%s ", r->now.tag);
	va_start(args, format);
	vsnprintf(line + len, sizeof(line) - 1 - len, format, args);
	va_end(args);
	for (p = line; *p; p++)
		if (!isprint((unsigned char)*p))
			*p = ' ';
	*p++ = '\n';

	len = p - line;
	if (len > sizeof(r->out) - r->out_len)
		return;
	memcpy(r->out + r->out_len, line, len);
	r->out_len += len;
}

static void finish_ok(struct relay *r, const char *text)
{
	if (*text)
		say(r, "ok %s", text);
	else
		say(r, "ok");
	r->busy = false;
}

static void finish_error(struct relay *r, const char *text)
{
	say(r, "error %.300s", text);
	r->busy = false;
}

/* Start a QMP command for the request; a command that cannot be sent ends it. */
static void command(struct relay *r, const char *name, struct json_object *arguments,
		    qmp_done *done)
{
	if (qmp_command(r->qmp, name, arguments, done, r))
		finish_error(r, "the QMP command is too long");
}

static struct json_object *with_string(struct json_object *o, const char *key,
				       const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
	return o;
}

static struct json_object *with_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
	return o;
}

static char *backend_id(const char *id, char text[LAB_ID_LEN + 8])
{
	/* The dot keeps it apart from every id that a guest or a user can choose. */
	snprintf(text, LAB_ID_LEN + 8, "lab.m.%.*s", LAB_ID_LEN, id);
	return text;
}

/* add-dimm: object-add, device_add, and object-del when the latter fails. */

static void add_undone(void *context, struct json_object *result, const char *error)
{
	struct relay *r = context;

	(void)result;
	(void)error;
	r->subject->state = DIMM_FREE;
	finish_error(r, r->failure);
}

static void add_device_done(void *context, struct json_object *result, const char *error)
{
	struct relay *r = context;
	char backend[LAB_ID_LEN + 8];

	(void)result;
	if (!error) {
		/* The guest may have thrown it out again already. */
		if (r->subject->state == DIMM_ADDING)
			r->subject->state = DIMM_PRESENT;
		finish_ok(r, r->now.id);
		return;
	}
	snprintf(r->failure, sizeof(r->failure), "%s", error);
	command(r, "object-del",
		with_string(json_object_new_object(), "id", backend_id(r->now.id, backend)),
		add_undone);
}

static void add_object_done(void *context, struct json_object *result, const char *error)
{
	struct relay *r = context;
	struct json_object *a;
	char backend[LAB_ID_LEN + 8];

	(void)result;
	if (error) {
		r->subject->state = DIMM_FREE;
		finish_error(r, error);
		return;
	}
	a = with_string(json_object_new_object(), "driver", "pc-dimm");
	with_string(a, "id", r->now.id);
	with_string(a, "memdev", backend_id(r->now.id, backend));
	with_number(a, "node", r->now.node);
	command(r, "device_add", a, add_device_done);
}

static void add_start(struct relay *r)
{
	struct json_object *a;
	struct relay_dimm *d;
	char backend[LAB_ID_LEN + 8];

	while (!r->now.id[0]) {
		char id[LAB_ID_LEN + 1];

		snprintf(id, sizeof(id), "d%u", r->next_id++);
		if (!id_taken(r, id))
			strcpy(r->now.id, id);
	}

	for (d = r->dimm; d->state != DIMM_FREE; d++)
		;	/* relay_check() saw a free slot */
	d->state = DIMM_ADDING;
	d->size = r->now.size;
	d->reason[0] = '\0';
	strcpy(d->id, r->now.id);
	r->subject = d;

	a = with_string(json_object_new_object(), "qom-type", "memory-backend-ram");
	with_string(a, "id", backend_id(r->now.id, backend));
	with_number(a, "size", r->now.size);
	json_object_object_add(a, "reserve", json_object_new_boolean(false));
	command(r, "object-add", a, add_object_done);
}

/* remove-dimm */

static void remove_done(void *context, struct json_object *result, const char *error)
{
	struct relay *r = context;

	(void)result;
	if (error) {
		if (r->subject->state == DIMM_REMOVING)
			r->subject->state = DIMM_PRESENT;
		finish_error(r, error);
		return;
	}
	finish_ok(r, "");
}

static void remove_start(struct relay *r)
{
	struct relay_dimm *d = find_dimm(r, r->now.id);

	if (d->state == DIMM_REMOVING) {
		finish_ok(r, "");
		return;
	}
	d->state = DIMM_REMOVING;
	d->reason[0] = '\0';
	r->subject = d;
	command(r, "device_del", with_string(json_object_new_object(), "id", d->id),
		remove_done);
}

static void status_start(struct relay *r)
{
	struct relay_dimm *d = find_dimm(r, r->now.id);
	char text[160];

	switch (d ? d->state : DIMM_FREE) {
	case DIMM_FREE:
	case DIMM_GONE:
		finish_ok(r, "gone");
		break;
	case DIMM_ADDING:
	case DIMM_PRESENT:
		finish_ok(r, "present");
		break;
	case DIMM_REMOVING:
		finish_ok(r, "removing");
		break;
	case DIMM_REFUSED:
		snprintf(text, sizeof(text), "refused %s", d->reason);
		finish_ok(r, text);
		break;
	}
}

/* resize */

static void resize_done(void *context, struct json_object *result, const char *error)
{
	struct relay *r = context;

	(void)result;
	if (error)
		finish_error(r, error);
	else
		finish_ok(r, "");
}

static void resize_start(struct relay *r)
{
	struct json_object *a = json_object_new_object();
	char path[64];

	snprintf(path, sizeof(path), "/machine/peripheral/%s", r->now.id);
	with_string(a, "path", path);
	with_string(a, "property", "requested-size");
	with_number(a, "value", r->now.size);
	command(r, "qom-set", a, resize_done);
}

/* query */

static const char *dimm_state(const struct relay *r, const char *id)
{
	const struct relay_dimm *d = find_dimm(r, id);

	switch (d ? d->state : DIMM_PRESENT) {
	case DIMM_REMOVING:
		return "removing";
	case DIMM_REFUSED:
		return "refused";
	default:
		return "present";
	}
}

static void query_done(void *context, struct json_object *result, const char *error)
{
	struct relay *r = context;
	size_t i, n;

	if (error || !json_object_is_type(result, json_type_array)) {
		finish_error(r, error ? error : "QEMU gave an unexpected answer");
		return;
	}

	n = json_object_array_length(result);
	for (i = 0; i < n; i++) {
		struct json_object *d, *item = json_object_array_get_idx(result, i);
		const char *type = qmp_string(item, "type"), *id;

		if (!json_object_object_get_ex(item, "data", &d))
			continue;
		id = qmp_string(d, "id");
		if (!strcmp(type, "dimm") || !strcmp(type, "nvdimm"))
			say(r, "item %s %.*s %lld %lld - %lld %lld %s", type, LAB_ID_LEN, id,
			    qmp_number(d, "node"), qmp_number(d, "size"),
			    qmp_number(d, "size"), qmp_number(d, "addr"), dimm_state(r, id));
		else if (!strcmp(type, "virtio-mem"))
			say(r, "item virtio-mem %.*s %lld %lld %lld %lld %lld present",
			    LAB_ID_LEN, id,
			    qmp_number(d, "node"), qmp_number(d, "size"),
			    qmp_number(d, "requested-size"), qmp_number(d, "max-size"),
			    qmp_number(d, "memaddr"));
	}
	finish_ok(r, "");
}

/* Traffic */

static void request(struct relay *r, const char *line)
{
	char error[256];

	r->busy = true;
	if (relay_parse(line, &r->now, error, sizeof(error)) ||
	    relay_check(r, &r->now, error, sizeof(error))) {
		finish_error(r, error);
		return;
	}

	switch (r->now.verb) {
	case RELAY_QUERY:
		command(r, "query-memory-devices", NULL, query_done);
		break;
	case RELAY_ADD_DIMM:
		add_start(r);
		break;
	case RELAY_REMOVE_DIMM:
		remove_start(r);
		break;
	case RELAY_STATUS:
		status_start(r);
		break;
	case RELAY_RESIZE:
		resize_start(r);
		break;
	}
}

static void backend_deleted(void *context, struct json_object *result, const char *error)
{
	struct relay_dimm *d = context;

	/* A backend that stays is QEMU's loss; the record must not stay with it. */
	(void)result;
	(void)error;
	d->state = DIMM_FREE;
}

/* Free the memory behind a DIMM that is gone. Returns whether a command was sent. */
static bool delete_backend(struct relay *r)
{
	char backend[LAB_ID_LEN + 8];
	unsigned int i;

	for (i = 0; i < LAB_MAX_SLOTS; i++)
		if (r->dimm[i].state == DIMM_GONE)
			break;
	if (i == LAB_MAX_SLOTS)
		return false;
	return !qmp_command(r->qmp, "object-del",
			    with_string(json_object_new_object(), "id",
					backend_id(r->dimm[i].id, backend)),
			    backend_deleted, &r->dimm[i]);
}

bool relay_wants_read(const struct relay *r)
{
	return r->in_len < sizeof(r->in);
}

bool relay_wants_write(const struct relay *r)
{
	return r->out_done < r->out_len;
}

void relay_feed(struct relay *r, const char *data, size_t len)
{
	if (len > sizeof(r->in) - r->in_len)
		len = sizeof(r->in) - r->in_len;
	memcpy(r->in + r->in_len, data, len);
	r->in_len += len;
}

/* Take one line out of the input. Returns false when there is none yet. */
static bool next_line(struct relay *r, char line[LAB_ASK_LINE])
{
	char *end = memchr(r->in, '\n', r->in_len);
	bool good;
	size_t len;

	if (!end) {
		if (r->in_len < sizeof(r->in))
			return false;
		r->skipping = true;
		r->in_len = 0;
		return false;
	}

	len = end - r->in;
	good = !r->skipping && len < LAB_ASK_LINE && !memchr(r->in, '\0', len);
	r->skipping = false;
	if (good) {
		memcpy(line, r->in, len);
		line[len] = '\0';
	} else {
		/* Without a tag: relay_parse() will refuse it. */
		strcpy(line, "");
	}
	r->in_len -= len + 1;
	memmove(r->in, end + 1, r->in_len);
	return true;
}

void relay_pump(struct relay *r)
{
	char line[LAB_ASK_LINE];

	/* The answer goes out before the next request is looked at. */
	while (!r->busy && !relay_wants_write(r) && qmp_idle(r->qmp)) {
		r->out_len = 0;
		r->out_done = 0;
		if (delete_backend(r) || !next_line(r, line))
			return;
		/* An asker waits for its answer: who sent the earlier lines is gone. */
		while (next_line(r, line))
			;
		request(r, line);
	}
}

void relay_event(void *context, const char *name, struct json_object *data)
{
	struct relay *r = context;
	struct relay_dimm *d;
	const char *device;
	char why[sizeof(d->reason)];

	switch (qmp_news(name, data, &device, why, sizeof(why))) {
	case QMP_NEWS_GONE:
		d = find_dimm(r, device);
		if (d)
			d->state = DIMM_GONE;
		break;
	case QMP_NEWS_KEPT:
		d = find_dimm(r, device);
		if (!d || d->state != DIMM_REMOVING)
			break;
		d->state = DIMM_REFUSED;
		strcpy(d->reason, why);
		break;
	default:
		break;
	}
}
