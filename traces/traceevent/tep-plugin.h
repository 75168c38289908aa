/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What libtraceevent looks up in the plugin, and nothing else is to be seen of it.
 *
 * It loads a plugin once for each handle, but always the same copy of it.
 */
#ifndef MEMGROUP_TEP_PLUGIN_H
#define MEMGROUP_TEP_PLUGIN_H

#include <event-parse.h>

#pragma GCC visibility push(default)

/*
 * From now on the events of memory_hotplug in @tep print as sentences. Their formats may
 * become known later. Returns 0, or -1 without memory: they print as the kernel does.
 */
int TEP_PLUGIN_LOADER(struct tep_handle *tep);
/* Undoes that. Returns 0. */
int TEP_PLUGIN_UNLOADER(struct tep_handle *tep);

/* "fields": the kernel's own text, too, after each sentence. */
extern struct tep_plugin_option TEP_PLUGIN_OPTIONS[];

#pragma GCC visibility pop

#endif /* MEMGROUP_TEP_PLUGIN_H */
