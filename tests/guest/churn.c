// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once: DIMMs, virtio-mem and a driver's memory come and go, blocks
 * change by hand, groups are registered and unregistered and parameters change,
 * while readers read whatever there is to read. Nobody may see a record that does
 * not add up, and in the end every count must be right.
 *
 * A kernel with KASAN, lockdep and CONFIG_MEMGROUP_RECOUNT says more about it.
 * The seed decides what each thread does, not how the threads interleave.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "agreement.h"
#include "ask.h"
#include "attribute.h"
#include "debugfs.h"
#include "events.h"
#include "lab.h"
#include "layout.h"
#include "leaks.h"
#include "system.h"
#include "tracer.h"

#define LAB_START	(4ULL << 30)	/* above mem=4G */
#define LAB_NODE	1
#define SYSFS_MEMORY	"/sys/devices/system/memory"
#define TRACING		"/sys/kernel/tracing/"
#define PAGE_BYTES	4096
#define WORDS(a)	(sizeof(a) / sizeof(*(a)))

/* The only ratios there are while it runs, in percent. */
static const unsigned int ratios[] = { 301, 400, 1000 };

struct worker {
	const char *name;
	/* One round; 0, or a negative errno value with @fault set: a defect. */
	int (*round)(struct worker *worker, struct fault *fault);
	unsigned int seed;
	unsigned long rounds;
	atomic_ulong done;		/* rounds that did what they set out to */
	int error;
	struct fault fault;
	pthread_t thread;
	atomic_bool ended;
};

static struct {
	unsigned int seconds;
	unsigned int seed;
	uint64_t block_bytes;
	unsigned long boot_blocks;	/* up to here, blocks are left alone */
	atomic_bool stop;
	atomic_int lab_id;		/* of the driver's group; -1: there is none */
	unsigned int too_early;		/* unregistered while it had memory */
	unsigned int too_late;		/* added to when it was gone */
	uint64_t lab_bytes;		/* of its memory that is there */
	int trace_pipe;
	struct tracer *tracer;
	unsigned long decisions, previews;
	bool ratio_seen[3];		/* in a decision */
	struct fault fault;
} churn = { .seconds = 20 };

static unsigned int pick(struct worker *worker, unsigned int below)
{
	return rand_r(&worker->seed) % below;
}

/* What takes no time by itself leaves some to the others. */
static void pause_for(unsigned int milliseconds)
{
	usleep(milliseconds * 1000);
}

/* Which of our ratios gives that limit, as the policy has it; -1 if none does. */
static int ratio_of(uint64_t early_pages, uint64_t limit_pages)
{
	size_t i;

	for (i = 0; i < WORDS(ratios); i++)
		if (early_pages * ratios[i] / 100 == limit_pages)
			return i;
	return -1;
}

/* Readers. */

/* groups: each record adds up. */
static int on_group(struct records *r, void *context)
{
	uint64_t blocks, online, kernel, movable, offline;

	(void)context;
	if (u64_of(r, "blocks", &blocks) ||
	    u64_of(r, "online_blocks", &online) ||
	    u64_of(r, "kernel_bytes", &kernel) ||
	    u64_of(r, "movable_bytes", &movable) ||
	    u64_of(r, "offline_bytes", &offline))
		return -EINVAL;
	if (blocks * churn.block_bytes != kernel + movable + offline ||
	    online * churn.block_bytes != kernel + movable)
		return records_fault(r, EINVAL,
				     "%" PRIu64 " blocks, %" PRIu64 " online, %"
				     PRIu64 " + %" PRIu64 " + %" PRIu64 " bytes",
				     blocks, online, kernel, movable, offline);
	return 0;
}

/* nodes: the first record is the sum of the others, each limit of one ratio. */
static int on_node(struct records *r, void *context)
{
	static const char * const columns[] = {
		"early_kernel_bytes", "kernel_bytes", "movable_bytes",
		"cma_bytes", "needed_bytes"
	};
	uint64_t value[WORDS(columns)], limit, counted = 0;
	int64_t *left = context;
	char name[16];
	size_t i;

	if (string_of(r, "node", name, sizeof(name)) ||
	    u64_of(r, "limit_bytes", &limit))
		return -EINVAL;
	for (i = 0; i < WORDS(columns); i++) {
		if (u64_of(r, columns[i], &value[i]))
			return -EINVAL;
		left[i] += strcmp(name, "system") ? -(int64_t)value[i] :
			   (int64_t)value[i];
	}
	if (value[0] > value[4])
		counted = (value[0] - value[4]) / PAGE_BYTES;
	if (ratio_of(counted, limit / PAGE_BYTES) < 0)
		return records_fault(r, EINVAL,
				     "a limit of %" PRIu64 " bytes for %" PRIu64
				     " pages is of no ratio", limit, counted);
	return 0;
}

/* blocks: they ascend. */
static int on_block(struct records *r, void *context)
{
	int64_t *last = context;
	uint64_t number;

	if (u64_of(r, "block", &number))
		return -EINVAL;
	if ((int64_t)number <= *last)
		return records_fault(r, EINVAL, "behind block %" PRId64, *last);
	*last = number;
	return 0;
}

static int on_any(struct records *r, void *context)
{
	(void)r;
	(void)context;
	return 0;
}

static int read_debugfs(struct worker *worker, struct fault *fault)
{
	int64_t left[5] = {}, last = -1;
	size_t i;
	int ret;

	ret = debugfs_for_each(system_root(), "groups", on_group, NULL, fault);
	if (!ret)
		ret = debugfs_for_each(system_root(), "nodes", on_node, left, fault);
	for (i = 0; i < WORDS(left) && !ret; i++)
		if (left[i])
			ret = fault_set(fault, EINVAL,
					"nodes: column %zu of the system is not the sum of the nodes",
					i + 2);
	if (!ret)
		ret = debugfs_for_each(system_root(), "blocks", on_block, &last, fault);
	if (!ret)
		ret = debugfs_for_each(system_root(), "policy", on_any, NULL, fault);
	if (!ret)
		ret = debugfs_for_each(system_root(), "zones", on_any, NULL, fault);
	if (!ret)
		ret = debugfs_for_each(system_root(), "decisions", on_any, NULL, fault);
	worker->done += !ret;
	pause_for(5);
	return ret;
}

/* A block may go while it is read: an error is no defect. */
static int read_valid_zones(struct worker *worker, struct fault *fault)
{
	DIR *dir = opendir(SYSFS_MEMORY);
	struct dirent *entry;
	char path[320], text[64];
	int fd;

	if (!dir)
		return fault_set(fault, errno, SYSFS_MEMORY ": %s",
				 strerror(errno));
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "memory", 6))
			continue;
		snprintf(path, sizeof(path), SYSFS_MEMORY "/%s/valid_zones",
			 entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		worker->done += read(fd, text, sizeof(text)) > 0;
		close(fd);
	}
	closedir(dir);
	pause_for(5);
	return 0;
}

static int read_trace_pipe(struct worker *worker, struct fault *fault)
{
	char text[4096];
	ssize_t len;

	while ((len = read(churn.trace_pipe, text, sizeof(text))) > 0)
		worker->done++;
	if (len < 0 && errno != EAGAIN && errno != EINTR)
		return fault_set(fault, errno, TRACING "trace_pipe: %s",
				 strerror(errno));
	pause_for(5);
	return 0;
}

static int read_lsmem(struct worker *worker, struct fault *fault)
{
	(void)fault;
	worker->done += !system("lsmem -a -o +ZONES,NODE >/dev/null 2>&1");
	return 0;
}

/* Those who change something. */

static int change_groups(struct worker *worker, struct fault *fault)
{
	const bool dynamic = pick(worker, 2);
	int id, ret;

	id = lab_register(dynamic ? "dynamic" : "static", pick(worker, 2),
			  churn.block_bytes << pick(worker, 4), fault);
	if (id < 0)
		return id;
	ret = lab_command(fault, "name %d churn %u", id, pick(worker, 1000));
	if (!ret)
		ret = lab_command(fault, "unregister %d", id);
	worker->done += !ret;
	pause_for(pick(worker, 20));
	return ret;
}

static int lab_remove(struct fault *fault)
{
	int ret = 0;

	if (churn.lab_bytes)
		ret = lab_command(fault, "remove %llu %" PRIu64, LAB_START,
				  churn.lab_bytes);
	if (!ret)
		churn.lab_bytes = 0;
	return ret;
}

/* Adds memory to the driver's group, and takes it away again. */
static int use_lab_group(int id, uint64_t bytes, struct fault *fault)
{
	struct fault refusal;
	int ret;

	ret = lab_command(fault, "add %d %llu %" PRIu64, id, LAB_START, bytes);
	if (ret)
		return ret;
	churn.lab_bytes = bytes;
	/* May meet pages of the kernel's: then it stays for a while. */
	while (lab_remove(&refusal) && !churn.stop)
		pause_for(100);
	return 0;
}

static int change_lab_memory(struct worker *worker, struct fault *fault)
{
	const uint64_t bytes = churn.block_bytes * (1 + pick(worker, 4));
	int ret;

	churn.lab_id = lab_register("static", LAB_NODE, bytes, fault);
	if (churn.lab_id < 0)
		return churn.lab_id;
	ret = use_lab_group(churn.lab_id, bytes, fault);
	if (!ret && !churn.lab_bytes)
		ret = lab_command(fault, "unregister %d", churn.lab_id);
	worker->done += !ret;
	return ret;
}

/* The same with a group that somebody else unregisters as soon as that is possible. */
static int change_lost_memory(struct worker *worker, struct fault *fault)
{
	int i, id, ret;

	if (churn.lab_id >= 0) {
		pause_for(1);
		return 0;
	}
	id = lab_register("static", LAB_NODE, churn.block_bytes, fault);
	if (id < 0)
		return id;
	churn.lab_id = id;
	/* So that it is sometimes too late, and sometimes not. */
	usleep(pick(worker, 2000));
	ret = use_lab_group(id, churn.block_bytes, fault);
	worker->done += !ret;
	if (ret != -EINVAL)
		return ret;
	/* The group has gone, or is about to be written off. */
	churn.too_late++;
	for (i = 0; i < 1000 && churn.lab_id == id; i++)
		pause_for(1);
	return churn.lab_id == id ? ret : 0;
}

static int unregister_lab_group(struct worker *worker, struct fault *fault)
{
	int ret;

	usleep(pick(worker, 1000));
	if (churn.lab_id < 0)
		return 0;
	ret = lab_command(fault, "unregister %d", churn.lab_id);
	if (ret == -EBUSY) {
		churn.too_early++;
		return 0;
	}
	if (!ret) {
		worker->done++;
		churn.lab_id = -1;
	}
	return ret;
}

static int change_dimm(struct worker *worker, struct fault *fault)
{
	struct fault refusal;

	(void)fault;
	if (ask(&refusal, "add-dimm %uM %u churn",
		128 * (1 + pick(worker, 3)), pick(worker, 2)))
		pause_for(100);
	/* Soon, so that some go while they come. */
	pause_for(pick(worker, 1000));
	worker->done += !ask(&refusal, "remove-dimm -w 20 churn");
	return 0;
}

static int change_virtio_mem(struct worker *worker, struct fault *fault)
{
	struct fault refusal;

	(void)fault;
	worker->done += !ask(&refusal, "resize -w 10 v0 %uM",
			     2 * pick(worker, 512));
	return 0;
}

/* Any block that is no boot memory; what it answers is its business. */
static int change_block(struct worker *worker, struct fault *fault)
{
	static const char * const requests[] = {
		"online", "online_movable", "online_kernel"
	};
	struct blocks blocks = {};
	const struct block *block;
	struct fault refusal;
	const char *request;
	size_t boot = 0;

	(void)fault;
	/* Blocks vanish while they are read. */
	if (!blocks_read(system_root(), &blocks, &refusal)) {
		while (boot < blocks.count &&
		       blocks.list[boot].number < churn.boot_blocks)
			boot++;
	}
	if (boot < blocks.count) {
		block = &blocks.list[boot + pick(worker, blocks.count - boot)];
		/* Few KERNEL ones, as they may stay for good. */
		request = requests[pick(worker, 20) ? pick(worker, 2) : 2];
		if (!strcmp(block->state, "online"))
			request = "offline";
		worker->done += !block_set_state(block->number, request,
						 &refusal);
	}
	blocks_free(&blocks);
	pause_for(pick(worker, 50));
	return 0;
}

static int change_parameters(struct worker *worker, struct fault *fault)
{
	char ratio[16];
	int ret;

	snprintf(ratio, sizeof(ratio), "%u", ratios[pick(worker, WORDS(ratios))]);
	ret = parameter_set("auto_movable_ratio", ratio, fault);
	if (!ret)
		ret = parameter_set("auto_movable_numa_aware",
				    pick(worker, 2) ? "Y" : "N", fault);
	worker->done += !ret;
	pause_for(pick(worker, 20));
	return ret;
}

static struct worker all_workers[] = {
	{ .name = "read debugfs", .round = read_debugfs },
	{ .name = "read debugfs again", .round = read_debugfs },
	{ .name = "read valid_zones", .round = read_valid_zones },
	{ .name = "read trace_pipe", .round = read_trace_pipe },
	{ .name = "lsmem", .round = read_lsmem },
	{ .name = "groups", .round = change_groups },
	{ .name = "more groups", .round = change_groups },
	{ .name = "a driver's memory", .round = change_lab_memory },
	{ .name = "DIMMs", .round = change_dimm },
	{ .name = "virtio-mem", .round = change_virtio_mem },
	{ .name = "blocks by hand", .round = change_block },
	{ .name = "parameters", .round = change_parameters },
};

/*
 * Alone: a driver that uses an id which it has given back may meet the next group of
 * that id, whosever it is.
 */
static struct worker unregister_workers[] = {
	{ .name = "add memory", .round = change_lost_memory },
	{ .name = "unregister its group", .round = unregister_lab_group },
	{ .name = "read debugfs", .round = read_debugfs },
};

static void *work(void *context)
{
	struct worker *worker = context;

	while (!churn.stop && !worker->error) {
		worker->error = worker->round(worker, &worker->fault);
		worker->rounds++;
	}
	worker->ended = true;
	return NULL;
}

/*
 * A decision is made with one configuration: its limit is that of one ratio, and
 * its zone and reason are those of its numbers. That the sums over the groups are of
 * the same ratio shows with CONFIG_MEMGROUP_RECOUNT only.
 */
static int check_decision(const struct decision *d, struct fault *fault)
{
	const bool fits = d->movable_pages + d->asked_pages <= d->limit_pages;
	const bool movable = !strcmp(d->zone, "Movable");
	int ratio = -1;
	bool good;

	if (!strcmp(d->reason, "requested"))
		good = !strcmp(d->request, movable ? "online_movable" :
			       "online_kernel");
	else if (!strcmp(d->reason, "fits"))
		good = movable && fits;
	else if (!strcmp(d->reason, "system_ratio") ||
		 !strcmp(d->reason, "node_ratio"))
		good = !movable && !fits;
	else
		good = !movable && (!strcmp(d->reason, "group_has_kernel") ||
				    !strcmp(d->reason, "unit_has_kernel"));
	if (good && strcmp(d->domain, "none")) {
		ratio = ratio_of(d->early_kernel_pages, d->limit_pages);
		good = ratio >= 0;
	}
	if (ratio >= 0 && !d->preview)
		churn.ratio_seen[ratio] = true;
	if (good)
		return 0;
	return fault_set(fault, EINVAL,
			 "block %" PRIu64 " -> %s, %s, domain %s: early kernel %"
			 PRIu64 ", movable %" PRIu64 ", asked %" PRIu64
			 ", limit %" PRIu64 " pages", d->block, d->zone,
			 d->reason, d->domain, d->early_kernel_pages,
			 d->movable_pages, d->asked_pages, d->limit_pages);
}

static int check_events(struct fault *fault)
{
	struct events events = {};
	size_t i;
	int ret;

	ret = tracer_read(churn.tracer, &events, fault);
	for (i = 0; i < events.count && !ret; i++) {
		ret = check_decision(&events.list[i], fault);
		*(events.list[i].preview ? &churn.previews : &churn.decisions) += 1;
	}
	events_free(&events);
	return ret;
}

static void on_signal(int signal)
{
	(void)signal;
}

/* Threads that offline a block are stopped by a signal only. */
static void join_workers(struct worker *workers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		while (!workers[i].ended) {
			pthread_kill(workers[i].thread, SIGUSR1);
			usleep(100000);
		}
		pthread_join(workers[i].thread, NULL);
	}
}

/* The cmocka face. */

static int setup(void **state)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct blocks blocks = {};

	(void)state;
	if (blocks_read(system_root(), &blocks, &churn.fault))
		goto failed;
	churn.block_bytes = blocks.block_bytes;
	churn.boot_blocks = LAB_START / blocks.block_bytes;
	blocks_free(&blocks);
	sigaction(SIGUSR1, &action, NULL);
	/* What trace_pipe reads. */
	if (attribute_write(TRACING "events/memory_hotplug/enable", "1",
			    &churn.fault))
		goto failed;
	churn.trace_pipe = open(TRACING "trace_pipe",
				O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (churn.trace_pipe < 0) {
		fault_set(&churn.fault, errno, TRACING "trace_pipe: %s",
			  strerror(errno));
		goto failed;
	}
	churn.tracer = tracer_start("memgroup-churn", 4096, &churn.fault);
	if (churn.tracer)
		return 0;
failed:
	fprintf(stderr, "churn: %s\n", churn.fault.text);
	return -1;
}

static int teardown(void **state)
{
	(void)state;
	tracer_stop(churn.tracer);
	close(churn.trace_pipe);
	return 0;
}

static bool all_did_something(const struct worker *workers, size_t count)
{
	while (count--)
		if (!workers[count].done)
			return false;
	return true;
}

/*
 * Runs the workers side by side for some seconds; on a slow machine longer, until each
 * has done something.
 */
static void run(struct worker *workers, size_t count, unsigned int seconds)
{
	const time_t start = time(NULL);
	size_t i, started;
	int ret = 0;

	churn.stop = false;
	churn.lab_id = -1;
	for (started = 0; started < count; started++) {
		workers[started].seed = churn.seed + started;
		if (pthread_create(&workers[started].thread, NULL, work,
				   &workers[started]))
			break;
	}
	while (!ret && (time(NULL) - start < seconds ||
			(!all_did_something(workers, started) &&
			 time(NULL) - start < 6 * seconds))) {
		pause_for(100);
		ret = check_events(&churn.fault);
		for (i = 0; i < started && !ret; i++)
			if (workers[i].ended)
				ret = -EIO;
	}
	churn.stop = true;
	join_workers(workers, started);

	for (i = 0; i < started; i++)
		print_message("%s: %lu rounds, %lu done\n", workers[i].name,
			      workers[i].rounds, workers[i].done);
	for (i = 0; i < started; i++)
		if (workers[i].error)
			fail_msg("%s: %s", workers[i].name,
				 workers[i].fault.text);
	if (ret)
		fail_msg("%s", churn.fault.text);
	assert_int_equal(started, count);
	/* A thread that never did anything has shown nothing. */
	for (i = 0; i < started; i++)
		if (!workers[i].done)
			fail_msg("%s: nothing was done", workers[i].name);
}

static void test_unregister(void **state)
{
	struct fault ignored;

	(void)state;
	run(unregister_workers, WORDS(unregister_workers), churn.seconds / 4 + 1);
	lab_remove(&ignored);
	lab_command(&ignored, "unregister %d", churn.lab_id);
	print_message("%u times too early, %u times too late\n",
		      churn.too_early, churn.too_late);
	if (!churn.too_early || !churn.too_late)
		fail_msg("they never met");
}

static void test_everything(void **state)
{
	(void)state;
	run(all_workers, WORDS(all_workers), churn.seconds);
	print_message("%lu decisions, %lu previews\n", churn.decisions,
		      churn.previews);
	if (!churn.decisions || !churn.previews)
		fail_msg("nothing was decided, or nothing asked");
	if (churn.ratio_seen[0] + churn.ratio_seen[1] + churn.ratio_seen[2] < 2)
		fail_msg("all decisions were of one ratio");
}

static int counts_agree(struct fault *fault)
{
	struct blocks blocks = {};
	int ret = blocks_read(system_root(), &blocks, fault);

	if (!ret)
		ret = agreement_check(system_root(), &blocks, fault);
	blocks_free(&blocks);
	return ret;
}

/* The drivers finish what they began, so it may take some tries. */
static void test_agreement(void **state)
{
	struct fault ignored;
	int i;

	(void)state;
	parameter_set("auto_movable_ratio", "301", &ignored);
	parameter_set("auto_movable_numa_aware", "Y", &ignored);
	for (i = 0; i < 10; i++) {
		sleep(1);
		if (!counts_agree(&churn.fault))
			return;
	}
	fail_msg("%s", churn.fault.text);
}

/* Until @block is online, or with @gone, is not there; the counts agree then. */
static int wait_for_block(unsigned long block, bool gone, struct fault *fault)
{
	const time_t start = time(NULL);
	struct blocks blocks = {};
	const struct block *found;
	bool done;
	int ret;

	do {
		pause_for(200);
		ret = blocks_read(system_root(), &blocks, fault);
		found = blocks_find(&blocks, block);
		done = gone ? !found : found && !strcmp(found->state, "online");
		blocks_free(&blocks);
	} while (!ret && !done && time(NULL) - start < 60);
	if (!ret && !done)
		ret = fault_set(fault, ETIMEDOUT, "block %lu is not %s", block,
				gone ? "gone" : "online");
	return ret ? ret : counts_agree(fault);
}

/* A driver's block at a place of its own comes, is decided, and goes. */
static int plug_again(struct fault *fault)
{
	const unsigned long long start = 5ULL << 30;
	const unsigned long block = start / churn.block_bytes;
	const unsigned long before = churn.decisions;
	int id, ret;

	id = lab_register("static", LAB_NODE, churn.block_bytes, fault);
	if (id < 0)
		return id;
	ret = lab_command(fault, "add %d %llu %" PRIu64, id, start,
			  churn.block_bytes);
	if (!ret)
		ret = wait_for_block(block, false, fault);
	if (!ret)
		ret = check_events(fault);
	if (!ret && churn.decisions == before)
		ret = fault_set(fault, EINVAL, "nothing was decided");
	if (!ret)
		ret = lab_command(fault, "remove %llu %" PRIu64, start,
				  churn.block_bytes);
	if (!ret)
		ret = wait_for_block(block, true, fault);
	return ret ? ret : lab_command(fault, "unregister %d", id);
}

/* The DIMM of this run that nobody had before, on a quiet machine. */
static int plug_dimm_again(struct fault *fault)
{
	struct blocks before = {}, after = {};
	const time_t start = time(NULL);
	int ret;

	ret = blocks_read(system_root(), &before, fault);
	if (!ret)
		ret = ask(fault, "add-dimm 128M 0 after");
	while (!ret && after.count <= before.count) {
		if (time(NULL) - start > 60)
			ret = fault_set(fault, ETIMEDOUT, "no block came");
		pause_for(200);
		blocks_free(&after);
		if (!ret)
			ret = blocks_read(system_root(), &after, fault);
	}
	if (!ret)
		ret = ask(fault, "remove-dimm after");
	blocks_free(&before);
	blocks_free(&after);
	return ret ? ret : counts_agree(fault);
}

static void test_plugging(void **state)
{
	struct fault *fault = &churn.fault;
	struct fault ignored;
	int ret;

	(void)state;
	/* What is KERNEL by now may stay. */
	ask(&ignored, "remove-dimm churn");
	ask(&ignored, "resize v0 0");
	lab_remove(&ignored);
	ret = parameter_set("auto_movable_ratio", "1000", fault);
	if (!ret)
		ret = plug_again(fault);
	if (!ret)
		ret = plug_dimm_again(fault);
	if (ret)
		fail_msg("%s", fault->text);
}

static void test_leaks(void **state)
{
	(void)state;
	if (leaks_check(NULL, &churn.fault))
		fail_msg("%s", churn.fault.text);
}

static void usage(FILE *out)
{
	fputs("Usage: churn [--seconds N] [--seed N]\n"
	      "In a guest with mem=4G, the module memgroup_lab and virtio-mem v0: change\n"
	      "everything at once, and read it meanwhile. TAP.\n"
	      "\n"
	      "  -t, --seconds N  how long (20)\n"
	      "  -s, --seed N     what to do; the default is the time\n"
	      "  -h, --help       this text\n", out);
}

static bool parse_number(const char *text, unsigned int *number)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	*number = value;
	return !errno && isdigit((unsigned char)*text) && !*end &&
	       value <= UINT_MAX;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	struct CMUnitTest tests[] = {
		{ .name = "unregister while memory is added", .test_func = test_unregister },
		{ .name = "everything at once", .test_func = test_everything },
		{ .name = "all counts are right afterwards", .test_func = test_agreement },
		{ .name = "memory can still be plugged", .test_func = test_plugging },
		{ .name = "kmemleak", .test_func = test_leaks },
	};
	const size_t count = WORDS(tests) - !leaks_watched();
	bool good = true;
	int option;

	churn.seed = time(NULL);
	setlinebuf(stdout);
	while ((option = getopt_long(argc, argv, "t:s:h", options, NULL)) != -1) {
		switch (option) {
		case 't':
			good &= parse_number(optarg, &churn.seconds);
			break;
		case 's':
			good &= parse_number(optarg, &churn.seed);
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			good = false;
			break;
		}
	}
	if (!good || optind != argc) {
		usage(stderr);
		return 2;
	}
	print_message("--seed %u makes the same choices\n", churn.seed);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("churn", tests, count, setup,
				       teardown) ? 1 : 0;
}
