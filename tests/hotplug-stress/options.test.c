// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>

#include "options.h"
#include "spec.h"

#define MIB (UINT64_C(1) << 20)

static struct options o;
static struct fault fault;

/* Parses a command line written with single spaces. */
static int parse(const char *line)
{
	static char copy[16384];
	static char *argv[512];
	char *word;
	int argc = 0;

	snprintf(copy, sizeof(copy), "hotplug-stress %s", line);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	fault.text[0] = '\0';
	return options_parse(&o, argc, argv, &fault);
}

static void bad(const char *line, const char *part)
{
	if (parse(line) != -EINVAL)
		fail_msg("\"%s\" was accepted", line);
	if (!strstr(fault.text, part))
		fail_msg("\"%s\": \"%s\" does not say \"%s\"", line, fault.text,
			 part);
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("run --device blocks"), 0);
	assert_int_equal(o.action, ACTION_RUN);
	assert_int_equal(o.pattern, PATTERN_RANDOM);
	assert_false(o.seed_given);
	assert_int_equal(o.duration_s, 60);
	assert_int_equal(o.operations, 0);
	assert_int_equal(o.timeout_s, 30);
	assert_true(o.rate == 0);
	assert_false(o.floor_given);
	assert_false(o.no_check);
	assert_false(o.allowed);
	assert_null(o.log);
	assert_int_equal(o.nr_devices, 1);
	assert_int_equal(o.devices[0].kind, DEVICE_BLOCKS);
	assert_int_equal(o.devices[0].first, 0);
	assert_true(o.devices[0].last == UINT64_MAX);
	/* A range from the first block on is one, too. */
	assert_int_equal(parse("run --device blocks,first=0"), 0);
	assert_true(o.devices[0].last == UINT64_MAX - 1);
}

static void everything(void **state)
{
	(void)state;
	assert_int_equal(parse("run --device dimm,size=1G,node=1,count=3 "
			       "--device virtio-mem,name=v0,size=2G --pattern sawtooth "
			       "--seed 18446744073709551615 --duration 0 --operations 7 "
			       "--rate 2.5 --pressure anon=64M,rate=10 --floor 128M "
			       "--op-timeout 0 --log /tmp/l --json --bytes --noheadings "
			       "--plot a.svg -q --no-check --ignore text "
			       "--take-memory-of-this-machine"), 0);
	assert_int_equal(o.nr_devices, 2);
	assert_int_equal(o.devices[0].kind, DEVICE_DIMM);
	assert_true(o.devices[0].size == 1024 * MIB);
	assert_int_equal(o.devices[0].node, 1);
	assert_int_equal(o.devices[0].count, 3);
	assert_string_equal(o.devices[1].name, "v0");
	assert_int_equal(o.devices[1].count, 1);
	assert_int_equal(o.pattern, PATTERN_SAWTOOTH);
	assert_true(o.seed_given && o.seed == UINT64_MAX);
	assert_int_equal(o.duration_s, 0);
	assert_int_equal(o.operations, 7);
	assert_true(o.rate == 2.5);
	assert_int_equal(o.nr_pressures, 1);
	assert_int_equal(o.pressures[0].kind, PRESSURE_ANON);
	assert_true(o.floor_given && o.floor_bytes == 128 * MIB);
	assert_int_equal(o.timeout_s, 0);
	assert_string_equal(o.log, "/tmp/l");
	assert_string_equal(o.plot, "a.svg");
	assert_true(o.format.json && o.format.bytes && o.format.noheadings);
	assert_true(o.quiet && o.no_check && o.allowed);
	assert_int_equal(o.nr_ignored, 1);
}

/* Operations alone are a limit as well. */
static void limits(void **state)
{
	(void)state;
	assert_int_equal(parse("run --device blocks --operations 9"), 0);
	assert_int_equal(o.duration_s, 0);
	assert_int_equal(parse("run --device blocks --operations 9 --duration 4"), 0);
	assert_int_equal(o.duration_s, 4);
}

static void what_is_logged(void **state)
{
	struct options again = { .timeout_s = 30 };
	size_t i;

	(void)state;
	assert_int_equal(parse("run --json --device blocks,first=3,last=9 --duration 3 "
			       "--seed 5 --no-check --quiet"), 0);
	assert_int_equal(o.nr_logged, 3);
	for (i = 0; i < o.nr_logged; i++)
		assert_int_equal(options_take_logged(&again, o.logged[i].name,
						     o.logged[i].value, &fault), 0);
	assert_int_equal(options_check(&again, &fault), 0);
	assert_int_equal(again.nr_devices, 1);
	assert_int_equal(again.devices[0].first, 3);
	assert_int_equal(again.devices[0].last, 9);
	assert_true(again.seed_given && again.seed == 5 && again.no_check);
	/* Nothing else may come from a log. */
	assert_int_equal(options_take_logged(&again, OPTION_ALLOW, NULL, &fault), -EINVAL);
	assert_int_equal(options_take_logged(&again, "log", "/etc/passwd", &fault), -EINVAL);
	assert_int_equal(options_take_logged(&again, "seed", NULL, &fault), -EINVAL);
	assert_int_equal(options_take_logged(&again, "no-check", "x", &fault), -EINVAL);
	assert_int_equal(options_take_logged(&again, "", "x", &fault), -EINVAL);
}

static void other_commands(void **state)
{
	(void)state;
	assert_int_equal(parse("replay log --json"), 0);
	assert_int_equal(o.action, ACTION_REPLAY);
	assert_string_equal(o.files[0], "log");
	assert_int_equal(parse("report --json a b c"), 0);
	assert_int_equal(o.action, ACTION_REPORT);
	assert_int_equal(o.nr_files, 3);
	assert_int_equal(parse("--help"), 0);
	assert_int_equal(o.action, ACTION_HELP);
	assert_int_equal(parse("run -h --nonsense"), 0);
	assert_int_equal(o.action, ACTION_HELP);
	assert_int_equal(parse("-V"), 0);
	assert_int_equal(o.action, ACTION_VERSION);
}

static void bad_lines(void **state)
{
	(void)state;
	bad("", "run, replay or report");
	bad("walk", "walk");
	bad("run", "--device");
	bad("run --device blocks file", "file");
	bad("run --device", "needs a value");
	bad("run --devices blocks", "--devices");
	bad("run --device blocks --json=1", "--json=1");
	bad("run --device blocks --pattern wild", "wild");
	bad("run --device blocks --seed -1", "-1");
	bad("run --device blocks --seed 18446744073709551616", "--seed");
	bad("run --device blocks --duration 1.5", "1.5");
	bad("run --device blocks --duration 99999999999", "--duration");
	bad("run --device blocks --operations 0", "--operations");
	bad("run --device blocks --rate 0", "--rate");
	bad("run --device blocks --rate nan", "--rate");
	bad("run --device blocks --rate 1x", "--rate");
	bad("run --device blocks --floor much", "--floor");
	bad("run --device blocks --pressure anon", "--pressure");
	bad("run --device blocks --plot a.pdf", "--plot");
	bad("run --device blocks --plot svg", "--plot");
	bad("run --device blocks --log=", "--log");
	bad("run --device blocks --ignore=", "--ignore");
	bad("run --device blocks --qmp /s", "--qmp");
	bad("run --device dimm,size=1G --qmp /s --pressure anon=1M", "--qmp");
	bad("replay", "one log");
	bad("replay a b", "one log");
	bad("replay a --seed 5", "none of \"replay\"");
	bad("report", "JSON");
	bad("report a --quiet", "none of \"report\"");
}

static void bad_devices(void **state)
{
	static const char *const specs[] = {
		"", ",", "block", "blocks,", "blocks,first", "blocks,first=",
		"blocks,first=x", "blocks,first=-1", "blocks,first=9,last=3",
		"blocks,first=1,first=2", "blocks,size=1G", "blocks,node=0",
		"blocks,last=18446744073709551615", "dimm", "dimm,size=0",
		"dimm,size=1X", "dimm,size=1G,count=0", "dimm,size=1G,count=257",
		"dimm,size=1G,node=-1", "dimm,size=1G,node=2147483648",
		"dimm,size=1G,name=d", "dimm,size=1G,unit=1M", "virtio-mem",
		"virtio-mem,name=", "virtio-mem,name=a/b", "virtio-mem,name=..",
		"virtio-mem,name=a b", "virtio-mem,name=v0,node=1",
		"virtio-mem,name=a2345678901234567890123456789012",
		"sim-static,size=1G,unit=1G", "sim-dynamic,size=1G,unit=300M",
		"sim-dynamic,unit=1G", "sim-dynamic,size=16E",
	};
	struct device_spec spec;
	char longest[600];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(specs); i++) {
		fault.text[0] = '\0';
		if (spec_parse(specs[i], &spec, &fault) != -EINVAL)
			fail_msg("\"%s\" was accepted", specs[i]);
		assert_true(fault.text[0]);
	}
	memset(longest, ',', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(spec_parse(longest, &spec, &fault), -EINVAL);
}

static void too_many(void **state)
{
	static char line[8192];
	size_t i, len = 0;

	(void)state;
	len = (size_t)sprintf(line, "run");
	for (i = 0; i <= OPTIONS_DEVICES; i++)
		len += (size_t)sprintf(line + len, " --device blocks");
	bad(line, "more than");
	len = (size_t)sprintf(line, "run --device blocks");
	for (i = 0; i <= OPTIONS_LOGGED; i++)
		len += (size_t)sprintf(line + len, " --seed 1");
	bad(line, "more than");
}

/* A new line would be another line of the log. */
static void newlines(void **state)
{
	char program[] = "hotplug-stress", command[] = "run", option[] = "--ignore";
	char text[] = "a\noption no-check";
	char *argv[] = { program, command, option, text, NULL };

	(void)state;
	assert_int_equal(options_parse(&o, 4, argv, &fault), -EINVAL);
}

static void help_fits(void **state)
{
	char *text = NULL, *line, *rest;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	options_help(out);
	fclose(out);
	rest = text;
	while ((line = strsep(&rest, "\n")))
		assert_in_range(strlen(line), 0, 80);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(everything),
		cmocka_unit_test(limits),
		cmocka_unit_test(what_is_logged),
		cmocka_unit_test(other_commands),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(bad_devices),
		cmocka_unit_test(too_many),
		cmocka_unit_test(newlines),
		cmocka_unit_test(help_fits),
	};

	return RUN(tests);
}
