/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an administrator may do to a block and to the parameters, after a replay.
 * Each leaves everything as it was, and is traced, counted and shown as it should.
 */
#ifndef TESTS_GUEST_BY_HAND_H
#define TESTS_GUEST_BY_HAND_H

#include "fault.h"

/* All return 0, or a negative errno value with @fault set. */

/* A block of ZONE_MOVABLE: previewed, and onlined in every way there is. */
int by_hand_every_way(struct fault *fault);

/* Such a block, that is refused to go offline, and then to go online again. */
int by_hand_refused(struct fault *fault);

/* Good values hold from then on, bad ones are refused and change nothing. */
int by_hand_parameters(struct fault *fault);

#endif /* TESTS_GUEST_BY_HAND_H */
