// SPDX-License-Identifier: GPL-2.0
/*
 * Random talk from both sides of the relay, nearly right and wrong. Unlike bytes that
 * are random throughout it gets far: DIMMs come, fail, go and are refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "id.h"
#include "played.h"
#include "relay.h"
#include "size.h"
#include "unit.h"

#define ROUNDS		10000

static const struct lab_options machine = {
	.memory = 4 * GIB, .max_memory = 16 * GIB, .nodes = 2, .slots = 3,
	.virtio_mem = { { .id = "v0", .max = 8 * GIB, .block = 2 * MIB } },
	.virtio_mems = 1,
};

struct lab {
	struct qmp qmp;
	struct relay relay;
	int qemu;
	/* What QEMU has, by what it was told and answered. */
	struct {
		char id[LAB_ID_LEN + 1];
		uint64_t size;
		bool plugged;
	} memory[8];
	unsigned int memories;
};

static bool chance(unsigned int percent)
{
	return (unsigned int)rand() % 100 < percent;
}

#define ANY(array) ((array)[(unsigned int)rand() % COUNT(array)])

static int setup(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));

	*state = l;
	return l ? played_start(&l->relay, &machine, &l->qmp, &l->qemu) : -1;
}

static int teardown(void **state)
{
	struct lab *l = *state;

	played_end(&l->qmp, l->qemu);
	free(l);
	return 0;
}

/* The guest */

static const char *some_id(void)
{
	static const char *const ids[] = {
		"d0", "d1", "d2", "x", "y", "v0", "-", "abcdefghijklmnop",
	};
	static const char *const odd[] = {
		"", "X", "0d", "a_b", "../x", "abcdefghijklmnopq", "\"", "a b", "lab.m.d0", "\xff",
	};

	return chance(95) ? ANY(ids) : ANY(odd);
}

static const char *some_size(void)
{
	static const char *const sizes[] = {
		"134217728", "1073741824", "128M", "3G",
	};
	static const char *const odd[] = {
		"0", "1", "134217729", "16G", "18446744073709551615", "-134217728", "", "x",
		"99999999999999999999", "18446744073575333888",
	};

	return chance(90) ? ANY(sizes) : ANY(odd);
}

static const char *some_node(void)
{
	static const char *const nodes[] = { "0", "1", "-", "2", "8", "-1", "4294967296" };

	return chance(90) ? nodes[rand() % 3] : ANY(nodes);
}

/* A request without its newline, and now and then with something wrong in it. */
static void some_request(char *line, size_t size)
{
	const char *tag = chance(95) ? "a1" : "A1";
	size_t len;

	switch (rand() % 5) {
	case 0:
		snprintf(line, size, "%s query", tag);
		break;
	case 1:
		snprintf(line, size, "%s add-dimm %s %s %s", tag, some_size(), some_node(),
			 some_id());
		break;
	case 2:
		snprintf(line, size, "%s remove-dimm %s", tag, some_id());
		break;
	case 3:
		snprintf(line, size, "%s status %s", tag, some_id());
		break;
	case 4:
		snprintf(line, size, "%s resize %s %s", tag, some_id(), some_size());
		break;
	}
	len = strlen(line);
	if (chance(3))
		line[(unsigned int)rand() % len] = (char)rand();
	if (chance(2))
		line[(unsigned int)rand() % len] = '\0';
}

/* As much of the line as there is room for, in pieces. */
static void send_request(struct lab *l)
{
	char line[LAB_ASK_LINE + 10];
	size_t len, done, n;

	memset(line, 'a', sizeof(line));
	some_request(line, sizeof(line));
	len = strlen(line);
	if (chance(2)) {
		/* Just about too long. */
		line[len] = 'a';
		len = LAB_ASK_LINE - 5 + (size_t)rand() % 10;
	}
	line[len++] = '\n';
	for (done = 0; done < len; done += n) {
		n = 1 + (size_t)rand() % (len - done);
		if (!relay_wants_read(&l->relay))
			return;
		relay_feed(&l->relay, line + done, n);
		relay_pump(&l->relay);
	}
}

/* Every answer is lines of printable characters, which begin with a tag. */
static void take_answer(struct lab *l)
{
	const char *p = l->relay.out, *end = p + l->relay.out_len;

	assert_true(l->relay.out_len <= sizeof(l->relay.out));
	while (p < end) {
		const size_t tag = *p == '-' ? 1 : strspn(p, "0123456789abcdef");

		if (!tag || tag > LAB_TAG_LEN || p[tag] != ' ')
			fail_msg("an answer without its tag: %.60s", p);
		while (*p != '\n') {
			assert_true(*p >= ' ' && *p <= '~');
			p++;
			assert_true(p < end);
		}
		p++;
	}
	l->relay.out_done = l->relay.out_len;
	relay_pump(&l->relay);
}

/* QEMU */

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v))
		fail_msg("no %s in %s", key, json_object_to_json_string(o));
	return json_object_get_string(v);
}

/* Must be an id that the relay checked; the DIMM's index, or that of a free entry. */
static unsigned int find_memory(struct lab *l, const char *id)
{
	unsigned int i;

	if (!id_ok(id))
		fail_msg("QEMU got the id '%s'", id);
	for (i = 0; i < l->memories; i++)
		if (!strcmp(l->memory[i].id, id))
			break;
	assert_true(i < COUNT(l->memory));
	return i;
}

static const char *backend(struct json_object *a, const char *key)
{
	const char *id = text_of(a, key);

	assert_int_equal(strncmp(id, "lab.m.", 6), 0);
	return id + 6;
}

static void within_limits(struct lab *l)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < l->memories; i++)
		sum += l->memory[i].size;
	assert_true(l->memories <= machine.slots);
	assert_true(sum <= 4 * GIB);
}

/*
 * Obey a command: it is one of the list, and possible, whatever the guest said. Only
 * what went by itself meanwhile cannot be removed any more; then this returns false.
 */
static bool obey(struct lab *l, const char *name, struct json_object *a)
{
	unsigned int i;

	if (!strcmp(name, "object-add")) {
		assert_string_equal(text_of(a, "qom-type"), "memory-backend-ram");
		i = find_memory(l, backend(a, "id"));
		assert_int_equal(i, l->memories);
		strcpy(l->memory[i].id, backend(a, "id"));
		l->memory[i].size = strtoull(text_of(a, "size"), NULL, 10);
		l->memory[i].plugged = false;
		assert_true(l->memory[i].size && l->memory[i].size % LAB_DIMM_ALIGN == 0);
		l->memories++;
		within_limits(l);
	} else if (!strcmp(name, "device_add")) {
		assert_string_equal(text_of(a, "driver"), "pc-dimm");
		assert_true(strtoul(text_of(a, "node"), NULL, 10) < machine.nodes);
		assert_string_equal(text_of(a, "id"), backend(a, "memdev"));
		i = find_memory(l, text_of(a, "id"));
		assert_true(i < l->memories && !l->memory[i].plugged);
		l->memory[i].plugged = true;
	} else if (!strcmp(name, "object-del")) {
		i = find_memory(l, backend(a, "id"));
		assert_true(i < l->memories && !l->memory[i].plugged);
		l->memory[i] = l->memory[--l->memories];
	} else if (!strcmp(name, "device_del")) {
		i = find_memory(l, text_of(a, "id"));
		assert_true(i < l->memories);
		return l->memory[i].plugged;
	} else if (!strcmp(name, "qom-set")) {
		assert_string_equal(text_of(a, "path"), "/machine/peripheral/v0");
		assert_string_equal(text_of(a, "property"), "requested-size");
		assert_true(strtoull(text_of(a, "value"), NULL, 10) <= 8 * GIB);
	} else {
		assert_string_equal(name, "query-memory-devices");
	}
	return true;
}

static void qemu_says(struct lab *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void qemu_says(struct lab *l, const char *format, ...)
{
	char text[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert_int_equal(write(l->qemu, text, len), len);
	assert_int_equal(qmp_read(&l->qmp), 0);
	relay_pump(&l->relay);
}

/* Read a command and answer it. An object-del does not fail: nobody could go on. */
static void serve(struct lab *l)
{
	struct json_object *m, *a = NULL;
	char text[8192];
	const char *name;
	ssize_t n;

	while (qmp_wants_write(&l->qmp))
		assert_int_equal(qmp_write(&l->qmp), 0);
	n = read(l->qemu, text, sizeof(text) - 1);
	if (n <= 0)
		return;
	text[n] = '\0';
	m = json_tokener_parse(text);
	assert_non_null(m);
	name = text_of(m, "execute");
	json_object_object_get_ex(m, "arguments", &a);
	if ((chance(20) && strcmp(name, "object-del")) || !obey(l, name, a))
		qemu_says(l, "{\"error\": {\"desc\": \"no\\n%s\"}}\r\n", name);
	else if (strcmp(name, "query-memory-devices"))
		qemu_says(l, "{\"return\": {}}\r\n");
	else
		qemu_says(l, "{\"return\": [{\"type\": \"dimm\", \"data\": {\"id\": \"d0\"}}, %s]}\r\n",
			  chance(90) ? "{}" : "null");
	json_object_put(m);
}

/* News of a DIMM: it is gone, or was refused; the latter also of what is none. */
static void some_event(struct lab *l)
{
	const char *id = some_id();
	unsigned int i;

	if (l->memories && chance(60))
		id = l->memory[(unsigned int)rand() % l->memories].id;
	if (!id_ok(id))
		return;
	i = find_memory(l, id);
	switch (rand() % 3) {
	case 0:
		if (i == l->memories || !l->memory[i].plugged)
			return;
		l->memory[i].plugged = false;
		qemu_says(l, "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"%s\"}}\r\n",
			  id);
		break;
	case 1:
		qemu_says(l, "{\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"info\": {\"device\": \"%s\", \"source\": %d, \"status\": %d}}}\r\n",
			  id, chance(80) ? 3 : rand(), chance(50) ? 130 : rand());
		break;
	case 2:
		qemu_says(l, "{\"event\": \"MEM_UNPLUG_ERROR\", \"data\": {\"device\": \"%s\", \"msg\": \"%0*d\"}}\r\n",
			  id, rand() % 200, 1);
		break;
	}
}

static void both_sides(void **state)
{
	struct lab *l = *state;
	unsigned int i, most = 0;

	seed();
	for (i = 0; i < ROUNDS; i++) {
		if (chance(40))
			send_request(l);
		if (chance(15))
			some_event(l);
		if (chance(80))
			serve(l);
		if (relay_wants_write(&l->relay) && chance(80))
			take_answer(l);
		if (l->memories > most)
			most = l->memories;
	}
	/* Else the test came nowhere. */
	assert_int_equal(most, machine.slots);

	/* All is answered in the end, and the relay still listens. */
	for (i = 0; i < 100; i++) {
		serve(l);
		take_answer(l);
	}
	relay_feed(&l->relay, "\na1 status z\n", 13);
	relay_pump(&l->relay);
	for (i = 0; i < 100 && !relay_wants_write(&l->relay); i++)
		serve(l);
	assert_int_equal(strncmp(l->relay.out, "a1 ok gone\n", 11), 0);
}

/* Documents that QEMU does not send: they end the connection, or change nothing. */
static void odd_documents(void **state)
{
	static const char *const keys[] = { "event", "return", "error", "QMP", "data", "x" };
	static const char *const values[] = {
		"null", "7", "\"DEVICE_DELETED\"", "\"ACPI_DEVICE_OST\"", "[]", "[null, 1]", "{}",
		"{\"device\": null}", "{\"info\": null}", "{\"desc\": 7}", "1e999", "\"\\u0000\"",
	};
	struct lab *l = *state;
	char text[512];
	unsigned int i;

	seed();
	for (i = 0; i < ROUNDS; i++) {
		int len = snprintf(text, sizeof(text), "{\"%s\": %s, \"%s\": %s}\r\n", ANY(keys),
				   ANY(values), ANY(keys), ANY(values)), ret;

		if (chance(10))
			text[rand() % (len - 2)] = (char)rand();
		if (chance(30))
			relay_feed(&l->relay, "\na1 query\n", 10);
		assert_int_equal(write(l->qemu, text, len), len);
		ret = qmp_read(&l->qmp);
		assert_true(!ret || ret == -EPROTO);
		relay_pump(&l->relay);
		while (qmp_wants_write(&l->qmp))
			assert_int_equal(qmp_write(&l->qmp), 0);
		while (read(l->qemu, text, sizeof(text)) > 0)
			;
		take_answer(l);
	}
}

#define WITH_LAB(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LAB(both_sides),
		WITH_LAB(odd_documents),
	};

	return RUN(tests);
}
