/* SPDX-License-Identifier: GPL-2.0 */
/* What there is to say of a recording besides what is in it. */
#ifndef MEMGROUP_STAT_RECORDING_NOTES_H
#define MEMGROUP_STAT_RECORDING_NOTES_H

#include "recording.h"

/*
 * A sentence about the events that the recording, read to its end, lacks; NULL if it
 * lacks none. To be freed. Returns 0, or -ENOMEM with @fault set.
 */
int recording_lost_note(char **note, const struct recording *recording,
			struct fault *fault);

#endif /* MEMGROUP_STAT_RECORDING_NOTES_H */
