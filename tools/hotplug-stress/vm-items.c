// SPDX-License-Identifier: GPL-2.0
#include "vm-items.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NODE_MAX 4096

/* What the members of a device are called. NULL: the list has no such. */
struct dialect {
	const char *body;	/* the member that holds the others; NULL: they are not held */
	const char *size;
	const char *requested;
	const char *max;
	const char *dimm_address;
	const char *virtio_address;
	const char *state;	/* of a DIMM */
};

static const struct dialect dialect_ask = {
	.size = "size", .requested = "requested", .max = "max",
	.dimm_address = "address", .virtio_address = "address",
	.state = "state",
};

static const struct dialect dialect_qmp = {
	.body = "data", .size = "size", .requested = "requested-size",
	.max = "max-size", .dimm_address = "addr", .virtio_address = "memaddr",
};

static bool get_text(struct json_object *o, const char *key, const char **text)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return false;
	*text = json_object_get_string(v);
	return true;
}

/* What is negative or has a fraction is no size; json-c cuts what is too large. */
static bool get_number(struct json_object *o, const char *key, uint64_t *number)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_int))
		return false;
	if (json_object_get_int64(v) < 0 || json_object_get_int64(v) == INT64_MAX)
		return false;
	*number = (uint64_t)json_object_get_int64(v);
	return true;
}

/* A list that does not say it leaves everything open. */
static bool is_leaving(struct json_object *o, const struct dialect *d)
{
	const char *state;

	return !d->state || (get_text(o, d->state, &state) && !strcmp(state, "removing"));
}

static bool get_node(struct json_object *o, int *node)
{
	uint64_t number;

	if (!get_number(o, "node", &number) || number > NODE_MAX)
		return false;
	*node = (int)number;
	return true;
}

static bool read_numbers(struct json_object *body, const struct dialect *d,
			 struct vm_item *item)
{
	if (item->kind == VM_ITEM_OTHER)
		return true;
	if (!get_node(body, &item->node) ||
	    !get_number(body, d->size, &item->size))
		return false;
	if (item->kind == VM_ITEM_DIMM) {
		item->max = item->size;
		item->leaving = is_leaving(body, d);
		return get_number(body, d->dimm_address, &item->address);
	}
	return get_number(body, d->requested, &item->requested) &&
	       get_number(body, d->max, &item->max) &&
	       get_number(body, d->virtio_address, &item->address) &&
	       item->size <= item->max;
}

static enum vm_item_kind kind_of(const char *type)
{
	if (!strcmp(type, "dimm"))
		return VM_ITEM_DIMM;
	if (!strcmp(type, "virtio-mem"))
		return VM_ITEM_VIRTIO_MEM;
	return VM_ITEM_OTHER;
}

/* Returns 1 with a device, 0 for one to leave out, or -EPROTO. */
static int read_item(struct json_object *o, const struct dialect *d,
		     struct vm_item *item)
{
	struct json_object *body = o;
	const char *type, *id;

	if (!get_text(o, "type", &type))
		return -EPROTO;
	if (d->body && (!json_object_object_get_ex(o, d->body, &body) ||
			!json_object_is_type(body, json_type_object)))
		return -EPROTO;
	*item = (struct vm_item){ .kind = kind_of(type) };
	if (!read_numbers(body, d, item))
		return -EPROTO;
	if (!get_text(body, "id", &id) || !*id || strlen(id) >= sizeof(item->id))
		return 0;
	strcpy(item->id, id);
	return 1;
}

static int read_list(struct json_object *array, const struct dialect *d,
		     struct vm_items *items, const char *source,
		     struct fault *fault)
{
	size_t i, n;
	int ret;

	*items = (struct vm_items){ 0 };
	if (!json_object_is_type(array, json_type_array))
		return fault_set(fault, EPROTO,
				 "%s: the answer is no list of memory devices", source);
	n = json_object_array_length(array);
	items->list = calloc(n + 1, sizeof(*items->list));
	if (!items->list)
		return fault_nomem(fault);
	for (i = 0; i < n; i++) {
		ret = read_item(json_object_array_get_idx(array, i), d,
				&items->list[items->nr]);
		if (ret < 0) {
			vm_items_free(items);
			return fault_set(fault, EPROTO,
					 "%s: entry %zu is no memory device",
					 source, i + 1);
		}
		items->nr += (size_t)ret;
	}
	return 0;
}

int vm_items_from_ask(const char *text, struct vm_items *items,
		      const char *source, struct fault *fault)
{
	struct json_object *array = json_tokener_parse(text);
	int ret = read_list(array, &dialect_ask, items, source, fault);

	json_object_put(array);
	return ret;
}

int vm_items_from_qmp(struct json_object *result, struct vm_items *items,
		      const char *source, struct fault *fault)
{
	return read_list(result, &dialect_qmp, items, source, fault);
}

void vm_items_free(struct vm_items *items)
{
	free(items->list);
	*items = (struct vm_items){ 0 };
}

const struct vm_item *vm_items_find(const struct vm_items *items, const char *id)
{
	size_t i;

	for (i = 0; i < items->nr; i++)
		if (!strcmp(items->list[i].id, id))
			return &items->list[i];
	return NULL;
}
