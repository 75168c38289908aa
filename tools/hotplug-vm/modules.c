// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modules.h"

/* The ports and the shares; a device that is there from the beginning; the disk. */
static const struct {
	const char *name;
	bool optional;
	bool disk;		/* only if there is one */
} wanted[] = {
	{ .name = "virtio_pci" },
	{ .name = "virtio_console" },
	{ .name = "9pnet_virtio" },
	{ .name = "9p" },
	{ .name = "virtio_mem", .optional = true },
	{ .name = "virtio_blk", .disk = true },
	{ .name = "squashfs", .disk = true },
	{ .name = "overlay", .disk = true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct finder {
	struct modules *modules;
	const char *folder;
	char *error;
	size_t size;
};

/* The file of that module? "-" and "_" are the same in names of modules. */
static bool is_module(const char *path, size_t len, const char *name)
{
	const char *file = memrchr(path, '/', len);

	file = file ? file + 1 : path;
	for (; *name; name++, file++)
		if (file >= path + len || (*file == '-' ? '_' : *file) != *name)
			return false;
	return file + 3 <= path + len && !strncmp(file, ".ko", 3);
}

static int add(struct finder *f, const char *path, size_t len)
{
	struct modules *m = f->modules;
	char *full;
	size_t i;

	if (asprintf(&full, "%s/%.*s", f->folder, (int)len, path) < 0) {
		snprintf(f->error, f->size, "out of memory");
		return -1;
	}
	for (i = 0; i < m->count; i++) {
		if (!strcmp(m->path[i], full)) {
			free(full);
			return 0;
		}
	}
	if (m->count == MODULES_MAX) {
		free(full);
		snprintf(f->error, f->size, "%s/modules.dep: more than %d modules are needed",
			 f->folder, MODULES_MAX);
		return -1;
	}
	m->path[m->count++] = full;
	return 0;
}

/* "a.ko: b.ko c.ko": c before b before a */
static int add_line(struct finder *f, const char *line, size_t name_len)
{
	const char *first = line + name_len + 1, *end = first + strlen(first);

	while (end > first) {
		const char *start = end;

		while (start > first && start[-1] != ' ')
			start--;
		if (end > start && add(f, start, end - start))
			return -1;
		end = start > first ? start - 1 : first;
	}
	return add(f, line, name_len);
}

/* 1 if there is such a line and it was added, 0 if there is none, -1 on failure. */
static int add_module(struct finder *f, FILE *dep, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	int ret = 0;

	rewind(dep);
	while (!ret && getline(&line, &room, dep) > 0) {
		const size_t len = strcspn(line, ":");

		line[strcspn(line, "\n")] = '\0';
		if (line[len] == ':' && is_module(line, len, name))
			ret = add_line(f, line, len) ? -1 : 1;
	}
	free(line);
	return ret;
}

static bool is_builtin(const struct finder *f, const char *name)
{
	char path[4096 + 32], *line = NULL;
	bool found = false;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/modules.builtin", f->folder);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && getline(&line, &room, file) > 0)
		found = is_module(line, strcspn(line, "\n"), name);
	free(line);
	fclose(file);
	return found;
}

int modules_find(struct modules *modules, const char *folder, bool disk, char *error,
		 size_t size)
{
	struct finder f = {
		.modules = modules, .folder = folder, .error = error, .size = size,
	};
	char path[4096 + 32];
	size_t i;
	FILE *dep;
	int ret = 0;

	modules->count = 0;
	snprintf(path, sizeof(path), "%s/modules.dep", folder);
	dep = fopen(path, "re");
	if (!dep) {
		snprintf(error, size, "%s: %s (depmod makes it)", path, strerror(errno));
		return -1;
	}
	for (i = 0; i < COUNT(wanted) && ret >= 0; i++) {
		if (wanted[i].disk && !disk)
			continue;
		ret = add_module(&f, dep, wanted[i].name);
		if (ret || wanted[i].optional || is_builtin(&f, wanted[i].name))
			continue;
		snprintf(error, size, "%s: there is no module %s, nor is it built in",
			 folder, wanted[i].name);
		ret = -1;
	}
	fclose(dep);
	return ret < 0 ? -1 : 0;
}

void modules_free(struct modules *modules)
{
	while (modules->count)
		free(modules->path[--modules->count]);
}
