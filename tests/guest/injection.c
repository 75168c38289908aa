// SPDX-License-Identifier: GPL-2.0

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"
#include "injection.h"
#include "system.h"

#define KERNEL_DEBUG	"/sys/kernel/debug/"
#define FAIL_NTH	"/proc/thread-self/fail-nth"

int injection_prepare(struct fault *fault)
{
	static const struct {
		const char *path;
		const char *value;
	} settings[] = {
		{ KERNEL_DEBUG "failslab/ignore-gfp-wait", "N" },
		{ KERNEL_DEBUG "failslab/verbose", "0" },
		{ KERNEL_DEBUG "failslab/task-filter", "Y" },
		{ KERNEL_DEBUG "fail_page_alloc/ignore-gfp-wait", "N" },
		{ KERNEL_DEBUG "fail_page_alloc/min-order", "0" },
		{ KERNEL_DEBUG "fail_page_alloc/verbose", "0" },
		{ KERNEL_DEBUG "fail_page_alloc/task-filter", "Y" },
	};
	size_t i;
	int ret = 0;

	for (i = 0; i < sizeof(settings) / sizeof(*settings) && !ret; i++)
		ret = attribute_write(settings[i].path, settings[i].value,
				      fault);
	return ret;
}

int injection_write(const char *path, const char *text, unsigned int nth,
		    int *result, bool *injected, struct fault *fault)
{
	const int fail = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	const int file = open(path, O_WRONLY | O_CLOEXEC);
	char left[16] = "";
	char count[16];
	int ret = 0;

	if (fail < 0 || file < 0) {
		ret = fault_set(fault, errno, "%s: %s",
				fail < 0 ? FAIL_NTH : path, strerror(errno));
		goto out;
	}
	snprintf(count, sizeof(count), "%u", nth);
	if (write(fail, count, strlen(count)) < 0)
		ret = fault_set(fault, errno, FAIL_NTH ": %s", strerror(errno));
	*result = write(file, text, strlen(text)) < 0 ? -errno : 0;
	/* What is left to count down: nothing if an allocation failed. */
	if (pread(fail, left, sizeof(left) - 1, 0) <= 0 ||
	    pwrite(fail, "0", 1, 0) != 1)
		ret = fault_set(fault, EIO, FAIL_NTH ": no answer");
	*injected = !atoi(left);
out:
	if (fail >= 0)
		close(fail);
	if (file >= 0)
		close(file);
	return ret;
}

/* Worker threads there are, and those to come, which thread 2 makes. */
static int mark_workers(const char *mark, struct fault *fault)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct fault gone;
	char path[300], name[32];
	FILE *file;
	int ret;

	if (!dir)
		return fault_set(fault, errno, "/proc: %s", strerror(errno));
	ret = attribute_write("/proc/2/make-it-fail", mark, fault);
	while (!ret && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (!fgets(name, sizeof(name), file))
			name[0] = '\0';
		fclose(file);
		if (strncmp(name, "kworker/", 8))
			continue;
		/* One that ended meanwhile has nothing to fail. */
		snprintf(path, sizeof(path), "/proc/%s/make-it-fail",
			 entry->d_name);
		attribute_write(path, mark, &gone);
	}
	closedir(dir);
	return ret;
}

int injection_workers(unsigned int percent, struct fault *fault)
{
	char text[16];
	int ret;

	snprintf(text, sizeof(text), "%u", percent);
	ret = mark_workers(percent ? "1" : "0", fault);
	if (!ret)
		ret = attribute_write(KERNEL_DEBUG "failslab/times", "1", fault);
	if (!ret)
		ret = attribute_write(KERNEL_DEBUG "fail_page_alloc/times", "1",
				      fault);
	if (!ret)
		ret = attribute_write(KERNEL_DEBUG "failslab/probability", text,
				      fault);
	if (!ret)
		ret = attribute_write(KERNEL_DEBUG "fail_page_alloc/probability",
				      text, fault);
	return ret;
}

int injection_happened(unsigned int *count, struct fault *fault)
{
	static const char *const paths[] = {
		KERNEL_DEBUG "failslab/times",
		KERNEL_DEBUG "fail_page_alloc/times",
	};
	struct text text;
	size_t i;
	int ret;

	*count = 0;
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		ret = sysroot_read(system_root(), paths[i] + 1, &text, fault);
		if (ret)
			return ret;
		/* It counts down. */
		*count += !atoi(text.data);
		text_free(&text);
	}
	return 0;
}
