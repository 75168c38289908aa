// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

static void become(char *const *argv, const int *keep, unsigned int count, int error_fd,
		   const sigset_t *mask, pid_t parent, int report)
{
	unsigned int i;
	int null, why;

	/* SIGKILL with the parent; it may be gone already, then nobody will send it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		goto fail;
	if (getppid() != parent)
		_exit(127);
	setsid();

	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(error_fd, 2) < 0)
		goto fail;
	for (i = 0; i < count; i++)
		if (fcntl(keep[i], F_SETFD, 0))
			goto fail;
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
fail:
	why = errno;
	if (write(report, &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

pid_t child_start(char *const *argv, const int *keep, unsigned int count, int error_fd,
		  const sigset_t *mask)
{
	pid_t parent = getpid(), pid;
	int report[2], why;
	ssize_t n;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0) {
		why = errno;
		close(report[0]);
		close(report[1]);
		return -why;
	}
	if (!pid)
		become(argv, keep, count, error_fd, mask, parent, report[1]);

	/* Ends without a word when the program was executed. */
	close(report[1]);
	do {
		n = read(report[0], &why, sizeof(why));
	} while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n == sizeof(why)) {
		waitpid(pid, NULL, 0);
		return -why;
	}
	return pid;
}
