// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints of memory hotplug.
 */

#include "decision.h"

#define CREATE_TRACE_POINTS
#include <trace/events/memory_hotplug.h>
