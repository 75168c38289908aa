// SPDX-License-Identifier: GPL-2.0
#include "iomem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define IOMEM "proc/iomem"

/* The kernel shows five levels, two spaces each; what lies deeper is in the last. */
#define DEPTH_MAX 16

struct parser {
	struct sysroot *root;
	struct iomem *iomem;
	struct fault *fault;
	size_t line;
	size_t last[DEPTH_MAX];	/* the last entry of each level */
	size_t levels;		/* how many of these there are */
};

static int bad(const struct parser *p, const char *what)
{
	return fault_set(p->fault, EINVAL, "%s/" IOMEM ": line %zu: %s", p->root->name,
			 p->line, what);
}

/* "100000000-17fffffff : System RAM", indented by its depth */
static int parse_line(struct parser *p, char *line)
{
	const size_t depth = strspn(line, " ") / 2;
	struct iomem *iomem = p->iomem;
	struct iomem_entry entry = { .parent = IOMEM_NO_PARENT };
	char *start = line + 2 * depth, *last, *name;

	if (depth > p->levels || depth == DEPTH_MAX)
		return bad(p, "indented too far");
	last = strchr(start, '-');
	name = last ? strstr(last, " : ") : NULL;
	if (!name)
		return bad(p, "not \"START-END : NAME\"");
	*last++ = '\0';
	*name = '\0';
	entry.name = name + strlen(" : ");
	if (units_parse_hex(start, &entry.start) || units_parse_hex(last, &entry.last))
		return bad(p, "an address is no hexadecimal number of 64 bits");
	if (entry.last < entry.start)
		return bad(p, "it ends before it starts");
	if (depth)
		entry.parent = p->last[depth - 1];
	if (entry.last)
		iomem->hidden = false;
	p->last[depth] = iomem->count;
	p->levels = depth + 1;
	iomem->list[iomem->count++] = entry;
	return 0;
}

static size_t count_lines(const struct text *text)
{
	const char *c = text->data;
	size_t lines = 1;

	while ((c = strchr(c, '\n'))) {
		lines++;
		c++;
	}
	return lines;
}

static int parse(struct parser *p)
{
	struct text *text = &p->iomem->text;
	char *line, *save = NULL;
	int err = 0;

	/* A NUL byte inside would hide what follows it. */
	if (strlen(text->data) != text->len)
		return fault_set(p->fault, EINVAL, "%s/" IOMEM ": binary", p->root->name);
	p->iomem->list = calloc(count_lines(text), sizeof(*p->iomem->list));
	if (!p->iomem->list)
		return fault_nomem(p->fault);
	for (line = strtok_r(text->data, "\n", &save); line && !err;
	     line = strtok_r(NULL, "\n", &save)) {
		p->line++;
		err = parse_line(p, line);
	}
	return err;
}

int iomem_read(struct sysroot *root, struct iomem *iomem, struct fault *fault)
{
	struct parser p = { .root = root, .iomem = iomem, .fault = fault };
	int err;

	*iomem = (struct iomem){ .hidden = true };
	err = sysroot_read(root, IOMEM, &iomem->text, fault);
	if (err)
		return err;
	err = parse(&p);
	if (err)
		iomem_free(iomem);
	return err;
}

void iomem_free(struct iomem *iomem)
{
	free(iomem->list);
	text_free(&iomem->text);
	*iomem = (struct iomem){ 0 };
}

bool iomem_driver(const struct iomem_entry *entry, char *driver, size_t size)
{
	static const char prefix[] = "System RAM (";
	const char *from = entry->name + strlen(prefix);
	size_t len;

	if (strncmp(entry->name, prefix, strlen(prefix)))
		return false;
	len = strlen(from);
	if (len < 2 || from[len - 1] != ')')
		return false;
	snprintf(driver, size, "%.*s", (int)(len - 1), from);
	return true;
}
