/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decisions in sentences, with their numbers.
 */
#ifndef MEMGROUP_EXPLAIN_H
#define MEMGROUP_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events.h"

/* The longest result of explain(), with its NUL. */
#define EXPLANATION_MAX 512

/*
 * Why the decision came out as it did, as one or two sentences without a final newline.
 * @page_bytes is the size of a page. The ratio is found from the numbers.
 */
void explain(const struct decision *decision, uint64_t page_bytes,
	     char text[static EXPLANATION_MAX]);

/* The ratio in percent that made the limit of the decision, if only one can have. */
bool explain_ratio(const struct decision *decision, uint64_t *ratio);

#endif /* MEMGROUP_EXPLAIN_H */
