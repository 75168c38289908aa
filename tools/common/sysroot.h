/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only door to /sys, /proc and debugfs, and to the configuration of other programs.
 *
 * Everything is opened below one root directory, "/" or a captured tree. Paths
 * are relative to it, without a leading slash ("sys/kernel/debug/…"), and can't
 * leave it: neither ".." nor a symbolic link does.
 */
#ifndef MEMGROUP_SYSROOT_H
#define MEMGROUP_SYSROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/*
 * No file larger than this is read: the kernel's listing of 2.5 million memory
 * blocks fits (320 TiB of 128 MiB blocks), a wrong --sysroot fills no memory.
 */
#define SYSROOT_FILE_MAX (64UL << 20)

struct sysroot {
	int fd;
	char *name;	/* what to put before a path in messages, "" for "/" */
	/*
	 * Open path by path component instead of with openat2(2), refusing
	 * every symbolic link and "..": found out by the first opening on
	 * kernels and in sandboxes without the call; set by tests.
	 */
	bool no_openat2;
};

/* The content of a file; data[len] is a NUL beyond it. */
struct text {
	char *data;
	size_t len;
};

/*
 * Opens the root @dir, NULL for "/". Returns 0, or a negative errno value with
 * @fault set. End with sysroot_close().
 */
int sysroot_open(struct sysroot *root, const char *dir, struct fault *fault);
void sysroot_close(struct sysroot *root);

/*
 * Opens a folder below @root as a root of its own: paths from there are shorter, and
 * faster to go. Returns and ends as sysroot_open().
 */
int sysroot_open_folder(struct sysroot *root, const char *path,
			struct sysroot *folder, struct fault *fault);

/*
 * Reads a whole regular file into @text, which the caller frees with text_free().
 * Returns 0, or a negative errno value with @fault set and @text empty:
 * -ENOENT, -EACCES, …, -EINVAL for what is no regular file, -EFBIG for a file
 * beyond SYSROOT_FILE_MAX.
 */
int sysroot_read(struct sysroot *root, const char *path, struct text *text,
		 struct fault *fault);

/*
 * Reads up to @size bytes from @offset on into @buffer; @done is how many there were
 * before the end of the file. For files that are too large to read whole, or binary.
 * Returns 0, or a negative errno value with @fault set, as sysroot_read().
 */
int sysroot_read_at(struct sysroot *root, const char *path, uint64_t offset,
		    void *buffer, size_t size, size_t *done,
		    struct fault *fault);

/*
 * The first word of a small file, cut to @size, in as few calls as can be: such as
 * there are thousands of. Returns 0, or a negative errno value with @fault set and an
 * empty word.
 */
int sysroot_read_word(struct sysroot *root, const char *path, char *word,
		      size_t size, struct fault *fault);

/*
 * Calls @on_name for each entry of a directory but "." and "..", in no order, until it
 * fails. Returns 0, what @on_name returned, or a negative errno value with @fault set.
 */
int sysroot_list(struct sysroot *root, const char *path,
		 int (*on_name)(const char *name, void *context), void *context,
		 struct fault *fault);

/*
 * Where the symbolic link @path leads, as it is written there, cut to @size; an empty text
 * if @path is none. Returns 0, or a negative errno value with @fault set.
 */
int sysroot_read_link(struct sysroot *root, const char *path, char *target, size_t size,
		      struct fault *fault);

/*
 * Writes @data to a file that is there, in one write(), as the files of sysfs want it; what
 * was in a regular file is gone. Returns 0, or a negative errno value, which may be the
 * kernel's own answer, with @fault set.
 */
int sysroot_write(struct sysroot *root, const char *path, const char *data,
		  struct fault *fault);

/* 1 if the directory has entries, 0 if it is empty, else a negative errno value. */
int sysroot_dir_has_entries(struct sysroot *root, const char *path);

void text_free(struct text *text);

#endif /* MEMGROUP_SYSROOT_H */
