// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's root: a skeleton in an initramfs, onto which init mounts the host's
 * /usr. Nothing of the host's /etc is in it but the names that /usr cannot do
 * without: /etc/alternatives (awk, which, ... are links through it) and the
 * dynamic linker's cache.
 */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "initramfs.h"
#include "msg.h"
#include "proto.h"

#define MAX_FILE	(64 << 20)

static const char *const directories[] = {
	"dev", "etc", "etc/alternatives", "home", "lab", "lab/bin", "lab/modules", "mnt", "opt", "proc",
	"project", "results", "root", "run", "sys", "tmp", "usr", "var", "var/cache",
	"var/lib", "var/log", "var/tmp",
};

static const struct {
	const char *path;
	const char *target;
} links[] = {
	{ "bin", "usr/bin" },
	{ "sbin", "usr/sbin" },
	{ "lib", "usr/lib" },
	{ "lib32", "usr/lib32" },
	{ "lib64", "usr/lib64" },
	{ "libx32", "usr/libx32" },
	{ "var/run", "/run" },
	{ "etc/mtab", "/proc/self/mounts" },
	{ "etc/os-release", "../usr/lib/os-release" },
};

static const struct {
	const char *path;
	const char *text;
} texts[] = {
	{ "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"
			"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n" },
	{ "etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n" },
	{ "etc/hosts", "127.0.0.1 localhost guest\n" },
	{ "etc/hostname", "guest\n" },
	{ "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n" },
};

struct writer {
	struct archive *archive;
	bool failed;
};

static void put(struct writer *w, const char *path, mode_t mode, const char *link,
		const void *data, size_t size)
{
	struct archive_entry *e;

	if (w->failed)
		return;
	e = archive_entry_new();
	archive_entry_set_pathname(e, path);
	archive_entry_set_mode(e, mode);
	archive_entry_set_size(e, size);
	archive_entry_set_mtime(e, 0, 0);
	if (link)
		archive_entry_set_symlink(e, link);
	if (archive_write_header(w->archive, e) < ARCHIVE_OK ||
	    (size && archive_write_data(w->archive, data, size) != (la_ssize_t)size)) {
		msg("cannot write the initramfs: %s", archive_error_string(w->archive));
		w->failed = true;
	}
	archive_entry_free(e);
}

/* Returns the file's content to free(), or NULL with errno set. */
static void *read_file(const char *path, size_t *size)
{
	struct stat st;
	size_t done = 0;
	char *data;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st)) {
		close(fd);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE) {
		close(fd);
		errno = EFBIG;
		return NULL;
	}
	data = malloc(st.st_size + 1);
	while (data && done < (size_t)st.st_size) {
		ssize_t n = read(fd, data + done, st.st_size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(data);
			data = NULL;
			if (!n)
				errno = EIO;
			break;
		}
		done += n;
	}
	close(fd);
	*size = done;
	return data;
}

static void put_file(struct writer *w, const char *path, mode_t mode, const char *from)
{
	size_t size;
	void *data = read_file(from, &size);

	if (!data) {
		msg("cannot read %s: %s", from, strerror(errno));
		w->failed = true;
		return;
	}
	put(w, path, S_IFREG | mode, NULL, data, size);
	free(data);
}

/* By name; and in which order they are to be loaded. */
static void put_modules(struct writer *w, const struct modules *modules)
{
	char *order = NULL;
	size_t size = 0, n;
	FILE *f;

	if (!modules->count)
		return;
	f = open_memstream(&order, &size);
	for (n = 0; f && n < modules->count; n++) {
		const char *name = strrchr(modules->path[n], '/') + 1;
		char path[NAME_MAX + 32];

		snprintf(path, sizeof(path), "%s/%s", &LAB_DIR_MODULES[1], name);
		put_file(w, path, 0644, modules->path[n]);
		fprintf(f, "%s\n", name);
	}
	if (!f || fclose(f)) {
		msg("out of memory");
		w->failed = true;
	} else {
		put(w, &LAB_FILE_MODULES[1], S_IFREG | 0644, NULL, order, size);
	}
	free(order);
}

static void put_linker_cache(struct writer *w)
{
	size_t size;
	void *data = read_file("/etc/ld.so.cache", &size);

	/* A host without it has only the linker's built-in folders. */
	if (data)
		put(w, "etc/ld.so.cache", S_IFREG | 0644, NULL, data, size);
	free(data);
}

/* Only links, and only into /usr: their targets' content is in the /usr share anyway. */
static void put_alternatives(struct writer *w)
{
	DIR *dir = opendir("/etc/alternatives");
	struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir))) {
		char target[PATH_MAX], path[NAME_MAX + 32];
		ssize_t n = readlinkat(dirfd(dir), d->d_name, target, sizeof(target) - 1);

		if (n < 0)
			continue;
		target[n] = '\0';
		if (strncmp(target, "/usr/", 5) && strncmp(target, "/bin/", 5) &&
		    strncmp(target, "/sbin/", 6) && strncmp(target, "/lib/", 5))
			continue;
		strcpy(path, "etc/alternatives/");
		strcat(path, d->d_name);
		put(w, path, S_IFLNK | 0777, target, NULL, 0);
	}
	closedir(dir);
}

static void put_command(struct writer *w, const char *path, char *const *command)
{
	char *const *word, *data, *p;
	size_t size = 0;

	for (word = command; *word; word++)
		size += strlen(*word) + 1;
	data = malloc(size + 1);
	if (!data) {
		msg("out of memory");
		w->failed = true;
		return;
	}
	p = data;
	for (word = command; *word; word++)
		p = stpcpy(p, *word) + 1;
	put(w, path, S_IFREG | 0600, NULL, data, size);
	free(data);
}

static void put_shell_command(struct writer *w, const char *path, const char *text)
{
	char *const words[] = { (char []){ "sh" }, (char []){ "-c" }, (char *)text, NULL };

	put_command(w, path, words);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int initramfs_write(const struct initramfs *i, const char *path)
{
	struct writer w = { .archive = archive_write_new() };
	size_t n;

	if (!w.archive) {
		msg("out of memory");
		return -1;
	}
	archive_write_set_format_cpio_newc(w.archive);
	archive_write_add_filter_none(w.archive);
	if (archive_write_open_filename(w.archive, path) < ARCHIVE_OK) {
		msg("cannot write the initramfs: %s", archive_error_string(w.archive));
		archive_write_free(w.archive);
		return -1;
	}

	for (n = 0; n < COUNT(directories); n++)
		put(&w, directories[n], S_IFDIR | 0755, NULL, NULL, 0);
	for (n = 0; n < COUNT(links); n++)
		put(&w, links[n].path, S_IFLNK | 0777, links[n].target, NULL, 0);
	for (n = 0; n < COUNT(texts); n++)
		put(&w, texts[n].path, S_IFREG | 0644, NULL, texts[n].text,
		    strlen(texts[n].text));
	put_file(&w, "init", 0755, i->init);
	if (i->ask)
		put_file(&w, &(LAB_DIR_BIN "/hotplug-ask")[1], 0755, i->ask);
	put_modules(&w, i->modules);
	put(&w, &LAB_FILE_CONFIG[1], S_IFREG | 0600, NULL, i->config, strlen(i->config));
	put_command(&w, &LAB_FILE_ARGV[1], i->command);
	if (i->before)
		put_shell_command(&w, &LAB_FILE_BEFORE[1], i->before);
	put_alternatives(&w);
	put_linker_cache(&w);

	if (archive_write_close(w.archive) < ARCHIVE_OK && !w.failed) {
		msg("cannot write the initramfs: %s", archive_error_string(w.archive));
		w.failed = true;
	}
	archive_write_free(w.archive);
	return w.failed ? -1 : 0;
}
