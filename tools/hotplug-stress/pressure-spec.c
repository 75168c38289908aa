// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <string.h>

#include "pressure-load.h"
#include "pressure.h"
#include "units.h"

/* Enough for each option once, and all of them are short but the folder. */
#define TEXT_MAX (PRESSURE_FOLDER_MAX + 128)

static const struct load_kind *const kinds[PRESSURE_KINDS] = {
	[PRESSURE_ANON] = &load_anon,
	[PRESSURE_CACHE] = &load_cache,
	[PRESSURE_MLOCK] = &load_mlock,
	[PRESSURE_PIN] = &load_pin,
	[PRESSURE_SPLICE] = &load_splice,
	[PRESSURE_FORK] = &load_fork,
	[PRESSURE_SLAB] = &load_slab,
	[PRESSURE_HUGE] = &load_huge,
};

const struct load_kind *load_kind_of(enum pressure_kind kind)
{
	return kinds[kind];
}

const char *pressure_kind_name(enum pressure_kind kind)
{
	return kinds[kind]->name;
}

static int parse_dose(const char *name, const char *dose,
		      struct pressure_spec *spec, struct fault *fault)
{
	enum pressure_kind kind = 0;

	while (kind < PRESSURE_KINDS && strcmp(kinds[kind]->name, name))
		kind++;
	if (kind == PRESSURE_KINDS)
		return fault_set(fault, EINVAL,
				 "pressure: there is no kind \"%s\"", name);
	spec->kind = kind;
	if (!dose || units_parse_size(dose, &spec->bytes))
		return fault_set(fault, EINVAL,
				 "pressure %s: \"%s\" is no size", name,
				 dose ? dose : "");
	if (!spec->bytes || spec->bytes > PRESSURE_DOSE_MAX)
		return fault_set(fault, EINVAL,
				 "pressure %s: \"%s\" is not between 1 byte and 64 TiB",
				 name, dose);
	return 0;
}

static int parse_rate(const char *value, struct pressure_spec *spec,
		      struct fault *fault)
{
	uint64_t rate;

	if (units_parse_decimal(value, &rate) || rate > PRESSURE_RATE_MAX)
		return fault_set(fault, EINVAL,
				 "pressure %s: rate \"%s\" is not between 0 and %d",
				 pressure_kind_name(spec->kind), value,
				 PRESSURE_RATE_MAX);
	spec->rate = (unsigned int)rate;
	return 0;
}

static int parse_folder(const char *value, struct pressure_spec *spec,
			struct fault *fault)
{
	if (spec->kind != PRESSURE_CACHE)
		return fault_set(fault, EINVAL,
				 "pressure %s: dir is an option of cache only",
				 pressure_kind_name(spec->kind));
	if (!*value || strlen(value) >= sizeof(spec->folder))
		return fault_set(fault, EINVAL,
				 "pressure cache: dir must have 1 to %zu characters",
				 sizeof(spec->folder) - 1);
	strcpy(spec->folder, value);
	return 0;
}

static int parse_option(char *option, struct pressure_spec *spec, bool *rate_seen,
			struct fault *fault)
{
	char *value = option;
	const char *key = strsep(&value, "=");
	bool again = false;

	if (value && !strcmp(key, "rate")) {
		again = *rate_seen;
		*rate_seen = true;
		if (!again)
			return parse_rate(value, spec, fault);
	} else if (value && !strcmp(key, "dir")) {
		again = *spec->folder;
		if (!again)
			return parse_folder(value, spec, fault);
	}
	return fault_set(fault, EINVAL, "pressure %s: %s \"%s\"",
			 pressure_kind_name(spec->kind),
			 again ? "twice the option" : "there is no option", key);
}

int pressure_parse(const char *text, struct pressure_spec *spec,
		   struct fault *fault)
{
	struct pressure_spec parsed = { .rate = PRESSURE_RATE_DEFAULT };
	char *option, *dose, *rest;
	bool rate_seen = false;
	char copy[TEXT_MAX];
	int ret;

	if (strlen(text) >= sizeof(copy))
		return fault_set(fault, EINVAL,
				 "pressure: more than %zu characters",
				 sizeof(copy) - 1);
	strcpy(copy, text);
	rest = copy;
	dose = strsep(&rest, ",");
	option = strsep(&dose, "=");
	ret = parse_dose(option, dose, &parsed, fault);
	while (!ret && (option = strsep(&rest, ",")))
		ret = parse_option(option, &parsed, &rate_seen, fault);
	if (!ret)
		*spec = parsed;
	return ret;
}
