// SPDX-License-Identifier: GPL-2.0
#include "kernel-config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PACKED "proc/config.gz"

/* Accept gzip's header, and no other. */
#define GZIP_WINDOW (MAX_WBITS + 16)

static int inflate_all(z_stream *stream, char **text, size_t *text_len)
{
	size_t size = 0;
	int result = Z_OK;

	while (result == Z_OK) {
		if (stream->total_out == size) {
			char *more;

			if (size >= KERNEL_CONFIG_MAX)
				return -EFBIG;
			size = size ? 2 * size : 65536;
			/* One for the NUL. */
			more = realloc(*text, size + 1);
			if (!more)
				return -ENOMEM;
			*text = more;
		}
		stream->next_out = (Bytef *)*text + stream->total_out;
		stream->avail_out = (uInt)(size - stream->total_out);
		result = inflate(stream, Z_NO_FLUSH);
	}
	if (result == Z_MEM_ERROR)
		return -ENOMEM;
	if (result != Z_STREAM_END)
		return -EINVAL;
	*text_len = stream->total_out;
	(*text)[*text_len] = '\0';
	return 0;
}

int gunzip(const void *data, size_t len, char **text, size_t *text_len)
{
	z_stream stream = { .next_in = (Bytef *)data, .avail_in = (uInt)len };
	int err;

	*text = NULL;
	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		return -ENOMEM;
	err = inflate_all(&stream, text, text_len);
	inflateEnd(&stream);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

static int read_packed(struct kernel_config *config, struct sysroot *root,
		       struct fault *fault)
{
	struct text text;
	int err;

	err = sysroot_read(root, PACKED, &text, fault);
	if (err)
		return err;
	err = gunzip(text.data, text.len, &config->text, &config->len);
	text_free(&text);
	if (err)
		return fault_set(fault, -err, "%s/" PACKED ": %s", root->name,
				 err == -EINVAL ? "not in gzip's format" : strerror(-err));
	config->path = strdup(PACKED);
	return config->path ? 0 : fault_nomem(fault);
}

static int read_plain(struct kernel_config *config, struct sysroot *root,
		      const char *release, struct fault *fault)
{
	struct text text;
	int err;

	if (asprintf(&config->path, "boot/config-%s", release) < 0) {
		config->path = NULL;
		return fault_nomem(fault);
	}
	err = sysroot_read(root, config->path, &text, fault);
	if (!err) {
		config->text = text.data;
		config->len = text.len;
	}
	return err;
}

int kernel_config_read(struct kernel_config *config, struct sysroot *root,
		       const char *release, struct fault *fault)
{
	int err;

	*config = (struct kernel_config){ 0 };
	err = read_packed(config, root, fault);
	if (err == -ENOENT)
		err = read_plain(config, root, release, fault);
	if (err)
		kernel_config_free(config);
	return err == -ENOENT ? 0 : err;
}

void kernel_config_free(struct kernel_config *config)
{
	free(config->text);
	free(config->path);
	*config = (struct kernel_config){ 0 };
}

size_t kernel_config_line(const struct kernel_config *config, const char *symbol)
{
	const size_t len = strlen(symbol);
	const char *line = config->text;
	size_t number;

	for (number = 1; line && *line; number++) {
		if (!strncmp(line, symbol, len) && line[len] == '=' &&
		    (line[len + 1] == 'y' || line[len + 1] == 'm'))
			return number;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return 0;
}
