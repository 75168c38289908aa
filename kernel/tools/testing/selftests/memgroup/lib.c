// SPDX-License-Identifier: GPL-2.0

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib.h"

#define PATH_SIZE	160
#define RESTORES_MAX	16

/* For all the blocks that find_block() tries. */
#define FIND_SECONDS	(5 * OFFLINE_SECONDS)

/* Complete entries only are counted: a signal may come at any time. */
static struct restore {
	char path[PATH_SIZE];
	char zones[PATH_SIZE];	/* of a block that belongs into ZONE_MOVABLE, or "" */
	char text[64];
} restores[RESTORES_MAX];
static int nr_restores;

/* What comes before that, or NULL. */
static void (*first_restore)(void);

/* The next functions call nothing but what a signal handler may call. */
static bool reads(const char *path, const char *expected)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text));
	close(fd);
	return len == (ssize_t)strlen(expected) && !memcmp(text, expected, len);
}

int write_text(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;
	int err;

	if (fd < 0)
		return -errno;
	written = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	return written < 0 ? -err : 0;
}

/* The kernel tries for good, until a signal comes. */
static int offline_within(const char *path, unsigned int seconds)
{
	int ret;

	alarm(seconds);
	ret = write_text(path, "offline");
	alarm(0);
	return ret;
}

static void restore_one(const struct restore *restore)
{
	/* The zone of a block is what it was put into when it went online. */
	if (*restore->zones && reads(restore->path, "online\n")) {
		if (reads(restore->zones, "Movable\n"))
			return;
		offline_within(restore->path, OFFLINE_SECONDS);
	}
	/* What does not work cannot be helped any more. */
	if (write_text(restore->path, restore->text))
		(void)!write(STDERR_FILENO, "# not restored\n", 15);
}

static void restore_all(void)
{
	int i = __atomic_load_n(&nr_restores, __ATOMIC_SEQ_CST);

	if (first_restore)
		first_restore();
	while (i--) {
		restore_one(&restores[i]);
		__atomic_store_n(&nr_restores, i, __ATOMIC_SEQ_CST);
	}
}

/* What it interrupts has its end. It may come before that began: once more, then. */
static void on_alarm(int number)
{
	(void)number;
	alarm(1);
}

static void on_signal(int number)
{
	restore_all();
	signal(number, SIG_DFL);
	raise(number);
}

void begin(void)
{
	/* Each closed to the others: they would restore at the same time. */
	struct sigaction action = { .sa_handler = on_signal };
	static const int signals[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE
	};
	/* Not among them: it also limits what is done to restore. No SA_RESTART. */
	const struct sigaction limit = { .sa_handler = on_alarm };
	size_t i;

	setlinebuf(stdout);
	ksft_print_header();
	if (geteuid())
		ksft_exit_skip("needs root\n");
	if (access(PARAMETERS "auto_movable_ratio", F_OK))
		ksft_exit_skip("no " PARAMETERS ": CONFIG_MEMORY_HOTPLUG is off\n");
	if (access(GROUPS, F_OK))
		ksft_exit_skip("no " GROUPS ": no CONFIG_MEMGROUP_DEBUGFS, or not mounted\n");
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&action.sa_mask, signals[i]);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	sigaction(SIGALRM, &limit, NULL);
	atexit(restore_all);
}

char *read_all(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, size = 0;
	char *text = NULL, *more;
	ssize_t got;

	if (fd < 0)
		return NULL;
	do {
		if (len + 1 >= size) {
			size = size ? 2 * size : 4096;
			more = realloc(text, size);
			if (!more)
				ksft_exit_fail_msg("out of memory\n");
			text = more;
		}
		got = read(fd, text + len, size - len - 1);
		if (got < 0) {
			const int err = errno;

			free(text);
			close(fd);
			errno = err;
			return NULL;
		}
		len += got;
	} while (got);
	close(fd);
	text[len] = '\0';
	return text;
}

const char *read_line(const char *path, char *line, size_t size)
{
	char *text = read_all(path);

	snprintf(line, size, "%s", text ? text : "");
	line[strcspn(line, "\n")] = '\0';
	free(text);
	return line;
}

static void note(const char *path, const char *text, const char *zones)
{
	const int i = nr_restores;

	if (i == RESTORES_MAX)
		ksft_exit_fail_msg("too much to restore\n");
	snprintf(restores[i].path, sizeof(restores[i].path), "%s", path);
	snprintf(restores[i].text, sizeof(restores[i].text), "%s", text);
	snprintf(restores[i].zones, sizeof(restores[i].zones), "%s", zones);
	__atomic_store_n(&nr_restores, i + 1, __ATOMIC_SEQ_CST);
}

static void drop_note(void)
{
	__atomic_store_n(&nr_restores, nr_restores - 1, __ATOMIC_SEQ_CST);
}

void write_later(const char *path, const char *text)
{
	note(path, text, "");
}

void call_later(void (*function)(void))
{
	first_restore = function;
}

void restore_later(const char *path)
{
	char line[64];

	write_later(path, read_line(path, line, sizeof(line)));
}

int records_read(const char *path, struct records *records)
{
	size_t size = 0;
	char *line, *save;

	*records = (struct records) {};
	records->text = read_all(path);
	if (!records->text)
		return -errno;
	for (line = records->text; *line; line++)
		size += *line == '\n';
	records->lines = calloc(size + 1, sizeof(*records->lines));
	if (!records->lines)
		ksft_exit_fail_msg("out of memory\n");
	size = 0;
	for (line = strtok_r(records->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		records->lines[size++] = line;
	if (!size) {
		records_free(records);
		return -ENODATA;
	}
	records->count = size - 1;
	return 0;
}

void records_free(struct records *records)
{
	free(records->lines);
	free(records->text);
	*records = (struct records) {};
}

/* The word at @index, which single blanks end. */
static bool word_at(const char *line, size_t index, char *word, size_t size)
{
	size_t len;

	while (index--) {
		line = strchr(line, ' ');
		if (!line)
			return false;
		line++;
	}
	len = strcspn(line, " ");
	if (len >= size)
		return false;
	memcpy(word, line, len);
	word[len] = '\0';
	return len;
}

bool field(const struct records *records, size_t record, const char *column,
	   char *value, size_t size)
{
	char name[64];
	size_t i;

	for (i = 0; word_at(records->lines[0], i, name, sizeof(name)); i++)
		if (!strcmp(name, column))
			return record < records->count &&
			       word_at(records->lines[record + 1], i, value,
				       size);
	return false;
}

unsigned long long number_of(const struct records *records, size_t record, const char *column)
{
	char text[32], *end;
	unsigned long long value;

	if (!field(records, record, column, text, sizeof(text)))
		ksft_exit_fail_msg("record %zu has no \"%s\"\n", record, column);
	if (!strcmp(text, "-"))
		return 0;
	value = strtoull(text, &end, 10);
	if (end == text || *end)
		ksft_exit_fail_msg("\"%s\" of record %zu is \"%s\", no number\n",
				   column, record, text);
	return value;
}

unsigned long long policy_number(const char *name)
{
	struct records records;
	unsigned long long value;
	char is[64];
	size_t i;

	if (records_read(GROUPS "policy", &records))
		ksft_exit_fail_msg(GROUPS "policy cannot be read\n");
	for (i = 0; i < records.count; i++)
		if (field(&records, i, "name", is, sizeof(is)) &&
		    !strcmp(is, name))
			break;
	if (i == records.count)
		ksft_exit_fail_msg(GROUPS "policy has no \"%s\"\n", name);
	value = number_of(&records, i, "value");
	records_free(&records);
	return value;
}

const char *block_file(unsigned long long block, const char *name)
{
	static char path[PATH_SIZE];

	snprintf(path, sizeof(path), MEMORY "memory%llu/%s", block, name);
	return path;
}

int offline(unsigned long long block, unsigned int seconds)
{
	return offline_within(block_file(block, "state"), seconds);
}

/* There and back. It must not stay offline, whatever ends the program meanwhile. */
static bool can_go_offline(unsigned long long block)
{
	char zones[PATH_SIZE];
	int ret;

	snprintf(zones, sizeof(zones), "%s", block_file(block, "valid_zones"));
	note(block_file(block, "state"), "online_movable", zones);
	ret = offline(block, OFFLINE_SECONDS);
	if (ret) {
		ksft_print_msg("block %llu does not go offline: %s\n", block,
			       ret == -EINTR ? "time is up" : strerror(-ret));
		drop_note();
		return false;
	}
	ret = write_text(block_file(block, "state"), "online_movable");
	if (ret)
		ksft_exit_fail_msg("block %llu does not go online again: %s\n",
				   block, strerror(-ret));
	return true;
}

bool find_block(unsigned long long *block)
{
	const time_t end = time(NULL) + FIND_SECONDS;
	struct records records;
	char group[32], zone[32];
	bool found = false;
	size_t i;

	if (records_read(GROUPS "blocks", &records))
		return false;
	/* From the end: what was plugged last is used least. */
	for (i = records.count; i-- && !found && time(NULL) < end;) {
		if (!field(&records, i, "group", group, sizeof(group)) ||
		    !field(&records, i, "zone", zone, sizeof(zone)) ||
		    !strcmp(group, "-") || strcmp(zone, "Movable"))
			continue;
		*block = number_of(&records, i, "block");
		found = can_go_offline(*block);
	}
	records_free(&records);
	return found;
}
