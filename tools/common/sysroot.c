// SPDX-License-Identifier: GPL-2.0
#include "sysroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READ_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

int sysroot_open(struct sysroot *root, const char *dir, struct fault *fault)
{
	const char *name = dir && strcmp(dir, "/") ? dir : "";
	size_t len = strlen(name);

	*root = (struct sysroot){ .fd = -1 };
	root->fd = open(dir ? dir : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		int err = errno;

		return fault_set(fault, err, "%s: %s", dir, strerror(err));
	}
	while (len && name[len - 1] == '/')
		len--;
	root->name = strndup(name, len);
	if (!root->name) {
		sysroot_close(root);
		return fault_nomem(fault);
	}
	return 0;
}

void sysroot_close(struct sysroot *root)
{
	if (root->fd >= 0)
		close(root->fd);
	free(root->name);
	*root = (struct sysroot){ .fd = -1 };
}

/* Opens component by component; returns a descriptor or a negative errno value. */
static int open_walking(const struct sysroot *root, const char *path, int flags)
{
	int dir = root->fd;

	for (;;) {
		size_t len = strcspn(path, "/");
		bool last = path[len] == '\0';
		char part[NAME_MAX + 1];
		int fd, err;

		if (len > NAME_MAX) {
			fd = -1;
			err = ENAMETOOLONG;
		} else {
			memcpy(part, path, len);
			part[len] = '\0';
			if (!strcmp(part, "..")) {
				fd = -1;
				err = EXDEV;
			} else {
				fd = openat(dir, part, O_NOFOLLOW |
					    (last ? flags : O_PATH | O_DIRECTORY |
					     O_CLOEXEC));
				err = errno;
			}
		}
		if (dir != root->fd)
			close(dir);
		if (fd < 0)
			return -err;
		if (last)
			return fd;
		dir = fd;
		path += len + 1;
	}
}

static int open_below(struct sysroot *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)flags,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries, fd;

	/* EAGAIN: something was renamed meanwhile, and a link had to be followed. */
	for (tries = 0; !root->no_openat2 && tries < 10; tries++) {
		fd = (int)syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
		if (fd >= 0)
			return fd;
		if (errno == ENOSYS)
			root->no_openat2 = true;
		else if (errno != EAGAIN && errno != EPERM)
			return -errno;
		else if (errno == EPERM)
			break;
	}
	/* EPERM is the file's answer, or that of a sandbox to the call: ask again. */
	return open_walking(root, path, flags);
}

static int read_all(int fd, struct text *text)
{
	size_t size = 0;

	for (;;) {
		ssize_t n;

		if (size - text->len < 2) {
			size_t more = size ? 2 * size : 4096;
			char *data;

			/* Room for the limit, one byte beyond it, and the NUL. */
			if (more > SYSROOT_FILE_MAX + 2)
				more = SYSROOT_FILE_MAX + 2;
			data = realloc(text->data, more);
			if (!data)
				return -ENOMEM;
			text->data = data;
			size = more;
		}
		n = read(fd, text->data + text->len, size - text->len - 1);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (n == 0)
			break;
		text->len += (size_t)n;
		if (text->len > SYSROOT_FILE_MAX)
			return -EFBIG;
	}
	text->data[text->len] = '\0';
	return 0;
}

/* "PATH: cause" */
static int path_fault(const struct sysroot *root, const char *path, int err,
		      struct fault *fault)
{
	return fault_set(fault, err, "%s/%s: %s", root->name, path,
			 strerror(err));
}

int sysroot_open_folder(struct sysroot *root, const char *path,
			struct sysroot *folder, struct fault *fault)
{
	*folder = (struct sysroot){ .fd = -1, .no_openat2 = root->no_openat2 };
	folder->fd = open_below(root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0)
		return path_fault(root, path, -folder->fd, fault);
	if (asprintf(&folder->name, "%s/%s", root->name, path) < 0) {
		folder->name = NULL;
		sysroot_close(folder);
		return fault_nomem(fault);
	}
	return 0;
}

int sysroot_read(struct sysroot *root, const char *path, struct text *text,
		 struct fault *fault)
{
	struct stat st;
	int fd, err;

	*text = (struct text){ 0 };
	fd = open_below(root, path, READ_FLAGS);
	if (fd < 0)
		return path_fault(root, path, -fd, fault);
	if (fstat(fd, &st) < 0) {
		err = -errno;
	} else if (!S_ISREG(st.st_mode)) {
		close(fd);
		return fault_set(fault, EINVAL, "%s/%s: not a regular file",
				 root->name, path);
	} else if (st.st_size > (off_t)SYSROOT_FILE_MAX) {
		err = -EFBIG;
	} else {
		err = read_all(fd, text);
	}
	close(fd);
	if (!err)
		return 0;
	text_free(text);
	if (err == -EFBIG)
		return fault_set(fault, EFBIG, "%s/%s: larger than %lu MiB",
				 root->name, path, SYSROOT_FILE_MAX >> 20);
	return path_fault(root, path, -err, fault);
}

int sysroot_read_at(struct sysroot *root, const char *path, uint64_t offset,
		    void *buffer, size_t size, size_t *done,
		    struct fault *fault)
{
	struct stat st;
	int fd, err = 0;

	*done = 0;
	fd = open_below(root, path, READ_FLAGS);
	if (fd < 0)
		return path_fault(root, path, -fd, fault);
	if (fstat(fd, &st) < 0)
		err = errno;
	else if (!S_ISREG(st.st_mode))
		err = EINVAL;
	while (!err && *done < size) {
		const ssize_t n = pread(fd, (char *)buffer + *done, size - *done,
					(off_t)(offset + *done));

		if (n == 0)
			break;
		if (n > 0)
			*done += (size_t)n;
		else if (errno != EINTR)
			err = errno;
	}
	close(fd);
	return err ? path_fault(root, path, err, fault) : 0;
}

int sysroot_read_word(struct sysroot *root, const char *path, char *word,
		      size_t size, struct fault *fault)
{
	int fd, err = 0;
	ssize_t n;

	word[0] = '\0';
	fd = open_below(root, path, READ_FLAGS);
	if (fd < 0)
		return path_fault(root, path, -fd, fault);
	do {
		n = pread(fd, word, size - 1, 0);
		err = n < 0 ? errno : 0;
	} while (err == EINTR);
	close(fd);
	word[n < 0 ? 0 : n] = '\0';
	word[strcspn(word, " \n")] = '\0';
	return err ? path_fault(root, path, err, fault) : 0;
}

int sysroot_read_link(struct sysroot *root, const char *path, char *target, size_t size,
		      struct fault *fault)
{
	int fd, err = 0;
	ssize_t n;

	target[0] = '\0';
	fd = open_below(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return path_fault(root, path, -fd, fault);
	n = readlinkat(fd, "", target, size - 1);
	/* ENOENT: it is there, but no link. */
	if (n < 0 && errno != ENOENT && errno != EINVAL)
		err = errno;
	close(fd);
	target[n < 0 ? 0 : n] = '\0';
	return err ? path_fault(root, path, err, fault) : 0;
}

int sysroot_write(struct sysroot *root, const char *path, const char *data,
		  struct fault *fault)
{
	const size_t len = strlen(data);
	int fd, err = 0;
	ssize_t n;

	fd = open_below(root, path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return path_fault(root, path, -fd, fault);
	do {
		n = write(fd, data, len);
		err = n < 0 ? errno : 0;
	} while (err == EINTR);
	if (close(fd) && !err)
		err = errno;
	if (!err && (size_t)n != len)
		err = EIO;
	return err ? fault_set(fault, err, "%s/%s: writing %s: %s", root->name, path, data,
			       strerror(err)) : 0;
}

static bool is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

int sysroot_list(struct sysroot *root, const char *path,
		 int (*on_name)(const char *name, void *context), void *context,
		 struct fault *fault)
{
	const struct dirent *entry;
	int fd, result = 0;
	DIR *dir;

	fd = open_below(root, path, READ_FLAGS | O_DIRECTORY);
	if (fd < 0)
		return path_fault(root, path, -fd, fault);
	dir = fdopendir(fd);
	if (!dir) {
		const int err = errno;

		close(fd);
		return path_fault(root, path, err, fault);
	}
	while (!result) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (is_entry(entry))
			result = on_name(entry->d_name, context);
	}
	if (!result && errno)
		result = path_fault(root, path, errno, fault);
	closedir(dir);
	return result;
}

int sysroot_dir_has_entries(struct sysroot *root, const char *path)
{
	const struct dirent *entry;
	int fd, result = 0;
	DIR *dir;

	fd = open_below(root, path, READ_FLAGS | O_DIRECTORY);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		result = -errno;
		close(fd);
		return result;
	}
	errno = 0;
	while (!result && (entry = readdir(dir)))
		result = is_entry(entry);
	if (!result && errno)
		result = -errno;
	closedir(dir);
	return result;
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}
