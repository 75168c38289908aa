// SPDX-License-Identifier: GPL-2.0
#include "vm-guest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blockers.h"
#include "units.h"
#include "vm-deadline.h"

#define MEMORY		"sys/devices/system/memory"
#define RANGE_MAX	(1 << 20)	/* blocks */

/* Between two looks. */
#define LOOK_MS		5
/*
 * A virtio-mem device that lost parts of blocks has more blocks than it has memory, and
 * nothing tells whether the driver still removes one of them. It works without pauses:
 * when nothing has changed for this long it is done.
 */
#define QUIET_MS	200
/* Page flags are read of so many blocks: 512 KiB each. */
#define BLOCKERS_MAX	64

int vm_guest_open(struct vm_guest *guest, const char *dir, struct fault *fault)
{
	char word[32];
	int ret;

	ret = sysroot_open(&guest->root, dir, fault);
	if (ret)
		return ret;
	ret = sysroot_open_folder(&guest->root, MEMORY, &guest->memory, fault);
	if (ret) {
		sysroot_close(&guest->root);
		return ret;
	}
	ret = sysroot_read_word(&guest->memory, "block_size_bytes", word, sizeof(word),
				fault);
	if (!ret && (units_parse_hex(word, &guest->block_bytes) || !guest->block_bytes))
		ret = fault_set(fault, EPROTO, "%s/block_size_bytes: \"%s\" is no size",
				guest->memory.name, word);
	if (ret)
		vm_guest_close(guest);
	return ret;
}

void vm_guest_close(struct vm_guest *guest)
{
	sysroot_close(&guest->memory);
	sysroot_close(&guest->root);
}

static int read_block(struct vm_guest *guest, uint64_t number, unsigned char *block,
		      struct fault *fault)
{
	char path[40], state[24];
	int ret;

	snprintf(path, sizeof(path), "memory%" PRIu64 "/state", number);
	ret = sysroot_read_word(&guest->memory, path, state, sizeof(state), fault);
	/* The second one: it went away while we looked. */
	if (ret == -ENOENT || ret == -ENODEV) {
		*block = VM_BLOCK_ABSENT;
		return 0;
	}
	if (ret)
		return ret;
	if (!strcmp(state, "online"))
		*block = VM_BLOCK_ONLINE;
	else if (!strcmp(state, "offline"))
		*block = VM_BLOCK_OFFLINE;
	else if (!strcmp(state, "going-offline"))
		*block = VM_BLOCK_CHANGING;
	else
		return fault_set(fault, EPROTO, "%s/%s: \"%s\" is no state",
				 guest->memory.name, path, state);
	return 0;
}

int vm_guest_look(struct vm_guest *guest, uint64_t address, uint64_t bytes,
		  struct vm_view *view, struct fault *fault)
{
	const uint64_t nr = bytes / guest->block_bytes +
			    (bytes % guest->block_bytes != 0);
	size_t i;
	int ret;

	*view = (struct vm_view){ .first = address / guest->block_bytes };
	if (nr > RANGE_MAX)
		return fault_set(fault, E2BIG,
				 "a device of %" PRIu64 " memory blocks is too large", nr);
	view->nr = (size_t)nr;
	view->blocks = calloc(view->nr + 1, 1);
	if (!view->blocks)
		return fault_nomem(fault);
	for (i = 0; i < view->nr; i++) {
		ret = read_block(guest, view->first + i, &view->blocks[i], fault);
		if (ret) {
			vm_view_free(view);
			return ret;
		}
		view->present += view->blocks[i] != VM_BLOCK_ABSENT;
	}
	return 0;
}

void vm_view_free(struct vm_view *view)
{
	free(view->blocks);
	*view = (struct vm_view){ 0 };
}

void vm_guest_blocker(struct vm_guest *guest, uint64_t address, uint64_t bytes,
		      char *text, size_t size)
{
	struct blockers blockers, worst = { 0 };
	uint64_t number = 0;
	struct vm_view view;
	struct fault ignored;
	unsigned int seen = 0;
	size_t i;
	bool stuck = false;
	int len;

	text[0] = '\0';
	if (vm_guest_look(guest, address, bytes, &view, &ignored))
		return;
	/* From the top down, as devices shrink. */
	for (i = view.nr; i-- > 0 && seen < BLOCKERS_MAX && !stuck;) {
		stuck = view.blocks[i] == VM_BLOCK_CHANGING;
		if (!stuck && view.blocks[i] != VM_BLOCK_ONLINE)
			continue;
		seen++;
		if (blockers_read(&guest->root, view.first + i, guest->block_bytes,
				  &blockers, &ignored))
			continue;
		if (!stuck &&
		    blockers_staying(&blockers) <= blockers_staying(&worst))
			continue;
		worst = blockers;
		number = view.first + i;
	}
	vm_view_free(&view);
	if (!stuck && !blockers_staying(&worst))
		return;
	len = snprintf(text, size, "block %" PRIu64 ": ", number);
	if (len <= 0 || (size_t)len >= size)
		return;
	if (blockers_staying(&worst))
		blockers_format(&worst, text + len, size - (size_t)len);
	else
		snprintf(text + len, size - (size_t)len, "pages that only look movable");
}

/*
 * Is each block in its final state? With @automatic, one that came goes online, and
 * the kernel goes from low to high: below one that came and is online nothing changes
 * any more.
 */
static bool final(const struct vm_view *before, const struct vm_view *now,
		  bool automatic, uint64_t *offline)
{
	bool passed = false;
	size_t i;

	*offline = UINT64_MAX;
	for (i = now->nr; i-- > 0;) {
		const bool came = before->blocks[i] == VM_BLOCK_ABSENT;

		if (now->blocks[i] == VM_BLOCK_CHANGING)
			return false;
		if (!came || !automatic)
			continue;
		if (now->blocks[i] == VM_BLOCK_ONLINE)
			passed = true;
		if (now->blocks[i] != VM_BLOCK_OFFLINE)
			continue;
		if (!passed)
			return false;
		*offline = now->first + i;
	}
	return true;
}

/* Returns 1 or 0, or a negative errno value with @fault set. */
static int goes_online(struct vm_guest *guest, struct fault *fault)
{
	char word[24];
	int ret;

	ret = sysroot_read_word(&guest->memory, "auto_online_blocks", word,
				sizeof(word), fault);
	return ret ? ret : strcmp(word, "offline") != 0;
}

static bool same(const struct vm_view *a, const struct vm_view *b)
{
	return a->blocks && b->blocks && !memcmp(a->blocks, b->blocks, a->nr);
}

int vm_guest_settle(struct vm_guest *guest, const struct vm_view *before,
		    uint64_t bytes, long long until, uint64_t *offline,
		    struct fault *fault)
{
	const uint64_t wanted = bytes / guest->block_bytes +
				(bytes % guest->block_bytes != 0);
	const int automatic = goes_online(guest, fault);
	struct vm_view last = { 0 }, now;
	long long quiet_since = stop_now_ns();
	int ret = automatic < 0 ? automatic : 0;

	while (!ret) {
		bool done;

		ret = vm_guest_look(guest, before->first * guest->block_bytes,
				    before->nr * guest->block_bytes, &now, fault);
		if (ret)
			break;
		if (!same(&last, &now))
			quiet_since = stop_now_ns();
		vm_view_free(&last);
		last = now;
		done = now.present >= wanted && final(before, &now, automatic, offline) &&
		       (now.present == wanted ||
			stop_now_ns() - quiet_since >= QUIET_MS * DEADLINE_NS_PER_MS);
		if (done)
			break;
		if (!deadline_left(until, 1))
			ret = fault_set(fault, ETIMEDOUT,
					"memory blocks %" PRIu64 "-%" PRIu64
					": %zu of %" PRIu64 " are there, and not all settled",
					now.first, now.first + now.nr - 1, now.present,
					wanted);
		else
			ret = deadline_pause(until, LOOK_MS, fault);
	}
	vm_view_free(&last);
	return ret;
}
