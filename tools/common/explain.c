// SPDX-License-Identifier: GPL-2.0
#include "explain.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

/* The limit is E times the ratio, rounded down, and never more than 64 bits. */
bool explain_ratio(const struct decision *d, uint64_t *ratio)
{
	const __uint128_t limit = (__uint128_t)d->limit_pages * 100;
	const uint64_t early = d->early_kernel_pages;

	/* With less than 100 pages neighbours come to the same. */
	if (early < 100 || d->limit_pages == UINT64_MAX)
		return false;
	*ratio = (uint64_t)((limit + early - 1) / early);
	return (__uint128_t)early * *ratio / 100 == d->limit_pages;
}

static void explain_numbers(const struct decision *d, uint64_t page_bytes, char *text)
{
	char early[UNITS_AMOUNT_MAX], asked[UNITS_AMOUNT_MAX];
	char limit[UNITS_AMOUNT_MAX], there[UNITS_AMOUNT_MAX];
	char allow[160], where[32] = "in the system", percent[32] = "the ratio of that time";
	const bool fits = !strcmp(d->reason, "fits");
	uint64_t sum, ratio;

	if (__builtin_add_overflow(d->movable_pages, d->asked_pages, &sum))
		sum = UINT64_MAX;
	units_format_amount(d->early_kernel_pages, page_bytes, early);
	units_format_amount(fits ? sum : d->movable_pages, page_bytes, there);
	units_format_amount(d->asked_pages, page_bytes, asked);
	units_format_amount(d->limit_pages, page_bytes, limit);
	if (!strcmp(d->domain, "node"))
		snprintf(where, sizeof(where), "on node %d", d->node);
	if (explain_ratio(d, &ratio))
		snprintf(percent, sizeof(percent), "%" PRIu64 "%%", ratio);
	snprintf(allow, sizeof(allow), "%s of kernel memory allow %s at %s", early, where,
		 percent);
	if (fits)
		snprintf(text, EXPLANATION_MAX,
			 "With %s more, %s count as MOVABLE, of the %s that %s.", asked, there,
			 limit, allow);
	else if (!d->early_kernel_pages)
		snprintf(text, EXPLANATION_MAX,
			 "There is no kernel memory %s that counts: nothing may be MOVABLE.",
			 where);
	else
		snprintf(text, EXPLANATION_MAX,
			 "%s count as MOVABLE; %s more would exceed the %s that %s.", there,
			 asked, limit, allow);
}

void explain(const struct decision *d, uint64_t page_bytes, char text[static EXPLANATION_MAX])
{
	static const struct {
		const char *reason, *sentence;
	} sentences[] = {
		{ "ratio_zero", "The ratio was 0: nothing becomes MOVABLE." },
		{ "group_has_kernel",
		  "Part of the device was kernel memory already: a static device is all MOVABLE or all kernel memory." },
		{ "unit_has_kernel",
		  "Part of the unit was kernel memory already: a unit is all MOVABLE or all kernel memory." },
		{ "contiguous", "contig-zones takes the zone of the memory beside it, so that zones stay contiguous." },
	};
	size_t i;

	for (i = 0; i < sizeof(sentences) / sizeof(*sentences); i++) {
		if (!strcmp(d->reason, sentences[i].reason)) {
			strcpy(text, sentences[i].sentence);
			return;
		}
	}
	if (!strcmp(d->reason, "requested"))
		snprintf(text, EXPLANATION_MAX, "The policy was not asked: somebody wrote %s to the state.",
			 d->request);
	else if (!strcmp(d->reason, "fits") || !strcmp(d->reason, "system_ratio") ||
		 !strcmp(d->reason, "node_ratio"))
		explain_numbers(d, page_bytes, text);
	else
		snprintf(text, EXPLANATION_MAX, "This program has no words for that reason.");
}
