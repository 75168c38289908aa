/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated memory devices, by configfs. All that a program makes is removed at its end,
 * also when a signal ends it.
 */
#ifndef SELFTESTS_MEMGROUP_SIM_H
#define SELFTESTS_MEMGROUP_SIM_H

#include <stdbool.h>
#include <stddef.h>

#define SIM		"/sys/kernel/config/memgroup_sim/"
#define SIM_GROUPS	"/sys/kernel/debug/memory_groups_sim"
#define SIM_PATH_SIZE	320

/* Ends the program, skipped, on a kernel without simulated devices. After begin(). */
void sim_begin(void);

/*
 * The name of the folder, and of the group: nobody else's. "synthetic", the made-up
 * system, is called that. The result is valid until the next call.
 */
const char *sim_name(const char *device);

/* The path of an attribute of a device. Valid until the next call. */
const char *sim_path(const char *device, const char *attribute);

bool sim_exists(const char *device);

/*
 * Makes a device and stages it. @type is "static" or "dynamic", @backing "memory" or
 * "none". Returns 0 or a negative errno value; so do the other functions, with the
 * kernel's answer.
 */
int sim_make(const char *device, const char *type, const char *backing, int node,
	     unsigned long long bytes);
int sim_remove(const char *device);

int sim_write_text(const char *device, const char *attribute, const char *text);
int sim_write_number(const char *device, const char *attribute,
		     unsigned long long number);

/* What an attribute says; "" if it cannot be read. */
const char *sim_read(const char *device, const char *attribute, char *text,
		     size_t size);
unsigned long long sim_number(const char *device, const char *attribute);
const char *sim_last_error(const char *device, char *text, size_t size);

/* A node of the made-up system, with so much boot memory in kernel zones. */
int sim_make_node(int node, unsigned long long kernel_bytes);
int sim_remove_node(int node);

/* Why a device of memory with @bytes is impossible here, in words; or NULL. */
const char *sim_no_memory(unsigned long long bytes);

#endif /* SELFTESTS_MEMGROUP_SIM_H */
