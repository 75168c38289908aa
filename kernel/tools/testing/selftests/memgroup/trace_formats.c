// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints have the fields that their users count upon: name, type and size,
 * and words for what is a number.
 */

#include <string.h>
#include <unistd.h>

#include "lib.h"

#define EVENTS	"events/memory_hotplug/"
#define ANSWER								\
	"u64 start_pfn:8 u64 nr_pages:8 int nid:4 int mgid:4 char device[32]:32 unsigned int group_type:4 unsigned int request:4 unsigned int policy:4 unsigned int zone:4 unsigned int reason:4 unsigned int domain:4 u64 early_kernel_pages:8 u64 movable_pages:8 u64 asked_pages:8 u64 limit_pages:8"
#define ANSWER_WORDS							\
	"none static dynamic online online_kernel online_movable contig-zones auto-movable Normal Movable fits ratio_zero group_has_kernel unit_has_kernel system_ratio node_ratio contiguous requested system node"
#define GROUP								\
	"int mgid:4 int nid:4 char device[32]:32 unsigned int group_type:4 u64 max_pages:8 u64 unit_pages:8"
#define CHANGE								\
	"u64 start_pfn:8 u64 nr_pages:8 int nid:4 int mgid:4 char device[32]:32 unsigned int zone:4 int result:4 u64 duration_ns:8"

static const struct {
	const char *name;
	const char *fields;
	const char *words;
} events[] = {
	{ "mhp_zone_decision", ANSWER, ANSWER_WORDS },
	{ "mhp_zone_preview", ANSWER, ANSWER_WORDS },
	{ "mhp_group_register", GROUP, "none static dynamic" },
	{ "mhp_group_unregister", GROUP, "none static dynamic" },
	{ "mhp_block_online", CHANGE, "Normal Movable none" },
	{ "mhp_block_offline", CHANGE, "Normal Movable none" },
};

/* "type name:size", each as the line of "format" that has all three. */
static bool has_fields(const char *format, const char *fields)
{
	char list[1024], line[1040], size[32];
	char *at, *colon, *next;

	snprintf(list, sizeof(list), "%s", fields);
	for (at = list; *at; at = next) {
		colon = strchr(at, ':');
		*colon = '\0';
		next = colon + 1 + strspn(colon + 1, "0123456789");
		snprintf(size, sizeof(size), "\tsize:%.*s;",
			 (int)(next - colon - 1), colon + 1);
		next += *next == ' ';

		snprintf(line, sizeof(line), "\tfield:%s;", at);
		at = strstr(format, line);
		if (!at || !memmem(at, strcspn(at, "\n"), size, strlen(size))) {
			ksft_print_msg("no \"%s %s\"\n", line + 1, size + 1);
			return false;
		}
	}
	return true;
}

static bool has_words(const char *format, const char *words)
{
	char list[1024], quoted[64];
	char *word, *save;

	snprintf(list, sizeof(list), "%s", words);
	for (word = strtok_r(list, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		snprintf(quoted, sizeof(quoted), ", \"%s\" }", word);
		if (!strstr(format, quoted)) {
			ksft_print_msg("no word \"%s\"\n", word);
			return false;
		}
	}
	return true;
}

int main(void)
{
	const char *tracing = "/sys/kernel/tracing/";
	char path[160];
	size_t i;

	begin();
	if (access("/sys/kernel/tracing/events", F_OK))
		tracing = "/sys/kernel/debug/tracing/";
	snprintf(path, sizeof(path), "%sevents", tracing);
	if (access(path, F_OK))
		ksft_exit_skip("no trace events: CONFIG_FTRACE is off\n");
	ksft_set_plan(2 * ARRAY_SIZE(events));
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		char *format;

		snprintf(path, sizeof(path), "%s" EVENTS "%s/format", tracing,
			 events[i].name);
		format = read_all(path);
		if (!format)
			ksft_print_msg("no %s\n", path);
		ksft_test_result(format && has_fields(format, events[i].fields),
				 "%s: fields\n", events[i].name);
		ksft_test_result(format && has_words(format, events[i].words),
				 "%s: words\n", events[i].name);
		free(format);
	}
	ksft_finished();
}
