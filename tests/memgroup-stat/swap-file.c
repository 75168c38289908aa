// SPDX-License-Identifier: GPL-2.0
/*
 * swap-file FROM TO: a file of trace-cmd, version 6, little endian and without
 * compression, as a big-endian machine would have written it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EVENTS 4096
#define MAX_FIELDS 64
#define OPTION_BUFFER 3

/* Where the numbers of an event are, by its number. */
static struct event {
	size_t nr;
	struct {
		size_t offset, size;
	} field[MAX_FIELDS];
} events[MAX_EVENTS];

static unsigned char data[1 << 20];
static size_t size, at;

static void must(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "swap-file: %s\n", what);
		exit(1);
	}
}

static uint64_t read_number(size_t where, size_t bytes)
{
	uint64_t value = 0;

	must(where <= size && bytes <= size - where, "the file is too short");
	while (bytes--)
		value = value << 8 | data[where + bytes];
	return value;
}

/* The number that is there, which is big endian then. */
static uint64_t swap(size_t where, size_t bytes)
{
	const uint64_t value = read_number(where, bytes);
	size_t i;

	for (i = 0; i < bytes; i++)
		data[where + i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
	return value;
}

static uint64_t next(size_t bytes)
{
	at += bytes;
	return swap(at - bytes, bytes);
}

static void skip(uint64_t bytes)
{
	must(at <= size && bytes <= size - at, "the file is too short");
	at += bytes;
}

static void skip_string(void)
{
	skip(strlen((char *)data + at) + 1);
}

/* Remembers where the numbers are; the text ends at @end. */
static void learn_format(const char *text, const char *end)
{
	const char *id = strstr(text, "\nID: "), *field = text, *semicolon;
	const unsigned long number = id ? strtoul(id + 5, NULL, 10) : MAX_EVENTS;
	struct event *event = &events[number % MAX_EVENTS];

	must(id && id < end && number < MAX_EVENTS, "a format without a number");
	while ((field = strstr(field + 1, "field:")) && field < end) {
		unsigned int offset, bytes;

		semicolon = strchr(field, ';');
		must(semicolon && sscanf(semicolon, "; offset:%u; size:%u;", &offset, &bytes) == 2,
		     "a field without a place");
		/* Texts are what they were. */
		if (memmem(field, (size_t)(semicolon - field), "char", 4) ||
		    (bytes != 2 && bytes != 4 && bytes != 8))
			continue;
		must(event->nr < MAX_FIELDS, "too many fields");
		event->field[event->nr].offset = offset;
		event->field[event->nr++].size = bytes;
	}
}

static void swap_formats(void)
{
	uint64_t count = next(4);

	while (count--) {
		const uint64_t bytes = next(8);
		const char *text = (char *)data + at;

		skip(bytes);
		learn_format(text, text + bytes);
	}
}

static void swap_options(void)
{
	uint64_t id;

	while ((id = next(2))) {
		const uint64_t bytes = next(4);

		/* A number, or a buffer: its place, then texts. */
		if (bytes == 4 || bytes == 8)
			swap(at, bytes);
		else if (id == OPTION_BUFFER)
			swap(at, 8);
		skip(bytes);
	}
}

static void swap_record(size_t where)
{
	const struct event *event = &events[read_number(where, 2) % MAX_EVENTS];
	size_t i;

	for (i = 0; i < event->nr; i++)
		swap(where + event->field[i].offset, event->field[i].size);
}

/* What follows the head of a record: its length in words, or what kind it is of. */
static void swap_page(size_t where)
{
	size_t end;

	swap(where, 8);
	end = where + 16 + (swap(where + 8, 8) & 0x7ffffff);
	for (where += 16; where < end;) {
		const uint64_t head = read_number(where, 4);
		const uint64_t kind = head & 31, delta = head >> 5;
		size_t bytes = 4 * kind;

		/* The bits of it lie the other way round, too. */
		data[where] = (unsigned char)(kind << 3 | delta >> 24);
		data[where + 1] = (unsigned char)(delta >> 16);
		data[where + 2] = (unsigned char)(delta >> 8);
		data[where + 3] = (unsigned char)delta;
		where += 4;
		if (kind > 29) {
			/* A longer time. */
			swap(where, 4);
			bytes = 4;
		} else if (kind == 29) {
			bytes = swap(where, 4);
			if (!delta)
				return;
		} else if (kind) {
			swap_record(where);
		} else {
			bytes = swap(where, 4);
			swap_record(where + 4);
		}
		where += bytes;
	}
}

static void swap_file(void)
{
	uint64_t page, count, cpus;

	must(!memcmp(data, "\x17\x08\x44tracing6", 12), "no file of version 6");
	skip(12);
	data[at] = 1;
	skip(2);
	page = next(4);
	/* Two texts with their names, which have these lengths. */
	skip(sizeof("header_page"));
	skip(next(8));
	skip(sizeof("header_event"));
	skip(next(8));
	swap_formats();
	for (count = next(4); count; count--) {
		skip_string();
		swap_formats();
	}
	/* Symbols, formats of printk, names of tasks. */
	skip(next(4));
	skip(next(4));
	skip(next(8));
	cpus = next(4);
	skip(sizeof("options  "));
	swap_options();
	skip(sizeof("flyrecord"));
	while (cpus--) {
		const uint64_t start = next(8), bytes = next(8);
		uint64_t done;

		for (done = 0; done < bytes; done += page)
			swap_page(start + done);
	}
}

int main(int argc, char **argv)
{
	size_t written;
	FILE *file;
	int closed;

	must(argc == 3, "usage: swap-file FROM TO");
	file = fopen(argv[1], "r");
	must(file != NULL, "the file cannot be opened");
	size = fread(data, 1, sizeof(data) - 1, file);
	fclose(file);
	swap_file();
	file = fopen(argv[2], "w");
	must(file != NULL, "the other file cannot be opened");
	written = fwrite(data, 1, size, file);
	closed = fclose(file);
	must(!closed && written == size, "it cannot be written");
	return 0;
}
