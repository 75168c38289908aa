// SPDX-License-Identifier: GPL-2.0
/*
 * What a simulated device may be staged as, and which of its units comes or goes
 * next.
 *
 * A rule is about one setting or about several. When a setting is written, the rules
 * about it alone are applied, so that the order of writing does not matter; all rules
 * are when the device goes live.
 */

#include <linux/align.h>
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "../policy.h"
#include "model.h"

static const char *const backing_names[] = {
	[MEMGROUP_SIM_BACKING_MEMORY] = "memory",
	[MEMGROUP_SIM_BACKING_NONE] = "none",
};

static bool node_is_no_number(const struct memgroup_sim_settings *settings,
			      const struct memgroup_sim_limits *limits)
{
	return settings->nid < 0 || settings->nid >= MAX_NUMNODES;
}

static bool node_is_not_possible(const struct memgroup_sim_settings *settings,
				 const struct memgroup_sim_limits *limits)
{
	return settings->backing == MEMGROUP_SIM_BACKING_MEMORY &&
	       !node_isset(settings->nid, *limits->nodes);
}

static bool size_is_zero(const struct memgroup_sim_settings *settings,
			 const struct memgroup_sim_limits *limits)
{
	return !settings->size;
}

static bool size_is_not_blocks(const struct memgroup_sim_settings *settings,
			       const struct memgroup_sim_limits *limits)
{
	return !IS_ALIGNED(settings->size, limits->block_size);
}

static bool size_is_too_large(const struct memgroup_sim_settings *settings,
			      const struct memgroup_sim_limits *limits)
{
	return settings->size > MEMGROUP_SIM_SIZE_MAX;
}

static bool unit_is_no_power(const struct memgroup_sim_settings *settings,
			     const struct memgroup_sim_limits *limits)
{
	return hweight64(settings->unit) != 1;
}

static bool unit_is_too_small(const struct memgroup_sim_settings *settings,
			      const struct memgroup_sim_limits *limits)
{
	return settings->unit < limits->block_size;
}

static bool unit_is_too_large(const struct memgroup_sim_settings *settings,
			      const struct memgroup_sim_limits *limits)
{
	return settings->unit > MEMGROUP_SIM_SIZE_MAX;
}

static bool size_is_not_units(const struct memgroup_sim_settings *settings,
			      const struct memgroup_sim_limits *limits)
{
	return settings->type == MEMGROUP_TYPE_DYNAMIC &&
	       !IS_ALIGNED(settings->size, settings->unit);
}

static bool count_is_zero(const struct memgroup_sim_settings *settings,
			  const struct memgroup_sim_limits *limits)
{
	return !settings->count;
}

static bool count_is_too_large(const struct memgroup_sim_settings *settings,
			       const struct memgroup_sim_limits *limits)
{
	return settings->count > MEMGROUP_SIM_COUNT_MAX;
}

static bool many_have_memory(const struct memgroup_sim_settings *settings,
			     const struct memgroup_sim_limits *limits)
{
	return settings->backing == MEMGROUP_SIM_BACKING_MEMORY &&
	       settings->count > 1;
}

static bool all_are_too_large(const struct memgroup_sim_settings *settings,
			      const struct memgroup_sim_limits *limits)
{
	return settings->size >
	       div_u64(MEMGROUP_SIM_SIZE_MAX, settings->count);
}

/**
 * struct rule - what settings must not be
 * @about: the fields that it looks at, as bits
 * @broken: says whether it is broken. Rules about the single fields hold where a
 *	rule about several is asked.
 * @error: the answer to that
 * @reason: in words
 */
struct rule {
	unsigned int about;
	bool (*broken)(const struct memgroup_sim_settings *settings,
		       const struct memgroup_sim_limits *limits);
	int error;
	const char *reason;
};

#define TYPE	BIT(MEMGROUP_SIM_TYPE)
#define NODE	BIT(MEMGROUP_SIM_NODE)
#define SIZE	BIT(MEMGROUP_SIM_SIZE)
#define UNIT	BIT(MEMGROUP_SIM_UNIT)
#define BACKING	BIT(MEMGROUP_SIM_BACKING)
#define COUNT	BIT(MEMGROUP_SIM_COUNT)

/* First those about a single field. */
static const struct rule rules[] = {
	{ NODE, node_is_no_number, -EINVAL,
	  "node: there can be no such node" },
	{ SIZE, size_is_zero, -EINVAL,
	  "size: must not be 0" },
	{ SIZE, size_is_not_blocks, -EINVAL,
	  "size: not a multiple of the size of a memory block" },
	{ SIZE, size_is_too_large, -ERANGE,
	  "size: more than 64 PiB" },
	{ UNIT, unit_is_no_power, -EINVAL,
	  "unit: not a power of two" },
	{ UNIT, unit_is_too_small, -EINVAL,
	  "unit: smaller than a memory block" },
	{ UNIT, unit_is_too_large, -ERANGE,
	  "unit: more than 64 PiB" },
	{ COUNT, count_is_zero, -EINVAL,
	  "count: must not be 0" },
	{ COUNT, count_is_too_large, -ERANGE,
	  "count: more than 1048576" },
	{ NODE | BACKING, node_is_not_possible, -EINVAL,
	  "node: this machine has no such node" },
	{ TYPE | SIZE | UNIT, size_is_not_units, -EINVAL,
	  "size: not a multiple of unit" },
	{ COUNT | BACKING, many_have_memory, -EINVAL,
	  "count: a device with memory is only one" },
	{ SIZE | COUNT, all_are_too_large, -ERANGE,
	  "count: more than 64 PiB in all" },
};

/* Apply all rules that look at nothing but @fields. */
static int check_fields(const struct memgroup_sim_settings *settings,
			const struct memgroup_sim_limits *limits,
			unsigned int fields, const char **reason)
{
	const struct rule *rule;

	for (rule = rules; rule < rules + ARRAY_SIZE(rules); rule++) {
		if (rule->about & ~fields || !rule->broken(settings, limits))
			continue;
		*reason = rule->reason;
		return rule->error;
	}
	return 0;
}

/**
 * memgroup_sim_check() - may a device go live like this?
 * @settings: what was staged, each setting by memgroup_sim_set()
 * @limits: of the machine
 * @reason: if not: why, in words; never to be freed
 *
 * Return: 0, -EINVAL, or -ERANGE for what is too large.
 */
int memgroup_sim_check(const struct memgroup_sim_settings *settings,
		       const struct memgroup_sim_limits *limits,
		       const char **reason)
{
	return check_fields(settings, limits, ~0u, reason);
}

static size_t number_length(const char *text)
{
	if (text[0] == '0' && tolower(text[1]) == 'x')
		return 2 + strspn(text + 2, "0123456789abcdefABCDEF");
	return strspn(text, "0123456789");
}

/**
 * memgroup_sim_parse_size() - a size as memparse() knows it, and none that overflows
 * @text: a number, decimal, 0x… or 0…, and perhaps one of kmgtpe, small or capital
 * @end: the first character behind it
 * @bytes: the size; not touched after an error
 *
 * Return: 0, -EINVAL if it is no size, -ERANGE if it is too large for 64 bits.
 */
int memgroup_sim_parse_size(const char *text, const char **end, u64 *bytes)
{
	static const char suffixes[] = "kmgtpe";
	const size_t length = number_length(text);
	unsigned int shift = 0;
	const char *suffix;
	char number[32];
	u64 value;
	int ret;

	if (length >= sizeof(number))
		return -ERANGE;
	memcpy(number, text, length);
	number[length] = '\0';
	ret = kstrtou64(number, 0, &value);
	if (ret)
		return ret;

	text += length;
	suffix = *text ? strchr(suffixes, tolower(*text)) : NULL;
	if (suffix) {
		shift = 10 * (suffix - suffixes + 1);
		text++;
	}
	if (value > U64_MAX >> shift)
		return -ERANGE;
	*bytes = value << shift;
	*end = text;
	return 0;
}

/**
 * memgroup_sim_parse_size_line() - a size and, as echo writes it, a newline
 * @text: see memgroup_sim_parse_size()
 * @bytes: the size; not touched after an error
 *
 * Return: 0, -EINVAL if it is no size, -ERANGE if it is too large for 64 bits.
 */
int memgroup_sim_parse_size_line(const char *text, u64 *bytes)
{
	u64 value;
	int ret;

	ret = memgroup_sim_parse_size(text, &text, &value);
	if (ret)
		return ret;
	if (!sysfs_streq(text, ""))
		return -EINVAL;
	*bytes = value;
	return 0;
}

static int parse_type(const char *text, enum memgroup_type *type)
{
	int i;

	for (i = MEMGROUP_TYPE_STATIC; i < MEMGROUP_TYPE_COUNT; i++) {
		if (sysfs_streq(text, memgroup_type_name(i))) {
			*type = i;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_backing(const char *text, enum memgroup_sim_backing *backing)
{
	int i = __sysfs_match_string(backing_names, ARRAY_SIZE(backing_names),
				     text);

	if (i < 0)
		return -EINVAL;
	*backing = i;
	return 0;
}

static int parse_field(struct memgroup_sim_settings *settings,
		       enum memgroup_sim_field field, const char *text,
		       const char **reason)
{
	switch (field) {
	case MEMGROUP_SIM_TYPE:
		*reason = "type: neither static nor dynamic";
		return parse_type(text, &settings->type);
	case MEMGROUP_SIM_NODE:
		*reason = "node: not a number";
		return kstrtoint(text, 0, &settings->nid);
	case MEMGROUP_SIM_SIZE:
		*reason = "size: not a size in bytes";
		return memgroup_sim_parse_size_line(text, &settings->size);
	case MEMGROUP_SIM_UNIT:
		*reason = "unit: not a size in bytes";
		return memgroup_sim_parse_size_line(text, &settings->unit);
	case MEMGROUP_SIM_BACKING:
		*reason = "backing: neither memory nor none";
		return parse_backing(text, &settings->backing);
	case MEMGROUP_SIM_COUNT:
		*reason = "count: not a number";
		return kstrtouint(text, 0, &settings->count);
	default:
		*reason = "no such setting";
		return -EINVAL;
	}
}

/**
 * memgroup_sim_set() - change a setting
 * @settings: what it is changed in, unless there is an error
 * @field: which
 * @text: to what: a word, a number or a size, and perhaps a newline
 * @limits: of the machine
 * @reason: of an error, in words; never to be freed
 *
 * Return: 0; -EINVAL for a bad value, -ERANGE for one that is too large.
 */
int memgroup_sim_set(struct memgroup_sim_settings *settings,
		     enum memgroup_sim_field field, const char *text,
		     const struct memgroup_sim_limits *limits,
		     const char **reason)
{
	struct memgroup_sim_settings changed = *settings;
	int ret;

	ret = parse_field(&changed, field, text, reason);
	if (!ret)
		ret = check_fields(&changed, limits, BIT(field), reason);
	if (!ret)
		*settings = changed;
	return ret;
}

/**
 * memgroup_sim_format() - a setting as its file shows it
 * @settings: where it is
 * @field: which
 * @text: to be filled with a line, sizes in bytes
 * @size: of @text
 *
 * Return: the length of the line.
 */
int memgroup_sim_format(const struct memgroup_sim_settings *settings,
			enum memgroup_sim_field field, char *text, size_t size)
{
	switch (field) {
	case MEMGROUP_SIM_TYPE:
		return scnprintf(text, size, "%s\n",
				 memgroup_type_name(settings->type));
	case MEMGROUP_SIM_NODE:
		return scnprintf(text, size, "%d\n", settings->nid);
	case MEMGROUP_SIM_SIZE:
		return scnprintf(text, size, "%llu\n", settings->size);
	case MEMGROUP_SIM_UNIT:
		return scnprintf(text, size, "%llu\n", settings->unit);
	case MEMGROUP_SIM_BACKING:
		return scnprintf(text, size, "%s\n",
				 backing_names[settings->backing]);
	case MEMGROUP_SIM_COUNT:
		return scnprintf(text, size, "%u\n", settings->count);
	default:
		return -EINVAL;
	}
}

/**
 * memgroup_sim_parse_request() - a size that a live dynamic device is asked to have
 * @settings: the device's
 * @text: the size, and perhaps a newline
 * @bytes: the size; not touched after an error
 * @reason: of an error, in words; never to be freed
 *
 * Return: 0; -EINVAL if it is no size, or not a multiple of the unit; -ERANGE if it is
 * more than the device can have.
 */
int memgroup_sim_parse_request(const struct memgroup_sim_settings *settings,
			       const char *text, u64 *bytes,
			       const char **reason)
{
	u64 value;
	int ret;

	*reason = "requested_size: not a size in bytes";
	ret = memgroup_sim_parse_size_line(text, &value);
	if (ret)
		return ret;
	if (value > settings->size) {
		*reason = "requested_size: more than size";
		return -ERANGE;
	}
	if (!IS_ALIGNED(value, settings->unit)) {
		*reason = "requested_size: not a multiple of unit";
		return -EINVAL;
	}
	*bytes = value;
	return 0;
}

/**
 * memgroup_sim_next_to_plug() - the lowest unit that is not there
 * @units: the state of each, enum memgroup_sim_unit
 * @nr: how many there are
 * @from: where to begin to look
 *
 * Return: its number, or @nr if there is none.
 */
unsigned long memgroup_sim_next_to_plug(const u8 *units, unsigned long nr,
					unsigned long from)
{
	while (from < nr && units[from] != MEMGROUP_SIM_UNIT_ABSENT)
		from++;
	return from;
}

/* The highest unit below @end that is @state, or @nr. */
static unsigned long highest_below(const u8 *units, unsigned long nr,
				   unsigned long end,
				   enum memgroup_sim_unit state)
{
	while (end-- > 0)
		if (units[end] == state)
			return end;
	return nr;
}

/**
 * memgroup_sim_next_to_unplug() - which unit to try after another
 * @units: the state of each, enum memgroup_sim_unit, as it was before the first
 * @nr: how many there are
 * @last: the one that was tried last, or @nr to begin
 *
 * As virtio-mem does it: those that are offline, as nobody uses them; then those that
 * are MOVABLE, as they are likely to go; then those with KERNEL memory, that the ratio
 * stays on the safe side for as long as possible. From the top down each time.
 *
 * Return: its number, or @nr if all were tried.
 */
unsigned long memgroup_sim_next_to_unplug(const u8 *units, unsigned long nr,
					  unsigned long last)
{
	enum memgroup_sim_unit state = MEMGROUP_SIM_UNIT_OFFLINE;
	unsigned long found, end = nr;

	if (last < nr) {
		state = units[last];
		end = last;
	}
	for (; state < MEMGROUP_SIM_UNIT_COUNT; state++, end = nr) {
		found = highest_below(units, nr, end, state);
		if (found < nr)
			return found;
	}
	return nr;
}
