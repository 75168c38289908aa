// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oplog.h"
#include "units.h"

/* A line may hold the longest path or text that is an option, and no more. */
#define LINE_LEN_MAX	8192
#define ERRNO_MAX	4095

/* What comes in which order. */
enum part { PART_MAGIC, PART_KERNEL, PART_OPTIONS, PART_DEVICES, PART_OPS, PART_END };

struct reader {
	struct history *history;
	const char *path;
	size_t line;
	enum part part;
	bool unfinished;	/* the operation before has no outcome */
	size_t room_options, room_devices, room_ops;
	struct fault *fault;
};

static int bad(struct reader *r, const char *what)
{
	return fault_set(r->fault, EINVAL, "%s: line %zu: %s", r->path, r->line,
			 what);
}

/* Makes room for one more of @size bytes behind @nr in *@list. */
static int grow(struct reader *r, void **list, size_t nr, size_t *room,
		size_t size)
{
	void *larger;

	if (nr < *room)
		return 0;
	larger = reallocarray(*list, *room ? 2 * *room : 64, size);
	if (!larger)
		return fault_nomem(r->fault);
	*list = larger;
	*room = *room ? 2 * *room : 64;
	return 0;
}

/* The words of a line are parted by single spaces. */
static char *next_word(char **rest)
{
	char *word = *rest ? strsep(rest, " ") : NULL;

	return word && *word ? word : NULL;
}

static bool next_number(char **rest, uint64_t *number)
{
	const char *word = next_word(rest);

	return word && !units_parse_decimal(word, number);
}

static int take_option(struct reader *r, char *rest)
{
	struct history *h = r->history;
	struct logged_option option = {};
	const char *name = next_word(&rest);
	int ret;

	if (!name)
		return bad(r, "an option without a name");
	ret = grow(r, (void **)&h->options, h->nr_options, &r->room_options,
		   sizeof(*h->options));
	if (ret)
		return ret;
	option.name = strdup(name);
	option.value = rest ? strdup(rest) : NULL;
	h->options[h->nr_options++] = option;
	return option.name && (!rest || option.value) ? 0 :
	       fault_nomem(r->fault);
}

static int find_device(const struct history *h, const char *name, size_t *index)
{
	for (*index = 0; *index < h->nr_devices; (*index)++)
		if (!strcmp(h->devices[*index].name, name))
			return 0;
	return -ENOENT;
}

static int take_device(struct reader *r, char *rest)
{
	struct history *h = r->history;
	const char *name = next_word(&rest);
	const char *kind = next_word(&rest);
	struct device device = {};
	uint64_t node;
	size_t known;
	int ret;

	if (!name || strlen(name) >= sizeof(device.name))
		return bad(r, "that is no name of a device");
	strcpy(device.name, name);
	if (!kind || device_kind_parse(kind, &device.kind))
		return bad(r, "that is no kind of device");
	if (!next_number(&rest, &node) || node > INT_MAX ||
	    !next_number(&rest, &device.size) ||
	    !next_number(&rest, &device.unit) ||
	    !next_number(&rest, &device.plugged) || rest)
		return bad(r, "a device has four numbers: node, size, unit, plugged");
	device.node = (int)node;
	if (!find_device(h, name, &known))
		return bad(r, "the device is there already");
	ret = grow(r, (void **)&h->devices, h->nr_devices, &r->room_devices,
		   sizeof(*h->devices));
	if (!ret)
		h->devices[h->nr_devices++] = device;
	return ret;
}

/* Operations that a kind of device has. */
static bool fits(enum op_kind op, enum device_kind device)
{
	switch (device) {
	case DEVICE_BLOCKS:
		return op >= OP_OFFLINE;
	case DEVICE_SIM_STATIC:
	case DEVICE_DIMM:
		return op == OP_PLUG || op == OP_UNPLUG;
	default:
		return op == OP_RESIZE;
	}
}

static int take_argument(struct reader *r, const struct device *device,
			 struct op *op, const char *word)
{
	uint64_t number = 0;

	if (op->kind == OP_PLUG || op->kind == OP_UNPLUG)
		return word && !strcmp(word, "-") ? 0 :
		       bad(r, "a \"-\" is missing");
	if (!word || units_parse_decimal(word, &number))
		return bad(r, "the number of bytes, or of the block, is missing");
	if (op->kind != OP_RESIZE) {
		op->block = number;
		return 0;
	}
	op->bytes = number;
	if (number > device->size || (device->unit && number % device->unit))
		return bad(r, "the device cannot have that size");
	return 0;
}

static int result_parse(const char *word, int *error)
{
	const char *name;

	if (!strcmp(word, "ok")) {
		*error = 0;
		return 0;
	}
	for (*error = 1; *error <= ERRNO_MAX; (*error)++) {
		name = strerrorname_np(*error);
		if (name && !strcmp(name, word))
			return 0;
	}
	return -EINVAL;
}

/* What is behind the operation itself; the text of a blocker is not looked at. */
static int take_outcome(struct reader *r, struct logged_op *logged, char *rest)
{
	const char *equals = next_word(&rest);
	const char *result;
	uint64_t number;
	unsigned int i;

	if (!equals) {
		logged->error = -1;
		r->unfinished = true;
		return rest ? bad(r, "a \"=\" is missing") : 0;
	}
	result = next_word(&rest);
	if (strcmp(equals, "=") || !result ||
	    result_parse(result, &logged->error))
		return bad(r, "the result is missing");
	for (i = 0; i < 4; i++)
		if (!next_number(&rest, &number))
			return bad(r, "a result has four numbers");
	return 0;
}

static int take_op(struct reader *r, char *rest)
{
	struct history *h = r->history;
	struct logged_op logged = {};
	const char *kind, *device;
	uint64_t number;
	int ret;

	if (r->unfinished)
		return bad(r, "the operation before this one has no result");
	if (!next_number(&rest, &number) || number != h->nr_ops + 1)
		return bad(r, "that is not the next operation's number");
	kind = next_word(&rest);
	if (!kind || op_kind_parse(kind, &logged.op.kind))
		return bad(r, "there is no such operation");
	device = next_word(&rest);
	if (!device || find_device(h, device, &logged.device))
		return bad(r, "there is no such device");
	strcpy(logged.op.device, h->devices[logged.device].name);
	if (!fits(logged.op.kind, h->devices[logged.device].kind))
		return bad(r, "the device has no such operation");
	ret = take_argument(r, &h->devices[logged.device], &logged.op,
			    next_word(&rest));
	if (!ret)
		ret = take_outcome(r, &logged, rest);
	if (!ret)
		ret = grow(r, (void **)&h->ops, h->nr_ops, &r->room_ops,
			   sizeof(*h->ops));
	if (!ret)
		h->ops[h->nr_ops++] = logged;
	return ret;
}

/* cppcheck-suppress constParameter ; as the others */
static int take_nothing(struct reader *r, char *rest)
{
	return rest ? 0 : bad(r, "a word is missing");
}

static const struct line_kind {
	const char *word;
	/* From which part on it may come, and which part it makes it. */
	enum part from, to, is;
	int (*take)(struct reader *r, char *rest);
} line_kinds[] = {
	{ "kernel", PART_KERNEL, PART_KERNEL, PART_OPTIONS, take_nothing },
	{ "option", PART_OPTIONS, PART_OPTIONS, PART_OPTIONS, take_option },
	{ "device", PART_OPTIONS, PART_DEVICES, PART_DEVICES, take_device },
	{ "op", PART_DEVICES, PART_OPS, PART_OPS, take_op },
	{ "violation", PART_DEVICES, PART_OPS, PART_OPS, take_nothing },
	{ "end", PART_OPTIONS, PART_OPS, PART_END, take_nothing },
};

static int take_line(struct reader *r, char *line)
{
	const char *word;
	size_t i;

	if (r->part == PART_MAGIC) {
		if (strcmp(line, "hotplug-stress-log 1"))
			return bad(r, "this is no log of hotplug-stress, or of another version");
		r->part = PART_KERNEL;
		return 0;
	}
	word = next_word(&line);
	if (!word)
		return bad(r, "the line is empty");
	for (i = 0; i < sizeof(line_kinds) / sizeof(line_kinds[0]); i++) {
		const struct line_kind *kind = &line_kinds[i];

		if (strcmp(word, kind->word))
			continue;
		if (r->part < kind->from || r->part > kind->to)
			return bad(r, "that does not belong here");
		r->part = kind->is;
		return kind->take(r, line);
	}
	return bad(r, "there is no such word");
}

static int take_lines(struct reader *r, FILE *file)
{
	char line[LINE_LEN_MAX];
	size_t len;
	int ret;

	while (fgets(line, sizeof(line), file)) {
		r->line++;
		len = strlen(line);
		/* Cut off by what ended the run: the operation was not finished. */
		if (!len || line[len - 1] != '\n') {
			if (!len || !feof(file) || len == sizeof(line) - 1)
				return bad(r, "the line is too long, or has a NUL");
		} else {
			line[len - 1] = '\0';
		}
		ret = take_line(r, line);
		if (ret)
			return ret;
	}
	if (ferror(file))
		return fault_set(r->fault, errno, "%s: %s", r->path,
				 strerror(errno));
	return 0;
}

static int check_whole(struct reader *r)
{
	r->line++;
	if (!r->history->nr_ops)
		return bad(r, "there is no operation");
	return 0;
}

int history_read(struct history *history, const char *path,
		 struct fault *fault)
{
	struct reader r = {
		.history = history, .path = path, .fault = fault,
	};
	struct stat stat;
	FILE *file;
	int fd, ret;

	*history = (struct history){};
	/* A pipe would be waited for, and never end. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode)) {
		close(fd);
		return fault_set(fault, EINVAL, "%s: not a regular file", path);
	}
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return fault_nomem(fault);
	}
	ret = take_lines(&r, file);
	fclose(file);
	return ret ? ret : check_whole(&r);
}

void history_free(struct history *history)
{
	size_t i;

	for (i = 0; i < history->nr_options; i++) {
		free(history->options[i].name);
		free(history->options[i].value);
	}
	free(history->options);
	free(history->devices);
	free(history->ops);
	*history = (struct history){};
}
