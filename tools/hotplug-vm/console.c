// SPDX-License-Identifier: GPL-2.0
/* Reads the guest's serial console and knows a kernel in trouble when it sees one. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "proto.h"
#include "splat.h"

/* Behind "[    1.234567] " and, with CONFIG_PRINTK_CALLER, "[    T1] ". */
static const char *skip_printk_prefix(const char *line)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const char *p = line;

		if (*p != '[')
			break;
		p++;
		p += strspn(p, " ");
		if (i == 1 && (*p == 'T' || *p == 'C'))
			p++;
		if (!isdigit((unsigned char)*p))
			break;
		p += strspn(p, i ? "0123456789" : "0123456789.");
		if (*p != ']')
			break;
		line = p + 1;
		line += strspn(line, " ");
	}
	return line;
}

enum console_kind console_classify(const char *line)
{
	line = skip_printk_prefix(line);
	if (!strncmp(line, LAB_INIT_FAILED, strlen(LAB_INIT_FAILED)))
		return CONSOLE_INIT_FAILED;
	switch (splat_of(line)) {
	case SPLAT_PANIC:
		return CONSOLE_PANIC;
	case SPLAT_COMPLAINT:
		return CONSOLE_SPLAT;
	case SPLAT_NONE:
		break;
	}
	return CONSOLE_PLAIN;
}

void console_init(struct console *c, int log)
{
	memset(c, 0, sizeof(*c));
	c->log = log;
}

void console_ignore(struct console *c, const char *text)
{
	c->ignored[c->ignored_texts++] = text;
}

static bool is_ignored(const struct console *c, const char *line)
{
	unsigned int i;

	for (i = 0; i < c->ignored_texts; i++)
		if (strstr(line, c->ignored[i]))
			return true;
	return false;
}

static void lines_add(struct console_lines *l, const char *line)
{
	strcpy(l->line[l->next], line);
	l->next = (l->next + 1) % CONSOLE_TAIL;
	if (l->count < CONSOLE_TAIL)
		l->count++;
}

static void line_done(struct console *c)
{
	c->line[c->len] = '\0';
	c->len = 0;

	switch (console_classify(c->line)) {
	case CONSOLE_PLAIN:
		break;
	case CONSOLE_SPLAT:
		if (is_ignored(c, c->line))
			c->ignored_splats++;
		else if (!c->splats++)
			strcpy(c->splat, c->line);
		break;
	case CONSOLE_PANIC:
		if (!c->panic[0])
			strcpy(c->panic, c->line);
		break;
	case CONSOLE_INIT_FAILED:
		if (!c->init_failed[0])
			strcpy(c->init_failed, strstr(c->line, LAB_INIT_FAILED) +
			       strlen(LAB_INIT_FAILED));
		break;
	}

	lines_add(&c->tail, c->line);
	if (c->splats && c->report.count < CONSOLE_TAIL)
		lines_add(&c->report, c->line);
}

int console_feed(struct console *c, const char *data, size_t len)
{
	size_t i, done = 0;

	for (i = 0; i < len; i++) {
		char b = data[i];

		if (b == '\n') {
			line_done(c);
			continue;
		}
		if (b == '\r' || !b)
			continue;
		if (c->len < CONSOLE_LINE - 1)
			c->line[c->len++] = b;
	}

	while (c->log >= 0 && done < len) {
		ssize_t n = write(c->log, data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += n;
	}
	return 0;
}

void console_end(struct console *c)
{
	if (c->len)
		line_done(c);
}

void console_print(const struct console_lines *lines, FILE *to, const char *newline)
{
	unsigned int first = lines->count < CONSOLE_TAIL ? 0 : lines->next;
	unsigned int i;
	const char *p;

	for (i = 0; i < lines->count; i++) {
		fputs("  | ", to);
		for (p = lines->line[(first + i) % CONSOLE_TAIL]; *p; p++)
			fputc((unsigned char)*p < ' ' && *p != '\t' ? '?' :
			      (unsigned char)*p >= 0x7f ? '?' : *p, to);
		fputs(newline, to);
	}
}
