// SPDX-License-Identifier: GPL-2.0
/*
 * A long recording out of a short one.
 *
 * repeat-trace FROM TO TIMES writes the events of FROM so often, one repetition after
 * the other, and prints how long that is, in nanoseconds. The library of trace-cmd only
 * reads files. So this knows as much of them as it takes: FROM has version 6 (trace-cmd
 * convert --file-version 6 makes one), in which the events of a CPU are pages of the
 * kernel's ring buffer, nothing else, and a table has the place of each CPU's.
 *
 * A page begins with its time; an event has only the distance to the one before it.
 */
#include <err.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES	4096
#define PAGE_HEADER	16	/* time and length */
#define LENGTH_MASK	0x000fffff	/* what is above it are flags */

/* The kinds of events in a page that are not data; see ring_buffer.h of the kernel. */
enum { TYPE_PADDING = 29, TYPE_TIME_EXTEND, TYPE_TIME_STAMP };

struct place {
	uint64_t offset, size;
};

struct file {
	const char *name;
	uint8_t *bytes;
	size_t size;
	size_t table;		/* where the places are */
	size_t nr_cpus;
};

static uint64_t get64(const uint8_t *at)
{
	uint64_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

static void read_file(struct file *file, const char *name)
{
	FILE *in = fopen(name, "r");
	long size = -1;

	file->name = name;
	if (in && !fseek(in, 0, SEEK_END))
		size = ftell(in);
	if (size < 0)
		err(1, "%s", name);
	rewind(in);
	file->size = (size_t)size;
	file->bytes = malloc(file->size + 1);
	if (!file->bytes || fread(file->bytes, 1, file->size, in) != file->size)
		err(1, "%s", name);
	fclose(in);
}

static struct place place_of(const struct file *file, size_t cpu)
{
	const uint8_t *at = file->bytes + file->table + cpu * sizeof(struct place);

	return (struct place){ .offset = get64(at), .size = get64(at + 8) };
}

/* The table is behind a word, and ends where the places that it has say so. */
static void find_table(struct file *file)
{
	static const char word[] = "flyrecord";
	const uint8_t *found = memmem(file->bytes, file->size, word, sizeof(word));
	uint64_t next = 0;

	if (file->size < 11 || memcmp(file->bytes + 3, "tracing6", 9))
		errx(1, "%s: not of version 6", file->name);
	if (!found)
		errx(1, "%s: no events", file->name);
	file->table = (size_t)(found - file->bytes) + sizeof(word);
	while (file->table + (file->nr_cpus + 1) * sizeof(struct place) <= file->size) {
		const struct place place = place_of(file, file->nr_cpus);

		if (place.offset % PAGE_BYTES || place.size % PAGE_BYTES ||
		    place.offset > file->size || place.size > file->size - place.offset ||
		    !place.offset || (next && place.offset != next))
			break;
		next = place.offset + place.size;
		file->nr_cpus++;
	}
	if (!file->nr_cpus || next != file->size)
		errx(1, "%s: the table of CPUs is not what it was thought to be", file->name);
}

/* When the last event of the page was; -1 if the page has what cannot be repeated. */
static int64_t last_time(const uint8_t *page)
{
	const uint32_t length = (uint32_t)get64(page + 8) & LENGTH_MASK;
	uint64_t time = get64(page);
	uint32_t at = PAGE_HEADER;

	if (length > PAGE_BYTES - PAGE_HEADER || get64(page + 8) != length)
		return -1;
	while (at + 8 <= PAGE_HEADER + length) {
		const uint32_t head = get32(page + at), type = head & 31, delta = head >> 5;

		if (type == TYPE_TIME_STAMP)
			return -1;
		if (type == TYPE_PADDING && !delta)
			break;
		time += delta;
		if (type == TYPE_TIME_EXTEND) {
			time += (uint64_t)get32(page + at + 4) << 27;
			at += 8;
		} else if (type && type != TYPE_PADDING) {
			at += 4 + 4 * type;
		} else {
			at += 4 + get32(page + at + 4);
		}
	}
	return (int64_t)time;
}

/* From the first to the last event of all CPUs. */
static uint64_t span(const struct file *file)
{
	uint64_t first = UINT64_MAX, last = 0, at;
	size_t cpu;

	for (cpu = 0; cpu < file->nr_cpus; cpu++) {
		const struct place place = place_of(file, cpu);

		for (at = place.offset; at < place.offset + place.size; at += PAGE_BYTES) {
			const int64_t time = last_time(file->bytes + at);

			if (time < 0)
				errx(1, "%s: a page with lost events or absolute times",
				     file->name);
			if ((uint64_t)time > last)
				last = (uint64_t)time;
			if (get64(file->bytes + at) < first)
				first = get64(file->bytes + at);
		}
	}
	return last - first;
}

static void put(FILE *out, const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, out) != size)
		err(1, "cannot write");
}

static void put_head(FILE *out, const struct file *file, uint64_t times)
{
	const size_t end = file->table + file->nr_cpus * sizeof(struct place);
	uint64_t next = place_of(file, 0).offset;
	size_t cpu;

	put(out, file->bytes, file->table);
	for (cpu = 0; cpu < file->nr_cpus; cpu++) {
		const struct place place = { next, place_of(file, cpu).size * times };

		put(out, &place, sizeof(place));
		next += place.size;
	}
	put(out, file->bytes + end, place_of(file, 0).offset - end);
}

static void put_events(FILE *out, const struct file *file, const struct place *place,
		       uint64_t times, uint64_t step)
{
	uint64_t i, at;

	for (i = 0; i < times; i++) {
		for (at = place->offset; at < place->offset + place->size; at += PAGE_BYTES) {
			const uint64_t time = get64(file->bytes + at) + i * step;

			put(out, &time, sizeof(time));
			put(out, file->bytes + at + 8, PAGE_BYTES - 8);
		}
	}
}

static void put_all(FILE *out, const struct file *file, uint64_t times, uint64_t step)
{
	size_t cpu;

	put_head(out, file, times);
	for (cpu = 0; cpu < file->nr_cpus; cpu++) {
		const struct place place = place_of(file, cpu);

		put_events(out, file, &place, times, step);
	}
}

int main(int argc, char **argv)
{
	struct file file = { 0 };
	uint64_t times, step;
	FILE *out;
	char *end;

	if (argc != 4)
		errx(2, "usage: repeat-trace FROM TO TIMES");
	times = strtoull(argv[3], &end, 10);
	if (*end || !times || times > 1000000)
		errx(2, "%s: not a number of times", argv[3]);
	read_file(&file, argv[1]);
	find_table(&file);
	/* A millisecond from one repetition to the next. */
	step = span(&file) + 1000000;
	out = fopen(argv[2], "w");
	if (out)
		put_all(out, &file, times, step);
	if (!out || fclose(out))
		err(1, "%s", argv[2]);
	printf("%" PRIu64 "\n", times * step);
	free(file.bytes);
	return 0;
}
