/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the user writes after --device.
 */
#ifndef HOTPLUG_STRESS_SPEC_H
#define HOTPLUG_STRESS_SPEC_H

#include "backend.h"
#include "fault.h"

/* Devices that one --device may stand for. */
#define SPEC_COUNT_MAX 256

/*
 * Parses KIND[,KEY=VALUE]…: the keys that the kind has, each once, and all that it
 * needs. Returns 0, or -EINVAL with @fault set.
 */
int spec_parse(const char *text, struct device_spec *spec, struct fault *fault);

#endif /* HOTPLUG_STRESS_SPEC_H */
