// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../proto.h"
#include "command.h"
#include "host.h"
#include "mounts.h"
#include "root.h"

#define DISK		"/dev/vda"	/* the guest has no other */
#define IMAGE		"/lab/image"
#define CHANGES		"/lab/changes"
#define ROOT		"/lab/root"
#define INIT		"/sbin/init"

/* How far systemd is, until it knows; what failed, and what did not end, is told. */
static const char wait_script[] =
	"timeout \"$1\" sh -c 'until [ -S /run/systemd/private ]; do sleep 0.2; done\n"
	"	systemctl is-system-running --wait' >/dev/null 2>&1\n"
	"state=$(systemctl is-system-running 2>&1)\n"
	"[ \"$state\" != running ] || exit 0\n"
	"exec >&2\n"
	"echo \"hotplug-vm: systemd says that the system is $state\"\n"
	"systemctl --no-pager --failed\n"
	"[ \"$state\" != degraded ] || exit 0\n"
	"systemctl --no-pager list-jobs\n"
	"exit 1\n";

static void make_folder(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		host_fail("mkdir %s: %s", path, strerror(errno));
}

static void move_below_root(const char *path)
{
	char target[64];

	snprintf(target, sizeof(target), ROOT "%s", path);
	make_folder(target);
	if (mount(path, target, NULL, MS_MOVE, NULL))
		host_fail("move the mount %s into the image: %s", path, strerror(errno));
}

void root_enter(void)
{
	mount_or_fail(DISK, IMAGE, "squashfs", MS_RDONLY | MS_NODEV, NULL);
	mount_or_fail("tmpfs", CHANGES, "tmpfs", MS_NODEV, "mode=0755");
	make_folder(CHANGES "/upper");
	make_folder(CHANGES "/work");
	mount_or_fail("overlay", ROOT, "overlay", MS_NODEV,
		      "lowerdir=" IMAGE ",upperdir=" CHANGES "/upper,workdir=" CHANGES "/work");

	mount_shares(ROOT);
	make_folder(ROOT "/lab");
	make_folder(ROOT LAB_DIR_BIN);
	if (mount(LAB_DIR_BIN, ROOT LAB_DIR_BIN, NULL, MS_BIND, NULL))
		host_fail("mount " LAB_DIR_BIN " in the image: %s", strerror(errno));
	move_below_root("/dev");
	move_below_root("/proc");
	move_below_root("/sys");

	/* An initramfs cannot be unmounted or pivoted away, only covered. */
	if (chdir(ROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		host_fail("make the image the root: %s", strerror(errno));
}

void root_boot(char *self, const sigset_t *mask)
{
	char *const argv[] = { (char *)INIT, NULL };
	pid_t pid;

	if (access(INIT, X_OK))
		host_fail("the image's " INIT ": %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		host_fail("fork: %s", strerror(errno));
	if (!pid) {
		/* By this systemd knows whom to leave alone. */
		self[0] = '@';
		host_spare(true);
		return;
	}
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execv(INIT, argv);
	host_fail("run the image's " INIT ": %s", strerror(errno));
}

pid_t root_wait(unsigned int seconds, const char *term, const sigset_t *mask)
{
	char limit[16];
	char *const argv[] = {
		(char *)"sh", (char *)"-c", (char *)wait_script, (char *)"hotplug-vm", limit, NULL,
	};

	snprintf(limit, sizeof(limit), "%u", seconds);
	return command_start(argv, term, mask);
}
