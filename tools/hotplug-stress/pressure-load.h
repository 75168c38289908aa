/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process that is a load: it takes memory of one kind piece by piece until it
 * holds its dose, then renews pieces.
 */
#ifndef HOTPLUG_STRESS_PRESSURE_LOAD_H
#define HOTPLUG_STRESS_PRESSURE_LOAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fault.h"
#include "pressure.h"
#include "sysroot.h"

#define MIB	(UINT64_C(1) << 20)

/* A part of the dose. What is taken is what the kind's functions keep in here. */
struct load_piece {
	uint64_t offset;	/* in the dose */
	uint64_t bytes;		/* of the dose */
	uint64_t held;		/* what it really comes to; 0 if not taken */
	bool taken;
	bool rewritten;		/* rather than taken anew, when it was last renewed */
	void *address;
	int fd;
	pid_t pid;
};

struct load;

/*
 * @movable: it is taken from ZONE_MOVABLE while there is some.
 * @piece_min, @piece_max: between these, in bytes, a piece is 1/256 of the dose.
 * @open: prepares; returns 0, or a negative errno value with @fault set when this
 *	kernel or this user does not have it at all. May be NULL.
 * @take: takes the piece and sets its @held, or takes nothing and returns a negative
 *	errno value.
 * @give: gives a taken piece back.
 * @rewrite: touches all of a taken piece, as its user would. May be NULL.
 * @lost: a taken piece that the OOM killer took, as often as there is one, else NULL.
 *	May be NULL.
 * @measure: what a taken piece comes to now, where that changes. May be NULL.
 */
struct load_kind {
	const char *name;
	bool movable;
	uint64_t piece_min, piece_max;
	int (*open)(struct load *load, struct fault *fault);
	int (*take)(struct load *load, struct load_piece *piece);
	void (*give)(struct load *load, struct load_piece *piece);
	int (*rewrite)(struct load *load, struct load_piece *piece);
	struct load_piece *(*lost)(struct load *load);
	uint64_t (*measure)(struct load *load, struct load_piece *piece);
};

/* What a load shall do, and what the one who started it sees of it. */
struct load_share {
	struct pressure_spec spec;
	uint64_t unit;			/* pieces are multiples of it, in bytes */
	uint64_t floor;
	unsigned int neighbours;	/* loads there are, with this one */
	atomic_uint_least64_t ceiling;	/* of the dose, it takes no more for now */
	atomic_uint_least64_t held;
	atomic_uint_least64_t renewed;
	atomic_uint_least64_t failures;
	atomic_uint_least64_t kills;		/* of this process, and of those that it forked */
	atomic_bool settled;		/* it has its dose, or had to stop before */
	atomic_bool broken;		/* it ended because of @error and @fault */
	int error;			/* a positive errno value */
	struct fault fault;
};

struct load {
	const struct load_kind *kind;
	struct load_share *share;
	struct sysroot root;
	struct load_piece *pieces;
	size_t nr;
	size_t used;		/* the first ones; the others never were yet */
	uint64_t piece_bytes;
	uint64_t taken;		/* bytes of the dose */
	size_t next;		/* the piece to take, renew or give back next */
	size_t looked_at;
	uint64_t due;		/* bytes to renew, in hundredths */
	int64_t renewed_at;	/* times in ms, of CLOCK_MONOTONIC */
	int64_t retry_at;
	int file;		/* cache: the file, */
	void *mapping;		/* and where it is mapped */
};

extern const struct load_kind load_anon;
extern const struct load_kind load_cache;
extern const struct load_kind load_mlock;
extern const struct load_kind load_pin;
extern const struct load_kind load_splice;
extern const struct load_kind load_fork;
extern const struct load_kind load_slab;
extern const struct load_kind load_huge;

const struct load_kind *load_kind_of(enum pressure_kind kind);

/* Some of what held @bytes was killed: the load shall take less for a while. */
void load_was_killed(struct load_share *share, uint64_t bytes);

/*
 * To be called in a child that was just forked by process @parent: makes it a load
 * that ends only when it is killed, or with @share->broken. It keeps @life and its
 * standard error open, and closes all other files.
 */
void load_run(struct load_share *share, int life, pid_t parent)
	__attribute__((noreturn));

/* Makes the calling process die with @parent; it has to be forked by that one. */
void load_die_with(pid_t parent);

/* Anonymous memory of small pages, not there yet; NULL without. */
void *load_map(uint64_t bytes);

/* Writes to a byte of each of the pages, which are of @page bytes. */
void load_touch(void *address, uint64_t bytes, uint64_t page);

uint64_t load_page_bytes(void);

/* Lets the process open @count files more. Returns 0, or -EMFILE with @fault set. */
int load_want_files(const struct load *load, uint64_t count, struct fault *fault);

#endif /* HOTPLUG_STRESS_PRESSURE_LOAD_H */
