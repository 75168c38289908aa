// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>

#include "../proto.h"
#include "carry.h"
#include "command.h"
#include "host.h"

#define PATH "/lab/bin:/project/build/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"

static char *read_all(const char *file, size_t *size)
{
	size_t room = 0;
	char *data = NULL;
	FILE *f = fopen(file, "re");

	if (!f)
		host_fail("open %s: %s", file, strerror(errno));
	*size = 0;
	do {
		if (*size == room) {
			room = room ? 2 * room : 4096;
			data = realloc(data, room + 1);
			if (!data)
				host_fail("out of memory for the command");
		}
		*size += fread(data + *size, 1, room - *size, f);
	} while (*size == room);
	fclose(f);
	return data;
}

char **command_read(const char *file)
{
	size_t size, n = 0;
	char *data = read_all(file, &size), *p, **argv;

	if (!size || data[size - 1])
		host_fail("%s holds no command", file);
	for (p = data; p < data + size; p += strlen(p) + 1)
		n++;
	argv = calloc(n + 1, sizeof(*argv));
	if (!argv)
		host_fail("out of memory for the command");
	n = 0;
	for (p = data; p < data + size; p += strlen(p) + 1)
		argv[n++] = p;
	return argv;
}

static void run_command(char *const *argv, const char *term, const sigset_t *mask)
{
	clearenv();
	setenv("PATH", PATH, 1);
	setenv("HOME", "/root", 1);
	setenv("USER", "root", 1);
	setenv("LOGNAME", "root", 1);
	setenv("SHELL", "/bin/sh", 1);
	setenv("TERM", term, 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TMPDIR", "/tmp", 1);
	setenv("HOTPLUG_VM", "1", 1);	/* "you are in the lab", for scripts */
	host_spare(false);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (chdir(LAB_DIR_PROJECT))
		fprintf(stderr, "hotplug-vm: chdir " LAB_DIR_PROJECT ": %s\n", strerror(errno));
	execvp(argv[0], argv);
	fprintf(stderr, "hotplug-vm: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

pid_t command_start_shell(const char *term, unsigned int rows, unsigned int columns,
			  const sigset_t *mask)
{
	static char shell[] = "/usr/bin/bash", plain[] = "/usr/bin/sh", login[] = "-l";
	char *argv[] = { access(shell, X_OK) ? plain : shell, login, NULL };
	struct winsize size = { .ws_row = rows, .ws_col = columns };
	int master, slave;
	pid_t pid;

	if (openpty(&master, &slave, NULL, NULL, &size))
		host_fail("openpty: %s", strerror(errno));
	fcntl(master, F_SETFD, FD_CLOEXEC);
	fcntl(master, F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid < 0)
		host_fail("fork: %s", strerror(errno));
	if (!pid) {
		login_tty(slave);
		run_command(argv, term, mask);
	}
	close(slave);
	carry_terminal(master);
	return pid;
}

pid_t command_start(char *const *argv, const char *term, const sigset_t *mask)
{
	int o[2], e[2], null;
	pid_t pid;

	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || pipe2(o, O_CLOEXEC) || pipe2(e, O_CLOEXEC))
		host_fail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		host_fail("fork: %s", strerror(errno));
	if (!pid) {
		setsid();
		dup2(null, 0);
		dup2(o[1], 1);
		dup2(e[1], 2);
		run_command(argv, term, mask);
	}
	close(null);
	close(o[1]);
	close(e[1]);
	fcntl(o[0], F_SETFL, O_NONBLOCK);
	fcntl(e[0], F_SETFL, O_NONBLOCK);
	carry_output(o[0], e[0]);
	return pid;
}
