// SPDX-License-Identifier: GPL-2.0
#include "layers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

struct lister {
	struct layers *layers;
	const char *folder;
	const char *suffix;
	struct fault *fault;
};

const char *layer_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int add(const char *name, void *context)
{
	struct lister *l = context;
	const size_t len = strlen(name), suffix = strlen(l->suffix);
	char **paths;

	if (*name == '.' || len <= suffix || strcmp(name + len - suffix, l->suffix))
		return 0;
	paths = grow(l->layers->paths, l->layers->nr, sizeof(*paths));
	if (!paths)
		return fault_nomem(l->fault);
	l->layers->paths = paths;
	if (asprintf(&paths[l->layers->nr], "%s/%s", l->folder, name) < 0)
		return fault_nomem(l->fault);
	l->layers->nr++;
	return 0;
}

/* A name that was there before, and where it was: the first one counts. */
struct place {
	char *path;
	size_t order;
};

static int by_name(const void *a, const void *b)
{
	const struct place *left = a, *right = b;
	const int order = strcmp(layer_name(left->path), layer_name(right->path));

	if (order)
		return order;
	return (left->order > right->order) - (left->order < right->order);
}

/* Ascending names, each of them once. */
static int sort(struct layers *layers, struct fault *fault)
{
	struct place *places = calloc(layers->nr + 1, sizeof(*places));
	size_t i, kept = 0;

	if (!places)
		return fault_nomem(fault);
	for (i = 0; i < layers->nr; i++)
		places[i] = (struct place){ layers->paths[i], i };
	qsort(places, layers->nr, sizeof(*places), by_name);
	for (i = 0; i < layers->nr; i++) {
		if (kept && !strcmp(layer_name(layers->paths[kept - 1]),
				    layer_name(places[i].path)))
			free(places[i].path);
		else
			layers->paths[kept++] = places[i].path;
	}
	layers->nr = kept;
	free(places);
	return 0;
}

/* Is there nothing in it, on purpose? */
static bool is_masked(struct sysroot *root, const char *path)
{
	char target[64], byte;
	struct fault fault;
	size_t done;

	if (!sysroot_read_link(root, path, target, sizeof(target), &fault) &&
	    !strcmp(target, "/dev/null"))
		return true;
	return !sysroot_read_at(root, path, 0, &byte, 1, &done, &fault) && !done;
}

int layers_list(struct layers *layers, struct sysroot *root, const char *const *folders,
		size_t nr_folders, const char *suffix, struct fault *fault)
{
	struct lister l = { .layers = layers, .suffix = suffix, .fault = fault };
	size_t i, kept = 0;
	int err = 0;

	*layers = (struct layers){ 0 };
	for (i = 0; i < nr_folders && !err; i++) {
		l.folder = folders[i];
		err = sysroot_list(root, folders[i], add, &l, fault);
		/* ELOOP: without openat2(2) no link is followed, such as /lib may be. */
		if (err == -ENOENT || err == -EACCES || err == -ENOTDIR || err == -ELOOP)
			err = 0;
	}
	if (!err)
		err = sort(layers, fault);
	if (err) {
		layers_free(layers);
		return err;
	}
	for (i = 0; i < layers->nr; i++) {
		if (is_masked(root, layers->paths[i]))
			free(layers->paths[i]);
		else
			layers->paths[kept++] = layers->paths[i];
	}
	layers->nr = kept;
	return 0;
}

void layers_free(struct layers *layers)
{
	while (layers->nr)
		free(layers->paths[--layers->nr]);
	free(layers->paths);
	*layers = (struct layers){ 0 };
}
