// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>

#include "debugfs.h"

int system_read(const char *path, struct text *text, struct fault *fault)
{
	struct sysroot root;
	int ret;

	ret = sysroot_open(&root, NULL, fault);
	if (ret)
		return ret;
	ret = sysroot_read(&root, path, text, fault);
	sysroot_close(&root);
	return ret;
}

int debugfs_for_each(const char *file,
		     int (*on_record)(struct records *r, void *context),
		     void *context, struct fault *fault)
{
	struct records records;
	char path[128];
	struct text text;
	int ret;

	snprintf(path, sizeof(path), DEBUGFS "%s", file);
	ret = system_read(path, &text, fault);
	if (ret)
		return ret;
	ret = records_start(&records, path, text.data, text.len, fault);
	while (!ret && (ret = records_next(&records)) > 0)
		ret = on_record(&records, context);
	text_free(&text);
	return ret;
}

int u64_of(struct records *r, const char *column, uint64_t *value)
{
	const int index = records_column(r, column);

	return index < 0 ? index : records_u64(r, index, value);
}

int string_of(struct records *r, const char *column, char *value, size_t size)
{
	const int index = records_column(r, column);
	char *text;
	int ret;

	ret = index < 0 ? index : records_string(r, index, &text);
	if (!ret)
		snprintf(value, size, "%s", text ? text : "-");
	return ret;
}
