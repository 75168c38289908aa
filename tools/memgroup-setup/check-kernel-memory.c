// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel memory for the memory map and the page tables of all that may be plugged, as
 * memgroup-stat plan computes it: every virtio-mem device grown to its full size under the
 * policy that is configured.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "iomem.h"
#include "plan-advice.h"
#include "plan-live.h"
#include "units.h"

#define GIGANTIC "sys/kernel/mm/hugepages"
#define GIGANTIC_NAME "hugepages-"
/* Smaller ones can be moved. */
#define GIGANTIC_LEAST_KB 262144
/* A share of early kernel memory that is worth a word. */
#define GIGANTIC_SHARE 4

/* What may come: a step for each device that can grow. */
struct growth {
	struct plan_step *steps;
	size_t nr;
	uint64_t bytes;		/* of all of them, altogether */
};

/* The address range that a device has for its memory, however much of it is plugged. */
static uint64_t region_of(const struct iomem *iomem, const char *device)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_entry *entry = &iomem->list[i];

		if (!strcmp(entry->name, device) && entry->last - entry->start < PLAN_BYTES_MAX)
			bytes += entry->last - entry->start + 1;
	}
	return bytes;
}

static void add_growth(const struct model *model, const struct iomem *iomem,
		       struct growth *growth)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++) {
		const struct group *group = &model->groups[i];
		struct plan_step step = { .action = PLAN_RESIZE };
		uint64_t bytes;

		if (!group_is_dynamic(group) || !group->device)
			continue;
		bytes = region_of(iomem, group->device);
		bytes -= bytes % model->block_bytes;
		if (bytes <= group->blocks * model->block_bytes)
			continue;
		snprintf(step.name, sizeof(step.name), "%s", group->device);
		step.bytes = bytes;
		growth->steps[growth->nr++] = step;
		growth->bytes += bytes;
	}
}

/* The policy that will decide, as far as the configuration says. */
static void configure(const struct check *check, struct memgroup_config *policy)
{
	const struct setting_entry *entry = check->settings->entry;
	const char *state = entry[KEY_AUTO_ONLINE].set ? entry[KEY_AUTO_ONLINE].value :
			    check->current[KEY_AUTO_ONLINE];

	if (entry[KEY_RATIO].set)
		policy->ratio = (unsigned int)strtoul(entry[KEY_RATIO].value, NULL, 10);
	if (entry[KEY_NUMA_AWARE].set)
		policy->numa_aware = *entry[KEY_NUMA_AWARE].value == 'Y';
	if (entry[KEY_POLICY].set)
		policy->policy = strcmp(entry[KEY_POLICY].value, "auto-movable") ?
			MEMGROUP_POLICY_CONTIG_ZONES : MEMGROUP_POLICY_AUTO_MOVABLE;
	/* Without being asked, the policy might as well allow everything, or nothing. */
	if (!strcmp(state, "online_movable"))
		*policy = (struct memgroup_config) {
			.policy = MEMGROUP_POLICY_AUTO_MOVABLE, .ratio = UINT32_MAX,
		};
	else if (!strcmp(state, "online_kernel"))
		*policy = (struct memgroup_config) { .policy = MEMGROUP_POLICY_AUTO_MOVABLE };
}

static int report(struct check *check, const struct plan *plan, const struct growth *growth)
{
	static const struct {
		enum plan_danger danger;
		enum finding_kind kind;
	} kinds[] = {
		{ PLAN_DANGER_MAP_FULL, MEMORY_MAP_FULL },
		{ PLAN_DANGER_MAP, MEMORY_MAP_LARGE },
		{ PLAN_DANGER_TABLES, PAGE_TABLES_LARGE },
	};
	struct plan_warning *warnings;
	char size[UNITS_SIZE_MAX];
	size_t nr, i, j;
	int err;

	err = plan_list_warnings(plan, &warnings, &nr, check->fault);
	if (err)
		return err;
	units_format_size(growth->bytes, size);
	for (i = 0; i < nr && !err; i++)
		for (j = 0; j < sizeof(kinds) / sizeof(*kinds) && !err; j++)
			if (warnings[i].danger == kinds[j].danger)
				err = check_add(check, kinds[j].kind, NULL, 0,
						"If virtio-mem devices grow to their full size, to %s altogether: %s",
						size, warnings[i].text);
	free(warnings);
	return err;
}

static int try_growth(struct check *check, const struct growth *growth)
{
	struct plan_config config = { .page_bytes = (uint64_t)sysconf(_SC_PAGESIZE) };
	struct plan *plan;
	size_t i;
	int err;

	err = plan_live_policy(&check->model, &config.policy, check->fault);
	if (err)
		return err;
	configure(check, &config.policy);
	err = plan_live(&plan, &check->model, &config, growth->steps, growth->nr,
			check->fault);
	if (err)
		return err;
	for (i = 0; i < growth->nr && !err; i++)
		err = plan_do(plan, &growth->steps[i], check->fault);
	if (!err)
		err = report(check, plan, growth);
	plan_free(plan);
	return err;
}

/*
 * The plan knows devices by their groups, which have ids: kernels without a view of them
 * tell none, and any will do.
 */
static void number_devices(struct model *model)
{
	uint32_t i;

	for (i = 0; model->from == FROM_SYSFS && i < model->nr_groups; i++) {
		struct group *group = &model->groups[i];

		group->has_id = group->type && group->device;
		group->id = i;
	}
}

/* Is there a device that may be larger than it is now? */
static bool can_grow(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++)
		if (group_is_dynamic(&model->groups[i]) && model->groups[i].device)
			return true;
	return false;
}

static int check_growth(struct check *check)
{
	const char *missing = "whether there is kernel memory for what may be plugged is not known";
	struct growth growth = { 0 };
	struct iomem iomem;
	int err;

	/* Before 5.15 there is no policy to plan with. */
	if (!can_grow(&check->model) || !*check->current[KEY_POLICY])
		return 0;
	err = iomem_read(check->root, &iomem, check->fault);
	if (err)
		return check_unreadable(check, err, missing);
	growth.steps = calloc(check->model.nr_groups + 1, sizeof(*growth.steps));
	if (growth.steps) {
		number_devices(&check->model);
		add_growth(&check->model, &iomem, &growth);
		if (growth.nr)
			err = try_growth(check, &growth);
	} else {
		err = fault_nomem(check->fault);
	}
	free(growth.steps);
	iomem_free(&iomem);
	return check_unreadable(check, err, missing);
}

/* One size of huge pages. */
static int check_pool(const char *name, void *context)
{
	struct check *check = context;
	const char *digits = name + strlen(GIGANTIC_NAME);
	char path[128], word[32], size[UNITS_SIZE_MAX];
	uint64_t kb, nr, early, bytes;

	if (strncmp(name, GIGANTIC_NAME, strlen(GIGANTIC_NAME)) || strlen(name) > 64)
		return 0;
	kb = strtoull(digits, NULL, 10);
	if (kb < GIGANTIC_LEAST_KB)
		return 0;
	snprintf(path, sizeof(path), GIGANTIC "/%s/nr_hugepages", name);
	if (sysroot_read_word(check->root, path, word, sizeof(word), check->fault) ||
	    units_parse_decimal(word, &nr) ||
	    __builtin_mul_overflow(kb * 1024, nr, &bytes))
		return 0;
	early = check->model.nodes[0].early_kernel;
	if (!bytes || bytes < early / GIGANTIC_SHARE)
		return 0;
	units_format_size(bytes, size);
	return check_add(check, GIGANTIC_PAGES, path, 1,
			 "nr_hugepages is %" PRIu64 " for pages of %" PRIu64
			 " kB: they take %s of kernel memory.", nr, kb, size);
}

int check_kernel_memory(struct check *check)
{
	int err;

	if (!check->has_model)
		return 0;
	err = check_growth(check);
	if (err)
		return err;
	err = sysroot_list(check->root, GIGANTIC, check_pool, check, check->fault);
	if (err == -ENOENT)
		return 0;
	return check_unreadable(check, err, "how many huge pages there are is not known");
}
