// SPDX-License-Identifier: GPL-2.0
#include "check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "boot-loader.h"
#include "layers.h"

#define RELEASE_FILE "proc/sys/kernel/osrelease"

__attribute__((format(printf, 5, 0)))
static int add(struct check *check, enum finding_kind kind, const char *file, size_t line,
	       const char *format, va_list args)
{
	char *what;
	int err;

	if (vasprintf(&what, format, args) < 0)
		return fault_nomem(check->fault);
	err = findings_add(check->findings, kind, file, line, check->fault, "%s", what);
	free(what);
	return err;
}

int check_add(struct check *check, enum finding_kind kind, const char *path, size_t line,
	      const char *format, ...)
{
	char *file = NULL;
	va_list args;
	int err;

	if (path && asprintf(&file, "%s/%s", check->root->name, path) < 0)
		return fault_nomem(check->fault);
	va_start(args, format);
	err = add(check, kind, file, line, format, args);
	va_end(args);
	free(file);
	return err;
}

int check_add_setting(struct check *check, enum finding_kind kind, enum setting_key key,
		      const char *format, ...)
{
	const struct setting_entry *entry = &check->settings->entry[key];
	va_list args;
	int err;

	va_start(args, format);
	err = add(check, kind, entry->file, entry->line, format, args);
	va_end(args);
	return err;
}

int check_add_word(struct check *check, enum finding_kind kind, const char *word,
		   const char *more)
{
	char *path;
	size_t line;
	int err;

	err = boot_loader_find(check->root, word, &path, &line, check->fault);
	if (err)
		return err;
	err = check_add(check, kind, path ?: CMDLINE_FILE, path ? line : 1,
			"The command line has %s%s.", word, more);
	free(path);
	return err;
}

int check_unreadable(struct check *check, int err, const char *missing)
{
	char cause[FAULT_TEXT_MAX];

	if (!err || err == -ENOMEM)
		return err;
	snprintf(cause, sizeof(cause), "%s", check->fault->text);
	return check_add(check, NOT_CHECKED, NULL, 0, "%s: %s", cause, missing);
}

bool check_auto_online(const struct check *check)
{
	const struct setting_entry *entry = &check->settings->entry[KEY_AUTO_ONLINE];

	return is_online(entry->set ? entry->value : check->current[KEY_AUTO_ONLINE]);
}

bool check_names_parameter(const char *text)
{
	return strstr(text, "/memory_hotplug/parameters/") ||
	       strstr(text, "/memory/auto_online_blocks");
}

int check_list_units(struct check *check, struct layers *units)
{
	static const char *const folders[] = {
		"etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system",
		"usr/lib/systemd/system", "lib/systemd/system",
	};

	return layers_list(units, check->root, folders, sizeof(folders) / sizeof(*folders),
			   ".service", check->fault);
}

int check_list_rules(struct check *check, struct layers *rules)
{
	static const char *const folders[] = {
		"etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d",
		"usr/lib/udev/rules.d", "lib/udev/rules.d",
	};

	return layers_list(rules, check->root, folders, sizeof(folders) / sizeof(*folders),
			   ".rules", check->fault);
}

static int read_parameters(struct check *check)
{
	enum setting_key key;

	for (key = 0; key < NR_PARAMETERS; key++) {
		int err = parameter_read(check->root, key, check->current[key], check->fault);

		if (err == -ENOENT)
			err = 0;
		err = check_unreadable(check, err, "its value is not known");
		if (err)
			return err;
	}
	return 0;
}

static int read_system(struct check *check)
{
	int err;

	err = sysroot_read_word(check->root, RELEASE_FILE, check->release,
				sizeof(check->release), check->fault);
	err = check_unreadable(check, err, "it is not known which kernel this is");
	if (err)
		return err;
	err = cmdline_read(&check->cmdline, check->root, check->fault);
	err = check_unreadable(check, err, "nothing is known of the kernel's parameters at boot");
	if (err)
		return err;
	err = kernel_config_read(&check->kernel_config, check->root, check->release,
				 check->fault);
	err = check_unreadable(check, err, "it is not known how the kernel was built");
	if (err)
		return err;
	err = read_parameters(check);
	if (err)
		return err;
	err = model_read(&check->model, check->root,
			 MODEL_POLICY | MODEL_GROUPS | MODEL_NODES | MODEL_BLOCKS,
			 check->fault);
	check->has_model = !err;
	return check_unreadable(check, err, "nothing is known of the memory that is there");
}

static void forget_system(struct check *check)
{
	free(check->daxctl.mistake);
	free(check->daxctl.text);
	if (check->has_model)
		model_free(&check->model);
	kernel_config_free(&check->kernel_config);
	cmdline_free(&check->cmdline);
}

int check_system(struct sysroot *root, const struct settings *settings,
		 struct findings *findings, struct fault *fault)
{
	struct check check = {
		.root = root, .settings = settings, .findings = findings, .fault = fault,
	};
	int err;

	err = read_system(&check);
	if (!err)
		err = check_settings(&check) ?: check_udev(&check) ?: check_units(&check) ?:
			check_tmpfiles(&check) ?: check_daxctl(&check) ?:
			check_cmdline(&check) ?: check_history(&check) ?: check_memmap(&check) ?:
			check_balloon(&check) ?: check_kernel_memory(&check);
	forget_system(&check);
	return err;
}
