// SPDX-License-Identifier: GPL-2.0

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "spec.h"
#include "units.h"

enum key {
	KEY_NAME, KEY_SIZE, KEY_UNIT, KEY_NODE, KEY_COUNT, KEY_FIRST, KEY_LAST,
	KEYS
};

static const char *const key_names[KEYS] = {
	[KEY_NAME] = "name", [KEY_SIZE] = "size", [KEY_UNIT] = "unit",
	[KEY_NODE] = "node", [KEY_COUNT] = "count", [KEY_FIRST] = "first",
	[KEY_LAST] = "last",
};

#define BIT(key) (1U << (key))

/* Which keys a kind of device takes, and which of them it must have. */
static const struct {
	unsigned int takes, needs;
} rules[DEVICE_KINDS] = {
	[DEVICE_BLOCKS] = {
		.takes = BIT(KEY_FIRST) | BIT(KEY_LAST),
	},
	[DEVICE_SIM_STATIC] = {
		.takes = BIT(KEY_SIZE) | BIT(KEY_NODE) | BIT(KEY_COUNT),
		.needs = BIT(KEY_SIZE),
	},
	[DEVICE_SIM_DYNAMIC] = {
		.takes = BIT(KEY_SIZE) | BIT(KEY_UNIT) | BIT(KEY_NODE) |
			 BIT(KEY_COUNT),
		.needs = BIT(KEY_SIZE),
	},
	[DEVICE_DIMM] = {
		.takes = BIT(KEY_SIZE) | BIT(KEY_NODE) | BIT(KEY_COUNT),
		.needs = BIT(KEY_SIZE),
	},
	[DEVICE_VIRTIO_MEM] = {
		.takes = BIT(KEY_NAME) | BIT(KEY_SIZE),
		.needs = BIT(KEY_NAME),
	},
};

static int take_name(const char *value, struct device_spec *spec)
{
	size_t i;

	if (!*value || strlen(value) >= sizeof(spec->name))
		return -EINVAL;
	for (i = 0; value[i]; i++)
		if (!isalnum((unsigned char)value[i]) && !strchr("-_", value[i]))
			return -EINVAL;
	strcpy(spec->name, value);
	return 0;
}

static int take_size(const char *value, uint64_t *bytes)
{
	const int ret = units_parse_size(value, bytes);

	return ret ? ret : *bytes ? 0 : -ERANGE;
}

static int take_number(const char *value, uint64_t min, uint64_t max,
		       uint64_t *number)
{
	const int ret = units_parse_decimal(value, number);

	return ret ? ret : *number < min || *number > max ? -ERANGE : 0;
}

static int take_value(enum key key, const char *value, struct device_spec *spec)
{
	uint64_t number = 0;
	int ret;

	switch (key) {
	case KEY_NAME:
		return take_name(value, spec);
	case KEY_SIZE:
		return take_size(value, &spec->size);
	case KEY_UNIT:
		return take_size(value, &spec->unit);
	case KEY_NODE:
		ret = take_number(value, 0, INT_MAX, &number);
		spec->node = (int)number;
		return ret;
	case KEY_COUNT:
		ret = take_number(value, 1, SPEC_COUNT_MAX, &number);
		spec->count = (unsigned int)number;
		return ret;
	case KEY_FIRST:
		return take_number(value, 0, UINT64_MAX - 1, &spec->first);
	case KEY_LAST:
		return take_number(value, 0, UINT64_MAX - 1, &spec->last);
	default:
		return -EINVAL;
	}
}

static enum key find_key(const char *word)
{
	enum key key = 0;

	while (key < KEYS && strcmp(key_names[key], word))
		key++;
	return key;
}

/* One KEY=VALUE, which is cut into its two words. */
static int take_pair(char *pair, struct device_spec *spec, unsigned int *given,
		     struct fault *fault)
{
	const char *kind = device_kind_name(spec->kind);
	char *value = strchr(pair, '=');
	enum key key;

	if (value)
		*value++ = '\0';
	key = find_key(pair);
	if (key == KEYS || !(rules[spec->kind].takes & BIT(key)))
		return fault_set(fault, EINVAL,
				 "%s: there is no \"%s\" for this kind of device",
				 kind, pair);
	if (*given & BIT(key))
		return fault_set(fault, EINVAL, "%s: %s is given twice", kind,
				 pair);
	if (!value || take_value(key, value, spec))
		return fault_set(fault, EINVAL, "%s: %s cannot be \"%s\"", kind,
				 pair, value ? value : "");
	*given |= BIT(key);
	return 0;
}

/* What the keys have to do with each other. A range shows by its end: see backend.h. */
static int check(struct device_spec *spec, unsigned int given,
		 struct fault *fault)
{
	const unsigned int missing = rules[spec->kind].needs & ~given;
	const char *kind = device_kind_name(spec->kind);
	enum key key;

	for (key = 0; key < KEYS; key++)
		if (missing & BIT(key))
			return fault_set(fault, EINVAL, "%s: %s= is missing",
					 kind, key_names[key]);
	if (spec->last == UINT64_MAX && (given & (BIT(KEY_FIRST) | BIT(KEY_LAST))))
		spec->last--;
	if (spec->first > spec->last)
		return fault_set(fault, EINVAL,
				 "%s: first is greater than last", kind);
	if (spec->unit && spec->size % spec->unit)
		return fault_set(fault, EINVAL,
				 "%s: size is no multiple of unit", kind);
	return 0;
}

int spec_parse(const char *text, struct device_spec *spec, struct fault *fault)
{
	unsigned int given = 0;
	char copy[256], *next, *word;
	int ret;

	if (strlen(text) >= sizeof(copy))
		return fault_set(fault, EINVAL, "a device of %zu characters",
				 strlen(text));
	strcpy(copy, text);
	next = copy;
	word = strsep(&next, ",");
	*spec = (struct device_spec){ .count = 1, .last = UINT64_MAX };
	if (device_kind_parse(word, &spec->kind))
		return fault_set(fault, EINVAL,
				 "\"%s\" is no kind of device: blocks, sim-static, sim-dynamic, dimm, virtio-mem",
				 word);
	while ((word = strsep(&next, ","))) {
		ret = take_pair(word, spec, &given, fault);
		if (ret)
			return ret;
	}
	return check(spec, given, fault);
}
