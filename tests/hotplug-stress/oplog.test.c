// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oplog.h"

#define BLOCK (UINT64_C(128) << 20)

static char folder[] = "/tmp/oplog-test-XXXXXX";
static char path[64];
static struct fault fault;
static struct history history;

static const struct device devices[] = {
	{ .name = "memory33", .kind = DEVICE_BLOCKS, .node = 1, .size = BLOCK,
	  .unit = BLOCK, .plugged = BLOCK, .block = 33 },
	{ .name = "s0", .kind = DEVICE_DIMM, .size = 8 * BLOCK, .unit = 8 * BLOCK },
	{ .name = "v0", .kind = DEVICE_VIRTIO_MEM, .size = 8 * BLOCK,
	  .unit = 2 << 20, .plugged = 2 << 20 },
};

static const struct op ops[] = {
	{ .kind = OP_OFFLINE, .device = "memory33", .block = 33 },
	{ .kind = OP_PLUG, .device = "s0" },
	{ .kind = OP_RESIZE, .device = "v0", .bytes = 6 << 20 },
	{ .kind = OP_ONLINE_KERNEL, .device = "memory33", .block = 33 },
};

static const struct outcome outcomes[] = {
	{ .error = EBUSY, .asked_bytes = BLOCK, .duration_ns = 1234,
	  .retries = 2, .blocker = "slab 3 pages\nend good" },
	{ .grows = true, .asked_bytes = 8 * BLOCK, .done_bytes = 8 * BLOCK },
	{ .error = ETIMEDOUT, .asked_bytes = 4 << 20, .done_bytes = 2 << 20 },
};

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/log", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* A log of everything; unless @finished, the last operation has no outcome. */
static void write_log(bool finished, bool violation)
{
	struct oplog *log;
	size_t i;

	assert_int_equal(oplog_create(&log, path, &fault), 0);
	assert_string_equal(oplog_path(log), path);
	assert_int_equal(oplog_option(log, "ignore", "a text  of several words", &fault), 0);
	assert_int_equal(oplog_option(log, "no-check", NULL, &fault), 0);
	for (i = 0; i < COUNT(devices); i++)
		assert_int_equal(oplog_device(log, &devices[i], &fault), 0);
	for (i = 0; i < COUNT(ops); i++) {
		assert_int_equal(oplog_op(log, i + 1, &ops[i], &fault), 0);
		if (i < COUNT(outcomes) || finished)
			assert_int_equal(oplog_outcome(log, &outcomes[i % COUNT(outcomes)],
						       &fault), 0);
	}
	if (violation)
		assert_int_equal(oplog_violation(log, "two\nlines", &fault), 0);
	assert_int_equal(oplog_end(log, "violation", false, &fault), 0);
}

static void check_history(void)
{
	size_t i;

	assert_int_equal(history.nr_options, 2);
	assert_string_equal(history.options[0].name, "ignore");
	assert_string_equal(history.options[0].value, "a text  of several words");
	assert_string_equal(history.options[1].name, "no-check");
	assert_null(history.options[1].value);
	assert_int_equal(history.nr_devices, COUNT(devices));
	for (i = 0; i < COUNT(devices); i++) {
		assert_string_equal(history.devices[i].name, devices[i].name);
		assert_int_equal(history.devices[i].kind, devices[i].kind);
		assert_int_equal(history.devices[i].node, devices[i].node);
		assert_true(history.devices[i].size == devices[i].size);
		assert_true(history.devices[i].unit == devices[i].unit);
		assert_true(history.devices[i].plugged == devices[i].plugged);
	}
	assert_int_equal(history.nr_ops, COUNT(ops));
	for (i = 0; i < COUNT(ops); i++) {
		assert_memory_equal(&history.ops[i].op, &ops[i], sizeof(ops[i]));
		assert_string_equal(history.devices[history.ops[i].device].name, ops[i].device);
		assert_int_equal(history.ops[i].error,
				 i < COUNT(outcomes) ? outcomes[i].error : -1);
	}
}

static void what_was_written_is_read(void **state)
{
	unsigned int violation;

	(void)state;
	for (violation = 0; violation < 2; violation++) {
		write_log(false, violation);
		if (history_read(&history, path, &fault))
			fail_msg("%s", fault.text);
		check_history();
		history_free(&history);

		write_log(true, violation);
		assert_int_equal(history_read(&history, path, &fault), 0);
		assert_int_equal(history.ops[COUNT(ops) - 1].error, outcomes[0].error);
		history_free(&history);
	}
}

static void put_file(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static char *get_file(size_t *len)
{
	FILE *file = fopen(path, "r");
	static char text[8192];

	assert_non_null(file);
	*len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[*len] = '\0';
	return text;
}

/* Wherever a crash cut it off, it is read as far as it goes, or refused. */
static void cut_anywhere(void **state)
{
	size_t len, cut, first_op;
	char *text;

	(void)state;
	write_log(false, false);
	text = strdup(get_file(&len));
	assert_non_null(text);
	first_op = (size_t)(strstr(text, "op 1") - text);
	for (cut = 0; cut < len; cut++) {
		put_file(text, cut);
		if (!history_read(&history, path, &fault))
			assert_true(cut > first_op);
		else
			assert_true(strstr(fault.text, path));
		history_free(&history);
	}
	/* After an operation was begun, as a kill leaves it. */
	cut = (size_t)(strstr(text, " = ok") - text);
	put_file(text, cut);
	assert_int_equal(history_read(&history, path, &fault), 0);
	assert_int_equal(history.nr_ops, 2);
	assert_int_equal(history.ops[1].error, -1);
	history_free(&history);
	free(text);
}

/* Lines that a good log gets instead of, or behind, one of its own. */
static void bad_lines(void **state)
{
	static const char head[] =
		"hotplug-stress-log 1\nkernel 6.1\noption seed 5\n"
		"device memory33 blocks 0 128 128 128\n"
		"device v0 virtio-mem 0 64 2 0\ndevice d dimm 0 8 8 0\n";
	static const char *const lines[] = {
		"", " ", "nonsense", "op", "op 1", "op 2 offline memory33 33",
		"op 0 offline memory33 33", "op -1 offline memory33 33",
		"op 1 destroy memory33 33", "op 1 offline memory34 34",
		"op 1 offline memory33", "op 1 offline memory33 -",
		"op 1 offline memory33 x", "op 1  offline memory33 33",
		"op 1 plug memory33 -", "op 1 resize memory33 5",
		"op 1 offline v0 3", "op 1 resize v0 3", "op 1 resize v0 66",
		"op 1 resize v0 -2", "op 1 plug d 8", "op 1 plug d", "op 1 resize d 8",
		"op 1 resize v0 18446744073709551616",
		"op 1 resize v0 4 ok", "op 1 resize v0 4 =", "op 1 resize v0 4 = fine 1 2 3 4",
		"op 1 resize v0 4 = ok 1 2 3", "op 1 resize v0 4 = ok 1 2 3 x",
		"op 1 resize v0 4 = ok -1 2 3 4", "op 1 resize v0 4 = EBUSYX 1 2 3 4",
		"op 1 resize v0 4\nop 2 resize v0 6",
		"op 1 plug d - = ok 1 2 3 4\nop 1 unplug d - = ok 1 2 3 4",
		"op 1 plug d - = ok 1 2 3 4\ndevice e dimm 0 8 8 0",
		"op 1 plug d - = ok 1 2 3 4\noption seed 6",
		"op 1 plug d - = ok 1 2 3 4\nend good\nop 2 unplug d - = ok 1 2 3 4",
		"op 1 plug d - = ok 1 2 3 4\nend good\nend good",
		"op 1 plug d - + ok 1 2 3 4", "end good", "violation x",
	};
	/* These before a good operation. */
	static const char *const heads[] = {
		"device d dimm 0 8 8 0", "device e dimm 0 8 8", "device e dimm 0 8 8 0 0",
		"device e dimm x 8 8 0", "device e disk 0 8 8 0", "device",
		"device e  dimm 0 8 8 0",
		"device a2345678901234567890123456789012 dimm 0 8 8 0",
		"device e dimm 4294967296 8 8 0", "option", "option ", "option seed 6",
		"kernel 6.1", "hotplug-stress-log 1", "end good", "", "nonsense",
	};
	static const char good[] = "op 1 plug d - = ok 1 2 3 4 a blocker";
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		snprintf(text, sizeof(text), "%s%s\n", head, lines[i]);
		put_file(text, strlen(text));
		if (history_read(&history, path, &fault) != -EINVAL)
			fail_msg("\"%s\" was accepted", lines[i]);
		if (!strstr(fault.text, "line "))
			fail_msg("no line: %s", fault.text);
		history_free(&history);
	}
	for (i = 0; i < COUNT(heads); i++) {
		snprintf(text, sizeof(text), "%s%s\n%s\n", head, heads[i], good);
		put_file(text, strlen(text));
		if (history_read(&history, path, &fault) != -EINVAL)
			fail_msg("\"%s\" was accepted", heads[i]);
		if (!strstr(fault.text, "line 7:") && !strstr(fault.text, "line 8:"))
			fail_msg("another line: %s", fault.text);
		history_free(&history);
	}
	/* Something is missing: the kernel, all operations. */
	snprintf(text, sizeof(text), "hotplug-stress-log 1\n%s%s\n",
		 strstr(head, "option"), good);
	put_file(text, strlen(text));
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	history_free(&history);
	put_file(head, strlen(head));
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	history_free(&history);
	/* And so that it is not the rest that is wrong: */
	snprintf(text, sizeof(text), "%s%s\n", head, good);
	put_file(text, strlen(text));
	assert_int_equal(history_read(&history, path, &fault), 0);
	history_free(&history);
}

static void other_files(void **state)
{
	static char huge[20000];

	(void)state;
	assert_int_equal(history_read(&history, "/nonexistent", &fault), -ENOENT);
	assert_int_equal(history_read(&history, "/dev/zero", &fault), -EINVAL);
	assert_int_equal(history_read(&history, folder, &fault), -EINVAL);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	unlink(path);
	put_file("", 0);
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	put_file("hotplug-stress-log 2\n", 21);
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	memset(huge, 'x', sizeof(huge));
	put_file(huge, sizeof(huge));
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	memset(huge, 0, sizeof(huge));
	put_file(huge, sizeof(huge));
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
}

/* As one line with more in it than there may be, in an otherwise good log. */
static void odd_line(const char *text, size_t len)
{
	static const char before[] = "hotplug-stress-log 1\nkernel 6.1\noption ignore ";
	static const char after[] =
		"\ndevice d dimm 0 8 8 0\nop 1 plug d - = ok 1 2 3 4\n";
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(before, file);
	fwrite(text, 1, len, file);
	fputs(after, file);
	assert_int_equal(fclose(file), 0);
}

static void odd_lines(void **state)
{
	static char text[20000];

	(void)state;
	memset(text, 'x', sizeof(text));
	odd_line(text, 1000);
	assert_int_equal(history_read(&history, path, &fault), 0);
	history_free(&history);
	odd_line(text, sizeof(text));
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	assert_true(strstr(fault.text, "line 3:"));
	history_free(&history);
	text[500] = '\0';
	odd_line(text, 1000);
	assert_int_equal(history_read(&history, path, &fault), -EINVAL);
	assert_true(strstr(fault.text, "line 3:"));
	history_free(&history);
}

/* Whatever it holds, it is read or refused, by name and line. */
static void any_bytes(void **state)
{
	size_t len, i, changes;
	unsigned int round;
	char *good, *text;

	(void)state;
	seed();
	write_log(false, true);
	good = strdup(get_file(&len));
	text = malloc(len);
	assert_true(good && text);
	for (round = 0; round < 3000; round++) {
		memcpy(text, good, len);
		changes = 1 + (size_t)rand() % 4;
		for (i = 0; i < changes; i++)
			text[(size_t)rand() % len] = rand() % 3 ?
				" \n=-09ok"[rand() % 8] : (char)rand();
		put_file(text, len);
		fault.text[0] = '\0';
		if (history_read(&history, path, &fault))
			assert_true(strstr(fault.text, "line "));
		else
			assert_true(history.nr_ops && history.nr_devices);
		history_free(&history);
	}
	free(text);
	free(good);
}

static void full_disk(void **state)
{
	struct oplog *log;

	(void)state;
	assert_int_equal(oplog_create(&log, "/dev/full", &fault), -ENOSPC);
	assert_null(log);
	assert_true(strstr(fault.text, "/dev/full"));
	assert_int_equal(oplog_create(&log, "/nonexistent/log", &fault), -ENOENT);
}

static void temporary_log(void **state)
{
	unsigned int keep;
	struct oplog *log;
	char name[256];

	(void)state;
	setenv("TMPDIR", folder, 1);
	for (keep = 0; keep < 2; keep++) {
		assert_int_equal(oplog_create(&log, NULL, &fault), 0);
		snprintf(name, sizeof(name), "%s", oplog_path(log));
		assert_int_equal(strncmp(name, folder, strlen(folder)), 0);
		assert_int_equal(access(name, F_OK), 0);
		assert_int_equal(oplog_end(log, "good", keep, &fault), 0);
		assert_int_equal(access(name, F_OK), keep ? 0 : -1);
	}
	unlink(name);
	setenv("TMPDIR", "/nonexistent", 1);
	assert_int_equal(oplog_create(&log, NULL, &fault), -ENOENT);
	unsetenv("TMPDIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(other_files),
		cmocka_unit_test(odd_lines),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(temporary_log),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
