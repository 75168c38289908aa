// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "../proto.h"
#include "host.h"
#include "mounts.h"

#define SHARE_OPTIONS	"trans=virtio,version=9p2000.L,msize=262144"

void mount_or_fail(const char *source, const char *target, const char *type,
		   unsigned long flags, const char *data)
{
	mkdir(target, 0755);
	if (mount(source, target, type, flags, data))
		host_fail("mount %s (%s) on %s: %s", source, type, target, strerror(errno));
}

/* File systems that a kernel may have been built without. */
static void mount_if_there(const char *type, const char *target, unsigned long flags,
			   const char *data)
{
	mkdir(target, 0755);
	mount(type, target, type, flags, data);
}

void mount_kernel(void)
{
	mount_or_fail("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
	mount_or_fail("proc", "/proc", "proc", NO_PROGRAMS, NULL);
	mount_or_fail("sysfs", "/sys", "sysfs", NO_PROGRAMS, NULL);
}

void mount_shares(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" LAB_DIR_PROJECT, root);
	mount_or_fail(LAB_TAG_PROJECT, path, "9p", MS_RDONLY | MS_NODEV | MS_NOSUID,
		      SHARE_OPTIONS ",cache=loose");
	/* The host reads along: nothing may wait in the guest, mapped pages excepted. */
	snprintf(path, sizeof(path), "%s" LAB_DIR_RESULTS, root);
	mount_or_fail(LAB_TAG_RESULTS, path, "9p", MS_NODEV | MS_NOSUID,
		      SHARE_OPTIONS ",cache=mmap");
}

void mount_rest(void)
{
	mount_or_fail(LAB_TAG_USR, "/usr", "9p", MS_RDONLY | MS_NODEV,
		      SHARE_OPTIONS ",cache=loose");
	mount_or_fail("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_or_fail("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
	mount_if_there("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC,
		       "gid=5,mode=0620,ptmxmode=0666");
	mount_if_there("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_if_there("debugfs", "/sys/kernel/debug", NO_PROGRAMS, NULL);
	mount_if_there("tracefs", "/sys/kernel/tracing", NO_PROGRAMS, NULL);
	mount_if_there("configfs", "/sys/kernel/config", NO_PROGRAMS, NULL);
}
