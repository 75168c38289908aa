// SPDX-License-Identifier: GPL-2.0
#include "debugfs.h"

#include <stdio.h>

int debugfs_for_last(struct sysroot *root, const char *file, size_t count,
		     int (*on_record)(struct records *r, void *context),
		     void *context, struct fault *fault)
{
	struct records records;
	char path[128];
	struct text text;
	int ret;

	snprintf(path, sizeof(path), DEBUGFS "%s", file);
	ret = sysroot_read(root, path, &text, fault);
	if (ret)
		return ret;
	ret = records_start(&records, path, text.data, text.len, fault);
	if (!ret)
		records_skip(&records, count);
	while (!ret && (ret = records_next(&records)) > 0)
		ret = on_record(&records, context);
	text_free(&text);
	return ret;
}

int debugfs_for_each(struct sysroot *root, const char *file,
		     int (*on_record)(struct records *r, void *context),
		     void *context, struct fault *fault)
{
	return debugfs_for_last(root, file, SIZE_MAX, on_record, context, fault);
}

int u64_of(struct records *r, const char *column, uint64_t *value)
{
	const int index = records_column(r, column);

	return index < 0 ? index : records_u64(r, index, value);
}

int opt_u64_of(struct records *r, const char *column, struct opt_u64 *value)
{
	const int index = records_column(r, column);

	return index < 0 ? index : records_opt_u64(r, index, value);
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
