/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the configuration may say, and what it says: each setting with the place that it is
 * from. A setting that it does not have is left alone.
 */
#ifndef MEMGROUP_SETUP_SETTINGS_H
#define MEMGROUP_SETUP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

/*
 * In the order in which they are applied: what a policy needs is there before the policy
 * itself, and memory goes online by itself only once both are.
 */
enum setting_key {
	KEY_RATIO, KEY_NUMA_AWARE, KEY_POLICY, KEY_AUTO_ONLINE,
	NR_PARAMETERS,		/* those before are files of the kernel's */
	KEY_OFFLINE_BLOCKS = NR_PARAMETERS,
	NR_KEYS
};

#define SETTING_MAX 32

struct setting_entry {
	bool set;
	char value[SETTING_MAX];	/* as the kernel has it */
	char *file;			/* where it is from, as messages name it */
	size_t line;
};

struct settings {
	struct setting_entry entry[NR_KEYS];
	char **files;			/* that were read */
	size_t nr_files;
};

const char *setting_name(enum setting_key key);
/* The file that has it in the kernel, below the root; NULL for KEY_OFFLINE_BLOCKS. */
const char *setting_path(enum setting_key key);

/*
 * Takes a line of the configuration over. Returns 0, or a negative errno value with @fault
 * set: -EINVAL for a key or a value that there is not.
 */
int settings_set(struct settings *settings, const char *file, size_t line,
		 const char *name, const char *word, struct fault *fault);
/* Those of @from take the place of others. Returns 0 or -ENOMEM with @fault set. */
int settings_override(struct settings *settings, const struct settings *from,
		      struct fault *fault);
/* Notes that a file was read. Returns 0 or -ENOMEM with @fault set. */
int settings_add_file(struct settings *settings, const char *file, struct fault *fault);
void settings_free(struct settings *settings);

/* Does the value of a setting say so? False if it is not set. */
bool settings_is(const struct settings *settings, enum setting_key key, const char *value);
/* Is that a word that sets memory online, in one zone or another? */
bool is_online(const char *word);

#endif /* MEMGROUP_SETUP_SETTINGS_H */
