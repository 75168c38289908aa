/* SPDX-License-Identifier: GPL-2.0 */
/* What must be true of each decision, whatever the policy does in detail. */
#ifndef POLICY_TESTS_PROPERTIES_H
#define POLICY_TESTS_PROPERTIES_H

#include "check.h"
#include "source.h"

/* A decision that is about to be made, and what it will be. */
struct moment {
	struct source *source;
	struct check *check;
	const struct operation *operation;
	struct memgroup_question question;
	struct memgroup_verdict verdict;
	const struct device_state *device;
};

enum outcome {
	SILENT,		/* the property does not speak of this case */
	HOLDS,
	BROKEN
};

struct property {
	const char *what;
	enum outcome (*holds)(const struct moment *at);
};

#define PROPERTIES	12

extern const struct property properties[PROPERTIES];

#endif /* POLICY_TESTS_PROPERTIES_H */
