// SPDX-License-Identifier: GPL-2.0
#include "report-model.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than a report of long runs has, and parsed it fits any machine. */
#define FILE_MAX	(16UL << 20)
/* More kinds of operations than there are, under dozens of policies. */
#define CELLS_MAX	1024
#define NESTING_MAX	8

/* Where in a file we are, for messages. */
struct place {
	const char *path;
	const char *part;	/* of the document */
	struct fault *fault;
};

static int bad(const struct place *place, const char *name, const char *what)
{
	return fault_set(place->fault, EINVAL, "%s: %s: \"%s\" %s", place->path,
			 place->part, name, what);
}

static int get(const struct place *place, struct json_object *object, const char *name,
	       enum json_type type, struct json_object **value)
{
	if (!json_object_object_get_ex(object, name, value))
		return bad(place, name, "is missing");
	if (!json_object_is_type(*value, type))
		return bad(place, name, "is of another type");
	return 0;
}

/* json-c knows signed and unsigned numbers, and would turn one into the other. */
static int to_number(const struct place *place, struct json_object *value,
		     const char *name, uint64_t *number)
{
	if (!json_object_is_type(value, json_type_int))
		return bad(place, name, "is no whole number");
	if (json_object_get_int64(value) < 0)
		return bad(place, name, "is negative");
	*number = json_object_get_uint64(value);
	return 0;
}

static int get_number(const struct place *place, struct json_object *object,
		      const char *name, uint64_t *number)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		return bad(place, name, "is missing");
	return to_number(place, value, name, number);
}

static int get_flag(const struct place *place, struct json_object *object,
		    const char *name, bool *flag)
{
	struct json_object *value;
	int err = get(place, object, name, json_type_boolean, &value);

	if (!err)
		*flag = json_object_get_boolean(value);
	return err;
}

static int get_text(const struct place *place, struct json_object *object,
		    const char *name, char *text, size_t size)
{
	struct json_object *value;
	int err = get(place, object, name, json_type_string, &value);
	size_t len;

	if (err)
		return err;
	len = (size_t)json_object_get_string_len(value);
	if (len >= size)
		return bad(place, name, "is too long");
	if (strlen(json_object_get_string(value)) != len)
		return bad(place, name, "has a NUL in it");
	memcpy(text, json_object_get_string(value), len + 1);
	return 0;
}

static int read_trouble(const struct place *run, struct json_object *object,
			struct pressure_trouble *trouble)
{
	struct place place = { run->path, "trouble", run->fault };
	int err = 0;
	size_t i;

	for (i = 0; !err && i < NR_TROUBLE_COUNTS; i++)
		err = get_number(&place, object, trouble_counts[i].name,
				 trouble_value(trouble, i));
	return err;
}

static int read_run(const struct place *document, struct json_object *root,
		    struct report_header *header)
{
	struct place place = { document->path, "run", document->fault };
	struct json_object *run, *trouble;
	int err = get(document, root, "run", json_type_object, &run) ?:
		get_number(&place, run, "runs", &header->runs) ?:
		get_text(&place, run, "kernel", header->kernel, sizeof(header->kernel)) ?:
		get_text(&place, run, "policy", header->policy, sizeof(header->policy)) ?:
		get_text(&place, run, "pattern", header->pattern,
			 sizeof(header->pattern)) ?:
		get_number(&place, run, "seed", &header->seed) ?:
		get_number(&place, run, "duration_ns", &header->duration_ns) ?:
		get_number(&place, run, "decisions_checked",
			   &header->decisions_checked) ?:
		get_number(&place, run, "unchecked_operations",
			   &header->unchecked_operations) ?:
		get_flag(&place, run, "violation", &header->violation) ?:
		get_flag(&place, run, "interrupted", &header->interrupted) ?:
		get_number(&place, run, "kernel_headroom_bytes",
			   &header->kernel_headroom_bytes) ?:
		get(&place, run, "trouble", json_type_object, &trouble);

	if (err)
		return err;
	if (!header->runs)
		return bad(&place, "runs", "is 0");
	return read_trouble(&place, trouble, &header->trouble);
}

static int read_bucket(const struct place *place, struct json_object *pair,
		       struct histogram *histogram)
{
	uint64_t lowest, count;
	int err;

	if (!json_object_is_type(pair, json_type_array) ||
	    json_object_array_length(pair) != 2)
		return bad(place, "histogram", "has a bucket that is no pair");
	err = to_number(place, json_object_array_get_idx(pair, 0), "histogram", &lowest) ?:
		to_number(place, json_object_array_get_idx(pair, 1), "histogram", &count);
	if (err)
		return err;
	if (histogram_lowest(histogram_bucket(lowest)) != lowest ||
	    histogram->count[histogram_bucket(lowest)] || !count)
		return bad(place, "histogram", "has buckets that are none of ours");
	if (!histogram_add(histogram, lowest, count))
		return bad(place, "histogram", "counts beyond 64 bits");
	return 0;
}

static int read_histogram(const struct place *place, struct json_object *object,
			  struct histogram *histogram)
{
	struct json_object *array, *latency;
	uint64_t attempts, max;
	size_t i;
	int err = get(place, object, "histogram", json_type_array, &array) ?:
		get(place, object, "latency_ns", json_type_object, &latency) ?:
		get_number(place, latency, "max", &max) ?:
		get_number(place, object, "attempts", &attempts);

	for (i = 0; !err && i < json_object_array_length(array); i++)
		err = read_bucket(place, json_object_array_get_idx(array, i), histogram);
	if (err)
		return err;
	if (attempts != histogram->total)
		return bad(place, "attempts", "is not the sum of the histogram");
	/* So far that is the lowest value of the last bucket. */
	if (histogram_bucket(max) != histogram_bucket(histogram->max))
		return bad(place, "max", "is not in the last bucket of the histogram");
	histogram->max = max;
	return 0;
}

static int read_failure(const struct place *cell_place, struct json_object *object,
			struct cell *cell, uint64_t *failed)
{
	struct place place = { cell_place->path, "failures", cell_place->fault };
	uint64_t error, times;
	char blocker[sizeof(cell->failures->blocker)];
	int err;

	if (!json_object_is_type(object, json_type_object))
		return bad(cell_place, "failures", "has something in it that is no object");
	err = get_number(&place, object, "errno", &error) ?:
		get_text(&place, object, "blocker", blocker, sizeof(blocker)) ?:
		get_number(&place, object, "times", &times);
	if (err)
		return err;
	if (error > ERRNO_MAX)
		return bad(&place, "errno", "is none");
	if (!times || (!error && !*blocker))
		return bad(&place, "times", "counts nothing");
	if (error && __builtin_add_overflow(*failed, times, failed))
		return bad(&place, "times", "counts beyond 64 bits");
	err = cell_add_failure(cell, (int)error, blocker, times);
	return err == -ENOMEM ? fault_nomem(place.fault) :
	       err ? bad(&place, "times", "counts beyond 64 bits") : 0;
}

static int read_failures(const struct place *place, struct json_object *object,
			 struct cell *cell)
{
	struct json_object *array;
	uint64_t failed = 0;
	int err = get(place, object, "failures", json_type_array, &array);
	size_t i;

	for (i = 0; !err && i < json_object_array_length(array); i++)
		err = read_failure(place, json_object_array_get_idx(array, i), cell,
				   &failed);
	if (err)
		return err;
	if (cell->succeeded > cell->latency.total ||
	    failed != cell->latency.total - cell->succeeded)
		return bad(place, "attempts", "is not what succeeded and what failed");
	return 0;
}

static int read_key(const struct place *place, struct json_object *object,
		    struct cell *key)
{
	char device[32], op[32];
	int err = get_text(place, object, "policy", key->policy, sizeof(key->policy)) ?:
		get_text(place, object, "device", device, sizeof(device)) ?:
		get_text(place, object, "operation", op, sizeof(op)) ?:
		get_flag(place, object, "grows", &key->grows);

	if (err)
		return err;
	if (device_kind_parse(device, &key->device))
		return bad(place, "device", "is no kind of device");
	if (op_kind_parse(op, &key->op))
		return bad(place, "operation", "is no operation");
	return 0;
}

static int read_cell(const struct place *place, struct json_object *object,
		     struct report *report)
{
	struct cell key = { 0 }, *cell;
	int err;

	if (!json_object_is_type(object, json_type_object))
		return bad(place, "operations", "has something in it that is no object");
	err = read_key(place, object, &key);
	if (err)
		return err;
	cell = report_cell(report, key.policy, key.device, key.op, key.grows);
	if (!cell)
		return fault_nomem(place->fault);
	if (cell->latency.total)
		return bad(place, "operations", "has the same twice");
	err = get_number(place, object, "succeeded", &cell->succeeded) ?:
		get_number(place, object, "asked_bytes", &cell->asked_bytes) ?:
		get_number(place, object, "done_bytes", &cell->done_bytes) ?:
		get_number(place, object, "retries", &cell->retries) ?:
		read_histogram(place, object, &cell->latency) ?:
		read_failures(place, object, cell);
	if (!err && !cell->latency.total)
		err = bad(place, "attempts", "is 0");
	return err;
}

static int read_document(const struct place *place, struct json_object *root,
			 struct report *report, struct report_header *header)
{
	struct place operations = { place->path, "operations", place->fault };
	struct json_object *array;
	uint64_t schema;
	int err;
	size_t i;

	if (!json_object_is_type(root, json_type_object))
		return fault_set(place->fault, EINVAL, "%s: no JSON object", place->path);
	err = get_number(place, root, "schema", &schema);
	if (!err && schema != REPORT_SCHEMA)
		err = bad(place, "schema", "is one that this program does not know");
	if (!err)
		err = read_run(place, root, header) ?:
			get(place, root, "operations", json_type_array, &array);
	if (err)
		return err;
	if (json_object_array_length(array) > CELLS_MAX)
		return bad(place, "operations", "has too many");
	for (i = 0; !err && i < json_object_array_length(array); i++)
		err = read_cell(&operations, json_object_array_get_idx(array, i), report);
	return err;
}

/* The whole file in @text, to be freed, NUL-terminated; or an error. */
static int read_file(const char *path, char **text, size_t *len, struct fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	FILE *out = NULL;
	char buffer[65536];
	ssize_t n;

	*text = NULL;
	if (fd < 0)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	out = open_memstream(text, len);
	while (out && !err && (n = read(fd, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = fault_set(fault, errno, "%s: %s", path, strerror(errno));
		else if ((size_t)ftell(out) + (size_t)n > FILE_MAX)
			err = fault_set(fault, EFBIG, "%s: too large for a report", path);
		else
			fwrite(buffer, 1, (size_t)n, out);
	}
	close(fd);
	if (!out || fclose(out))
		err = fault_nomem(fault);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

/* To be put; NULL with @fault set. */
static struct json_object *parse(const char *path, const char *text, size_t len,
				 struct fault *fault)
{
	struct json_tokener *tokener;
	struct json_object *root;
	enum json_tokener_error error;

	if (memchr(text, '\0', len)) {
		fault_set(fault, EINVAL, "%s: no JSON: there is a NUL in it", path);
		return NULL;
	}
	tokener = json_tokener_new_ex(NESTING_MAX);
	if (!tokener) {
		fault_nomem(fault);
		return NULL;
	}
	/*
	 * Strict also refuses what follows the object. The NUL ends a number. One
	 * beyond 64 bits is read as the largest there is.
	 */
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	root = json_tokener_parse_ex(tokener, text, (int)len + 1);
	error = json_tokener_get_error(tokener);
	if (error != json_tokener_success) {
		fault_set(fault, EINVAL, "%s: no JSON: %s", path,
			  json_tokener_error_desc(error));
		json_object_put(root);
		root = NULL;
	} else if (!root) {
		fault_set(fault, EINVAL, "%s: no JSON object", path);
	}
	json_tokener_free(tokener);
	return root;
}

static int add_up(const char *path, struct report *report, const struct report *read,
		  struct report_header *header, const struct report_header *more,
		  struct fault *fault)
{
	int err = report_header_add(header, more) ?: report_merge(report, read);

	if (err == -EOVERFLOW)
		return fault_set(fault, EOVERFLOW,
				 "%s: added up, its numbers are beyond 64 bits", path);
	return err ? fault_nomem(fault) : 0;
}

int report_read(const char *path, struct report *report,
		struct report_header *header, struct fault *fault)
{
	struct place place = { path, "document", fault };
	struct report_header more = { 0 }, sum = *header;
	struct report *read = report_new();
	struct json_object *root = NULL;
	size_t len;
	char *text = NULL;
	int err = read ? read_file(path, &text, &len, fault) : fault_nomem(fault);

	if (!err) {
		root = parse(path, text, len, fault);
		err = root ? read_document(&place, root, read, &more) : -EINVAL;
	}
	if (!err)
		err = add_up(path, report, read, &sum, &more, fault);
	if (!err)
		*header = sum;
	json_object_put(root);
	report_free(read);
	free(text);
	return err;
}
