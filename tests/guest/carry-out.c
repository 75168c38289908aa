// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>

#include "ask.h"
#include "attribute.h"
#include "carry-out.h"
#include "dax.h"

int carry_out(const struct step *step, int resize_seconds, struct fault *fault)
{
	char text[64];

	switch (step->op) {
	case OP_DAX_BIND:
		return dax_bind(step->device, fault);
	case OP_DAX_UNBIND:
		return dax_unbind(step->device, fault);
	case OP_OFFLINE:
		return block_set_state(step->block, "offline", fault);
	case OP_ONLINE:
		return block_set_state(step->block, "online", fault);
	case OP_ONLINE_KERNEL:
		return block_set_state(step->block, "online_kernel", fault);
	case OP_ONLINE_MOVABLE:
		return block_set_state(step->block, "online_movable", fault);
	case OP_RATIO:
		snprintf(text, sizeof(text), "%u", step->value);
		return parameter_set("auto_movable_ratio", text, fault);
	case OP_NUMA_AWARE:
		return parameter_set("auto_movable_numa_aware",
				     step->value ? "Y" : "N", fault);
	case OP_RESIZE:
		return ask(fault, "resize -w %d %s %luM", resize_seconds,
			   step->device, step->mib);
	default:
		step_describe(step, text, sizeof(text));
		return ask(fault, "%s", text);
	}
}
