// SPDX-License-Identifier: GPL-2.0
#include "findings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "escape.h"
#include "grow.h"

#define WIDTH	80
#define INDENT	4

static const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

int findings_add(struct findings *findings, enum finding_kind kind, const char *file,
		 size_t line, struct fault *fault, const char *format, ...)
{
	struct finding *list = grow(findings->list, findings->nr, sizeof(*list));
	struct finding new = { .kind = kind, .line = line };
	va_list args;
	int len;

	if (!list)
		return fault_nomem(fault);
	findings->list = list;
	va_start(args, format);
	len = vasprintf(&new.what, format, args);
	va_end(args);
	if (len < 0)
		return fault_nomem(fault);
	if (file) {
		new.file = strdup(file);
		if (!new.file) {
			free(new.what);
			return fault_nomem(fault);
		}
	}
	list[findings->nr++] = new;
	return 0;
}

void findings_free(struct findings *findings)
{
	while (findings->nr) {
		findings->nr--;
		free(findings->list[findings->nr].file);
		free(findings->list[findings->nr].what);
	}
	free(findings->list);
	*findings = (struct findings){ 0 };
}

static size_t count(const struct findings *findings, enum severity severity)
{
	size_t i, n = 0;

	for (i = 0; i < findings->nr; i++)
		n += finding_texts[findings->list[i].kind].severity == severity;
	return n;
}

bool findings_matter(const struct findings *findings)
{
	return count(findings, SEVERITY_WARNING) || count(findings, SEVERITY_ERROR);
}

/* Breaks lines between words. A character of several bytes counts as several. */
static void print_wrapped(FILE *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		const size_t len = strcspn(text, " ");

		if (column && column + 1 + len > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		column += (size_t)fprintf(out, "%*s%.*s", column ? 1 : INDENT, "", (int)len,
					  text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* "WORDS TEXT", made safe. */
static bool print_part(FILE *out, const char *words, const char *text)
{
	char *safe = escape_terminal(text, escape_locale_is_utf8()), *all = NULL;
	const bool good = safe && asprintf(&all, "%s%s", words, safe) >= 0;

	if (good) {
		print_wrapped(out, all);
		free(all);
	}
	free(safe);
	return good;
}

/* "FILE:LINE: WHAT" */
static bool print_place(FILE *out, const struct finding *f)
{
	char line[24] = "", *place;
	bool good;

	if (!f->file)
		return print_part(out, "", f->what);
	if (f->line)
		snprintf(line, sizeof(line), ":%zu", f->line);
	if (asprintf(&place, "%s%s: %s", f->file, line, f->what) < 0)
		return false;
	good = print_part(out, "", place);
	free(place);
	return good;
}

/* All findings of one kind: what they have in common is said once. */
static bool print_kind(FILE *out, const struct findings *findings, enum finding_kind kind)
{
	const struct finding_text *text = &finding_texts[kind];
	bool good = true;
	size_t i;

	fprintf(out, "%s: %s\n", severity_name(text->severity), text->id);
	for (i = 0; i < findings->nr && good; i++)
		if (findings->list[i].kind == kind)
			good = print_place(out, &findings->list[i]);
	return good && print_part(out, "Why: ", text->why) &&
	       print_part(out, "To do: ", text->remedy) && fputc('\n', out) != EOF;
}

static bool has_kind(const struct findings *findings, enum finding_kind kind)
{
	size_t i;

	for (i = 0; i < findings->nr; i++)
		if (findings->list[i].kind == kind)
			return true;
	return false;
}

static void print_count(FILE *out, const struct findings *findings, enum severity severity,
			const char *before)
{
	const size_t n = count(findings, severity);

	fprintf(out, "%s%zu %s%s", before, n, severity_name(severity), n == 1 ? "" : "s");
}

/* The worst first. */
int findings_print(const struct findings *findings, FILE *out, struct fault *fault)
{
	enum severity severity;
	enum finding_kind kind;

	for (severity = NR_SEVERITIES; severity-- > 0;)
		for (kind = 0; kind < NR_FINDING_KINDS; kind++)
			if (finding_texts[kind].severity == severity &&
			    has_kind(findings, kind) && !print_kind(out, findings, kind))
				return fault_nomem(fault);
	print_count(out, findings, SEVERITY_ERROR, "");
	print_count(out, findings, SEVERITY_WARNING, ", ");
	print_count(out, findings, SEVERITY_NOTE, ", ");
	fputc('\n', out);
	return 0;
}

/* JSON */

static const struct finding *finding(const void *data, size_t row)
{
	const struct findings *findings = data;

	return &findings->list[row];
}

static const struct finding_text *text_of(const void *data, size_t row)
{
	return &finding_texts[finding(data, row)->kind];
}

static struct value get_id(const void *data, size_t row)
{
	return value_text(text_of(data, row)->id);
}

static struct value get_severity(const void *data, size_t row)
{
	return value_text(severity_name(text_of(data, row)->severity));
}

static struct value get_file(const void *data, size_t row)
{
	return value_text(finding(data, row)->file);
}

static struct value get_line(const void *data, size_t row)
{
	const size_t line = finding(data, row)->line;

	return line ? value_number(line) : value_none();
}

static struct value get_what(const void *data, size_t row)
{
	return value_text(finding(data, row)->what);
}

static struct value get_why(const void *data, size_t row)
{
	return value_text(text_of(data, row)->why);
}

static struct value get_remedy(const void *data, size_t row)
{
	return value_text(text_of(data, row)->remedy);
}

static size_t count_rows(const void *data)
{
	const struct findings *findings = data;

	return findings->nr;
}

static const struct column columns[] = {
	{ .key = "id", .get = get_id },
	{ .key = "severity", .get = get_severity },
	{ .key = "file", .get = get_file },
	{ .key = "line", .get = get_line },
	{ .key = "what", .get = get_what },
	{ .key = "why", .get = get_why },
	{ .key = "remedy", .get = get_remedy },
};

static const struct table table = {
	.name = "findings", .columns = columns,
	.nr_columns = sizeof(columns) / sizeof(*columns), .rows = count_rows,
};

int findings_print_json(const struct findings *findings, FILE *out, struct fault *fault)
{
	struct document document;

	document_start(&document, out, false);
	document_add_rows(&document, "findings", &table, findings, 0, findings->nr);
	return document_end(&document, fault);
}
