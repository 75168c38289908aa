/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plugin's two halves, as each other sees them: plugin.c reads streams, draw.cpp and
 * window.cpp show them.
 */
#ifndef MEMGROUP_KERNELSHARK_PLUGIN_H
#define MEMGROUP_KERNELSHARK_PLUGIN_H

#include <libkshark-plugin.h>
#include <libkshark.h>

#include "marks.h"

/* What KernelShark looks up. */
#define PLUGIN_ENTRY __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/*
 * For each stream. Both return 1 for a stream that is dealt with; 0 makes KernelShark
 * complain.
 */
PLUGIN_ENTRY int KSHARK_PLOT_PLUGIN_INITIALIZER(struct kshark_data_stream *stream);
PLUGIN_ENTRY int KSHARK_PLOT_PLUGIN_DEINITIALIZER(struct kshark_data_stream *stream);

/* The marks of a stream; NULL: it has no events of ours. */
struct marks *plugin_marks(int stream_id);

/*
 * The event of an entry as a sentence, which the caller frees. NULL: it is none of ours,
 * or cannot be read. Only the numbers of the entry are used: it may be a copy.
 */
char *plugin_words(const struct kshark_entry *entry);

/* What notable event follows @from, or precedes it, in any stream? NULL: none. */
const struct kshark_entry *plugin_seek(const struct kshark_entry *from, bool forward);

/* Draws a stream on a plot of KernelShark's. In draw.cpp. */
void plugin_draw(struct kshark_cpp_argv *arguments, int stream_id, int id, int action);

#ifdef __cplusplus
}
#endif

#endif /* MEMGROUP_KERNELSHARK_PLUGIN_H */
