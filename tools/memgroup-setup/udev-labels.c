// SPDX-License-Identifier: GPL-2.0
#include "udev-labels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "udev-rules.h"

struct udev_label {
	char *name;
	size_t line;
};

static int add_label(struct udev_labels *labels, const char *name, size_t line)
{
	struct udev_label *list = grow(labels->list, labels->nr, sizeof(*list));

	if (!list)
		return -ENOMEM;
	labels->list = list;
	list[labels->nr] = (struct udev_label){ strdup(name), line };
	return list[labels->nr++].name ? 0 : -ENOMEM;
}

static int add_labels(struct udev_labels *labels, const struct udev_rule *rule)
{
	size_t i;
	int err = 0;

	for (i = 0; i < rule->nr && !err; i++)
		if (!strcmp(rule->tokens[i].key, "LABEL"))
			err = add_label(labels, rule->tokens[i].value, rule->line);
	return err;
}

int udev_labels_read(struct udev_labels *labels, const char *text, size_t len,
		     struct fault *fault)
{
	const struct udev_rule *rule;
	struct udev_parser parser;
	/* The parser overwrites what it reads. */
	char *copy = malloc(len + 1);
	int more, err = 0;

	*labels = (struct udev_labels){ 0 };
	if (!copy)
		return fault_nomem(fault);
	memcpy(copy, text, len);
	udev_parser_start(&parser, copy, len);
	while (!err && (more = udev_parser_next(&parser, &rule, fault)))
		err = more < 0 ? more : add_labels(labels, rule);
	udev_parser_end(&parser);
	free(copy);
	return err ? fault_nomem(fault) : 0;
}

void udev_labels_free(struct udev_labels *labels)
{
	while (labels->nr)
		free(labels->list[--labels->nr].name);
	free(labels->list);
	*labels = (struct udev_labels){ 0 };
}

bool udev_labels_follow(const struct udev_labels *labels, const char *name, size_t line)
{
	size_t i;

	for (i = 0; i < labels->nr; i++)
		if (labels->list[i].line > line && !strcmp(labels->list[i].name, name))
			return true;
	return false;
}
