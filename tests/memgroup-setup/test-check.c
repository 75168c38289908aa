// SPDX-License-Identifier: GPL-2.0
/* Where each finding begins and ends: trees that differ in one thing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot-loader.h"
#include "check.h"
#include "config.h"
#include "tree.h"

#define PARAMETER	"sys/module/memory_hotplug/parameters/"
#define VIEW		"sys/kernel/debug/memory_groups/"
#define AUTO_ONLINE	"sys/devices/system/memory/auto_online_blocks"
#define POLICY		"online_policy = auto-movable\n"

static int set_up(void **state)
{
	if (tree_set_up(state))
		return -1;
	tree_write("proc/sys/kernel/osrelease", "6.1.0-40-amd64\n");
	tree_write("proc/cmdline", "quiet\n");
	tree_write("etc/memgroup.conf", POLICY);
	tree_write(PARAMETER "online_policy", "auto-movable\n");
	tree_write(PARAMETER "auto_movable_ratio", "301\n");
	tree_write(PARAMETER "auto_movable_numa_aware", "Y\n");
	tree_write(PARAMETER "memmap_on_memory", "N\n");
	tree_write(AUTO_ONLINE, "online\n");
	/* A DIMM of two blocks, beside 4 GiB of boot memory. */
	tree_write(VIEW "policy", "name value\nonline_policy auto-movable\n"
		   "auto_movable_ratio 301\nauto_movable_numa_aware Y\ndecisions 2\n"
		   "previews 0\nclamped 0\n");
	tree_write(VIEW "groups",
		   "id type node device blocks online_blocks kernel_bytes movable_bytes offline_bytes max_bytes unit_bytes decided_movable decided_kernel last_reason\n"
		   "0 static 0 PNP0C80:00 2 2 0 268435456 0 268435456 - 2 0 fits\n");
	tree_write(VIEW "nodes",
		   "node early_kernel_bytes kernel_bytes movable_bytes cma_bytes needed_bytes limit_bytes headroom_bytes\n"
		   "system 4294967296 4294967296 268435456 0 0 12927851560 12659416104\n"
		   "0 4294967296 4294967296 268435456 0 0 12927851560 12659416104\n");
	tree_write(VIEW "zones", "node zone present_bytes early_bytes cma_bytes\n"
		   "0 Normal 4294967296 4294967296 0\n0 Movable 268435456 0 0\n");
	tree_write(VIEW "blocks", "block node group state zone\n"
		   "0 0 - online Normal\n40 0 0 online Movable\n41 0 0 online Movable\n");
	tree_write(VIEW "decisions",
		   "time_ns first_block blocks node group device request policy zone reason domain early_kernel_pages movable_pages asked_pages limit_pages\n"
		   "1 40 1 0 0 PNP0C80:00 online auto-movable Movable fits system 1048576 0 65536 3156213\n"
		   "2 41 1 0 0 PNP0C80:00 online auto-movable Movable fits system 1048576 32768 32768 3156213\n");
	tree_write("sys/devices/system/memory/block_size_bytes", "8000000\n");
	return 0;
}

/* The kinds of what --check finds, in order, with spaces between. */
static void finds(const char *expected)
{
	struct findings findings = { 0 };
	struct settings settings;
	struct fault fault = { "" };
	char all[1024] = "";
	size_t i;

	assert_int_equal(config_read(&settings, &tree, &fault), 0);
	assert_int_equal(check_system(&tree, &settings, &findings, &fault), 0);
	for (i = 0; i < findings.nr; i++) {
		strcat(all, i ? " " : "");
		strcat(all, finding_texts[findings.list[i].kind].id);
	}
	if (strcmp(all, expected) && !findings_print(&findings, stdout, &fault))
		print_message("# found: %s\n", all);
	findings_free(&findings);
	settings_free(&settings);
	assert_string_equal(all, expected);
}

static void finds_nothing(void **state)
{
	(void)state;
	finds("");
}

static void with_cmdline(const char *cmdline, const char *expected)
{
	tree_write("proc/cmdline", cmdline);
	finds(expected);
}

static void default_state(void **state)
{
	(void)state;
	with_cmdline("memhp_default_state=offline", "");
	with_cmdline("memhp_default_state=sometimes", "");
	with_cmdline("memhp_default_state=online_movable", "cmdline-default-state");
	with_cmdline("memhp_default_state=online_kernel", "cmdline-default-state");
	/* The policy at boot is another one, or the same. */
	with_cmdline("memhp_default_state=online", "cmdline-default-state");
	with_cmdline("memhp_default_state=online memory_hotplug.online_policy=auto-movable", "");
	with_cmdline("memhp_default_state=online -- memory_hotplug.online_policy=auto-movable",
		     "cmdline-default-state");
	with_cmdline("memhp_default_state=online_movable memhp_default_state=offline", "");
	/* What is asked for at boot is the kernel's default. */
	tree_write("etc/memgroup.conf", POLICY "auto_movable_ratio = 301\n"
		   "auto_movable_numa_aware = yes\n");
	with_cmdline("memhp_default_state=online memory_hotplug.online_policy=auto-movable", "");
	with_cmdline("memhp_default_state=online memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_numa_aware=0",
		     "cmdline-default-state cmdline-parameter");
	/* Nothing is configured that it could contradict. */
	tree_write("etc/memgroup.conf", "auto_movable_ratio = 301\n");
	with_cmdline("memhp_default_state=online_movable", "");
}

static void built_in_state(void **state)
{
	static const char path[] = "boot/config-6.1.0-40-amd64";

	(void)state;
	tree_write(path, "CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE=y\n");
	finds("kernel-default-state");
	with_cmdline("memhp_default_state=offline", "");
	with_cmdline("memory_hotplug.online_policy=auto-movable", "");
	tree_write(path, "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_MOVABLE=y\n");
	finds("kernel-default-state");
	tree_write(path, "CONFIG_MHP_DEFAULT_ONLINE_TYPE_OFFLINE=y\n");
	with_cmdline("quiet", "");
}

/* Which line the command line is from. */
static void finds_at(const char *word, const char *expected, size_t expected_line)
{
	struct fault fault;
	size_t line;
	char *path;

	assert_int_equal(boot_loader_find(&tree, word, &path, &line, &fault), 0);
	if (!expected) {
		assert_null(path);
		return;
	}
	assert_non_null(path);
	assert_string_equal(path, expected);
	assert_int_equal(line, expected_line);
	free(path);
}

static void boot_loaders(void **state)
{
	(void)state;
	finds_at("movable_node", NULL, 0);
	tree_write("boot/loader/entries/a.conf", "title x\noptions root=x movable_node\n");
	finds_at("movable_node", "boot/loader/entries/a.conf", 2);
	tree_write("etc/default/grub.d/a.cfg", "X=\"$X movable_node\"\n");
	finds_at("movable_node", "etc/default/grub.d/a.cfg", 1);
	tree_write("etc/kernel/cmdline", "quiet\nmovable_node");
	finds_at("movable_node", "etc/kernel/cmdline", 2);
	tree_write("etc/default/grub", "# movable_node\nA='xmovable_node movable_nodes'\n"
		   "A=movable_node=1\n");
	finds_at("movable_node", "etc/default/grub", 3);
	finds_at("movable_nod", NULL, 0);
	finds_at("", NULL, 0);
}

static void parameters_at_boot(void **state)
{
	static const char *const yes[] = { "Y", "y", "1", "on", "true" };
	static const char *const no[] = { "N", "n", "0", "off", "false" };
	char cmdline[128];
	size_t i;

	(void)state;
	tree_write("etc/memgroup.conf", POLICY "auto_movable_numa_aware = yes\n");
	for (i = 0; i < 5; i++) {
		snprintf(cmdline, sizeof(cmdline),
			 "memory_hotplug.auto_movable_numa_aware=%s", yes[i]);
		with_cmdline(cmdline, "");
		snprintf(cmdline, sizeof(cmdline),
			 "memory_hotplug.auto_movable_numa_aware=%s", no[i]);
		with_cmdline(cmdline, "cmdline-parameter");
	}
	with_cmdline("memory_hotplug.auto_movable_numa_aware", "");
	with_cmdline("memory_hotplug.online_policy=contig-zones", "cmdline-parameter");
	with_cmdline("memory-hotplug.online-policy=contig-zones", "cmdline-parameter");
	/* The configuration does not say. */
	with_cmdline("memory_hotplug.auto_movable_ratio=5", "");
}

static void boot_memory(void **state)
{
	(void)state;
	with_cmdline("movable_node", "cmdline-movable-node");
	with_cmdline("kernelcore=50% movablecore=1G", "cmdline-kernelcore cmdline-kernelcore");
	with_cmdline("cma=64M hugetlb_cma=0:1G", "cmdline-cma cmdline-cma");
	with_cmdline("cma_area=64M xkernelcore=1", "");
}

static void ratio(void **state)
{
	(void)state;
	tree_write("etc/memgroup.conf", "auto_movable_ratio = 400\n");
	finds("parameter-differs");
	tree_write("etc/memgroup.conf", "auto_movable_ratio = 401\n");
	finds("parameter-differs ratio-high");
	/* Nobody configured it, and it is there all the same. */
	tree_write("etc/memgroup.conf", POLICY);
	tree_write(PARAMETER "auto_movable_ratio", "401\n");
	finds("ratio-high");
}

static void bypass(void **state)
{
	(void)state;
	tree_write("etc/memgroup.conf", POLICY "auto_online_blocks = online_kernel\n");
	finds("parameter-differs auto-online-bypasses");
	tree_write("etc/memgroup.conf", POLICY "online_offline_blocks = online_movable\n");
	finds("auto-online-bypasses");
	tree_write("etc/memgroup.conf",
		   "online_policy = contig-zones\nonline_offline_blocks = online_movable\n");
	finds("parameter-differs other-policy");
}

static void history(void **state)
{
	(void)state;
	tree_write("etc/memgroup.conf", "online_policy = contig-zones\n");
	tree_write(PARAMETER "online_policy", "contig-zones\n");
	finds("other-policy");
	/* The one in force, if none is configured. */
	tree_write("etc/memgroup.conf", "auto_movable_numa_aware = yes\n");
	finds("other-policy");
	tree_write(PARAMETER "online_policy", "auto-movable\n");
	finds("");
	tree_write(VIEW "decisions",
		   "time_ns first_block blocks node group device request policy zone reason domain early_kernel_pages movable_pages asked_pages limit_pages\n"
		   "1 41 1 0 0 PNP0C80:00 online contig-zones Movable contiguous - 0 0 0 0\n"
		   "2 41 1 0 0 PNP0C80:00 online auto-movable Movable fits system 1048576 32768 32768 3156213\n"
		   "3 40 1 0 0 PNP0C80:00 online_movable contig-zones Movable requested - 0 0 0 0\n");
	finds("");
}

/* Set to ZONE_MOVABLE by name: of no matter until it is more than the ratio allows. */
static void requested(void **state)
{
	(void)state;
	tree_write(VIEW "decisions",
		   "time_ns first_block blocks node group device request policy zone reason domain early_kernel_pages movable_pages asked_pages limit_pages\n"
		   "1 40 1 0 0 PNP0C80:00 online_movable auto-movable Movable requested none 0 0 0 0\n"
		   "2 41 1 0 0 PNP0C80:00 online_movable auto-movable Movable requested none 0 0 0 0\n");
	finds("");
	tree_write(VIEW "policy", "name value\nonline_policy auto-movable\n"
		   "auto_movable_ratio 5\nauto_movable_numa_aware N\ndecisions 2\n"
		   "previews 0\nclamped 0\n");
	tree_write(VIEW "nodes",
		   "node early_kernel_bytes kernel_bytes movable_bytes cma_bytes needed_bytes limit_bytes headroom_bytes\n"
		   "system 4294967296 4294967296 268435456 0 0 214745088 0\n"
		   "0 4294967296 4294967296 268435456 0 0 214745088 0\n");
	finds("zone-requested");
}

static void memmap(void **state)
{
	(void)state;
	with_cmdline("memory_hotplug.memmap_on_memory=1", "memmap-on-memory-refused");
	with_cmdline("memory_hotplug.memmap_on_memory", "memmap-on-memory-refused");
	with_cmdline("memory_hotplug.memmap_on_memory=0", "");
	tree_write(PARAMETER "memmap_on_memory", "Y\n");
	with_cmdline("memory_hotplug.memmap_on_memory=1", "memmap-on-memory-one-block");
	tree_write("proc/sys/kernel/osrelease", "6.5.9\n");
	finds("memmap-on-memory-one-block");
	tree_write("proc/sys/kernel/osrelease", "6.6.0\n");
	finds("");
	tree_write("proc/sys/kernel/osrelease", "7.0-rc1\n");
	finds("");
	tree_write("proc/sys/kernel/osrelease", "5.15.0\n");
	finds("memmap-on-memory-one-block");
	tree_write(PARAMETER "memmap_on_memory", "force\n");
	finds("memmap-on-memory-wastes");
}

static void balloon(void **state)
{
	(void)state;
	tree_write("sys/bus/virtio/drivers/virtio_balloon/bind", "");
	finds("");
	tree_write("sys/bus/virtio/drivers/virtio_balloon/virtio3/status", "");
	finds("balloon-unknown");
	tree_write("boot/config-6.1.0-40-amd64", "CONFIG_BALLOON_COMPACTION=y\n");
	finds("");
	tree_write("boot/config-6.1.0-40-amd64", "CONFIG_BALLOON_COMPACTIONS=y\n");
	finds("balloon-unmovable");
	tree_write("proc/config.gz", "no such thing");
	finds("not-checked balloon-unknown");
}

static void gigantic(void **state)
{
	static const char large[] = "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages";

	(void)state;
	tree_write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "1024\n");
	tree_write(large, "0\n");
	finds("");
	/* A quarter of it, exactly. */
	tree_write(large, "1\n");
	finds("gigantic-pages");
	tree_write(large, "18446744073709551615\n");
	finds("");
	tree_write(large, "many\n");
	finds("");
}

static void without_parameters(void **state)
{
	char path[512];

	(void)state;
	tree_write("etc/memgroup.conf", "auto_movable_numa_aware = no\n");
	finds("parameter-differs");
	/* Without NUMA there is nothing to be set. */
	snprintf(path, sizeof(path), "%s/" PARAMETER "auto_movable_numa_aware", tree.name);
	assert_int_equal(remove(path), 0);
	finds("");
	tree_write("etc/memgroup.conf", POLICY);
	snprintf(path, sizeof(path), "%s/" PARAMETER "online_policy", tree.name);
	assert_int_equal(remove(path), 0);
	finds("parameter-missing");
}

static void offline_blocks(void **state)
{
	(void)state;
	tree_write(VIEW "groups",
		   "id type node device blocks online_blocks kernel_bytes movable_bytes offline_bytes max_bytes unit_bytes decided_movable decided_kernel last_reason\n"
		   "0 static 0 PNP0C80:00 2 1 0 134217728 134217728 268435456 - 1 0 fits\n");
	tree_write(VIEW "nodes",
		   "node early_kernel_bytes kernel_bytes movable_bytes cma_bytes needed_bytes limit_bytes headroom_bytes\n"
		   "system 4294967296 4294967296 134217728 0 0 12927851560 12793633832\n"
		   "0 4294967296 4294967296 134217728 0 0 12927851560 12793633832\n");
	tree_write(VIEW "zones", "node zone present_bytes early_bytes cma_bytes\n"
		   "0 Normal 4294967296 4294967296 0\n0 Movable 134217728 0 0\n");
	tree_write(VIEW "blocks", "block node group state zone\n"
		   "0 0 - online Normal\n40 0 0 online Movable\n41 0 0 offline -\n");
	finds("");
	tree_write("etc/memgroup.conf", POLICY "online_offline_blocks = no\n");
	finds("");
	tree_write("etc/memgroup.conf", POLICY "online_offline_blocks = online\n");
	finds("blocks-offline");
}

static void units_and_tmpfiles(void **state)
{
	(void)state;
	tree_write("usr/lib/tmpfiles.d/a.conf",
		   "#w /sys/devices/system/memory/auto_online_blocks - - - - online\n"
		   "z /sys/devices/system/memory/auto_online_blocks 0600 root adm -\n");
	tree_write("usr/lib/systemd/system/a.service", "[Service]\n"
		   "#ExecStart=/bin/sh -c 'echo online > /sys/devices/system/memory/memory3/state'\n"
		   "Environment=X=/sys/devices/system/memory/memory3/state=online\n"
		   "ExecStart=/bin/cat /sys/devices/system/memory/memory3/state\n"
		   "ExecStart=daxctl reconfigure-device --check-config dax0.0\n"
		   "ExecStart=daxctl reconfigure-device --mode=devdax dax0.0\n");
	finds("");
	tree_write("usr/lib/systemd/system/b.service", "[Service]\n"
		   "ExecStartPost=-/bin/sh -c 'echo online > /sys/devices/system/memory/memory3/state'\n"
		   "ExecStart=daxctl online-memory dax0.0\n");
	tree_write("run/tmpfiles.d/b.conf",
		   "w+ /sys/module/memory_hotplug/parameters/online_policy - - - - contig-zones");
	finds("unit-onlines daxctl-chooses-zone parameter-set-elsewhere");
	tree_link("etc/systemd/system/b.service", "/dev/null");
	tree_write("etc/tmpfiles.d/b.conf", "");
	finds("");
}

static void unit_runs(const char *command, const char *on, const char *off)
{
	char text[256];

	snprintf(text, sizeof(text), "[Service]\nExecStart=%s\n", command);
	tree_write("usr/lib/systemd/system/a.service", text);
	tree_write(AUTO_ONLINE, "online\n");
	finds(on);
	tree_write(AUTO_ONLINE, "offline\n");
	finds(off);
}

/* As daxctl 76 was seen to do it, with automatic onlining on, and off. */
static void daxctl_commands(void **state)
{
	static const char refuses[] = "daxctl-refuses", races[] = "daxctl-finds-memory-online";
	static const char chooses[] = "daxctl-chooses-zone";

	(void)state;
	unit_runs("daxctl reconfigure-device -m system-ram all", refuses, chooses);
	unit_runs("daxctl reconfigure-device -msystem-ram all", refuses, chooses);
	unit_runs("-/usr/bin/daxctl reconfigure-device --mode system-ram all", refuses, chooses);
	unit_runs("/bin/sh -c \"exec daxctl reconfigure-device --mode=system-ram %I\"",
		  refuses, chooses);
	unit_runs("daxctl reconfigure-device --mode=system-ram -f all", races, chooses);
	unit_runs("daxctl reconfigure-device --mode=system-ram -N all", refuses, "");
	unit_runs("daxctl reconfigure-device --mode=system-ram -fN all", "", "");
	unit_runs("daxctl reconfigure-device --mode=system-ram --no-movable all", races, "");
	unit_runs("daxctl reconfigure-device --no-movable --no-online --mode=system-ram all",
		  refuses, "");
	unit_runs("daxctl reconfigure-device -r 1 --size 1G dax1.0", "", "");
	unit_runs("daxctl reconfigure-device --mode=System-RAM all", "", "");
	unit_runs("daxctl online-memory dax0.0", chooses, chooses);
	unit_runs("daxctl online-memory --no-movable dax0.0", "", "");
	unit_runs("/bin/sh -c 'daxctl list; daxctl online-memory all;daxctl -f'", chooses, chooses);
	unit_runs("/bin/sh -c 'daxctl reconfigure-device --mode=\"system-ram\" all'",
		  refuses, chooses);
	unit_runs("/bin/sh -c 'daxctl reconfigure-device -m\"system-ram\" --no-movable all'",
		  races, "");
	unit_runs("/bin/sh -c \"(daxctl online-memory all)\"", chooses, chooses);
	unit_runs("/bin/sh -c \"(daxctl list) --no-movable; (daxctl online-memory all)\"",
		  chooses, chooses);
	unit_runs("mydaxctl online-memory all", "", "");
	unit_runs("daxctl", "", "");
	unit_runs("daxctl --version", "", "");
}

static void section_says(const char *keys, const char *on, const char *off)
{
	char text[256];

	snprintf(text, sizeof(text), "[Reconfigure-Device x]\n%s", keys);
	tree_write("etc/daxctl.conf.d/x.conf", text);
	tree_write(AUTO_ONLINE, "online\n");
	finds(on);
	tree_write(AUTO_ONLINE, "offline\n");
	finds(off);
}

static void daxctl_sections(void **state)
{
	static const char refuses[] = "daxctl-refuses", races[] = "daxctl-finds-memory-online";
	static const char chooses[] = "daxctl-chooses-zone", unused[] = "daxctl-section-unused";

	(void)state;
	/* Nothing runs daxctl. */
	section_says("nvdimm.uuid=1\nmode=system-ram\n", "", "");
	tree_write("usr/lib/udev/rules.d/90-x.rules",
		   "SUBSYSTEM==\"dax\", RUN+=\"/usr/bin/daxctl reconfigure-device -C %k\"\n");
	section_says("nvdimm.uuid=1\nmode=system-ram\n", refuses, chooses);
	section_says("NVDIMM.UUID=1\nMode = 'system-ram' ; x\nmovable=off\n", refuses, chooses);
	section_says("nvdimm.uuid=1\nmode=system-ram # x\nmovable=n\n", races, "");
	section_says("nvdimm.uuid=1\nmode=system-ram\nmovable=\"0\"\n", races, "");
	section_says("nvdimm.uuid=1\nmode=system-ram\nonline=no\n", refuses, "");
	section_says("nvdimm.uuid=1\nmode=system-ram\nonline=no\nmovable=no\n", refuses, "");
	section_says("nvdimm.uuid=1\nmode=devdax\n", "", "");
	section_says("nvdimm.uuid=1\nmode=System-RAM\n", unused, unused);
	section_says("nvdimm.uuid=1\n", unused, unused);
	section_says("mode=system-ram\n", unused, unused);
	tree_write("usr/lib/udev/rules.d/90-x.rules",
		   "SUBSYSTEM==\"dax\", RUN+=\"/usr/bin/daxctl reconfigure-device -fC %k\"\n");
	section_says("nvdimm.uuid=1\nmode=system-ram\n", races, chooses);
	section_says("nvdimm.uuid=1\nmode=system-ram\nonline=no\n", "", "");
	tree_write("usr/lib/udev/rules.d/90-x.rules",
		   "SUBSYSTEM==\"dax\", RUN+=\"/usr/bin/daxctl -C %k\"\n");
	section_says("nvdimm.uuid=1\nmode=devdax\n", "", "");
	section_says("nvdimm.uuid=1\nmode=system-ram\nmovable=no\n",
		     "daxctl-finds-memory-online daxctl-not-run", "daxctl-not-run");
	/* Other sections of that name's beginning. */
	tree_write("etc/daxctl.conf.d/x.conf", "[reconfigure-device-x]\nmode=system-ram\n");
	finds("");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tree_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(finds_nothing), TEST(default_state), TEST(built_in_state), TEST(boot_loaders),
		TEST(parameters_at_boot),
		TEST(boot_memory), TEST(ratio), TEST(bypass), TEST(history), TEST(memmap),
		TEST(requested),
		TEST(balloon), TEST(gigantic), TEST(without_parameters), TEST(offline_blocks),
		TEST(units_and_tmpfiles), TEST(daxctl_commands), TEST(daxctl_sections),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
