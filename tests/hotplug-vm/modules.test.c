// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modules.h"
#include "unit.h"

static char folder[] = "/tmp/hotplug-vm-modules-XXXXXX";
static struct modules found;
static char error[256];

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "modules.dep", "modules.builtin" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

static bool disk;

static int find(const char *dep, const char *builtin)
{
	write_file("modules.dep", dep);
	write_file("modules.builtin", builtin);
	return modules_find(&found, folder, disk, error, sizeof(error));
}

/* The names that were found, in their order. */
static void found_are(const char *names)
{
	char all[512] = "";
	size_t i;

	for (i = 0; i < found.count; i++) {
		/* Cut where the folder ends. */
		assert_memory_equal(found.path[i], folder, strlen(folder));
		strcat(all, i ? " " : "");
		strcat(all, found.path[i] + strlen(folder) + 1);
	}
	assert_string_equal(all, names);
	modules_free(&found);
	assert_int_equal(found.count, 0);
}

static void dependencies_come_first(void **state)
{
	(void)state;
	assert_int_equal(find("d/virtio.ko:\n"
			      "d/ring.ko: d/virtio.ko\n"
			      "d/virtio_pci.ko: d/ring.ko d/virtio.ko\n"
			      "d/virtio_console.ko: d/ring.ko d/virtio.ko\n"
			      "n/9p.ko: n/9pnet.ko n/netfs.ko\n"
			      "n/9pnet_virtio.ko: n/9pnet.ko d/virtio.ko\n", ""), 0);
	found_are("d/virtio.ko d/ring.ko d/virtio_pci.ko d/virtio_console.ko n/9pnet.ko n/9pnet_virtio.ko n/netfs.ko n/9p.ko");
}

static void names_are_whole(void **state)
{
	(void)state;
	/* With a dash, compressed, without a folder; and what only begins so. */
	assert_int_equal(find("virtio_pci_modern_dev.ko:\n"
			      "a/virtio-pci.ko.xz: virtio_pci_modern_dev.ko\n"
			      "my_virtio_console.ko:\n"
			      "virtio_console.ko.zst:\n"
			      "x/9p/other.ko:\n",
			      "kernel/fs/9p.ko\nkernel/9pnet_virtio.ko\n"), 0);
	found_are("virtio_pci_modern_dev.ko a/virtio-pci.ko.xz virtio_console.ko.zst");
}

static void all_may_be_built_in(void **state)
{
	(void)state;
	assert_int_equal(find("", "virtio_pci.ko\nvirtio-console.ko\n9p.ko\n9pnet_virtio.ko"), 0);
	found_are("");
}

static void a_disk_wants_more(void **state)
{
	static const char ports[] =
		"virtio_pci.ko:\nvirtio_console.ko:\n9p.ko:\n9pnet_virtio.ko:\n";
	char dep[256];

	(void)state;
	snprintf(dep, sizeof(dep), "%sfs/squashfs.ko: lz4.ko\nvirtio_blk.ko:\n", ports);
	assert_int_equal(find(dep, "overlay.ko\n"), 0);
	found_are("virtio_pci.ko virtio_console.ko 9pnet_virtio.ko 9p.ko");

	disk = true;
	assert_int_equal(find(dep, "overlay.ko\n"), 0);
	found_are("virtio_pci.ko virtio_console.ko 9pnet_virtio.ko 9p.ko virtio_blk.ko lz4.ko fs/squashfs.ko");
	assert_int_equal(find(dep, ""), -1);
	assert_non_null(strstr(error, "overlay"));
	modules_free(&found);
	disk = false;
}

static void missing_ones_are_named(void **state)
{
	(void)state;
	assert_int_equal(find("virtio_pci.ko:\nvirtio_console.ko:\n9p.ko:\n", "9p.ko\n"), -1);
	assert_non_null(strstr(error, "9pnet_virtio"));
	modules_free(&found);
	assert_int_equal(modules_find(&found, "/tmp/hotplug-vm-no-folder", false, error,
				      sizeof(error)), -1);
	assert_non_null(strstr(error, "/tmp/hotplug-vm-no-folder/modules.dep"));
	assert_int_equal(found.count, 0);
}

static void too_many_are_refused(void **state)
{
	static char dep[4096];
	int i;

	(void)state;
	strcpy(dep, "virtio_pci.ko:");
	for (i = 0; i < MODULES_MAX; i++)
		sprintf(dep + strlen(dep), " m%d.ko", i);
	strcat(dep, "\n");
	assert_int_equal(find(dep, ""), -1);
	assert_non_null(strstr(error, "more than"));
	modules_free(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependencies_come_first),
		cmocka_unit_test(names_are_whole),
		cmocka_unit_test(all_may_be_built_in),
		cmocka_unit_test(a_disk_wants_more),
		cmocka_unit_test(missing_ones_are_named),
		cmocka_unit_test(too_many_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
