// SPDX-License-Identifier: GPL-2.0
#include "document.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

#define SCHEMA 1

/*
 * Puts the member @name into @object, which takes @value over. @value may be NULL for
 * want of memory; then this fails, as it does if adding fails.
 */
static bool put(struct json_object *object, const char *name,
		struct json_object *value)
{
	if (!value)
		return false;
	if (json_object_object_add(object, name, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool put_string(struct json_object *object, const char *name,
		       const char *text)
{
	char *utf8 = escape_utf8(text);
	bool good = utf8 && put(object, name, json_object_new_string(utf8));

	free(utf8);
	return good;
}

/* As people write it, so that no digit of a binary fraction shows. */
static bool put_tenths(struct json_object *object, const char *name, uint64_t tenths)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%u", tenths / 10,
		 (unsigned int)(tenths % 10));
	return put(object, name, json_object_new_double_s((double)tenths / 10, text));
}

static bool put_range(struct json_object *object, const char *name,
		      const struct value *value)
{
	char text[64];

	if (value->kind == VALUE_SPAN)
		snprintf(text, sizeof(text), "%" PRIu64 "-%" PRIu64, value->number,
			 value->last);
	else
		snprintf(text, sizeof(text), "0x%016" PRIx64 "-0x%016" PRIx64,
			 value->number, value->last);
	return put(object, name, json_object_new_string(text));
}

static bool put_value(struct json_object *object, const char *name,
		      const struct value *value)
{
	switch (value->kind) {
	case VALUE_ABSENT:
		return true;
	case VALUE_NONE:
	case VALUE_INFINITE:
		/* json-c's null is a NULL pointer. */
		return json_object_object_add(object, name, NULL) == 0;
	case VALUE_NUMBER:
	case VALUE_BYTES:
	case VALUE_DURATION:
	case VALUE_PERCENT:
		return put(object, name, json_object_new_uint64(value->number));
	case VALUE_TENTHS:
		return put_tenths(object, name, value->number);
	case VALUE_BOOL:
		return put(object, name, json_object_new_boolean(value->number != 0));
	case VALUE_SPAN:
	case VALUE_ADDRESSES:
		return put_range(object, name, value);
	case VALUE_TEXT:
		return put_string(object, name, value->text);
	}
	return false;
}

static bool fill(struct json_object *object, const struct table *table,
		 const void *data, size_t row)
{
	size_t i;

	for (i = 0; i < table->nr_columns; i++) {
		const struct column *column = &table->columns[i];
		struct value value;

		if (!column->key)
			continue;
		value = column->get(data, row);
		if (!put_value(object, column->key, &value))
			return false;
	}
	return true;
}

/* The row as text, or NULL without memory; it belongs to @object. */
static const char *text_of(const struct document *document, struct json_object *object,
			   const struct table *table, const void *data, size_t row)
{
	const int layout = document->compact ? JSON_C_TO_STRING_PLAIN :
			   JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;

	if (!object || !fill(object, table, data, row))
		return NULL;
	return json_object_to_json_string_ext(object,
					      layout | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* Every line but the first has to be moved to the right. */
static void write_indented(FILE *out, const char *text, int spaces)
{
	for (;;) {
		const size_t len = strcspn(text, "\n");

		fwrite(text, 1, len, out);
		if (!text[len])
			return;
		fprintf(out, "\n%*s", spaces, "");
		text += len + 1;
	}
}

static void write_row(struct document *document, const struct table *table,
		      const void *data, size_t row, int spaces)
{
	struct json_object *object = json_object_new_object();
	const char *text = text_of(document, object, table, data, row);

	if (text)
		write_indented(document->out, text, spaces);
	else
		document->failed = true;
	json_object_put(object);
}

/* Where a line begins, in what is open. */
static int indentation(const struct document *document)
{
	return 2 * (int)document->depth;
}

/* Begins a line, after what came before it. */
static void write_separator(struct document *document)
{
	if (document->begun)
		fputc(',', document->out);
	if (!document->compact)
		fprintf(document->out, "\n%*s", indentation(document), "");
	document->begun = true;
}

static void write_name(struct document *document, const char *name)
{
	write_separator(document);
	fprintf(document->out, document->compact ? "\"%s\":" : "\"%s\": ", name);
}

static void open_with(struct document *document, const char *name, char begin, char end)
{
	if (name)
		write_name(document, name);
	else
		write_separator(document);
	fputc(begin, document->out);
	document->ends[document->depth++] = end;
	document->begun = false;
}

void document_open_object(struct document *document, const char *name)
{
	open_with(document, name, '{', '}');
}

void document_open_array(struct document *document, const char *name)
{
	open_with(document, name, '[', ']');
}

void document_close(struct document *document)
{
	const char end = document->ends[--document->depth];

	if (document->begun && !document->compact)
		fprintf(document->out, "\n%*s", indentation(document), "");
	fputc(end, document->out);
	document->begun = true;
}

void document_start(struct document *document, FILE *out, bool compact)
{
	*document = (struct document){ .out = out, .compact = compact, .depth = 1,
				       .ends = "}" };
	fputc('{', out);
	write_name(document, "schema");
	fprintf(out, "%d", SCHEMA);
}

void document_add_row(struct document *document, const char *name,
		      const struct table *table, const void *data, size_t row)
{
	write_name(document, name);
	write_row(document, table, data, row, indentation(document));
}

void document_add_rows(struct document *document, const char *name,
		       const struct table *table, const void *data, size_t first,
		       size_t count)
{
	size_t i;

	document_open_array(document, name);
	for (i = 0; i < count && !document->failed; i++) {
		write_separator(document);
		write_row(document, table, data, first + i, indentation(document));
	}
	document_close(document);
}

void document_add_members(struct document *document, const struct table *table,
			  const void *data, size_t row)
{
	struct json_object *object = json_object_new_object();

	if (object && fill(object, table, data, row)) {
		json_object_object_foreach(object, name, value) {
			write_name(document, name);
			fputs(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE),
			      document->out);
		}
	} else {
		document->failed = true;
	}
	json_object_put(object);
}

void document_add_null(struct document *document, const char *name)
{
	write_name(document, name);
	fputs("null", document->out);
}

static void write_text(struct document *document, const char *text)
{
	char *utf8 = escape_utf8(text);
	struct json_object *object = utf8 ? json_object_new_string(utf8) : NULL;
	const char *json = object ?
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_NOSLASHESCAPE) :
		NULL;

	if (json)
		fputs(json, document->out);
	else
		document->failed = true;
	json_object_put(object);
	free(utf8);
}

void document_add_texts(struct document *document, const char *name, char *const *texts,
			size_t count)
{
	size_t i;

	document_open_array(document, name);
	for (i = 0; i < count; i++) {
		write_separator(document);
		write_text(document, texts[i]);
	}
	document_close(document);
}

int document_end(struct document *document, struct fault *fault)
{
	document_close(document);
	fputc('\n', document->out);
	return document->failed ? fault_nomem(fault) : 0;
}
