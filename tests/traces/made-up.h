/* SPDX-License-Identifier: GPL-2.0 */
/* Traces that no kernel made: the formats of the events, and records of them. */
#ifndef MEMGROUP_TEST_MADE_UP_H
#define MEMGROUP_TEST_MADE_UP_H

#include <stdint.h>

#include <event-parse.h>

#define NR_MADE_UP 6

/* In the order of these names. The number of an event is its index and 280. */
extern const char *const made_up_names[NR_MADE_UP];

/* An event's format as the kernel shows it. To be freed. */
char *made_up_format(const char *name);

/*
 * Replaces every @old in @text, which is freed; there must be one. To be freed. All of
 * these functions abort where they cannot do what they are asked for.
 */
char *made_up_edit(char *text, const char *old, const char *new);

/* Makes the handle know a format, and frees its text. */
void made_up_parse(struct tep_handle *tep, char *format);

/* A handle without events, for pages of 4 KiB. */
struct tep_handle *made_up_empty(enum tep_endian endian);
/* The same with all of them. */
struct tep_handle *made_up_handle(enum tep_endian endian);

/* A record of nothing but zeros; exactly as long as the format says. */
struct tep_record made_up_record(struct tep_handle *tep, const char *name);
/* One of its fields, in the byte order of the trace; no more bytes than fit. */
void made_up_number(struct tep_handle *tep, struct tep_record *record, const char *field,
		    uint64_t number);
void made_up_text(struct tep_handle *tep, struct tep_record *record, const char *field,
		  const char *text);
/* Makes it shorter or longer; a step outside of it is seen by sanitizers. */
void made_up_resize(struct tep_record *record, int size);

/* The seed of this run: SEED, or another each time. It is printed, as a line of TAP. */
unsigned int made_up_seed(void);

#endif /* MEMGROUP_TEST_MADE_UP_H */
