/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest asks, the host obeys: a few requests, each checked, become QMP
 * commands. One line a request (sizes in bytes, "-" for what is left to the host):
 *
 *	TAG query
 *	TAG add-dimm SIZE NODE|- ID|-
 *	TAG remove-dimm ID		ask the guest to give it up
 *	TAG status ID			what became of that
 *	TAG resize ID SIZE		of a virtio-mem device: what is asked of it
 *
 * and one line or more as the answer, of which the last is "ok" or "error":
 *
 *	TAG item dimm|nvdimm|virtio-mem ID NODE SIZE REQUESTED MAX ADDRESS STATE
 *	TAG ok [TEXT]			the new DIMM's id; "present", "removing",
 *					"gone", or "refused" and the reason
 *	TAG error TEXT
 *
 * REQUESTED is "-" for a DIMM and an NVDIMM. No request waits for the guest: who
 * wants to wait asks again. Of requests that came together only the last is
 * fulfilled: askers wait for their answer, so those before it have been given up.
 *
 * The guest is not trusted: one request at a time, bounded buffers, nothing it
 * sends gets into a QMP command unchecked.
 */
#ifndef HOTPLUG_VM_RELAY_H
#define HOTPLUG_VM_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "proto.h"
#include "qmp.h"

enum relay_verb { RELAY_QUERY, RELAY_ADD_DIMM, RELAY_REMOVE_DIMM, RELAY_STATUS, RELAY_RESIZE };

struct relay_request {
	enum relay_verb verb;
	char tag[LAB_TAG_LEN + 1];
	char id[LAB_ID_LEN + 1];	/* "" when left to the host */
	uint64_t size;
	unsigned int node;
};

enum relay_dimm_state {
	DIMM_FREE,		/* the record is unused */
	DIMM_ADDING,
	DIMM_PRESENT,
	DIMM_REMOVING,		/* the guest was asked to give it up */
	DIMM_REFUSED,		/* the guest said no */
	DIMM_GONE,		/* the device is gone, its memory is still to be freed */
};

struct relay_dimm {
	enum relay_dimm_state state;
	char id[LAB_ID_LEN + 1];
	char reason[128];	/* of the refusal */
	uint64_t size;
};

struct relay {
	const struct lab_options *options;
	struct qmp *qmp;
	struct relay_dimm dimm[LAB_MAX_SLOTS];
	unsigned int next_id;
	struct relay_request now;	/* the request under way */
	struct relay_dimm *subject;	/* its DIMM */
	char failure[256];		/* why it failed, while cleaning up */
	bool busy;			/* until its answer is in @out */
	bool skipping;			/* the rest of a line that was too long */
	char in[2 * LAB_ASK_LINE];
	size_t in_len;
	char out[64 << 10];
	size_t out_len;
	size_t out_done;
};

/* DIMMs that the guest boots with are as if it had asked for them. */
void relay_init(struct relay *r, const struct lab_options *o, struct qmp *q);

/*
 * Take apart one request line without its newline, by form only.
 * Returns 0, or -EINVAL with the reason in @error (@size bytes). @request->tag is
 * set in either case, to "-" when the line has no proper tag.
 */
int relay_parse(const char *line, struct relay_request *request, char *error, size_t size);

/*
 * Is the request one that this machine can and may fulfil now?
 * Returns 0, or -EINVAL with the reason in @error.
 */
int relay_check(const struct relay *r, const struct relay_request *request, char *error,
		size_t size);

/* Is there room for, and interest in, more from the guest? */
bool relay_wants_read(const struct relay *r);
bool relay_wants_write(const struct relay *r);

/* Bytes from the guest; at most sizeof(r->in) - r->in_len. */
void relay_feed(struct relay *r, const char *data, size_t len);

/* Do what can be done now: call after feeding, and after QMP had something to say. */
void relay_pump(struct relay *r);

/* A QMP event, for struct qmp: @context is the relay. */
void relay_event(void *context, const char *name, struct json_object *data);

#endif
