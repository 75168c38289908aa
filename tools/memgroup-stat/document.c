// SPDX-License-Identifier: GPL-2.0
#include "document.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "escape.h"

#define SCHEMA 1

void document_free(struct document *document)
{
	json_object_put(document->root);
	document->root = NULL;
}

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

void document_start(struct document *document)
{
	document->root = json_object_new_object();
	if (document->root &&
	    !put(document->root, "schema", json_object_new_int(SCHEMA)))
		document_free(document);
}

void document_add_row(struct document *document, const char *name,
		      const struct table *table, const void *data, size_t row)
{
	struct json_object *object = json_object_new_object();

	if (!document->root) {
		json_object_put(object);
		return;
	}
	if (!put(document->root, name, object) || !fill(object, table, data, row))
		document_free(document);
}

void document_add_rows(struct document *document, const char *name,
		       const struct table *table, const void *data, size_t first,
		       size_t count)
{
	struct json_object *array = json_object_new_array();
	bool good;
	size_t i;

	if (!document->root) {
		json_object_put(array);
		return;
	}
	good = put(document->root, name, array);
	for (i = 0; good && i < count; i++) {
		struct json_object *object = json_object_new_object();

		if (!object || json_object_array_add(array, object)) {
			json_object_put(object);
			good = false;
		} else {
			good = fill(object, table, data, first + i);
		}
	}
	if (!good)
		document_free(document);
}

int document_print(struct document *document, FILE *out, bool compact,
		   struct fault *fault)
{
	const int layout = compact ? JSON_C_TO_STRING_PLAIN :
				     JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	const char *text = NULL;

	if (document->root)
		text = json_object_to_json_string_ext(document->root, layout |
						      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text) {
		fputs(text, out);
		fputc('\n', out);
	}
	document_free(document);
	return text ? 0 : fault_nomem(fault);
}
