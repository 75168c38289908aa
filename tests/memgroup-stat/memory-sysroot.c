// SPDX-License-Identifier: GPL-2.0
#include "memory-sysroot.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sysroot.h"

struct section {
	const char *path;
	const char *data;
	size_t len;
	size_t place;	/* in the text */
	int err;	/* why it can't be opened, or 0 */
	bool folder;
	size_t turn;	/* of the first section of a path: openings, but for the last */
};

static struct section sections[MEMORY_TREE_SECTIONS];
static size_t nr_sections;
static char *paths;
static size_t bytes_left;

/* What is in a folder comes right behind it, and before "folder-2". */
static int rank(char c)
{
	return c == '/' ? 1 : c ? (unsigned char)c + 1 : 0;
}

static int compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return rank(*a) - rank(*b);
}

static int by_path(const void *a, const void *b)
{
	const struct section *left = a, *right = b;

	return compare_paths(left->path, right->path) ?:
	       (left->place > right->place) - (left->place < right->place);
}

/* As a file system could have it, without "." and "..". */
static bool is_good(const char *path)
{
	for (;;) {
		const size_t len = strcspn(path, "/");

		if (!len || len > NAME_MAX || (len <= 2 && strspn(path, ".") == len))
			return false;
		if (!path[len])
			return true;
		path += len + 1;
	}
}

/* "PATH", "PATH/" and "PATH !ERRNO", cut to the path. */
static bool parse_heading(char *line, struct section *section)
{
	char *err = strstr(line, " !");
	size_t len;

	section->err = 0;
	if (err) {
		section->err = atoi(err + 2);
		*err = '\0';
	}
	len = strlen(line);
	section->folder = len && line[len - 1] == '/';
	if (section->folder)
		line[len - 1] = '\0';
	section->path = line;
	return is_good(line) && section->err >= 0 && section->err <= EHWPOISON;
}

/* The beginning of the line behind this one, or the end. */
static const char *line_after(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline ? newline + 1 : end;
}

void memory_tree_start(const char *data, size_t len)
{
	const char *line = data, *end = data + len;
	char *heading = malloc(len + 1);

	if (!heading)
		abort();
	paths = heading;
	nr_sections = 0;
	while (line < end && nr_sections < MEMORY_TREE_SECTIONS) {
		struct section *section = &sections[nr_sections];
		const char *next = line_after(line, end);
		const bool begins = *line == '@';

		if (begins) {
			const size_t used = (size_t)(next - line) - 1;

			memcpy(heading, line + 1, used);
			heading[used] = '\0';
			heading[strcspn(heading, "\n")] = '\0';
			section->place = nr_sections;
			section->data = next;
		}
		for (line = next; line < end && *line != '@';)
			line = line_after(line, end);
		if (!begins || !parse_heading(heading, section))
			continue;
		section->len = (size_t)(line - section->data);
		heading += strlen(heading) + 1;
		nr_sections++;
	}
	qsort(sections, nr_sections, sizeof(*sections), by_path);
	memory_tree_rewind();
}

void memory_tree_rewind(void)
{
	size_t i;

	for (i = 0; i < nr_sections; i++)
		sections[i].turn = 0;
	bytes_left = MEMORY_TREE_BYTES;
}

void memory_tree_end(void)
{
	free(paths);
	paths = NULL;
	nr_sections = 0;
}

/* The first section that does not come before @path. */
static size_t lower_bound(const char *path)
{
	size_t low = 0, high = nr_sections;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (compare_paths(sections[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many sections have the path of this one. */
static size_t count_same(size_t first)
{
	size_t i = first + 1;

	while (i < nr_sections && !strcmp(sections[i].path, sections[first].path))
		i++;
	return i - first;
}

static bool is_below(const char *path, const char *folder)
{
	const size_t len = strlen(folder);

	return !strncmp(path, folder, len) && path[len] == '/';
}

/*
 * The section of @path whose turn it is; NULL: a folder that has none of its own.
 * Returns 0 or a negative errno value.
 */
static int take(const char *path, const struct section **section)
{
	const size_t first = lower_bound(path);

	*section = NULL;
	if (first == nr_sections)
		return -ENOENT;
	if (!strcmp(sections[first].path, path)) {
		*section = &sections[first] + sections[first].turn;
		if (sections[first].turn + 1 < count_same(first))
			sections[first].turn++;
		return -(*section)->err;
	}
	return is_below(sections[first].path, path) ? 0 : -ENOENT;
}

/* From the root of the tree on. */
static char *full_path(const struct sysroot *root, const char *path)
{
	char *full;

	if (asprintf(&full, "%s/%s", root->name, path) < 0)
		abort();
	memmove(full, full + 1, strlen(full));
	return full;
}

static int path_fault(const struct sysroot *root, const char *path, int err,
		      struct fault *fault)
{
	return fault_set(fault, err, "%s/%s: %s", root->name, path, strerror(err));
}

/* What a file has, and at most @most bytes of it from @offset on. */
static int open_file(const struct sysroot *root, const char *path, uint64_t offset,
		     size_t most, struct text *text)
{
	const struct section *section;
	char *full = full_path(root, path);
	int err = take(full, &section);

	free(full);
	if (err)
		return err;
	if (!section || section->folder)
		return -EINVAL;
	*text = (struct text){ .data = (char *)section->data, .len = section->len };
	if (offset > text->len)
		offset = text->len;
	text->data += offset;
	text->len -= offset;
	if (text->len > most)
		text->len = most;
	/* What is beyond its end costs the caller as much. */
	if (most == SIZE_MAX)
		most = text->len;
	if (most > bytes_left)
		return -EIO;
	bytes_left -= most;
	return 0;
}

int sysroot_open(struct sysroot *root, const char *dir, struct fault *fault)
{
	(void)dir;
	*root = (struct sysroot){ .fd = -1, .name = strdup("") };
	return root->name ? 0 : fault_nomem(fault);
}

void sysroot_close(struct sysroot *root)
{
	free(root->name);
	*root = (struct sysroot){ .fd = -1 };
}

static int open_folder(const struct sysroot *root, const char *path, char **full)
{
	const struct section *section;
	int err;

	*full = full_path(root, path);
	err = take(*full, &section);
	if (!err && section && !section->folder)
		err = -ENOTDIR;
	if (err)
		free(*full);
	return err;
}

int sysroot_open_folder(struct sysroot *root, const char *path,
			struct sysroot *folder, struct fault *fault)
{
	char *full;
	int err = open_folder(root, path, &full);

	*folder = (struct sysroot){ .fd = -1 };
	if (err)
		return path_fault(root, path, -err, fault);
	if (asprintf(&folder->name, "/%s", full) < 0)
		abort();
	free(full);
	return 0;
}

int sysroot_read(struct sysroot *root, const char *path, struct text *text,
		 struct fault *fault)
{
	struct text file;
	int err = open_file(root, path, 0, SIZE_MAX, &file);

	*text = (struct text){ 0 };
	if (err)
		return path_fault(root, path, -err, fault);
	/* Of exactly its size, so that sanitizers see every step outside. */
	text->data = malloc(file.len + 1);
	if (!text->data)
		abort();
	memcpy(text->data, file.data, file.len);
	text->data[file.len] = '\0';
	text->len = file.len;
	return 0;
}

int sysroot_read_at(struct sysroot *root, const char *path, uint64_t offset,
		    void *buffer, size_t size, size_t *done,
		    struct fault *fault)
{
	struct text file;
	int err = open_file(root, path, offset, size, &file);

	*done = 0;
	if (err)
		return path_fault(root, path, -err, fault);
	memcpy(buffer, file.data, file.len);
	*done = file.len;
	return 0;
}

int sysroot_read_word(struct sysroot *root, const char *path, char *word,
		      size_t size, struct fault *fault)
{
	size_t done;
	int err = sysroot_read_at(root, path, 0, word, size - 1, &done, fault);

	word[done] = '\0';
	word[strcspn(word, " \n")] = '\0';
	return err;
}

/*
 * The next entry of @folder from section @i on, which then is the one behind it. Files
 * that are gone just now are none. Returns false at the end.
 */
static bool next_name(const char *folder, size_t *i, char name[NAME_MAX + 1])
{
	const size_t start = strlen(folder) + 1;

	while (*i < nr_sections && is_below(sections[*i].path, folder)) {
		const struct section *first = &sections[*i];
		const size_t len = strcspn(first->path + start, "/");
		const bool is_it = !first->path[start + len];
		const bool gone = is_it && first[first->turn].err == ENOENT;

		memcpy(name, first->path + start, len);
		name[len] = '\0';
		if (is_it)
			*i += count_same(*i);
		/* What is in it is not named here. */
		while (*i < nr_sections && is_below(sections[*i].path, folder) &&
		       is_below(sections[*i].path + start, name))
			(*i)++;
		if (!gone)
			return true;
	}
	return false;
}

static size_t first_below(const char *folder)
{
	size_t i = lower_bound(folder);

	while (i < nr_sections && !strcmp(sections[i].path, folder))
		i++;
	return i;
}

int sysroot_list(struct sysroot *root, const char *path,
		 int (*on_name)(const char *name, void *context), void *context,
		 struct fault *fault)
{
	char name[NAME_MAX + 1], *full;
	int err = open_folder(root, path, &full);
	size_t i;

	if (err)
		return path_fault(root, path, -err, fault);
	for (i = first_below(full); !err && next_name(full, &i, name);)
		err = on_name(name, context);
	free(full);
	return err;
}

int sysroot_dir_has_entries(struct sysroot *root, const char *path)
{
	char name[NAME_MAX + 1], *full;
	int err = open_folder(root, path, &full);
	size_t i;

	if (err)
		return err;
	i = first_below(full);
	err = next_name(full, &i, name);
	free(full);
	return err;
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}

/* Linked in its place: who waits for another reading need not. */
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	return 0;
}
