// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accel.h"
#include "msg.h"
#include "size.h"

#define PROBE_SECONDS	10	/* KVM reaches init in 1 s, a debug kernel in 3 s */

/* The name of the answer's file, or an empty string when there is no place for it. */
static void cache_path(char path[PATH_MAX], bool make)
{
	const char *base = getenv("XDG_CACHE_HOME"), *below = "";
	int n;

	path[0] = '\0';
	if (!base || *base != '/') {
		base = getenv("HOME");
		below = "/.cache";
		if (!base || *base != '/')
			return;
	}
	n = snprintf(path, PATH_MAX, "%s%s", base, below);
	if (n > PATH_MAX - 64) {
		path[0] = '\0';
		return;
	}
	if (make)
		mkdir(path, 0700);
	strcat(path, "/hotplug-vm");
	if (make)
		mkdir(path, 0700);
	strcat(path, "/kvm");
}

static bool boot_id(char id[64])
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	bool good = f && fscanf(f, "%63s", id) == 1;

	if (f)
		fclose(f);
	return good;
}

/* Returns 1 or 0 as it was found since the host booted, -1 when it is not known. */
static int recall(void)
{
	char path[PATH_MAX], id[64], kept_id[64], answer[8];
	FILE *f;
	int n;

	cache_path(path, false);
	if (!path[0] || !boot_id(id))
		return -1;
	f = fopen(path, "re");
	if (!f)
		return -1;
	n = fscanf(f, "%63s %7s", kept_id, answer);
	fclose(f);
	if (n != 2 || strcmp(id, kept_id))
		return -1;
	return !strcmp(answer, "works") ? 1 : !strcmp(answer, "fails") ? 0 : -1;
}

/* Whole or not at all, since other runs read it; without a place, ask again next time. */
static void remember(bool works)
{
	char path[PATH_MAX], draft[PATH_MAX + 16], id[64];
	FILE *f;

	cache_path(path, true);
	if (!path[0] || !boot_id(id))
		return;
	snprintf(draft, sizeof(draft), "%s.%d", path, (int)getpid());
	f = fopen(draft, "we");
	if (!f)
		return;
	fprintf(f, "%s %s\n", id, works ? "works" : "fails");
	if (fclose(f) || rename(draft, path))
		unlink(draft);
}

/* QEMU died of it, or says so. */
static bool blames_kvm(const char *why)
{
	return strcasestr(why, "kvm") || strstr(why, "killed by signal");
}

bool accel_kvm_works(const struct run_request *request, int *signal)
{
	static char *nothing[] = { NULL };
	struct lab_options o = {
		.memory = 512 * MIB, .max_memory = 512 * MIB, .node = { 512 * MIB }, .nodes = 1,
		.cpus = 1, .time_limit = PROBE_SECONDS, .command = nothing,
	};
	struct run_request probe = *request;
	static struct run_result result;
	int fd, known;

	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		msg_verbose("no KVM (/dev/kvm: %s), using TCG", strerror(errno));
		return false;
	}
	close(fd);

	known = recall();
	if (known >= 0) {
		msg_verbose(known ? "KVM works, as found earlier: using it" :
			"KVM does not work, as found earlier: using TCG");
		return known;
	}

	probe.options = &o;
	probe.kvm = true;
	probe.probe = true;
	probe.project = NULL;
	probe.results = NULL;
	probe.root = NULL;
	probe.console_log = -1;
	probe.monitor = -1;
	run(&probe, &result);

	if (result.end == RUN_SIGNAL) {
		*signal = result.number;
		return false;
	}
	if (result.init_reached) {
		remember(true);
		msg_verbose("KVM works, a guest booted on it: using it");
		return true;
	}
	/* Only what speaks against KVM is remembered, not a lab that fails anyway. */
	if (result.end == RUN_HANG || result.end == RUN_TIME_LIMIT ||
	    (result.end == RUN_LAB_FAILED && blames_kvm(result.why))) {
		msg("/dev/kvm is here, but no guest runs on it (%s): using TCG until the host reboots",
		    result.why);
		remember(false);
	} else {
		msg_verbose("KVM is not proved to work (%s): using TCG", result.why);
	}
	return false;
}
