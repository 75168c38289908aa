// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "id.h"
#include "options.h"
#include "size.h"
#include "unit.h"

static struct lab_options o;
static char error[256];

/* Parse a command line written with single spaces. */
static enum options_result parse(const char *line)
{
	static char copy[4096];
	static char *argv[64];
	char *word;
	int argc = 0;

	snprintf(copy, sizeof(copy), "hotplug-vm %s", line);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return options_parse(argc, argv, &o, error, sizeof(error));
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("true"), OPTIONS_RUN);
	assert_true(o.memory == 4 * GIB);
	assert_true(o.max_memory == 64 * GIB);
	assert_int_equal(o.slots, 16);
	assert_int_equal(o.cpus, 2);
	assert_int_equal(o.time_limit, 120);
	assert_int_equal(o.accel, ACCEL_AUTO);
	/* There is always a node, so that the firmware has an SRAT. */
	assert_int_equal(o.nodes, 1);
	assert_true(o.node[0] == 4 * GIB);
	assert_int_equal(o.virtio_mems, 0);
	assert_null(o.qmp);
	assert_null(o.modules);
	assert_string_equal(o.command[0], "true");
}

static void command_keeps_its_options(void **state)
{
	(void)state;
	assert_int_equal(parse("-c 4 ls -l --memory 1G"), OPTIONS_RUN);
	assert_int_equal(o.cpus, 4);
	assert_true(o.memory == 4 * GIB);
	assert_string_equal(o.command[0], "ls");
	assert_string_equal(o.command[3], "1G");
	assert_int_equal(parse("--modules /lib/modules/6.1 true"), OPTIONS_RUN);
	assert_string_equal(o.modules, "/lib/modules/6.1");
	assert_int_equal(parse("-- -x"), OPTIONS_RUN);
	assert_string_equal(o.command[0], "-x");
}

static void counted_instructions(void **state)
{
	(void)state;
	assert_int_equal(parse("--icount true"), OPTIONS_RUN);
	assert_true(o.icount);
	assert_int_equal(o.accel, ACCEL_TCG);
	assert_int_equal(parse("--icount --accel kvm true"), OPTIONS_BAD);
}

static void ignored_splats(void **state)
{
	unsigned int i;
	char many[400] = "true";

	(void)state;
	assert_int_equal(parse("--ignore-splat init.c:7 --ignore-splat x true"), OPTIONS_RUN);
	assert_int_equal(o.ignore_splats, 2);
	assert_string_equal(o.ignore_splat[0], "init.c:7");
	assert_string_equal(o.ignore_splat[1], "x");
	assert_int_equal(parse("--ignore-splat= true"), OPTIONS_BAD);
	for (i = 0; i <= CONSOLE_IGNORED; i++) {
		memmove(many + 20, many, strlen(many) + 1);
		memcpy(many, "--ignore-splat=text ", 20);
	}
	assert_int_equal(parse(many), OPTIONS_BAD);
}

static void all_options(void **state)
{
	(void)state;
	assert_int_equal(parse("--kernel k --memory 2G --max-memory 100G --slots 3 --cpus 1 "
			       "--append quiet --time-limit 5 --boot-limit 6 --hang-limit 7 "
			       "--accel tcg --project p --results r --console c --qmp q "
			       "--verbose x"),
			 OPTIONS_RUN);
	assert_string_equal(o.kernel, "k");
	assert_true(o.memory == 2 * GIB);
	assert_true(o.max_memory == 100 * GIB);
	assert_int_equal(o.slots, 3);
	assert_int_equal(o.cpus, 1);
	assert_string_equal(o.append, "quiet");
	assert_int_equal(o.time_limit, 5);
	assert_int_equal(o.boot_limit, 6);
	assert_int_equal(o.hang_limit, 7);
	assert_int_equal(o.accel, ACCEL_TCG);
	assert_string_equal(o.project, "p");
	assert_string_equal(o.results, "r");
	assert_string_equal(o.console, "c");
	assert_string_equal(o.qmp, "q");
	assert_true(o.verbose);
}

static void nodes(void **state)
{
	(void)state;
	assert_int_equal(parse("--node 2G --node 1G --node 0 x"), OPTIONS_RUN);
	assert_int_equal(o.nodes, 3);
	assert_true(o.memory == 3 * GIB);
	assert_true(o.node[1] == GIB);
	assert_true(o.node[2] == 0);
}

static void virtio_mem(void **state)
{
	(void)state;
	assert_int_equal(parse("--node 2G --node 2G --virtio-mem id=v0,max=32G "
			       "-V id=v1,max=8G,node=1,block=4M,requested=1G x"), OPTIONS_RUN);
	assert_int_equal(o.virtio_mems, 2);
	assert_string_equal(o.virtio_mem[0].id, "v0");
	assert_true(o.virtio_mem[0].max == 32 * GIB);
	assert_true(o.virtio_mem[0].block == 2 * MIB);
	assert_true(o.virtio_mem[0].requested == 0);
	assert_int_equal(o.virtio_mem[1].node, 1);
	assert_true(o.virtio_mem[1].block == 4 * MIB);
	assert_true(o.virtio_mem[1].requested == GIB);
}

static void nvdimm(void **state)
{
	(void)state;
	assert_int_equal(parse("--node 2G --node 2G --nvdimm id=n0,size=1G "
			       "-N id=n1,size=1152M,node=1 x"), OPTIONS_RUN);
	assert_int_equal(o.nvdimms, 2);
	assert_string_equal(o.nvdimm[0].id, "n0");
	assert_true(o.nvdimm[0].size == GIB);
	assert_int_equal(o.nvdimm[0].node, 0);
	assert_string_equal(o.nvdimm[1].id, "n1");
	assert_true(o.nvdimm[1].size == 1152 * MIB);
	assert_int_equal(o.nvdimm[1].node, 1);
}

static void dimm(void **state)
{
	(void)state;
	assert_int_equal(parse("--node 2G --node 2G --slots 2 --dimm size=1G "
			       "--dimm size=1152M,node=1 x"), OPTIONS_RUN);
	assert_int_equal(o.dimms, 2);
	assert_string_equal(o.dimm[0].id, "d0");
	assert_true(o.dimm[0].size == GIB);
	assert_int_equal(o.dimm[0].node, 0);
	assert_string_equal(o.dimm[1].id, "d1");
	assert_true(o.dimm[1].size == 1152 * MIB);
	assert_int_equal(o.dimm[1].node, 1);
}

static void shell(void **state)
{
	(void)state;
	assert_int_equal(parse("--shell"), OPTIONS_RUN);
	assert_int_equal(o.time_limit, 0);
	assert_int_equal(parse("--shell -t 9"), OPTIONS_RUN);
	assert_int_equal(o.time_limit, 9);
}

static void system_to_boot(void **state)
{
	(void)state;
	assert_int_equal(parse("true"), OPTIONS_RUN);
	assert_null(o.root);
	assert_null(o.before_boot);
	assert_int_equal(parse("--root r --before-boot b --shell"), OPTIONS_RUN);
	assert_string_equal(o.root, "r");
	assert_string_equal(o.before_boot, "b");
}

static void help_and_version(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), OPTIONS_HELP);
	assert_int_equal(parse("-h"), OPTIONS_HELP);
	assert_int_equal(parse("--version"), OPTIONS_VERSION);
}

/* Each is refused, and the message names the option that is wrong. */
static void refusals(void **state)
{
	static const struct {
		const char *line;
		const char *names;
	} t[] = {
		{ "", "COMMAND" },
		{ "--shell true", "--shell" },
		{ "--bogus x", "--bogus" },
		{ "-Z x", "-Z" },
		{ "--memory", "--memory" },
		{ "--memory 4X x", "--memory" },
		{ "--memory -4G x", "--memory" },
		{ "--memory 99999999999999999999G x", "--memory" },
		{ "--memory 600G x", "--memory" },
		{ "--memory 4097M x", "--memory" },
		{ "--memory 64M x", "--memory" },
		{ "--memory 65G x", "--max-memory" },
		{ "--max-memory 1G x", "--max-memory" },
		{ "--max-memory nan x", "--max-memory" },
		{ "--slots 257 x", "--slots" },
		{ "--slots -1 x", "--slots" },
		{ "--cpus 0 x", "--cpus" },
		{ "--cpus 65 x", "--cpus" },
		{ "--cpus 2x x", "--cpus" },
		{ "--time-limit 1e3 x", "--time-limit" },
		{ "--boot-limit 0 x", "--boot-limit" },
		{ "--hang-limit 1 x", "--hang-limit" },
		{ "--accel hvf x", "--accel" },
		{ "--append a\nb x", "--append" },
		{ "--qmp", "--qmp" },
		{ "--root", "--root" },
		{ "--before-boot b x", "--before-boot" },
		{ "--root r --before-boot= x", "--before-boot" },
		{ "--memory 4G --node 4G x", "--memory" },
		{ "--node 1G --node 0 --node 1G x", "--node" },
		{ "--node 0 x", "--node" },
		{ "--node 1G --node 1G --node 1G --node 1G --node 1G --node 1G --node 1G "
		  "--node 1G --node 1G x", "--node" },
		{ "--virtio-mem id=v0 x", "max=" },
		{ "--virtio-mem max=1G x", "id=" },
		{ "--virtio-mem id=V0,max=1G x", "--virtio-mem" },
		{ "--virtio-mem id=v_0,max=1G x", "--virtio-mem" },
		{ "--virtio-mem id=0v,max=1G x", "--virtio-mem" },
		{ "--virtio-mem id=abcdefghijklmnopq,max=1G x", "--virtio-mem" },
		{ "--virtio-mem id=v0,max=1G,max=2G x", "twice" },
		{ "--virtio-mem id=v0,max=1G,size=2G x", "size=2G" },
		{ "--virtio-mem id=v0,max x", "max" },
		{ "--virtio-mem id=v0,max=1G,node=1 x", "no node 1" },
		{ "--virtio-mem id=v0,max=1G,block=3M x", "block" },
		{ "--virtio-mem id=v0,max=1G,block=0 x", "block" },
		{ "--virtio-mem id=v0,max=1025M x", "max" },
		{ "--virtio-mem id=v0,max=1G,requested=2G x", "requested" },
		{ "--virtio-mem id=v0,max=1G,requested=3M x", "requested" },
		{ "--virtio-mem id=v0,max=1G --virtio-mem id=v0,max=1G x", "twice" },
		{ "--virtio-mem id=v0,max=40G --virtio-mem id=v1,max=40G x", "--max-memory" },
		{ "--virtio-mem id=v0,max=61G x", "--max-memory" },
		{ "--nvdimm id=n0 x", "size=" },
		{ "--nvdimm id=n0,size=0 x", "size=" },
		{ "--nvdimm size=1G x", "id=" },
		{ "--nvdimm id=N0,size=1G x", "--nvdimm" },
		{ "--nvdimm id=n0,size=64M x", "--nvdimm size" },
		{ "--nvdimm id=n0,size=1G,size=2G x", "twice" },
		{ "--nvdimm id=n0,max=1G x", "max=1G" },
		{ "--nvdimm id=n0,size x", "size" },
		{ "--nvdimm id=n0,size=1G,node=1 x", "no node 1" },
		{ "--nvdimm id=n0,size=1G --nvdimm id=n0,size=1G x", "twice" },
		{ "--virtio-mem id=x0,max=1G --nvdimm id=x0,size=1G x", "twice" },
		{ "--nvdimm id=x0,size=1G --virtio-mem id=x0,max=1G x", "twice" },
		{ "--nvdimm id=n0,size=61G x", "--max-memory" },
		{ "--nvdimm id=n0,size=31G --virtio-mem id=v0,max=30G x", "--max-memory" },
		{ "--slots 1 --nvdimm id=n0,size=1G --nvdimm id=n1,size=1G x", "--slots" },
		{ "--dimm node=0 x", "size=" },
		{ "--dimm size=0 x", "size=" },
		{ "--dimm size=64M x", "--dimm size" },
		{ "--dimm size=1G,size=2G x", "twice" },
		{ "--dimm id=x0,size=1G x", "id=x0" },
		{ "--dimm size=1G,node=1 x", "no node 1" },
		{ "--dimm size=1G,node=8 x", "--dimm node" },
		{ "--dimm size=61G x", "--max-memory" },
		{ "--dimm size=31G --nvdimm id=n0,size=30G x", "--max-memory" },
		{ "--slots 1 --dimm size=1G --dimm size=1G x", "--slots" },
		{ "--slots 1 --dimm size=1G --nvdimm id=n1,size=1G x", "--slots" },
		{ "--dimm size=1G --virtio-mem id=d0,max=1G x", "twice" },
		{ "--nvdimm id=d0,size=1G --dimm size=1G x", "twice" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		if (parse(t[i].line) != OPTIONS_BAD || !strstr(error, t[i].names))
			fail_msg("'%s' gave '%s'", t[i].line, error);
	}
}

static void append_adds_up(void **state)
{
	(void)state;
	assert_int_equal(parse("x"), OPTIONS_RUN);
	assert_string_equal(o.append, "");
	assert_int_equal(parse("--append a=1 -a b --append a=2 x"), OPTIONS_RUN);
	assert_string_equal(o.append, "a=1 b a=2");
}

static void long_values_stay_in_bounds(void **state)
{
	static char line[4096];

	(void)state;
	strcpy(line, "--append ");
	memset(line + 9, 'a', LAB_APPEND_LEN + 1);
	strcpy(line + 9 + LAB_APPEND_LEN + 1, " x");
	assert_int_equal(parse(line), OPTIONS_BAD);
	assert_non_null(strstr(error, "--append"));
	/* Two that fit, but not together. */
	strcpy(line + 9 + LAB_APPEND_LEN, " x");
	assert_int_equal(parse(line), OPTIONS_RUN);
	strcpy(line + 9 + LAB_APPEND_LEN, " -a b x");
	assert_int_equal(parse(line), OPTIONS_BAD);
	assert_non_null(strstr(error, "--append"));
	strcpy(line, "--virtio-mem id=");
	memset(line + 16, 'v', 3000);
	strcpy(line + 3016, " x");
	assert_int_equal(parse(line), OPTIONS_BAD);
	assert_non_null(strstr(error, "--virtio-mem"));
	memcpy(line, "--memory  ", 10);
	assert_int_equal(parse(line), OPTIONS_BAD);
	assert_true(strlen(error) < 200);
}

static void help_fits_a_terminal(void **state)
{
	char line[256];
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	options_help(f);
	rewind(f);
	while (fgets(line, sizeof(line), f))
		assert_true(strlen(line) <= 80);
	fclose(f);
}

static void ids(void **state)
{
	(void)state;
	assert_true(id_ok("d0"));
	assert_true(id_ok("a-b-c"));
	assert_true(id_ok("abcdefghijklmnop"));
	assert_false(id_ok("abcdefghijklmnopq"));
	assert_false(id_ok(""));
	assert_false(id_ok("-a"));
	assert_false(id_ok("a b"));
	assert_false(id_ok("a/b"));
	assert_false(id_ok("lab.m.d0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(command_keeps_its_options),
		cmocka_unit_test(counted_instructions),
		cmocka_unit_test(ignored_splats),
		cmocka_unit_test(all_options),
		cmocka_unit_test(nodes),
		cmocka_unit_test(virtio_mem),
		cmocka_unit_test(nvdimm),
		cmocka_unit_test(dimm),
		cmocka_unit_test(shell),
		cmocka_unit_test(system_to_boot),
		cmocka_unit_test(help_and_version),
		cmocka_unit_test(refusals),
		cmocka_unit_test(append_adds_up),
		cmocka_unit_test(long_values_stay_in_bounds),
		cmocka_unit_test(help_fits_a_terminal),
		cmocka_unit_test(ids),
	};

	return RUN(tests);
}
