// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's first process: makes the root that hotplug-vm promises, runs the
 * command, carries its output to the host without losing a byte, and reports how
 * it ended. Static, because the libraries are on a share that it mounts.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../proto.h"
#include "carry.h"
#include "command.h"
#include "host.h"
#include "mounts.h"
#include "root.h"

enum mode { MODE_COMMAND, MODE_SHELL, MODE_PROBE };

static struct {
	enum mode mode;
	unsigned int rows;
	unsigned int columns;
	unsigned int up_limit;		/* of the system on the disk, in seconds; 0: none */
	char term[64];
} config = { .rows = 24, .columns = 80, .term = "dumb" };

static void read_config(void)
{
	char line[128], value[64];
	FILE *f = fopen(LAB_FILE_CONFIG, "re");

	if (!f)
		host_fail("open " LAB_FILE_CONFIG ": %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "mode=%63s", value) == 1)
			config.mode = !strcmp(value, "shell") ? MODE_SHELL :
				      !strcmp(value, "probe") ? MODE_PROBE : MODE_COMMAND;
		else if (sscanf(line, "term=%63s", value) == 1)
			strcpy(config.term, value);
		else if (sscanf(line, "rows=%u", &config.rows) != 1 &&
			 sscanf(line, "columns=%u", &config.columns) != 1)
			sscanf(line, "up-limit=%u", &config.up_limit);
	}
	fclose(f);
}

/* What is linked into other kernels; each after those that it depends on. */
static void load_modules(void)
{
	char line[256], path[sizeof(LAB_DIR_MODULES) + sizeof(line)];
	FILE *f = fopen(LAB_FILE_MODULES, "re");

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		const char *end;
		int fd;

		line[strcspn(line, "\n")] = '\0';
		end = strstr(line, ".ko");
		snprintf(path, sizeof(path), LAB_DIR_MODULES "/%s", line);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", end && end[3] ?
				      MODULE_INIT_COMPRESSED_FILE : 0))
			host_fail("load the module %s: %s", line, strerror(errno));
		close(fd);
		unlink(path);
	}
	fclose(f);
}

static void make_links(void)
{
	if (symlink("/proc/self/fd", "/dev/fd") || symlink("/proc/self/fd/0", "/dev/stdin") ||
	    symlink("/proc/self/fd/1", "/dev/stdout") || symlink("/proc/self/fd/2", "/dev/stderr"))
		host_fail("links in /dev: %s", strerror(errno));
}

/* For tools that talk to themselves; a kernel without networking is fine too. */
static void loopback_up(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &r);
	close(fd);
}

static void on_child(int signal_number)
{
	(void)signal_number;	/* it only has to interrupt ppoll() */
}

/* Runs before the system on the disk does. */
static void prepare(char **argv, const sigset_t *mask)
{
	int status = carry(command_start(argv, config.term, mask), mask);

	if (WIFSIGNALED(status))
		host_fail("the command of --before-boot was ended by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status))
		host_fail("the command of --before-boot ended with %d", WEXITSTATUS(status));
}

/* The system on the disk as the guest's own: goes on in a child of its init. */
static void boot_system(char *self, const sigset_t *mask)
{
	char **before = access(LAB_FILE_BEFORE, R_OK) ? NULL : command_read(LAB_FILE_BEFORE);

	root_enter();
	make_links();
	if (before)
		prepare(before, mask);
	root_boot(self, mask);
	if (carry(root_wait(config.up_limit, config.term, mask), mask))
		host_fail("the system of the image did not come up (--boot-limit %u)",
			  config.up_limit);
}

/* The lab's own root, with the host's programs. */
static void make_root(void)
{
	mount_rest();
	mount_shares("");
	make_links();
	loopback_up();
	if (sethostname("guest", 5))
		host_fail("sethostname: %s", strerror(errno));
}

static pid_t start(char **argv, const sigset_t *mask)
{
	if (config.mode == MODE_SHELL)
		return command_start_shell(config.term, config.rows, config.columns, mask);
	return command_start(argv, config.term, mask);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_child };
	sigset_t blocked, mask;
	char **command = NULL;
	int control;

	if (getpid() != 1 || argc < 1) {
		fprintf(stderr, "hotplug-guest-init: only for the first process of a guest\n");
		return 2;
	}

	umask(022);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, &mask);
	sigaction(SIGCHLD, &action, NULL);
	signal(SIGPIPE, SIG_IGN);

	mount_kernel();
	read_config();
	load_modules();
	control = host_connect();
	host_tell("init");
	if (config.mode == MODE_PROBE) {
		host_tell("exit code 0 0 0 0");
		power_off();
	}
	carry_start(control);
	if (config.mode == MODE_COMMAND)
		command = command_read(LAB_FILE_ARGV);

	if (config.up_limit)
		boot_system(argv[0], &mask);
	else
		make_root();
	carry_end(carry(start(command, &mask), &mask), &mask);
	power_off();
}
