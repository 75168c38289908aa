/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The load of the experiment: tenants that come all at the same time, so that their
 * memory lies mixed, and do not all leave at the same time.
 */
#ifndef RELIABILITY_TENANTS_H
#define RELIABILITY_TENANTS_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "pressure.h"

#define TENANTS	4

struct tenants;

/*
 * Starts TENANTS processes, each with about its share of every one of @specs: a fifth
 * more or less, as @random (of nrand48) has it. Returns 0 or a negative errno value with
 * @fault set.
 */
int tenants_start(struct tenants **tenants, const struct pressure_spec *specs,
		  size_t nr, unsigned short random[3], struct fault *fault);

/*
 * Do they all hold their doses, or cannot get more? 1 or 0; or a negative errno value
 * with @fault set if one failed.
 */
int tenants_settled(struct tenants *tenants, struct fault *fault);

/* What they hold and could not get, summed up. */
struct tenants_sums {
	uint64_t asked_bytes, held_bytes;
	uint64_t failed_allocations, kills;
};

void tenants_sums(const struct tenants *tenants, struct tenants_sums *sums);

/* All but one leave; returns when their memory is free. */
void tenants_leave(struct tenants *tenants);

/* The last one, too, and the structure. NULL is allowed. */
void tenants_stop(struct tenants *tenants);

#endif /* RELIABILITY_TENANTS_H */
