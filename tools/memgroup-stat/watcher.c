// SPDX-License-Identifier: GPL-2.0
#include "watcher.h"

#include <string.h>
#include <time.h>

/*
 * All is read again anyway once that many times the cost of it has passed: seldom where
 * the small files tell of nearly every change, and more often where there are none.
 */
#define PATIENCE 500
#define PATIENCE_WITHOUT_VIEW 100

static const enum model_file watched[NR_WATCHED] = {
	[WATCHED_POLICY] = FILE_POLICY,
	[WATCHED_NODES] = FILE_NODES,
	[WATCHED_GROUPS] = FILE_GROUPS,
	[WATCHED_ZONES] = FILE_ZONES,
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void watcher_start(struct watcher *watcher, const struct request *request,
		   struct replay *replay)
{
	*watcher = (struct watcher){ .request = request, .replay = replay };
}

void watcher_stop(struct watcher *watcher)
{
	int i;

	model_free(&watcher->blocks);
	model_free(&watcher->sums);
	model_free(&watcher->old_blocks);
	model_free(&watcher->old_sums);
	for (i = 0; i < NR_WATCHED; i++)
		text_free(&watcher->seen[i]);
}

/*
 * Reads the small files and compares; a bit for each that is not as it was. Why one
 * can't be read any more, reading all of it will tell; where there never was one, on
 * other kernels, nothing can be said.
 */
static unsigned int look(const struct watcher *watcher, struct text *texts)
{
	unsigned int differ = 0;
	struct sysroot root;
	struct fault fault;
	int i;

	if (sysroot_open(&root, watcher->request->sysroot, &fault))
		return ~0u;
	for (i = 0; i < NR_WATCHED; i++) {
		const struct text *seen = &watcher->seen[i];

		if (sysroot_read(&root, model_file_path(watched[i]), &texts[i], &fault))
			differ |= seen->data ? 1u << i : 0;
		else if (!seen->data || texts[i].len != seen->len ||
			 memcmp(texts[i].data, seen->data, seen->len))
			differ |= 1u << i;
	}
	sysroot_close(&root);
	return differ;
}

/* After a failure there is nothing to compare with: all is read again. */
static void keep_texts(struct watcher *watcher, struct text *texts, bool failed)
{
	int i;

	for (i = 0; i < NR_WATCHED; i++) {
		text_free(&watcher->seen[i]);
		if (failed)
			text_free(&texts[i]);
		watcher->seen[i] = texts[i];
	}
	if (failed)
		watcher->blocks_read_ns = 0;
}

/* Policy and nodes of @model move to @sums. */
static void move_sums(struct model *model, struct model *sums)
{
	*sums = (struct model){
		.policy = model->policy,
		.nodes = model->nodes, .nr_nodes = model->nr_nodes,
	};
	model->policy = (struct policy){ 0 };
	model->nodes = NULL;
	model->nr_nodes = 0;
}

/* What was before that is forgotten; only what changes is kept twice. */
static void begin(struct watcher *watcher)
{
	model_free(&watcher->old_blocks);
	model_free(&watcher->old_sums);
	watcher->before = watcher->now;
}

static void compose(struct watcher *watcher)
{
	watcher->now = watcher->blocks;
	watcher->now.policy = watcher->sums.policy;
	watcher->now.nodes = watcher->sums.nodes;
	watcher->now.nr_nodes = watcher->sums.nr_nodes;
}

/* From where it was read first: other numbers would look like changes. */
static int read_parts(const struct watcher *watcher, unsigned int need,
		      struct model *model, struct fault *fault)
{
	struct sysroot root;
	int err;

	/* This one says what is missing, which need not be said again. */
	if (!watcher->now.policy.name)
		return request_read(watcher->request, model, need, fault);
	err = sysroot_open(&root, watcher->request->sysroot, fault);
	if (err)
		return err;
	err = model_read_from(model, &root, watcher->now.from, need, fault);
	sysroot_close(&root);
	return err;
}

static int take_all(struct watcher *watcher, struct model *model, struct fault *fault)
{
	int err = model_check_addresses(model, fault);

	if (err) {
		model_free(model);
		return err;
	}
	begin(watcher);
	watcher->old_blocks = watcher->blocks;
	watcher->old_sums = watcher->sums;
	watcher->blocks = *model;
	move_sums(&watcher->blocks, &watcher->sums);
	compose(watcher);
	return 0;
}

static int read_all(struct watcher *watcher, struct fault *fault)
{
	const uint64_t start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	struct model model;
	int err = read_parts(watcher,
			     MODEL_POLICY | MODEL_GROUPS | MODEL_NODES | MODEL_BLOCKS,
			     &model, fault) ?:
		take_all(watcher, &model, fault);

	if (err)
		return err;
	watcher->blocks_cost_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
	watcher->blocks_read_ns = clock_ns(CLOCK_MONOTONIC);
	return 0;
}

static int read_replay(struct watcher *watcher, struct changes *changes,
		       struct fault *fault)
{
	struct model model;

	return replay_get(watcher->replay, &model, fault) ?:
		take_all(watcher, &model, fault) ?:
		changes_find(changes, &watcher->before, &watcher->now, fault);
}

static int read_sums(struct watcher *watcher, struct fault *fault)
{
	struct model model;
	int err = read_parts(watcher, MODEL_POLICY | MODEL_NODES, &model, fault);

	if (err)
		return err;
	begin(watcher);
	watcher->old_sums = watcher->sums;
	move_sums(&model, &watcher->sums);
	/* Groups, which nodes are made with. */
	model_free(&model);
	compose(watcher);
	return 0;
}

static bool blocks_are_old(const struct watcher *watcher)
{
	const uint64_t patience = watcher->now.from == FROM_SYSFS ? PATIENCE_WITHOUT_VIEW :
								    PATIENCE;

	return !watcher->blocks_read_ns ||
		clock_ns(CLOCK_MONOTONIC) - watcher->blocks_read_ns >=
		patience * watcher->blocks_cost_ns;
}

void watcher_hurry(struct watcher *watcher)
{
	watcher->blocks_read_ns = 0;
}

int watcher_read(struct watcher *watcher, struct changes *changes,
		 struct fault *fault)
{
	struct text texts[NR_WATCHED] = { 0 };
	unsigned int differ;
	int err = 0;

	if (watcher->replay)
		return read_replay(watcher, changes, fault);
	differ = look(watcher, texts);
	if (differ & (1u << WATCHED_GROUPS | 1u << WATCHED_ZONES) ||
	    blocks_are_old(watcher))
		err = read_all(watcher, fault);
	else if (differ)
		err = read_sums(watcher, fault);
	else
		begin(watcher);
	if (!err)
		err = changes_find(changes, &watcher->before, &watcher->now, fault);
	/* What was read before the rest: a change after it is seen the next time. */
	keep_texts(watcher, texts, err != 0);
	return err;
}
