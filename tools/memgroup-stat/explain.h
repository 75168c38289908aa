/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decisions in sentences, with their numbers.
 */
#ifndef MEMGROUP_STAT_EXPLAIN_H
#define MEMGROUP_STAT_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "events.h"

/* The longest result of explain(), with its NUL. */
#define EXPLANATION_MAX 512

/*
 * Why the decision came out as it did, as one or two sentences without a final newline.
 * @ratio is the policy's ratio in percent, mentioned only if the decision's numbers come
 * from it; @page_bytes the size of a page.
 */
void explain(const struct decision *decision, uint32_t ratio, uint64_t page_bytes,
	     char text[static EXPLANATION_MAX]);

#endif /* MEMGROUP_STAT_EXPLAIN_H */
