// SPDX-License-Identifier: GPL-2.0
#include "recording-notes.h"

#include <inttypes.h>
#include <stdio.h>

int recording_lost_note(char **note, const struct recording *recording,
			struct fault *fault)
{
	char number[60] = "some events";
	const char *more = "";
	int len;

	*note = NULL;
	if (!recording->lost && !recording->lost_unknown)
		return 0;
	if (recording->lost) {
		snprintf(number, sizeof(number), "%" PRIu64 " event%s", recording->lost,
			 recording->lost == 1 ? "" : "s");
		more = recording->lost_unknown ? ", and some more," : "";
	}
	len = asprintf(note, "%s%s were lost while it was recorded: a larger buffer (trace-cmd record -b) keeps them",
		       number, more);
	return len < 0 ? fault_nomem(fault) : 0;
}
