// SPDX-License-Identifier: GPL-2.0

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

#define PATH_SIZE	160
#define RESTORES_MAX	16

/* Complete entries only are counted: a signal may come at any time. */
static struct {
	char path[PATH_SIZE];
	char text[64];
} restores[RESTORES_MAX];
static int nr_restores;

/* Nothing here but what a signal handler may call. */
static void restore_all(void)
{
	int i = __atomic_load_n(&nr_restores, __ATOMIC_SEQ_CST);

	while (i--) {
		const int fd = open(restores[i].path, O_WRONLY | O_CLOEXEC);

		/* What does not work cannot be helped any more. */
		if (fd >= 0) {
			if (write(fd, restores[i].text,
				  strlen(restores[i].text)) < 0)
				(void)!write(STDERR_FILENO, "# not restored\n", 15);
			close(fd);
		}
		__atomic_store_n(&nr_restores, i, __ATOMIC_SEQ_CST);
	}
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
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGPIPE
	};
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

void write_later(const char *path, const char *text)
{
	const int i = nr_restores;

	if (i == RESTORES_MAX)
		ksft_exit_fail_msg("too much to restore\n");
	snprintf(restores[i].path, sizeof(restores[i].path), "%s", path);
	snprintf(restores[i].text, sizeof(restores[i].text), "%s", text);
	__atomic_store_n(&nr_restores, i + 1, __ATOMIC_SEQ_CST);
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

bool find_block(unsigned long long *block)
{
	struct records records;
	char group[32], zone[32];
	bool found = false;
	size_t i;

	if (records_read(GROUPS "blocks", &records))
		return false;
	/* From the end: what was plugged last is used least. */
	for (i = records.count; i-- && !found;) {
		if (!field(&records, i, "group", group, sizeof(group)) ||
		    !field(&records, i, "zone", zone, sizeof(zone)) ||
		    !strcmp(group, "-") || strcmp(zone, "Movable"))
			continue;
		*block = number_of(&records, i, "block");
		found = !write_text(block_file(*block, "state"), "offline") &&
			!write_text(block_file(*block, "state"),
				    "online_movable");
	}
	records_free(&records);
	if (found)
		write_later(block_file(*block, "state"), "online_movable");
	return found;
}
