// SPDX-License-Identifier: GPL-2.0
#include "zoneinfo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

#define ZONEINFO	"proc/zoneinfo"
#define MEMINFO		"proc/meminfo"

/* The words of a line: "        present  782336" is two. */
#define WORDS_MAX	4

static size_t cut_words(char *line, char *words[static WORDS_MAX])
{
	char *save = NULL, *word;
	size_t count = 0;

	for (word = strtok_r(line, " ", &save); word && count < WORDS_MAX;
	     word = strtok_r(NULL, " ", &save))
		words[count++] = word;
	return word ? 0 : count;
}

/* "Node 0, zone DMA32" */
static bool is_heading(char *words[static WORDS_MAX], size_t count)
{
	return count == 4 && !strcmp(words[0], "Node") &&
	       !strcmp(words[2], "zone");
}

static int start_zone(char *words[static WORDS_MAX], struct zoneinfo *zones,
		      struct fault *fault)
{
	struct zone_pages *zone = &zones->list[zones->count];

	words[1][strcspn(words[1], ",")] = '\0';
	if (zones->count == ZONEINFO_MAX)
		return fault_set(fault, E2BIG, ZONEINFO ": more than %d zones",
				 ZONEINFO_MAX);
	if (units_parse_decimal(words[1], &zone->node) ||
	    strlen(words[3]) >= sizeof(zone->name))
		return fault_set(fault, EINVAL,
				 ZONEINFO ": zone \"%s\" of node \"%s\"",
				 words[3], words[1]);
	strcpy(zone->name, words[3]);
	zones->count++;
	return 0;
}

/* Where a number of the zone belongs, or NULL for one of no interest. */
static uint64_t *field(struct zone_pages *zone, const char *name)
{
	const struct {
		const char *name;
		uint64_t *number;
	} fields[] = {
		{ "free", &zone->free }, { "spanned", &zone->spanned },
		{ "present", &zone->present }, { "managed", &zone->managed },
		{ "cma", &zone->cma }, { "start_pfn:", &zone->start },
		{ "nr_free_cma", &zone->free_cma },
		{ "nr_zone_inactive_file", &zone->inactive_file },
		{ "nr_zone_active_file", &zone->active_file },
		{ "nr_zone_write_pending", &zone->write_pending },
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(name, fields[i].name))
			return fields[i].number;
	return NULL;
}

static int take_number(char *words[static WORDS_MAX], size_t count,
		       struct zone_pages *zone, struct fault *fault)
{
	uint64_t *number, pages;

	/* "              count: 63", for each CPU */
	if (count == 2 && !strcmp(words[0], "count:")) {
		if (units_parse_decimal(words[1], &pages) ||
		    __builtin_add_overflow(zone->cpu_lists, pages, &zone->cpu_lists))
			return fault_set(fault, EINVAL,
					 ZONEINFO ": node %" PRIu64 ", zone %s: pages of a CPU: \"%s\"",
					 zone->node, zone->name, words[1]);
		return 0;
	}
	/* "  pages free     771706" begins the numbers. */
	if (count == 3 && !strcmp(words[0], "pages"))
		words++, count--;
	number = count == 2 ? field(zone, words[0]) : NULL;
	if (number && units_parse_decimal(words[1], number))
		return fault_set(fault, EINVAL,
				 ZONEINFO ": node %" PRIu64 ", zone %s: %s is no number: \"%s\"",
				 zone->node, zone->name, words[0], words[1]);
	return 0;
}

int zoneinfo_read(struct sysroot *root, struct zoneinfo *zones,
		  struct fault *fault)
{
	char *line, *save = NULL, *words[WORDS_MAX];
	struct text text;
	size_t count;
	int ret;

	memset(zones, 0, sizeof(*zones));
	ret = sysroot_read(root, ZONEINFO, &text, fault);
	if (ret)
		return ret;
	for (line = strtok_r(text.data, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		count = cut_words(line, words);
		if (is_heading(words, count))
			ret = start_zone(words, zones, fault);
		else if (zones->count)
			ret = take_number(words, count,
					  &zones->list[zones->count - 1], fault);
	}
	text_free(&text);
	if (!ret && !zones->count)
		ret = fault_set(fault, EINVAL, ZONEINFO ": no zone");
	return ret;
}

int meminfo_total(struct sysroot *root, uint64_t *bytes, struct fault *fault)
{
	static const char label[] = "MemTotal:";
	unsigned long long kib;
	struct text text;
	const char *line;
	int ret;

	ret = sysroot_read(root, MEMINFO, &text, fault);
	if (ret)
		return ret;
	line = strstr(text.data, label);
	if (!line || sscanf(line + strlen(label), "%llu kB", &kib) != 1 ||
	    kib > UINT64_MAX / 1024)
		ret = fault_set(fault, EINVAL, MEMINFO ": no MemTotal");
	else
		*bytes = kib * 1024;
	text_free(&text);
	return ret;
}

const struct zone_pages *zoneinfo_find(const struct zoneinfo *zones,
				       uint64_t node, const char *name)
{
	size_t i;

	for (i = 0; i < zones->count; i++)
		if (zones->list[i].node == node &&
		    !strcmp(zones->list[i].name, name))
			return &zones->list[i];
	return NULL;
}
