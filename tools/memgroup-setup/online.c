// SPDX-License-Identifier: GPL-2.0
#include "online.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

#define STATE "sys/devices/system/memory/memory%" PRIu64 "/state"
#define WHOSE (MODEL_GROUPS | MODEL_BLOCKS)

static int by_device(const void *a, const void *b)
{
	const struct offline_block *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

/* Memory without a device is told apart by its row, too. */
int offline_blocks_list(struct offline_blocks *offline, const struct model *model,
			struct fault *fault)
{
	uint64_t *first = calloc(model->nr_groups + 1, sizeof(*first));
	size_t i;

	*offline = (struct offline_blocks){
		.list = calloc(model->nr_blocks + 1, sizeof(*offline->list)),
	};
	if (!first || !offline->list) {
		free(first);
		offline_blocks_free(offline);
		return fault_nomem(fault);
	}
	for (i = 0; i <= model->nr_groups; i++)
		first[i] = UINT64_MAX;
	for (i = 0; i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];
		const size_t group = b->group == NO_GROUP ? model->nr_groups : b->group;

		if (b->state != BLOCK_OFFLINE)
			continue;
		if (first[group] > b->number)
			first[group] = b->number;
		offline->list[offline->nr++] = (struct offline_block){
			.number = b->number, .group = b->group, .first = first[group],
		};
	}
	free(first);
	qsort(offline->list, offline->nr, sizeof(*offline->list), by_device);
	return 0;
}

void offline_blocks_free(struct offline_blocks *offline)
{
	free(offline->list);
	*offline = (struct offline_blocks){ 0 };
}

static const char *device_of(const struct model *model, const struct offline_block *block)
{
	const char *device = NULL;

	if (block->group != NO_GROUP)
		device = model->groups[block->group].device;
	return device ? device : "memory without a device";
}

/* How many of @offline from @i on are of its device. */
static size_t count_device(const struct offline_blocks *offline, size_t i)
{
	size_t n = 1;

	while (i + n < offline->nr && offline->list[i + n].first == offline->list[i].first)
		n++;
	return n;
}

/* One device's share of it all. */
struct batch {
	const struct apply *apply;
	const char *state;
	const char *device;
	const struct offline_block *blocks;
	size_t nr;
	size_t gone, failed, already;
	struct fault first_failure;
};

static void say_plan(const struct batch *b)
{
	FILE *out = b->apply->out;
	size_t i = 0;

	fprintf(out, "would write %s to the state of blocks of %s, in this order:", b->state,
		b->device);
	while (i < b->nr) {
		size_t n = 1;

		while (i + n < b->nr && b->blocks[i + n].number == b->blocks[i].number + n)
			n++;
		fprintf(out, "%s %" PRIu64, i ? "," : "", b->blocks[i].number);
		if (n > 1)
			fprintf(out, "-%" PRIu64, b->blocks[i + n - 1].number);
		i += n;
	}
	fputc('\n', out);
}

/* It may have been set online by others meanwhile, for which the kernel has EINVAL. */
static bool is_online_now(const struct apply *a, const char *path)
{
	struct fault ignored;
	char word[SETTING_MAX];

	return !sysroot_read_word(a->root, path, word, sizeof(word), &ignored) &&
	       !strcmp(word, "online");
}

/* Returns 0, also if this block stays offline, or an error that every block would get. */
static int online_one(struct batch *b, const struct offline_block *block,
		      struct fault *fault)
{
	char path[96];
	int err;

	snprintf(path, sizeof(path), STATE, block->number);
	err = sysroot_write(b->apply->root, path, b->state, fault);
	if (!err)
		return 0;
	if (err == -EACCES || err == -EPERM || err == -EROFS)
		return err;
	if (err == -ENOENT || err == -ENODEV) {
		b->gone++;
	} else if (err == -EINVAL && is_online_now(b->apply, path)) {
		b->already++;
	} else {
		fprintf(b->apply->out, "memory%" PRIu64 " of %s: stays offline: %s\n",
			block->number, b->device, strerror(-err));
		if (!b->failed++)
			b->first_failure = *fault;
	}
	return 0;
}

/* Which zones the blocks of a batch are in now. */
static void say_zones(const struct batch *b, const struct model *now)
{
	size_t count[NR_ZONE_KINDS] = { 0 }, i;
	FILE *out = b->apply->out;
	const char *before = ": ";
	size_t online = 0;
	int zone;

	for (i = 0; i < b->nr; i++) {
		const struct memory_block *block = model_block(now, b->blocks[i].number);

		if (!block || block->state != BLOCK_ONLINE)
			continue;
		online++;
		count[block->zone]++;
	}
	fprintf(out, "%s: %zu of %zu blocks online", b->device, online, b->nr);
	for (zone = NR_ZONE_KINDS - 1; zone > ZONE_NONE; zone--) {
		if (!count[zone])
			continue;
		fprintf(out, "%s%zu %s", before, count[zone],
			zone_kind_name((enum zone_kind)zone));
		before = ", ";
	}
	fputc('\n', out);
	if (b->already)
		fprintf(out, "%s: set online by others meanwhile: %zu\n", b->device, b->already);
	if (b->gone)
		fprintf(out, "%s: removed meanwhile: %zu\n", b->device, b->gone);
}

/* Writes to the blocks of a batch; only what would befall all of them is an error. */
static int do_batch(struct batch *b, struct fault *fault)
{
	size_t i;
	int err = 0;

	if (b->apply->dry_run) {
		say_plan(b);
		return 0;
	}
	for (i = 0; i < b->nr && !err; i++)
		err = online_one(b, &b->blocks[i], fault);
	return err;
}

/* The offline blocks, device by device. */
struct batches {
	struct batch *list;
	size_t nr;
};

static int make_batches(struct batches *batches, const struct apply *a, const char *state,
			const struct model *model, const struct offline_blocks *offline,
			struct fault *fault)
{
	size_t i, n;

	for (i = 0; i < offline->nr; i += n) {
		struct batch *list = grow(batches->list, batches->nr, sizeof(*list));

		if (!list)
			return fault_nomem(fault);
		n = count_device(offline, i);
		batches->list = list;
		list[batches->nr++] = (struct batch){
			.apply = a, .state = state, .blocks = &offline->list[i], .nr = n,
			.device = device_of(model, &offline->list[i]),
		};
	}
	return 0;
}

static int say_all_zones(const struct batches *batches, struct sysroot *root,
			 struct fault *fault)
{
	struct model now;
	size_t i;
	int err;

	err = model_read(&now, root, WHOSE, fault);
	if (err)
		return err;
	for (i = 0; i < batches->nr; i++)
		say_zones(&batches->list[i], &now);
	model_free(&now);
	return 0;
}

static int judge(const struct batches *batches, size_t nr, struct fault *fault)
{
	const struct batch *first = NULL;
	size_t i, failed = 0;

	for (i = 0; i < batches->nr; i++) {
		if (batches->list[i].failed && !first)
			first = &batches->list[i];
		failed += batches->list[i].failed;
	}
	if (!first)
		return 0;
	return fault_set(fault, EIO, "%.512s: %zu of %zu blocks stay offline, all others were tried; the kernel's log says why, and memgroup-setup tries them again",
			 first->first_failure.text, failed, nr);
}

static int do_all(const struct apply *a, const char *state, const struct model *model,
		  const struct offline_blocks *offline, struct fault *fault)
{
	struct batches batches = { 0 };
	size_t i;
	int err;

	err = make_batches(&batches, a, state, model, offline, fault);
	for (i = 0; i < batches.nr && !err; i++)
		err = do_batch(&batches.list[i], fault);
	if (!err && batches.nr && !a->dry_run)
		err = say_all_zones(&batches, a->root, fault);
	if (!err)
		err = judge(&batches, offline->nr, fault);
	free(batches.list);
	return err;
}

int online_blocks(const struct apply *a, const char *state, size_t *nr,
		  struct fault *fault)
{
	struct offline_blocks offline;
	struct model model;
	int err;

	*nr = 0;
	err = model_read(&model, a->root, WHOSE, fault);
	if (err)
		return err;
	err = offline_blocks_list(&offline, &model, fault);
	if (!err) {
		*nr = offline.nr;
		err = do_all(a, state, &model, &offline, fault);
		offline_blocks_free(&offline);
	}
	model_free(&model);
	return err;
}
