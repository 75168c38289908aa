// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "replace-file.h"

#define OLD "what was there before\n"
#define NEW "what comes instead\n"

/* What the next calls do instead of what they should. */
static struct {
	size_t room;	/* of the disk; write() takes a byte at a time if it is set */
	bool limited;
	int fsync_error, rename_error;
	int signal;	/* raised while the temporary file is there */
} fake;

ssize_t __real_write(int fd, const void *data, size_t len);
int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
ssize_t __wrap_write(int fd, const void *data, size_t len);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	if (!fake.limited)
		return __real_write(fd, data, len);
	if (!fake.room) {
		errno = ENOSPC;
		return -1;
	}
	fake.room--;
	return __real_write(fd, data, 1);
}

int __wrap_fsync(int fd)
{
	if (fake.signal)
		raise(fake.signal);
	if (!fake.fsync_error)
		return __real_fsync(fd);
	errno = fake.fsync_error;
	return -1;
}

int __wrap_rename(const char *from, const char *to)
{
	if (!fake.rename_error)
		return __real_rename(from, to);
	errno = fake.rename_error;
	return -1;
}

static char folder[] = "/tmp/replace-file-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return !mkdtemp(folder) || chdir(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	return chdir("/") || rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void has(const char *name, const char *text)
{
	char found[64] = "";
	FILE *file = fopen(name, "r");

	assert_non_null(file);
	assert_true(fread(found, 1, sizeof(found) - 1, file) == strlen(text));
	fclose(file);
	assert_string_equal(found, text);
}

static int each_case(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	write_file("file", OLD);
	return 0;
}

/* Nothing else is left in the folder. */
static int only_the_file(void **state)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	int others = 0;

	(void)state;
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.' ? strcmp(entry->d_name, "file") :
					    strlen(entry->d_name) > 2)
			others++;
	closedir(dir);
	unlink("file");
	return others;
}

static int replace(const char *path, struct fault *fault)
{
	return replace_file(path, NEW, strlen(NEW), fault);
}

static void fails(int err, const char *path, const char *text)
{
	struct fault fault;

	assert_int_equal(replace(path, &fault), -err);
	assert_string_equal(fault.text, text);
	has("file", OLD);
}

static void replaces(void **state)
{
	char path[sizeof(folder) + 8];
	struct fault fault;
	struct stat st;
	mode_t mask = umask(077);

	(void)state;
	assert_int_equal(replace("file", &fault), 0);
	umask(mask);
	has("file", NEW);
	assert_int_equal(stat("file", &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	unlink("file");
	snprintf(path, sizeof(path), "%s/file", folder);
	assert_int_equal(replace(path, &fault), 0);
	has("file", NEW);
	assert_int_equal(replace_file("./file", "", 0, &fault), 0);
	has("file", "");
}

static void names_of_any_length(void **state)
{
	struct fault fault;
	char name[257];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	assert_int_equal(replace(name, &fault), 0);
	has(name, NEW);
	unlink(name);
	name[255] = 'n';
	name[256] = '\0';
	assert_int_equal(replace(name, &fault), -ENAMETOOLONG);
}

static void no_folder(void **state)
{
	(void)state;
	fails(ENOENT, "none/file",
	      "none/file: no temporary file can be made beside it: No such file or directory");
	fails(ENOTDIR, "file/file", "file/file: Not a directory");
	fails(EISDIR, "", "'' is no name of a file");
	fails(EISDIR, "./", "'./' is no name of a file");
}

static void no_regular_file(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fails(EINVAL, "link", "link: not a regular file, it is not replaced");
	fails(EINVAL, "pipe", "pipe: not a regular file, it is not replaced");
	fails(EINVAL, ".", ".: not a regular file, it is not replaced");
	assert_true(!lstat("link", &st) && S_ISLNK(st.st_mode));
	assert_true(!lstat("pipe", &st) && S_ISFIFO(st.st_mode));
	unlink("link");
	unlink("pipe");
}

static void full_disk(void **state)
{
	(void)state;
	fake.limited = true;
	for (size_t room = 0; room < strlen(NEW); room++) {
		fake.room = room;
		fails(ENOSPC, "file", "file: No space left on device");
	}
	fake.room = strlen(NEW);
	assert_int_equal(replace("file", &(struct fault){ "" }), 0);
	has("file", NEW);
}

static void other_failures(void **state)
{
	(void)state;
	fake.fsync_error = EIO;
	fails(EIO, "file", "file: Input/output error");
	fake.fsync_error = 0;
	fake.rename_error = EROFS;
	fails(EROFS, "file", "file: Read-only file system");
}

static void file_size_limit(void **state)
{
	struct rlimit before, small;
	struct fault fault;
	sigset_t pending;
	int err;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 8;
	setrlimit(RLIMIT_FSIZE, &small);
	err = replace("file", &fault);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(err, -EFBIG);
	assert_string_equal(fault.text, "file: File too large");
	has("file", OLD);
	sigpending(&pending);
	assert_false(sigismember(&pending, SIGXFSZ));
}

/* The program ends, but not before all is in order. */
static void signals_wait(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		pid_t pid;

		write_file("file", OLD);
		pid = fork();
		if (!pid) {
			struct fault fault;

			signal(signals[i], SIG_DFL);
			setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
			fake.signal = signals[i];
			/* Every other time it is a failure, too. */
			fake.rename_error = i % 2 ? EIO : 0;
			replace("file", &fault);
			_exit(1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		has("file", i % 2 ? OLD : NEW);
	}
}

/* Two texts in turn, longer than a write to disk is likely to be. */
#define LONG_A	300000
#define LONG_B	150000

static void write_in_turn(void)
{
	static char a[LONG_A], b[LONG_B];
	struct fault fault;
	bool good = true;

	/* Also if the reader fails, and forgets it. */
	alarm(60);
	signal(SIGTERM, SIG_DFL);
	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	while (good)
		good = !replace_file("file", a, sizeof(a), &fault) &&
		       !replace_file("file", b, sizeof(b), &fault);
	_exit(1);
}

static size_t read_long(char *text, size_t size)
{
	int fd = open("file", O_RDONLY);
	size_t len = 0;
	ssize_t n;

	assert_true(fd >= 0);
	/* In pieces, so that there is time for a replacement. */
	while ((n = read(fd, text + len, size - len < 4096 ? size - len : 4096)) > 0)
		len += (size_t)n;
	close(fd);
	return len;
}

static void readers_see_all_of_it(void **state)
{
	static char text[LONG_A + 1];
	unsigned int seen_a = 0, seen_b = 0;
	const time_t end = time(NULL) + 30;
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (!pid)
		write_in_turn();
	while ((seen_a < 50 || seen_b < 50) && time(NULL) < end) {
		size_t len = read_long(text, sizeof(text));

		if (len == strlen(OLD) && !memcmp(text, OLD, len))
			continue;
		assert_true(len == LONG_A || len == LONG_B);
		assert_int_equal(text[0], len == LONG_A ? 'a' : 'b');
		assert_memory_equal(text, text + 1, len - 1);
		seen_a += len == LONG_A;
		seen_b += len == LONG_B;
	}
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_true(seen_a >= 50 && seen_b >= 50);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, each_case, only_the_file)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_FOLDER(replaces),
		IN_FOLDER(names_of_any_length),
		IN_FOLDER(no_folder),
		IN_FOLDER(no_regular_file),
		IN_FOLDER(full_disk),
		IN_FOLDER(other_failures),
		IN_FOLDER(file_size_limit),
		IN_FOLDER(signals_wait),
		IN_FOLDER(readers_see_all_of_it),
	};

	return cmocka_run_group_tests_name("replace-file", tests, make_folder,
					   remove_folder);
}
