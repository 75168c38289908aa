// SPDX-License-Identifier: GPL-2.0
/* How the kernel was built: plain, packed, and what is neither. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "kernel-config.h"
#include "tree.h"

#define TEXT "# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_BB=m\nCONFIG_C=\"y\"\nCONFIG_D=n\n"

static struct kernel_config config;
static struct fault fault;

static void write_packed(const char *text, size_t len)
{
	char path[512];
	gzFile file;

	tree_folder("proc");
	snprintf(path, sizeof(path), "%s/proc/config.gz", tree.name);
	file = gzopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(gzwrite(file, text, (unsigned int)len), len);
	assert_int_equal(gzclose(file), Z_OK);
}

static void assert_lines(void)
{
	assert_int_equal(kernel_config_line(&config, "CONFIG_A"), 0);
	assert_int_equal(kernel_config_line(&config, "CONFIG_B"), 2);
	assert_int_equal(kernel_config_line(&config, "CONFIG_BB"), 3);
	assert_int_equal(kernel_config_line(&config, "CONFIG_C"), 0);
	assert_int_equal(kernel_config_line(&config, "CONFIG_D"), 0);
	assert_int_equal(kernel_config_line(&config, "CONFIG_E"), 0);
}

static void reads_packed(void **state)
{
	(void)state;
	write_packed(TEXT, strlen(TEXT));
	tree_write("boot/config-6.1", "CONFIG_E=y\n");
	assert_int_equal(kernel_config_read(&config, &tree, "6.1", &fault), 0);
	assert_string_equal(config.path, "proc/config.gz");
	assert_lines();
}

static void reads_plain(void **state)
{
	(void)state;
	tree_write("boot/config-6.1", TEXT);
	assert_int_equal(kernel_config_read(&config, &tree, "6.1", &fault), 0);
	assert_string_equal(config.path, "boot/config-6.1");
	assert_lines();
}

static void does_without(void **state)
{
	(void)state;
	assert_int_equal(kernel_config_read(&config, &tree, "6.1", &fault), 0);
	assert_null(config.path);
	assert_int_equal(kernel_config_line(&config, "CONFIG_B"), 0);
}

static void refuses_what_is_not_packed(void **state)
{
	(void)state;
	tree_write("proc/config.gz", TEXT);
	assert_int_equal(kernel_config_read(&config, &tree, "6.1", &fault), -EINVAL);
	assert_says(&fault, "@/proc/config.gz: not in gzip's format");
	tree_write("proc/config.gz", "");
	assert_int_equal(kernel_config_read(&config, &tree, "6.1", &fault), -EINVAL);
}

/* A few kilobytes that unpack to more than any configuration has. */
static void refuses_too_much(void **state)
{
	const size_t len = KERNEL_CONFIG_MAX + 1;
	char *zeros = calloc(1, len);

	(void)state;
	assert_non_null(zeros);
	write_packed(zeros, len);
	free(zeros);
	assert_int_equal(kernel_config_read(&config, &tree, "6.1", &fault), -EFBIG);
	assert_says(&fault, "@/proc/config.gz: File too large");
}

/* Cut at every place, and with every byte changed: an error, or some text. */
static void takes_broken_files(void **state)
{
	struct text file;
	size_t i, len;
	char *text;
	int err;

	(void)state;
	write_packed(TEXT, strlen(TEXT));
	assert_int_equal(sysroot_read(&tree, "proc/config.gz", &file, &fault), 0);
	for (i = 0; i < file.len; i++) {
		assert_int_equal(gunzip(file.data, i, &text, &len), -EINVAL);
		assert_null(text);
		file.data[i] ^= 0x41;
		err = gunzip(file.data, file.len, &text, &len);
		assert_int_equal(!err, text != NULL);
		free(text);
		file.data[i] ^= 0x41;
	}
	text_free(&file);
}

static int forget(void **state)
{
	kernel_config_free(&config);
	return tree_tear_down(state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, tree_set_up, forget)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(reads_packed), TEST(reads_plain), TEST(does_without),
		TEST(refuses_what_is_not_packed), TEST(refuses_too_much),
		TEST(takes_broken_files),
	};

	return cmocka_run_group_tests_name("kernel-config", tests, NULL, NULL);
}
