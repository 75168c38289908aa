// SPDX-License-Identifier: GPL-2.0
#include "replace-file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of the name, so that what is put around it stays below NAME_MAX. */
#define NAME_PART "200"

/* Returns the temporary file, open, and its name, which the caller frees. */
static int create_beside(const char *path, char **temporary, struct fault *fault)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	int fd, err;

	if (asprintf(temporary, "%.*s.%." NAME_PART "s.XXXXXX", (int)(name - path), path,
		     name) < 0)
		return fault_nomem(fault);
	fd = mkostemp(*temporary, O_CLOEXEC);
	if (fd >= 0)
		return fd;
	err = errno;
	free(*temporary);
	return fault_set(fault, err, "%s: no temporary file can be made beside it: %s",
			 path, strerror(err));
}

/* Closes @fd, too. Returns 0 or a negative errno value. */
static int fill(int fd, const char *data, size_t len)
{
	int err = 0;

	while (len && !err) {
		ssize_t n = write(fd, data, len);

		if (n >= 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno != EINTR) {
			err = -errno;
		}
	}
	/* Not as the umask has it: who collects the file is another user. */
	if (!err && fchmod(fd, 0644))
		err = -errno;
	/* Else the name might outlive a power failure, and the content not. */
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static int check_target(const char *path, struct fault *fault)
{
	const size_t len = strlen(path);
	struct stat st;
	int err;

	if (!len || path[len - 1] == '/')
		return fault_set(fault, EISDIR, "'%s' is no name of a file", path);
	if (lstat(path, &st)) {
		if (errno == ENOENT)
			return 0;
		err = errno;
		return fault_set(fault, err, "%s: %s", path, strerror(err));
	}
	/* Root could replace /dev/null. */
	if (!S_ISREG(st.st_mode))
		return fault_set(fault, EINVAL, "%s: not a regular file, it is not replaced",
				 path);
	return 0;
}

static int replace(const char *path, const char *data, size_t len, struct fault *fault)
{
	char *temporary;
	int fd, err;

	fd = create_beside(path, &temporary, fault);
	if (fd < 0)
		return fd;
	err = fill(fd, data, len);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err) {
		unlink(temporary);
		fault_set(fault, -err, "%s: %s", path, strerror(-err));
	}
	free(temporary);
	return err;
}

int replace_file(const char *path, const char *data, size_t len, struct fault *fault)
{
	static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGXCPU };
	sigset_t wait, before, size;
	size_t i;
	int err;

	err = check_target(path, fault);
	if (err)
		return err;
	sigemptyset(&size);
	sigaddset(&size, SIGXFSZ);
	wait = size;
	for (i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		sigaddset(&wait, ending[i]);
	sigprocmask(SIG_BLOCK, &wait, &before);
	err = replace(path, data, len, fault);
	/* A file beyond RLIMIT_FSIZE is an error as others, not a death. */
	if (err == -EFBIG)
		sigtimedwait(&size, NULL, &(struct timespec){ 0 });
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}
