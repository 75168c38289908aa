/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A QEMU that the test plays: a process that listens on a QMP socket, with DIMMs and the
 * virtio-mem device v0 of 8 GiB, and a guest that does what the test wants. What it has
 * is in memory that the test can see.
 */
#ifndef HOTPLUG_STRESS_TESTS_FAKE_QEMU_H
#define HOTPLUG_STRESS_TESTS_FAKE_QEMU_H

#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAKE_MAX	8
#define FAKE_MAX_BYTES	(8ULL << 30)

struct fake_qemu {
	/* How it behaves. */
	const char *greeting;		/* instead of its own */
	const char *answer;		/* to every command but the first, instead of its own */
	bool silent;			/* says nothing at all */
	bool mute;			/* answers no command but the first */
	const char *closes_at;		/* this command */
	const char *fails_at;
	bool guest_sleeps;		/* the guest does nothing */
	bool guest_refuses_dimm;
	bool guest_keeps;		/* it does not give DIMMs up */
	uint64_t floor;			/* it does not shrink v0 below that */
	unsigned int busy;		/* times that an object cannot be deleted */
	/* What there is; an empty name is a free place. */
	char object[FAKE_MAX][64];
	char dimm[FAKE_MAX][32];
	uint64_t bytes[FAKE_MAX];
	uint64_t size, requested;
	unsigned int connections;
};

static FILE *fake_out;

static inline void fake_say(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static inline void fake_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(fake_out, format, args);
	va_end(args);
	fputs("\r\n", fake_out);
	fflush(fake_out);
}

static inline const char *fake_text(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : "";
}

static inline uint64_t fake_number(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_uint64(v) : 0;
}

/* The place of that name, of "" a free one; -1 if there is none. */
static inline int fake_find(const char *places, size_t size, const char *name)
{
	int i;

	for (i = 0; i < FAKE_MAX; i++)
		if (!strcmp(places + (size_t)i * size, name))
			return i;
	return -1;
}

static inline int fake_object(struct fake_qemu *q, const char *name)
{
	return fake_find(q->object[0], sizeof(q->object[0]), name);
}

static inline int fake_dimm(struct fake_qemu *q, const char *name)
{
	return fake_find(q->dimm[0], sizeof(q->dimm[0]), name);
}

#define FAKE_OK() fake_say("{\"return\": {}}")
#define FAKE_ERROR(text) fake_say("{\"error\": {\"desc\": \"" text "\"}}")

static inline void fake_ost(const char *id, int source, int status)
{
	fake_say("{\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"info\": {\"device\": \"%s\", "
		 "\"source\": %d, \"status\": %d, \"slot\": \"0\", \"slot-type\": \"DIMM\"}}}",
		 id, source, status);
}

static inline void fake_query(struct fake_qemu *q)
{
	int i;

	fprintf(fake_out, "{\"return\": [");
	for (i = 0; i < FAKE_MAX; i++)
		if (q->dimm[i][0])
			fprintf(fake_out,
				"{\"type\": \"dimm\", \"data\": {\"id\": \"%s\", "
				"\"node\": 0, \"addr\": %llu, \"size\": %" PRIu64 "}}, ",
				q->dimm[i], 0x100000000ULL * (unsigned int)(i + 1), q->bytes[i]);
	fake_say("{\"type\": \"virtio-mem\", \"data\": {\"id\": \"v0\", \"node\": 0, "
		 "\"memaddr\": 4294967296, "
		 "\"size\": %" PRIu64 ", \"requested-size\": %" PRIu64 ", \"max-size\": %llu, "
		 "\"block-size\": 2097152}}]}", q->size, q->requested, FAKE_MAX_BYTES);
}

static inline void fake_add(struct fake_qemu *q, struct json_object *a)
{
	const int object = fake_object(q, fake_text(a, "memdev")), i = fake_dimm(q, "");
	const char *id = fake_text(a, "id");

	if (object < 0 || fake_dimm(q, id) >= 0) {
		FAKE_ERROR("no such memdev, or the id is taken");
		return;
	}
	snprintf(q->dimm[i], sizeof(q->dimm[i]), "%s", id);
	/* Its DIMM knows its size; objects keep none here. */
	q->bytes[i] = 1ULL << 30;
	FAKE_OK();
	if (!q->guest_sleeps)
		fake_ost(id, 1, q->guest_refuses_dimm ? 1 : 0);
}

static inline void fake_remove(struct fake_qemu *q, struct json_object *a)
{
	const int i = fake_dimm(q, fake_text(a, "id"));

	if (i < 0) {
		FAKE_ERROR("Device not found");
		return;
	}
	FAKE_OK();
	/* Another one's news is no news, nor is that of its coming. */
	fake_ost("other", 3, 1);
	fake_ost(q->dimm[i], 1, 0);
	if (q->guest_sleeps)
		return;
	fake_ost(q->dimm[i], 3, 0x84);
	if (q->guest_keeps) {
		fake_ost(q->dimm[i], 3, 1);
		return;
	}
	fake_say("{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"%s\", "
		 "\"path\": \"/machine/peripheral/%s\"}}", q->dimm[i], q->dimm[i]);
	q->dimm[i][0] = '\0';
}

static inline void fake_delete_object(struct fake_qemu *q, struct json_object *a)
{
	const int i = fake_object(q, fake_text(a, "id"));

	if (i < 0) {
		FAKE_ERROR("object not found");
	} else if (q->busy) {
		q->busy--;
		FAKE_ERROR("object is in use, can not be deleted");
	} else {
		q->object[i][0] = '\0';
		FAKE_OK();
	}
}

static inline void fake_resize(struct fake_qemu *q, struct json_object *a)
{
	const uint64_t bytes = fake_number(a, "value");

	if (strcmp(fake_text(a, "path"), "/machine/peripheral/v0") ||
	    strcmp(fake_text(a, "property"), "requested-size") ||
	    bytes > FAKE_MAX_BYTES || bytes % (2 << 20)) {
		FAKE_ERROR("'requested-size' has to be multiples of 'block-size' (0x200000)");
		return;
	}
	q->requested = bytes;
	FAKE_OK();
	if (q->guest_sleeps)
		return;
	q->size = bytes >= q->size || bytes > q->floor ? bytes : q->floor;
	fake_say("{\"event\": \"MEMORY_DEVICE_SIZE_CHANGE\", \"data\": {\"id\": \"v0\", "
		 "\"size\": %" PRIu64 "}}", q->size);
}

static inline void fake_obey(struct fake_qemu *q, const char *name, struct json_object *a)
{
	if (q->fails_at && !strcmp(name, q->fails_at)) {
		FAKE_ERROR("it shall fail");
	} else if (!strcmp(name, "object-add")) {
		strcpy(q->object[fake_object(q, "")], fake_text(a, "id"));
		FAKE_OK();
	} else if (!strcmp(name, "qom-get")) {
		if (fake_object(q, fake_text(a, "property")) < 0)
			FAKE_ERROR("Property not found");
		else
			fake_say("{\"return\": \"/objects/x\"}");
	} else if (!strcmp(name, "object-del")) {
		fake_delete_object(q, a);
	} else if (!strcmp(name, "device_add")) {
		fake_add(q, a);
	} else if (!strcmp(name, "device_del")) {
		fake_remove(q, a);
	} else if (!strcmp(name, "qom-set")) {
		fake_resize(q, a);
	} else if (!strcmp(name, "query-memory-devices")) {
		fake_query(q);
	} else {
		FAKE_ERROR("no such command");
	}
}

/* Until the other side hangs up, or it shall itself. */
static inline void fake_talk(struct fake_qemu *q, int fd)
{
	FILE *in = fdopen(fd, "r");
	bool first = true;
	char line[8192];

	fake_out = fdopen(dup(fd), "w");
	if (q->greeting)
		fake_say("%s", q->greeting);
	else if (!q->silent)
		fake_say("{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}");
	while (fgets(line, sizeof(line), in)) {
		struct json_object *m = json_tokener_parse(line), *a = NULL;
		const char *name = fake_text(m, "execute");
		bool closes = q->closes_at && !strcmp(name, q->closes_at);

		json_object_object_get_ex(m, "arguments", &a);
		if (first)
			FAKE_OK();
		else if (q->answer)
			fake_say("%s", q->answer);
		else if (!q->mute && !closes)
			fake_obey(q, name, a);
		first = false;
		json_object_put(m);
		if (closes)
			break;
	}
	fclose(in);
	fclose(fake_out);
}

/* Starts it, behaving as @how says. What the test sees of it is in *@q. */
static inline pid_t fake_qemu_start(const char *path, const struct fake_qemu *how,
				    struct fake_qemu **q)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;
	int fd;

	*q = mmap(NULL, sizeof(**q), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		  0);
	if (*q == MAP_FAILED || listener < 0)
		return -1;
	**q = *how;
	strcpy(address.sun_path, path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(listener, 4))
		return -1;
	pid = fork();
	if (!pid) {
		signal(SIGPIPE, SIG_IGN);
		while ((fd = accept(listener, NULL, NULL)) >= 0) {
			(*q)->connections++;
			fake_talk(*q, fd);
		}
		_exit(1);
	}
	close(listener);
	return pid;
}

static inline void fake_qemu_end(const char *path, pid_t pid, struct fake_qemu *q)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(path);
	munmap(q, sizeof(*q));
}

#endif /* HOTPLUG_STRESS_TESTS_FAKE_QEMU_H */
