// SPDX-License-Identifier: GPL-2.0
#include "replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "recording-model.h"
#include "recording-notes.h"

/* As many as the kernel remembers. */
#define DECISIONS_MAX 1024

struct replay {
	struct recording_file *file;
	struct recording recording;
	struct recording_model *system;
	uint64_t now_ns, speed;
	struct recording_item next;	/* not taken over yet */
	bool ended, lost;
	int err;			/* of the file, for good */
	struct fault fault;
	struct events decisions;	/* up to twice as many as are told */
	struct events latest;		/* those of them */
	uint64_t nr_decisions;
};

static uint64_t time_of(const struct recording_item *item)
{
	if (item->kind == ITEM_MARK)
		return item->mark.time_ns;
	return item->event.is_decision ? item->event.decision.time_ns :
					 item->event.change.time_ns;
}

/* Reads on to what has a time. */
static int fetch(struct replay *replay)
{
	do {
		replay->err = recording_next(replay->file, &replay->next,
					     &replay->recording, &replay->fault);
		if (replay->err)
			return replay->err;
		replay->lost |= replay->next.kind == ITEM_LOST;
	} while (replay->next.kind == ITEM_LOST);
	if (replay->next.kind != ITEM_END)
		return 0;
	replay->ended = true;
	replay->lost |= replay->recording.lost || replay->recording.lost_unknown;
	replay->err = recording_model_end(replay->system, &replay->fault);
	return replay->err;
}

static int remember(struct replay *replay, const struct decision *decision)
{
	struct events *all = &replay->decisions;

	if (decision->preview)
		return 0;
	if (all->count == 2 * DECISIONS_MAX) {
		memmove(all->list, all->list + DECISIONS_MAX,
			DECISIONS_MAX * sizeof(*all->list));
		all->count = DECISIONS_MAX;
	}
	replay->nr_decisions++;
	if (events_append(all, decision))
		return fault_nomem(&replay->fault);
	replay->latest.count = all->count < DECISIONS_MAX ? all->count : DECISIONS_MAX;
	replay->latest.list = all->list + (all->count - replay->latest.count);
	return 0;
}

/* Takes the next one over, and fetches that behind it. */
static int take_next(struct replay *replay)
{
	struct recording_item *item = &replay->next;
	int err;

	if (item->kind == ITEM_MARK) {
		err = recording_model_mark(replay->system, item->mark.line, &replay->fault);
	} else {
		err = recording_model_event(replay->system, &item->event, &replay->fault);
		if (!err && item->event.is_decision)
			err = remember(replay, &item->event.decision);
	}
	replay->err = err;
	return err ?: fetch(replay);
}

/* The view at the beginning is there from the beginning. */
static int take_view(struct replay *replay)
{
	int err = fetch(replay);

	while (!err && !replay->ended &&
	       (replay->next.kind == ITEM_MARK || recording_model_is_open(replay->system)))
		err = take_next(replay);
	if (!replay->ended && !err)
		replay->now_ns = time_of(&replay->next);
	return err;
}

struct replay *replay_start(const char *name, uint64_t speed, struct fault *fault)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	int err = 0;

	if (!replay) {
		fault_nomem(fault);
		errno = ENOMEM;
		return NULL;
	}
	replay->speed = speed;
	replay->file = recording_open(name, &replay->recording, &replay->fault);
	if (!replay->file)
		err = -errno;
	else if (!replay->recording.has_clock)
		err = fault_set(&replay->fault, EINVAL, "%s: its clock does not count seconds: it cannot be replayed",
				name);
	if (!err) {
		replay->system = recording_model_new(replay->recording.page_bytes);
		err = replay->system ? take_view(replay) : fault_nomem(&replay->fault);
	}
	if (!err)
		return replay;
	*fault = replay->fault;
	replay_stop(replay);
	errno = -err;
	return NULL;
}

void replay_stop(struct replay *replay)
{
	if (!replay)
		return;
	if (replay->file)
		recording_close(replay->file);
	recording_model_free(replay->system);
	events_free(&replay->decisions);
	free(replay);
}

void replay_change_speed(struct replay *replay, bool faster)
{
	const uint64_t speed = faster ? 2 * replay->speed : replay->speed / 2;

	if (speed >= REPLAY_SPEED_MIN && speed <= REPLAY_SPEED_MAX)
		replay->speed = speed;
}

uint64_t replay_speed(const struct replay *replay)
{
	return replay->speed;
}

void replay_pass(struct replay *replay, uint64_t ns)
{
	const __uint128_t passed = (__uint128_t)ns * replay->speed / REPLAY_SPEED_ONE;

	if (replay->ended || replay->err)
		return;
	replay->now_ns = passed > UINT64_MAX - replay->now_ns ? UINT64_MAX :
			 replay->now_ns + (uint64_t)passed;
}

uint64_t replay_until_next(const struct replay *replay)
{
	__uint128_t left;
	uint64_t next;

	if (replay->ended || replay->err)
		return UINT64_MAX;
	next = time_of(&replay->next);
	left = next < replay->now_ns ? 0 :
	       (__uint128_t)(next - replay->now_ns) * REPLAY_SPEED_ONE / replay->speed;
	return left > UINT64_MAX ? UINT64_MAX : (uint64_t)left;
}

static int result(const struct replay *replay, struct fault *fault)
{
	if (replay->err)
		*fault = replay->fault;
	return replay->err;
}

int replay_apply(struct replay *replay, struct fault *fault)
{
	while (!replay->err && !replay->ended && time_of(&replay->next) <= replay->now_ns) {
		const uint64_t time_ns = time_of(&replay->next);

		take_next(replay);
		/* There it stays. */
		if (replay->ended)
			replay->now_ns = time_ns;
	}
	return result(replay, fault);
}

int replay_step(struct replay *replay, struct fault *fault)
{
	bool was_event = false;

	while (!replay->err && !replay->ended && !was_event) {
		was_event = replay->next.kind == ITEM_EVENT;
		replay->now_ns = time_of(&replay->next);
		take_next(replay);
	}
	return result(replay, fault);
}

uint64_t replay_now(const struct replay *replay)
{
	return replay->now_ns;
}

bool replay_ended(const struct replay *replay)
{
	return replay->ended;
}

bool replay_has_lost(const struct replay *replay)
{
	return replay->lost;
}

int replay_get(const struct replay *replay, struct model *model, struct fault *fault)
{
	return recording_model_get(replay->system, model, fault);
}

uint64_t replay_count(const struct replay *replay)
{
	return replay->nr_decisions;
}

const struct events *replay_decisions(const struct replay *replay)
{
	return &replay->latest;
}

uint64_t replay_page_bytes(const struct replay *replay)
{
	return replay->recording.page_bytes;
}

int replay_say_notes(const struct replay *replay, struct fault *fault)
{
	struct recording seen = replay->recording;
	struct model model;
	char *note;
	size_t i;
	int err = replay_get(replay, &model, fault);

	if (err)
		return err;
	for (i = 0; i < model.nr_notes; i++)
		request_say_note(model.notes[i]);
	model_free(&model);
	/* How many they were is known at the end. */
	if (!replay->ended)
		seen.lost_unknown = replay->lost;
	err = recording_lost_note(&note, &seen, fault);
	if (!err && note)
		request_say_note(note);
	free(note);
	return err;
}
