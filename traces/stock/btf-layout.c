// SPDX-License-Identifier: GPL-2.0
#include "btf-layout.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#define TYPE_TEXT_MAX	96
/* Deeper than any kernel's; a file may say that a type is made of itself. */
#define MAX_DEPTH	16
#define MAX_STEPS	100000

struct source {
	const struct btf *btf;
	const char *file;
	struct fault *fault;
};

/* What a type is once its other names, const and the like are taken off; or NULL. */
static const struct btf_type *bare(const struct source *source, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(source->btf, id);
	int depth;

	for (depth = 0; type && depth < MAX_DEPTH; depth++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return type;
		type = btf__type_by_id(source->btf, type->type);
	}
	return NULL;
}

static const char *name_of(const struct source *source, uint32_t offset)
{
	const char *name = btf__name_by_offset(source->btf, offset);

	return name ? name : "";
}

/* An int, bool or struct, as the kernel writes them: u64, s32, struct zone. */
static void spell_bare(const struct source *source, const struct btf_type *type, char *text,
		       size_t size)
{
	if (btf_is_int(type) && btf_int_encoding(type) & BTF_INT_BOOL)
		snprintf(text, size, "bool");
	else if (btf_is_int(type) && type->size == 1)
		snprintf(text, size, "char");
	else if (btf_is_int(type))
		snprintf(text, size, "%c%u",
			 btf_int_encoding(type) & BTF_INT_SIGNED ? 's' : 'u', type->size * 8);
	else if (btf_is_struct(type) || (btf_is_fwd(type) && !btf_kflag(type)))
		snprintf(text, size, "struct %s", name_of(source, type->name_off));
	else
		snprintf(text, size, "something else");
}

static void spell(const struct source *source, uint32_t id, char *text, size_t size)
{
	const struct btf_type *type = bare(source, id);
	bool pointer = type && btf_is_ptr(type);

	if (pointer)
		type = bare(source, type->type);
	if (!type) {
		snprintf(text, size, "something else");
		return;
	}
	spell_bare(source, type, text, size);
	if (pointer)
		strncat(text, " *", size - strlen(text) - 1);
}

/* What a pointer points to, by the pointer's type. */
static uint32_t target(const struct source *source, uint32_t pointer)
{
	const struct btf_type *type = bare(source, pointer);

	return type ? type->type : 0;
}

/* One of a function's parameters. */
struct parameter {
	const char *names[2];	/* NULL: its type says which it is */
	const char *type;
};

static const struct parameter parameters[] = {
	{ { "pfn", "start_pfn" }, "u64" },
	{ { "nr_pages", "nr_pages" }, "u64" },
	{ { NULL }, "struct zone *" },
	{ { NULL }, "struct memory_group *" },
};

#define NR_PARAMETERS	(sizeof(parameters) / sizeof(*parameters))
#define ZONE_PARAMETER	2

static int check_parameter(const struct source *source, const char *function,
			   unsigned int position, const struct btf_param *found,
			   const struct parameter *expected)
{
	const char *name = name_of(source, found->name_off);
	char type[TYPE_TEXT_MAX];

	spell(source, found->type, type, sizeof(type));
	if (strcmp(type, expected->type))
		return fault_set(source->fault, EINVAL,
				 "%s: parameter %u of %s() (%s) is %s, not %s", source->file,
				 position, function, name, type, expected->type);
	if (expected->names[0] && strcmp(name, expected->names[0]) &&
	    strcmp(name, expected->names[1]))
		return fault_set(source->fault, EINVAL,
				 "%s: parameter %u of %s() is %s, not %s", source->file,
				 position, function, name, expected->names[1]);
	return 0;
}

/* The function's prototype, after its result was checked. */
static const struct btf_type *find_prototype(const struct source *source,
					     const char *function, const char *option)
{
	const int id = btf__find_by_name_kind(source->btf, function, BTF_KIND_FUNC);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(source->btf, (uint32_t)id);
	char result[TYPE_TEXT_MAX];

	if (!type) {
		fault_set(source->fault, ENOENT,
			  "%s: no function %s(): such a kernel has CONFIG_%s", source->file,
			  function, option);
		return NULL;
	}
	type = btf__type_by_id(source->btf, type->type);
	if (!type || !btf_is_func_proto(type)) {
		fault_set(source->fault, EINVAL, "%s: %s() has no prototype", source->file,
			  function);
		return NULL;
	}
	spell(source, type->type, result, sizeof(result));
	if (strcmp(result, "s32")) {
		fault_set(source->fault, EINVAL, "%s: the result of %s() is %s, not s32",
			  source->file, function, result);
		return NULL;
	}
	return type;
}

/*
 * Sets @call; and @zone and @group, where it has such a parameter, to the types that they
 * point to.
 */
static int find_call(const struct source *source, struct call *call, const char *function,
		     const char *option, bool zone_optional, uint32_t *zone, uint32_t *group)
{
	const struct btf_type *prototype = find_prototype(source, function, option);
	const struct btf_param *found;
	unsigned int nr, position = 0;
	bool has_zone;
	size_t i;

	if (!prototype)
		return -EINVAL;
	nr = btf_vlen(prototype);
	has_zone = !zone_optional || nr != NR_PARAMETERS - 1;
	if (has_zone && nr != NR_PARAMETERS)
		return fault_set(source->fault, EINVAL,
				 "%s: %s() has %u parameters, not %zu: 5.15 is the first kernel that fits",
				 source->file, function, nr, NR_PARAMETERS);
	found = btf_params(prototype);
	for (i = 0; i < NR_PARAMETERS; i++) {
		if (i == ZONE_PARAMETER && !has_zone)
			continue;
		position++;
		if (check_parameter(source, function, position, &found[position - 1],
				    &parameters[i]))
			return -EINVAL;
	}
	*call = (struct call){ 1, 2, has_zone ? 3 : 0, position };
	if (has_zone)
		*zone = target(source, found[ZONE_PARAMETER].type);
	*group = target(source, found[position - 1].type);
	return 0;
}

/* A member of a structure, or of one without a name in it. */
struct member {
	uint32_t type;
	unsigned int bits;	/* its offset */
	bool is_bitfield;
};

/* A file may have so many of them in each other that it would take years. */
struct search {
	const struct source *source;
	const char *name;
	unsigned int steps;
	struct member *found;
};

static bool search(struct search *search_for, uint32_t in, int depth)
{
	const struct btf_type *type = bare(search_for->source, in);
	unsigned int i;

	if (!type || !btf_is_composite(type) || depth == MAX_DEPTH)
		return false;
	for (i = 0; i < btf_vlen(type) && search_for->steps < MAX_STEPS; i++) {
		const struct btf_member *m = &btf_members(type)[i];
		const char *name = name_of(search_for->source, m->name_off);
		const unsigned int bits = btf_member_bit_offset(type, i);

		search_for->steps++;
		if (!strcmp(name, search_for->name)) {
			*search_for->found = (struct member){
				m->type, bits, btf_member_bitfield_size(type, i)
			};
			return true;
		}
		if (!*name && search(search_for, m->type, depth + 1)) {
			search_for->found->bits += bits;
			return true;
		}
	}
	return false;
}

/* @in_name is for messages; without @expected any type will do. */
static int find_member(const struct source *source, uint32_t in, const char *in_name,
		       const char *name, const char *expected, struct member *found)
{
	struct search search_for = { .source = source, .name = name, .found = found };
	char type[TYPE_TEXT_MAX];

	if (!search(&search_for, in, 0))
		return fault_set(source->fault, EINVAL, "%s: struct %s has no member %s",
				 source->file, in_name, name);
	if (found->is_bitfield || found->bits % 8)
		return fault_set(source->fault, EINVAL, "%s: %s of struct %s is not whole bytes",
				 source->file, name, in_name);
	spell(source, found->type, type, sizeof(type));
	if (expected && strcmp(type, expected))
		return fault_set(source->fault, EINVAL, "%s: %s of struct %s is %s, not %s",
				 source->file, name, in_name, type, expected);
	return 0;
}

static int find_zone(const struct source *source, uint32_t zone, struct layout *layout)
{
	struct member member;

	if (find_member(source, zone, "zone", "name", "char *", &member))
		return -EINVAL;
	layout->zone_name = member.bits / 8;
	if (find_member(source, zone, "zone", "zone_pgdat", "struct pglist_data *", &member))
		return -EINVAL;
	layout->zone_pgdat = member.bits / 8;
	if (find_member(source, target(source, member.type), "pglist_data", "node_id", "s32",
			&member))
		return -EINVAL;
	layout->pgdat_node_id = member.bits / 8;
	return 0;
}

/* The pages of the structure @kind (s or d) in the group. */
static int find_pages(const struct source *source, uint32_t group, const char *kind,
		      const char *name, unsigned int *offset)
{
	struct member outer, inner;

	if (find_member(source, group, "memory_group", kind, NULL, &outer) ||
	    find_member(source, outer.type, "memory_group", name, "u64", &inner))
		return -EINVAL;
	*offset = (outer.bits + inner.bits) / 8;
	return 0;
}

static int find_group(const struct source *source, uint32_t group, struct layout *layout)
{
	struct member member;
	unsigned int unit_pages;

	if (find_member(source, group, "memory_group", "nid", "s32", &member))
		return -EINVAL;
	layout->group_nid = member.bits / 8;
	if (find_member(source, group, "memory_group", "is_dynamic", "bool", &member))
		return -EINVAL;
	layout->group_is_dynamic = member.bits / 8;
	if (find_pages(source, group, "s", "max_pages", &layout->group_pages) ||
	    find_pages(source, group, "d", "unit_pages", &unit_pages))
		return -EINVAL;
	/* One field of an event holds either. */
	if (unit_pages != layout->group_pages)
		return fault_set(source->fault, EINVAL,
				 "%s: max_pages of struct memory_group is at byte %u, but unit_pages at %u",
				 source->file, layout->group_pages, unit_pages);
	return 0;
}

int layout_find(struct layout *layout, const struct btf *btf, const char *file,
		struct fault *fault)
{
	const struct source source = { btf, file, fault };
	uint32_t zone = 0, group = 0;

	*layout = (struct layout){ 0 };
	if (find_call(&source, &layout->online, "online_pages", "MEMORY_HOTPLUG", false, &zone,
		      &group) ||
	    find_call(&source, &layout->offline, "offline_pages", "MEMORY_HOTREMOVE", true,
		      &zone, &group) ||
	    find_zone(&source, zone, layout) || find_group(&source, group, layout))
		return -EINVAL;
	return 0;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int layout_read(struct layout *layout, const char *file, struct fault *fault)
{
	struct btf *btf;
	int err;

	libbpf_set_print(quiet);
	btf = btf__parse_raw(file);
	err = libbpf_get_error(btf);
	if (err == -ENOENT)
		return fault_set(fault, ENOENT,
				 "%s: %s: the kernel describes itself if it has CONFIG_DEBUG_INFO_BTF",
				 file, strerror(ENOENT));
	if (err == -EPROTO)
		return fault_set(fault, EINVAL, "%s: this is no BTF", file);
	if (err)
		return fault_set(fault, -err, "%s: %s", file, strerror(-err));
	err = layout_find(layout, btf, file, fault);
	btf__free(btf);
	return err;
}
