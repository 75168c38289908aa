// SPDX-License-Identifier: GPL-2.0
#include "tep-plugin.h"

#include <stdlib.h>

#include "escape.h"
#include "event-line.h"
#include "trace-event.h"

/* libtraceevent reads these strings only, but does not say so. */
struct tep_plugin_option TEP_PLUGIN_OPTIONS[] = {
	{
		.name = (char *)"fields",
		.plugin_alias = (char *)"memgroup",
		.description = (char *)"Print the numbers of the record, too",
	},
	{ .name = NULL },
};

/* The plugin, loaded for a handle. */
struct loaded {
	struct loaded *next;
	struct tep_handle *tep;
	struct trace_formats *formats;	/* NULL: not asked for yet */
};

static struct loaded *all;

/* Returns what libtraceevent asks for: should the kernel's own format follow? */
static int print_line(struct trace_seq *s, const struct trace_event *event,
		      uint64_t page_bytes)
{
	const int fields = TEP_PLUGIN_OPTIONS[0].set;
	char line[EVENT_LINE_MAX];
	char *escaped;

	event_line(event, page_bytes, line);
	/* Names come from the kernel, words from the file. */
	escaped = escape_terminal(line, escape_locale_is_utf8());
	if (!escaped)
		return 1;
	trace_seq_puts(s, escaped);
	free(escaped);
	if (fields)
		trace_seq_puts(s, "  ");
	return fields;
}

static int print_event(struct trace_seq *s, struct tep_record *record,
		       struct tep_event *event, void *context)
{
	struct loaded *loaded = context;
	const uint64_t page_bytes = trace_page_bytes(loaded->tep);
	struct trace_event found;
	int ret;

	(void)event;
	if (!loaded->formats)
		loaded->formats = trace_formats_new(loaded->tep);
	if (!loaded->formats || !page_bytes)
		return 1;
	ret = trace_event_read(loaded->formats, record, &found);
	if (!ret)
		return 1;
	if (ret > 0)
		return print_line(s, &found, page_bytes);
	/* The kernel's own format would read what is not there. */
	trace_seq_printf(s, "[%d bytes that are no record of this event]", record->size);
	return 0;
}

int TEP_PLUGIN_LOADER(struct tep_handle *tep)
{
	struct loaded *loaded = calloc(1, sizeof(*loaded));
	const char *name;
	size_t i;

	if (!loaded)
		return -1;
	loaded->tep = tep;
	loaded->next = all;
	all = loaded;
	for (i = 0; (name = trace_event_name(i)); i++)
		tep_register_event_handler(tep, -1, TRACE_EVENT_SYSTEM, name, print_event,
					   loaded);
	return 0;
}

int TEP_PLUGIN_UNLOADER(struct tep_handle *tep)
{
	struct loaded **at = &all, *loaded;
	const char *name;
	size_t i;

	while (*at && (*at)->tep != tep)
		at = &(*at)->next;
	loaded = *at;
	if (!loaded)
		return 0;
	for (i = 0; (name = trace_event_name(i)); i++)
		tep_unregister_event_handler(tep, -1, TRACE_EVENT_SYSTEM, name, print_event,
					     loaded);
	*at = loaded->next;
	trace_formats_free(loaded->formats);
	free(loaded);
	return 0;
}
