// SPDX-License-Identifier: GPL-2.0
#include "apply.h"

#include <errno.h>
#include <string.h>

#include "online.h"

#define HOW_TO_GO_ON "; mend that and run memgroup-setup again, which begins where this ended"

/* A parameter that is not as it should be. */
struct change {
	enum setting_key key;
	char before[SETTING_MAX];
};

int parameter_read(struct sysroot *root, enum setting_key key, char value[static SETTING_MAX],
		   struct fault *fault)
{
	return sysroot_read_word(root, setting_path(key), value, SETTING_MAX, fault);
}

/* The kernel's answer, and why that may be. */
static int explain_absence(enum setting_key key, struct fault *fault)
{
	if (key == KEY_AUTO_ONLINE)
		return fault_set(fault, EOPNOTSUPP, "this kernel has no /%s: it is built without CONFIG_MEMORY_HOTPLUG; nothing was changed",
				 setting_path(key));
	return fault_set(fault, EOPNOTSUPP, "this kernel has no parameter memory_hotplug.%s, which Linux 5.15 brought; nothing was changed",
			 setting_name(key));
}

/* What is not as it should be; says what this kernel cannot have. */
static int find_changes(const struct apply *a, struct change *changes, size_t *nr,
			struct fault *fault)
{
	enum setting_key key;

	*nr = 0;
	for (key = 0; key < NR_PARAMETERS; key++) {
		struct change change = { .key = key };
		int err;

		if (!a->settings->entry[key].set)
			continue;
		err = parameter_read(a->root, key, change.before, fault);
		if (err == -ENOENT && key == KEY_NUMA_AWARE) {
			fprintf(a->out, "%s: left out: this kernel is built without CONFIG_NUMA\n",
				setting_name(key));
			continue;
		}
		if (err == -ENOENT)
			return explain_absence(key, fault);
		if (err)
			return err;
		if (strcmp(change.before, a->settings->entry[key].value))
			changes[(*nr)++] = change;
	}
	return 0;
}

/* Writes, and makes sure that the kernel has it. */
static int write_parameter(const struct apply *a, const struct change *change,
			   struct fault *fault)
{
	const char *value = a->settings->entry[change->key].value;
	char now[SETTING_MAX];
	int err;

	err = sysroot_write(a->root, setting_path(change->key), value, fault) ?:
		parameter_read(a->root, change->key, now, fault);
	if (!err && strcmp(now, value))
		err = fault_set(fault, EIO, "%s/%s: took %s, and still says %s",
				a->root->name, setting_path(change->key), value, now);
	return err;
}

static int write_parameters(const struct apply *a, const struct change *changes, size_t nr,
			    struct fault *fault)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct change *c = &changes[i];
		const char *name = setting_name(c->key);
		const char *value = a->settings->entry[c->key].value;
		struct fault cause;
		int err;

		if (a->dry_run) {
			fprintf(a->out, "would write %s to %s/%s, which is %s\n", value,
				a->root->name, setting_path(c->key), c->before);
			continue;
		}
		err = write_parameter(a, c, &cause);
		if (err)
			return fault_set(fault, -err, "%.512s%s: %zu of %zu parameters were changed before it, nothing after it"
					 HOW_TO_GO_ON, cause.text,
					 err == -EACCES ? ", for others than root" : "", i, nr);
		fprintf(a->out, "%s: %s, was %s\n", name, value, c->before);
	}
	return 0;
}

int apply(const struct apply *a, struct fault *fault)
{
	const struct setting_entry *blocks = &a->settings->entry[KEY_OFFLINE_BLOCKS];
	struct change changes[NR_PARAMETERS];
	size_t nr_blocks = 0;
	size_t nr;
	int err;

	err = find_changes(a, changes, &nr, fault) ?:
		write_parameters(a, changes, nr, fault);
	/*
	 * Only now: a block that is plugged from here on goes online by itself, and all that
	 * were plugged before can be seen.
	 */
	if (!err && blocks->set && strcmp(blocks->value, "no"))
		err = online_blocks(a, blocks->value, &nr_blocks, fault);
	if (!err && !nr && !nr_blocks)
		fputs("nothing to do: all is as the configuration says\n", a->out);
	return err;
}
