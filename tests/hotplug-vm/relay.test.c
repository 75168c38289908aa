// SPDX-License-Identifier: GPL-2.0
/* The host's side of hotplug-ask, against requests good, wrong and hostile. */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "played.h"
#include "relay.h"
#include "size.h"
#include "unit.h"

static const struct lab_options machine = {
	.memory = 4 * GIB, .max_memory = 17 * GIB, .nodes = 2, .slots = 3,
	.virtio_mem = { { .id = "v0", .max = 8 * GIB, .block = 2 * MIB } },
	.virtio_mems = 1,
	.nvdimm = { { .id = "n0", .size = GIB } },
	.nvdimms = 1,
};

/* A relay with a QEMU that the test plays. */
struct lab {
	struct qmp qmp;
	struct relay relay;
	int qemu;
};

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

static void guest_says(struct lab *l, const char *text)
{
	relay_feed(&l->relay, text, strlen(text));
	relay_pump(&l->relay);
}

/* What the guest gets; it is taken out of the relay. */
static const char *answer(struct lab *l)
{
	static char text[sizeof(l->relay.out) + 1];

	memcpy(text, l->relay.out, l->relay.out_len);
	text[l->relay.out_len] = '\0';
	l->relay.out_done = l->relay.out_len;
	relay_pump(&l->relay);
	return text;
}

/* What QEMU got since the last call, "" for nothing. */
static const char *command(struct lab *l)
{
	static char text[8192];
	ssize_t n;

	while (qmp_wants_write(&l->qmp))
		assert_int_equal(qmp_write(&l->qmp), 0);
	n = read(l->qemu, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void qemu_says(struct lab *l, const char *text)
{
	assert_int_equal(write(l->qemu, text, strlen(text)), strlen(text));
	assert_int_equal(qmp_read(&l->qmp), 0);
	relay_pump(&l->relay);
}

#define GOOD_RETURN "{\"return\": {}}\r\n"

static void good_requests(void **state)
{
	struct relay_request q;
	char error[256];

	(void)state;
	assert_int_equal(relay_parse("a1 query", &q, error, sizeof(error)), 0);
	assert_int_equal(q.verb, RELAY_QUERY);
	assert_string_equal(q.tag, "a1");
	assert_int_equal(relay_parse("a1 add-dimm 1073741824 - -", &q, error, sizeof(error)), 0);
	assert_int_equal(q.verb, RELAY_ADD_DIMM);
	assert_true(q.size == GIB);
	assert_int_equal(q.node, 0);
	assert_string_equal(q.id, "");
	assert_int_equal(relay_parse("a1 add-dimm 1 1 d-9", &q, error, sizeof(error)), 0);
	assert_int_equal(q.node, 1);
	assert_string_equal(q.id, "d-9");
	assert_int_equal(relay_parse("0 remove-dimm d0", &q, error, sizeof(error)), 0);
	assert_int_equal(q.verb, RELAY_REMOVE_DIMM);
	assert_int_equal(relay_parse("0 status d0", &q, error, sizeof(error)), 0);
	assert_int_equal(q.verb, RELAY_STATUS);
	assert_int_equal(relay_parse("0 resize v0 2097152", &q, error, sizeof(error)), 0);
	assert_int_equal(q.verb, RELAY_RESIZE);
	assert_true(q.size == 2 * MIB);
}

static void malformed_requests(void **state)
{
	static const char *const t[] = {
		"", " ", "query", "a1", "a1 ", " a1 query", "a1  query", "a1 query ", "a1 query x",
		"A1 query", "g query", "01234567890123456 query", "a1 QUERY", "a1 quit",
		"a1 system_reset", "a1 qom-set /machine x", "a1 add-dimm", "a1 add-dimm 1",
		"a1 add-dimm 1 -", "a1 add-dimm 1 - - -", "a1 add-dimm x - -",
		"a1 add-dimm -1 - -", "a1 add-dimm 18446744073709551616 - -",
		"a1 add-dimm 1 -1 -", "a1 add-dimm 1 99 -", "a1 add-dimm 1 4294967296 -",
		"a1 add-dimm 1 - D0", "a1 add-dimm 1 - ../x", "a1 add-dimm 1 - \"x\"",
		"a1 add-dimm 1 - lab.node0", "a1 add-dimm 1 - abcdefghijklmnopq",
		"a1 remove-dimm", "a1 remove-dimm -", "a1 remove-dimm d0 d1", "a1 status /",
		"a1 resize v0", "a1 resize v0 -1", "a1 resize v0 1.5", "a1 resize v0,x=y 1",
		"a1 query\t", "a1\tquery", "a1 resize v0 1\r", "\xff\xfe query", "a1 qu\x01ry",
		"a1 1 2 3 4 5 6 7 8 9", "-",
	};
	char error[256], longest[1024];
	struct relay_request q;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		if (relay_parse(t[i], &q, error, sizeof(error)) != -EINVAL || !error[0])
			fail_msg("accepted: %s", t[i]);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(relay_parse(longest, &q, error, sizeof(error)), -EINVAL);
	assert_string_equal(q.tag, "-");
}

static void refuse(struct lab *l, const char *request, const char *reason)
{
	char line[256];

	snprintf(line, sizeof(line), "1 %s\n", request);
	guest_says(l, line);
	assert_int_equal(strncmp(l->relay.out, "1 error ", 8), 0);
	if (!strstr(answer(l), reason))
		fail_msg("%s: %s", request, l->relay.out);
	assert_string_equal(command(l), "");
}

static void impossible_requests(void **state)
{
	struct lab *l = *state;

	refuse(l, "add-dimm 0 - -", "multiple of 128M");
	refuse(l, "add-dimm 134217729 - -", "multiple of 128M");
	refuse(l, "add-dimm 1073741824 2 -", "no node 2");
	refuse(l, "add-dimm 8589934592 - -", "room for 4G");
	refuse(l, "add-dimm 18446744073575333888 - -", "room for 4G");
	refuse(l, "add-dimm 1073741824 - v0", "v0 already");
	refuse(l, "add-dimm 1073741824 - n0", "n0 already");
	refuse(l, "remove-dimm v0", "resize it");
	refuse(l, "remove-dimm n0", "it stays");
	refuse(l, "resize n0 0", "no virtio-mem device n0");
	refuse(l, "remove-dimm d0", "no DIMM d0");
	refuse(l, "resize d0 0", "no virtio-mem device d0");
	refuse(l, "resize v0 8592031744", "at most 8G");
	refuse(l, "resize v0 1048576", "multiple of 2M");
}

static void add(struct lab *l, const char *id)
{
	char line[128];

	snprintf(line, sizeof(line), "1 add-dimm 1073741824 1 %s\n", id);
	guest_says(l, line);
	assert_non_null(strstr(command(l), "\"execute\":\"object-add\""));
	qemu_says(l, GOOD_RETURN);
	assert_non_null(strstr(command(l), "\"execute\":\"device_add\""));
	qemu_says(l, GOOD_RETURN);
}

static void adds_a_dimm(void **state)
{
	struct lab *l = *state;

	guest_says(l, "7 add-dimm 1073741824 1 -\n");
	assert_string_equal(command(l), "{\"execute\":\"object-add\",\"arguments\":"
			    "{\"qom-type\":\"memory-backend-ram\",\"id\":\"lab.m.d0\","
			    "\"size\":1073741824,\"reserve\":false}}\n");
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(command(l), "{\"execute\":\"device_add\",\"arguments\":"
			    "{\"driver\":\"pc-dimm\",\"id\":\"d0\",\"memdev\":\"lab.m.d0\","
			    "\"node\":1}}\n");
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "7 ok d0\n");
	refuse(l, "add-dimm 1073741824 - d0", "d0 already");
	add(l, "-");
	assert_string_equal(answer(l), "1 ok d1\n");
	refuse(l, "add-dimm 1073741824 - -", "all 3 DIMM slots");
}

/* One that the guest booted with takes a slot and room, and goes as others do. */
static void dimms_of_the_boot(void **state)
{
	static const struct lab_options booted = {
		.memory = 4 * GIB, .max_memory = 8 * GIB, .nodes = 1, .slots = 2,
		.dimm = { { .id = "d0", .size = 3 * GIB } },
		.dimms = 1,
	};
	struct lab *l = *state;

	relay_init(&l->relay, &booted, &l->qmp);
	guest_says(l, "1 add-dimm 2147483648 - -\n");
	assert_non_null(strstr(answer(l), "1 error the machine has room for 1G more only"));
	guest_says(l, "2 add-dimm 1073741824 - -\n");
	assert_non_null(strstr(command(l), "\"id\":\"lab.m.d1\""));
	qemu_says(l, GOOD_RETURN);
	command(l);
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "2 ok d1\n");
	guest_says(l, "3 add-dimm 134217728 - -\n");
	assert_non_null(strstr(answer(l), "3 error all 2 DIMM slots are in use"));

	guest_says(l, "4 remove-dimm d0\n");
	assert_string_equal(command(l), "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"d0\"}}\n");
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "4 ok\n");
	qemu_says(l, "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"d0\"}}\r\n");
	assert_string_equal(command(l),
			    "{\"execute\":\"object-del\",\"arguments\":{\"id\":\"lab.m.d0\"}}\n");
	qemu_says(l, GOOD_RETURN);
	guest_says(l, "5 status d0\n");
	assert_string_equal(answer(l), "5 ok gone\n");
}

static void cleans_up_after_a_failed_add(void **state)
{
	struct lab *l = *state;

	guest_says(l, "7 add-dimm 1073741824 - -\n");
	command(l);
	qemu_says(l, GOOD_RETURN);
	command(l);
	qemu_says(l, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\\nroom\"}}\r\n");
	assert_non_null(strstr(command(l), "\"object-del\",\"arguments\":{\"id\":\"lab.m.d0\"}"));
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "7 error no room\n");
	add(l, "-");
	assert_string_equal(answer(l), "1 ok d1\n");
}

static void removes_a_dimm(void **state)
{
	struct lab *l = *state;

	add(l, "x");
	answer(l);
	guest_says(l, "2 status x\n");
	assert_string_equal(answer(l), "2 ok present\n");
	guest_says(l, "2 remove-dimm x\n");
	assert_non_null(strstr(command(l), "\"device_del\",\"arguments\":{\"id\":\"x\"}"));
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "2 ok\n");
	guest_says(l, "2 status x\n");
	assert_string_equal(answer(l), "2 ok removing\n");

	/* "In progress" and "done" are no refusals. */
	qemu_says(l, "{\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"info\": {\"device\": \"x\", "
		     "\"source\": 3, \"status\": 132}}}\r\n"
		     "{\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"info\": {\"device\": \"x\", "
		     "\"source\": 3, \"status\": 0}}}\r\n");
	guest_says(l, "2 status x\n");
	assert_string_equal(answer(l), "2 ok removing\n");

	qemu_says(l, "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"x\"}}\r\n");
	assert_non_null(strstr(command(l), "\"object-del\",\"arguments\":{\"id\":\"lab.m.x\"}"));
	qemu_says(l, GOOD_RETURN);
	guest_says(l, "2 status x\n");
	assert_string_equal(answer(l), "2 ok gone\n");
	add(l, "x");
	assert_string_equal(answer(l), "1 ok x\n");
}

static void reports_a_refusal(void **state)
{
	struct lab *l = *state;

	add(l, "x");
	answer(l);
	guest_says(l, "2 remove-dimm x\n");
	command(l);
	qemu_says(l, GOOD_RETURN);
	answer(l);
	qemu_says(l, "{\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"info\": {\"device\": \"x\", "
		     "\"source\": 3, \"status\": 130}}}\r\n");
	guest_says(l, "2 status x\n");
	assert_non_null(strstr(answer(l), "2 ok refused it could not"));

	/* It may be asked again. */
	guest_says(l, "3 remove-dimm x\n");
	assert_non_null(strstr(command(l), "device_del"));
	qemu_says(l, GOOD_RETURN);
	answer(l);
	qemu_says(l, "{\"event\": \"MEM_UNPLUG_ERROR\", \"data\": {\"device\": \"x\", "
		     "\"msg\": \"because\"}}\r\n");
	guest_says(l, "2 status x\n");
	assert_string_equal(answer(l), "2 ok refused because\n");
}

static void foreign_events(void **state)
{
	struct lab *l = *state;

	qemu_says(l, "{\"event\": \"DEVICE_DELETED\", \"data\": {\"path\": \"/x\"}}\r\n"
		     "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"v0\"}}\r\n"
		     "{\"event\": \"ACPI_DEVICE_OST\", \"data\": {}}\r\n"
		     "{\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"info\": 7}}\r\n"
		     "{\"event\": \"SHUTDOWN\"}\r\n"
		     "{\"event\": \"MEM_UNPLUG_ERROR\", \"data\": {\"device\": null}}\r\n");
	guest_says(l, "1 status d0\n");
	assert_string_equal(answer(l), "1 ok gone\n");
}

static void resizes(void **state)
{
	struct lab *l = *state;

	guest_says(l, "9 resize v0 2147483648\n");
	assert_string_equal(command(l), "{\"execute\":\"qom-set\",\"arguments\":"
			    "{\"path\":\"/machine/peripheral/v0\",\"property\":\"requested-size\","
			    "\"value\":2147483648}}\n");
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "9 ok\n");
}

static void queries(void **state)
{
	struct lab *l = *state;

	guest_says(l, "9 query\n");
	assert_string_equal(command(l), "{\"execute\":\"query-memory-devices\"}\n");
	qemu_says(l, "{\"return\": [{\"type\": \"virtio-mem\", \"data\": {\"id\": \"v0\", "
		     "\"node\": 0, \"size\": 2097152, \"requested-size\": 4194304, "
		     "\"max-size\": 8589934592, \"memaddr\": 6442450944}}, "
		     "{\"type\": \"nvdimm\", \"data\": {\"id\": \"n0\", \"node\": 0, "
		     "\"size\": 1073741824, \"addr\": 15032385536}}, "
		     "{\"type\": \"dimm\", \"data\": {\"id\": \"d0\", \"node\": 1, "
		     "\"size\": 1073741824, \"addr\": 4294967296}}]}\r\n");
	assert_string_equal(answer(l),
			    "9 item virtio-mem v0 0 2097152 4194304 8589934592 6442450944 present\n"
			    "9 item nvdimm n0 0 1073741824 - 1073741824 15032385536 present\n"
			    "9 item dimm d0 1 1073741824 - 1073741824 4294967296 present\n"
			    "9 ok\n");
}

/* One at a time, and nothing more while the answer is not taken. */
static void waits_for_qemu_and_guest(void **state)
{
	struct lab *l = *state;

	guest_says(l, "1 query\n");
	guest_says(l, "2 status d0\n");
	assert_int_equal(l->relay.out_len, 0);
	command(l);
	qemu_says(l, "{\"return\": []}\r\n");
	assert_int_equal(l->relay.out_len, strlen("1 ok\n"));
	assert_string_equal(answer(l), "1 ok\n");
	assert_string_equal(answer(l), "2 ok gone\n");
}

static void only_the_last_of_a_heap(void **state)
{
	struct lab *l = *state;

	guest_says(l, "1 add-dimm 1073741824 - -\n2 nonsense\n3 status d0\n4 sta");
	assert_string_equal(answer(l), "3 ok gone\n");
	assert_string_equal(command(l), "");
	guest_says(l, "tus d0\n");
	assert_string_equal(answer(l), "4 ok gone\n");
}

static void overlong_lines(void **state)
{
	struct lab *l = *state;
	char chunk[sizeof(l->relay.in)];
	int i;

	memset(chunk, 'a', sizeof(chunk));
	for (i = 0; i < 1000; i++) {
		assert_true(relay_wants_read(&l->relay));
		relay_feed(&l->relay, chunk, sizeof(chunk) - l->relay.in_len);
		relay_pump(&l->relay);
	}
	guest_says(l, " query\n");
	assert_int_equal(strncmp(answer(l), "- error", 7), 0);
	guest_says(l, "5 status d0\n");
	assert_string_equal(answer(l), "5 ok gone\n");
}

/* Whatever comes, buffers hold, and QEMU gets nothing but what is on the list. */
static void random_bytes(void **state)
{
	static const char *const words[] = {
		"1", "ab", "query", "add-dimm", "remove-dimm", "resize", "status", "v0", "d0", "-",
		" ", " ", " ", "\n", "\n", "134217728", "99999999999999999999", "\"", "}", "\\",
		"../", "\xff", "quit",
	};
	struct lab *l = *state;
	unsigned int i, j;

	seed();
	for (i = 0; i < 200000; i++) {
		const char *word = words[rand() % COUNT(words)];
		const char *sent;

		if (relay_wants_read(&l->relay))
			relay_feed(&l->relay, word, strlen(word));
		relay_pump(&l->relay);
		assert_true(l->relay.in_len <= sizeof(l->relay.in));
		assert_true(l->relay.out_len <= sizeof(l->relay.out));
		sent = command(l);
		if (*sent) {
			static const char *const known[] = {
				"{\"execute\":\"query-memory-devices\"}\n",
				"{\"execute\":\"object-add\",\"arguments\":{\"qom-type\":\"memory-backend-ram\"",
				"{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"pc-dimm\"",
				"{\"execute\":\"device_del\",\"arguments\":{\"id\":\"",
				"{\"execute\":\"qom-set\",\"arguments\":{\"path\":\"/machine/peripheral/v0\"",
			};

			for (j = 0; j < COUNT(known); j++)
				if (!strncmp(sent, known[j], strlen(known[j])))
					break;
			if (j == COUNT(known))
				fail_msg("QEMU got %s", sent);
			qemu_says(l, j ? GOOD_RETURN : "{\"return\": []}\r\n");
		}
		if (relay_wants_write(&l->relay) && rand() % 3 == 0)
			answer(l);
	}
}

static void bad_qmp(void **state)
{
	struct lab *l = *state;

	assert_int_equal(write(l->qemu, "rubbish\n", 8), 8);
	assert_int_equal(qmp_read(&l->qmp), -EPROTO);
	assert_int_equal(write(l->qemu, "[1]\n", 4), 4);
	assert_int_equal(qmp_read(&l->qmp), -EPROTO);
	shutdown(l->qemu, SHUT_WR);
	assert_int_equal(qmp_read(&l->qmp), -EPIPE);
}

static void greeting(void **state)
{
	struct lab *l = *state;

	l->qmp.ready = false;
	assert_false(qmp_idle(&l->qmp));
	guest_says(l, "1 status d0\n");
	assert_int_equal(l->relay.out_len, 0);
	qemu_says(l, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
	assert_string_equal(command(l), "{\"execute\":\"qmp_capabilities\"}\n");
	assert_false(qmp_idle(&l->qmp));
	qemu_says(l, GOOD_RETURN);
	assert_string_equal(answer(l), "1 ok gone\n");
}

#define WITH_LAB(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_requests),
		cmocka_unit_test(malformed_requests),
		WITH_LAB(impossible_requests),
		WITH_LAB(adds_a_dimm),
		WITH_LAB(dimms_of_the_boot),
		WITH_LAB(cleans_up_after_a_failed_add),
		WITH_LAB(removes_a_dimm),
		WITH_LAB(reports_a_refusal),
		WITH_LAB(foreign_events),
		WITH_LAB(resizes),
		WITH_LAB(queries),
		WITH_LAB(waits_for_qemu_and_guest),
		WITH_LAB(only_the_last_of_a_heap),
		WITH_LAB(overlong_lines),
		WITH_LAB(random_bytes),
		WITH_LAB(bad_qmp),
		WITH_LAB(greeting),
	};

	return RUN(tests);
}
