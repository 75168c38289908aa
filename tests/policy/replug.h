/* SPDX-License-Identifier: GPL-2.0 */
/* A machine without its devices, and with the same ones in another order. */
#ifndef POLICY_TESTS_REPLUG_H
#define POLICY_TESTS_REPLUG_H

#include "machine.h"
#include "source.h"

/* All blocks go offline, in an order that @source chooses; then the devices go. */
void unplug_all(struct machine *machine, struct source *source);

/*
 * The devices of @from, the one with number @order[0] first and as number 0, with the
 * same blocks in the same zones. @machine has none.
 */
void plug_again(struct machine *machine, const struct machine *from,
		const unsigned int *order);

#endif /* POLICY_TESTS_REPLUG_H */
