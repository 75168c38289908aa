/* SPDX-License-Identifier: GPL-2.0 */
/* A recording that passes as time does, or faster. Part of memgroup-stat-extra alone. */
#ifndef MEMGROUP_STAT_REPLAY_H
#define MEMGROUP_STAT_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "fault.h"
#include "model.h"

struct replay;

/* Speeds are in parts of this: as fast as it was recorded. */
#define REPLAY_SPEED_ONE 1000000000ULL
#define REPLAY_SPEED_MIN (REPLAY_SPEED_ONE / 1000)
#define REPLAY_SPEED_MAX (REPLAY_SPEED_ONE * 1048576)

/*
 * Opens the file @name of trace-cmd, right before its first event. Returns NULL with
 * @fault and errno set. End with replay_stop().
 */
struct replay *replay_start(const char *name, uint64_t speed, struct fault *fault);
void replay_stop(struct replay *replay);

/* Changes the speed by a factor of two, within its limits. */
void replay_change_speed(struct replay *replay, bool faster);
uint64_t replay_speed(const struct replay *replay);

/* So much time has passed here. */
void replay_pass(struct replay *replay, uint64_t ns);
/* Until the next event comes, at this speed; UINT64_MAX: there is none. */
uint64_t replay_until_next(const struct replay *replay);

/*
 * Takes over what happened until now. Returns 0, or a negative errno value with @fault
 * set: the file is broken, and there is no more of it.
 */
int replay_apply(struct replay *replay, struct fault *fault);
/* Goes on to the next event, whenever it was, and takes over that one. The same. */
int replay_step(struct replay *replay, struct fault *fault);

/* On the clock of the trace; of the latest event after replay_step(). */
uint64_t replay_now(const struct replay *replay);
bool replay_ended(const struct replay *replay);
/* Were events lost up to here? */
bool replay_has_lost(const struct replay *replay);

/* The system as it was then, as recording_model_get(). */
int replay_get(const struct replay *replay, struct model *model, struct fault *fault);
/* How many decisions there were so far, and the latest of them. */
uint64_t replay_count(const struct replay *replay);
const struct events *replay_decisions(const struct replay *replay);
uint64_t replay_page_bytes(const struct replay *replay);

/* Prints what there is to say of the recording, as far as it was seen. */
int replay_say_notes(const struct replay *replay, struct fault *fault);

#endif /* MEMGROUP_STAT_REPLAY_H */
