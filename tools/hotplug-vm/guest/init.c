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
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "../proto.h"
#include "port.h"

#define PORT_WAIT_MS	20000	/* ports appear soon after boot, slowly under emulation */
#define DRAIN_MS	5000	/* for processes that do not die to close the streams */
#define BYE_MS		30000	/* for the host to say that it has everything */
#define PATH "/lab/bin:/project/build/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"

/* One direction of bytes: what was read from @from waits in @data for @to. */
struct pump {
	int from;		/* -1 when it ended */
	int to;
	uint64_t sent;
	size_t start;
	size_t len;
	char data[32 << 10];
};

enum mode { MODE_COMMAND, MODE_SHELL, MODE_PROBE };

static struct {
	enum mode mode;
	unsigned int rows;
	unsigned int columns;
	char term[64];
} config = { .rows = 24, .columns = 80, .term = "dumb" };

static int control = -1;
static int terminal = -1;		/* the shell's, our end */
static struct pump out = { .from = -1, .to = -1 };
static struct pump err = { .from = -1, .to = -1 };
static struct pump in = { .from = -1, .to = -1 };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Control lines are few and short: wait for room rather than lose one. */
static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *format, ...)
{
	char line[LAB_CONTROL_LINE];
	size_t len, done = 0;
	va_list args;

	if (control < 0)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	line[strcspn(line, "\n")] = '\0';
	strcat(line, "\n");
	len = strlen(line);

	while (done < len) {
		ssize_t n = write(control, line + done, len - done);

		if (n > 0) {
			done += n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = control, .events = POLLOUT };

			poll(&p, 1, 100);
		} else if (n < 0 && errno != EINTR) {
			return;
		}
	}
}

static void power_off(void)
{
	sync();
	umount2(LAB_DIR_RESULTS, MNT_DETACH);
	sync();
	reboot(RB_POWER_OFF);
	/* Without power management: a panic ends the machine as well. */
	for (;;)
		pause();
}

static void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *format, ...)
{
	char text[256], line[320];
	va_list args;
	int fd;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	snprintf(line, sizeof(line), LAB_INIT_FAILED "%s\n", text);
	fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, line, strlen(line)) > 0)
			tcdrain(fd);
		close(fd);
	}
	tell("fail %s", text);
	power_off();
	abort();
}

/* Setting up */

static void read_config(void)
{
	char line[128], value[64];
	FILE *f = fopen(LAB_FILE_CONFIG, "re");

	if (!f)
		fail("open " LAB_FILE_CONFIG ": %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "mode=%63s", value) == 1)
			config.mode = !strcmp(value, "shell") ? MODE_SHELL :
				      !strcmp(value, "probe") ? MODE_PROBE : MODE_COMMAND;
		else if (sscanf(line, "term=%63s", value) == 1)
			strcpy(config.term, value);
		else if (sscanf(line, "rows=%u", &config.rows) != 1)
			sscanf(line, "columns=%u", &config.columns);
	}
	fclose(f);
}

static void mount_or_fail(const char *source, const char *target, const char *type,
			  unsigned long flags, const char *data)
{
	mkdir(target, 0755);
	if (mount(source, target, type, flags, data))
		fail("mount %s (%s) on %s: %s", source, type, target, strerror(errno));
}

/* File systems that a kernel may have been built without. */
static void mount_if_there(const char *type, const char *target, unsigned long flags,
			   const char *data)
{
	mkdir(target, 0755);
	mount(type, target, type, flags, data);
}

#define NO_PROGRAMS	(MS_NOSUID | MS_NODEV | MS_NOEXEC)
#define SHARE_OPTIONS	"trans=virtio,version=9p2000.L,msize=262144"

static void mount_kernel(void)
{
	mount_or_fail("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
	mount_or_fail("proc", "/proc", "proc", NO_PROGRAMS, NULL);
	mount_or_fail("sysfs", "/sys", "sysfs", NO_PROGRAMS, NULL);
}

static void mount_rest(void)
{
	mount_or_fail(LAB_TAG_USR, "/usr", "9p", MS_RDONLY | MS_NODEV,
		      SHARE_OPTIONS ",cache=loose");
	mount_or_fail(LAB_TAG_PROJECT, LAB_DIR_PROJECT, "9p", MS_RDONLY | MS_NODEV | MS_NOSUID,
		      SHARE_OPTIONS ",cache=loose");
	/* The host reads along: nothing may wait in the guest, mapped pages excepted. */
	mount_or_fail(LAB_TAG_RESULTS, LAB_DIR_RESULTS, "9p", MS_NODEV | MS_NOSUID,
		      SHARE_OPTIONS ",cache=mmap");
	mount_or_fail("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_or_fail("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
	mount_if_there("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC,
		       "gid=5,mode=0620,ptmxmode=0666");
	mount_if_there("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_if_there("debugfs", "/sys/kernel/debug", NO_PROGRAMS, NULL);
	mount_if_there("tracefs", "/sys/kernel/tracing", NO_PROGRAMS, NULL);
	mount_if_there("configfs", "/sys/kernel/config", NO_PROGRAMS, NULL);
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
			fail("load the module %s: %s", line, strerror(errno));
		close(fd);
		unlink(path);
	}
	fclose(f);
}

static void make_links(void)
{
	if (symlink("/proc/self/fd", "/dev/fd") || symlink("/proc/self/fd/0", "/dev/stdin") ||
	    symlink("/proc/self/fd/1", "/dev/stdout") || symlink("/proc/self/fd/2", "/dev/stderr"))
		fail("links in /dev: %s", strerror(errno));
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

static int open_port(const char *name)
{
	int fd = port_open(name, PORT_WAIT_MS);

	if (fd < 0)
		fail("port %s: %s", name, strerror(-fd));
	return fd;
}

/* The command */

static char **read_command(void)
{
	static char shell[] = "/usr/bin/bash", plain[] = "/usr/bin/sh", login[] = "-l";
	static char *shell_argv[] = { shell, login, NULL };
	char *data = NULL, *p, **argv;
	size_t size = 0, room = 0, n = 0;
	FILE *f;

	if (config.mode == MODE_SHELL) {
		if (access(shell, X_OK))
			shell_argv[0] = plain;
		return shell_argv;
	}

	f = fopen(LAB_FILE_ARGV, "re");
	if (!f)
		fail("open " LAB_FILE_ARGV ": %s", strerror(errno));
	do {
		if (size == room) {
			room = room ? 2 * room : 4096;
			data = realloc(data, room + 1);
			if (!data)
				fail("out of memory for the command");
		}
		size += fread(data + size, 1, room - size, f);
	} while (size == room);
	fclose(f);
	if (!size || data[size - 1])
		fail(LAB_FILE_ARGV " holds no command");

	for (p = data; p < data + size; p += strlen(p) + 1)
		n++;
	argv = calloc(n + 1, sizeof(*argv));
	if (!argv)
		fail("out of memory for the command");
	n = 0;
	for (p = data; p < data + size; p += strlen(p) + 1)
		argv[n++] = p;
	return argv;
}

static void run_command(char **argv, const sigset_t *mask)
{
	clearenv();
	setenv("PATH", PATH, 1);
	setenv("HOME", "/root", 1);
	setenv("USER", "root", 1);
	setenv("LOGNAME", "root", 1);
	setenv("SHELL", "/bin/sh", 1);
	setenv("TERM", config.term, 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TMPDIR", "/tmp", 1);
	setenv("HOTPLUG_VM", "1", 1);	/* "you are in the lab", for scripts */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (chdir(LAB_DIR_PROJECT))
		fprintf(stderr, "hotplug-vm: chdir " LAB_DIR_PROJECT ": %s\n", strerror(errno));
	execvp(argv[0], argv);
	fprintf(stderr, "hotplug-vm: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start_shell(char **argv, const sigset_t *mask)
{
	struct winsize size = { .ws_row = config.rows, .ws_col = config.columns };
	int slave;
	pid_t pid;

	if (openpty(&terminal, &slave, NULL, NULL, &size))
		fail("openpty: %s", strerror(errno));
	fcntl(terminal, F_SETFD, FD_CLOEXEC);
	fcntl(terminal, F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		login_tty(slave);
		run_command(argv, mask);
	}
	close(slave);
	out.from = terminal;
	in.from = open_port(LAB_PORT_STDIN);
	in.to = terminal;
	return pid;
}

static pid_t start_command(char **argv, const sigset_t *mask)
{
	int o[2], e[2], null;
	pid_t pid;

	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || pipe2(o, O_CLOEXEC) || pipe2(e, O_CLOEXEC))
		fail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		setsid();
		dup2(null, 0);
		dup2(o[1], 1);
		dup2(e[1], 2);
		run_command(argv, mask);
	}
	close(null);
	close(o[1]);
	close(e[1]);
	fcntl(o[0], F_SETFL, O_NONBLOCK);
	fcntl(e[0], F_SETFL, O_NONBLOCK);
	out.from = o[0];
	err.from = e[0];
	return pid;
}

/* The loop */

static void pump_read(struct pump *p)
{
	ssize_t n;

	if (p->from < 0 || p->len)
		return;
	p->start = 0;
	n = read(p->from, p->data, sizeof(p->data));
	if (n > 0)
		p->len = n;
	else if (n < 0 ? errno != EAGAIN && errno != EINTR : p != &in)
		p->from = -1;	/* a terminal whose last user went says EIO */
	/* The port of the terminal's input reads as ended until the host is connected. */
}

static void pump_write(struct pump *p)
{
	ssize_t n;

	if (!p->len || p->to < 0)
		return;
	n = write(p->to, p->data + p->start, p->len);
	if (n > 0) {
		p->start += n;
		p->len -= n;
		p->sent += n;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		p->len = 0;
	}
}

static bool pump_done(const struct pump *p)
{
	return p->from < 0 && !p->len;
}

static void control_line(const char *line, bool *bye)
{
	struct winsize size = { 0 };
	unsigned int rows, columns;

	if (!strcmp(line, "bye")) {
		*bye = true;
	} else if (sscanf(line, "winsize %u %u", &rows, &columns) == 2 && terminal >= 0) {
		size.ws_row = rows;
		size.ws_col = columns;
		ioctl(terminal, TIOCSWINSZ, &size);
	}
}

static void control_read(bool *bye)
{
	static char data[LAB_CONTROL_LINE];
	static size_t len;
	ssize_t n = read(control, data + len, sizeof(data) - len);
	char *end;

	if (n <= 0)
		return;
	len += n;
	while ((end = memchr(data, '\n', len))) {
		*end = '\0';
		control_line(data, bye);
		len -= end + 1 - data;
		memmove(data, end + 1, len);
	}
	if (len == sizeof(data))
		len = 0;
}

static void on_child(int signal_number)
{
	(void)signal_number;	/* it only has to interrupt ppoll() */
}

static unsigned long taint(void)
{
	FILE *f = fopen("/proc/sys/kernel/tainted", "re");
	unsigned long v = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%lu", &v) != 1)
		v = 0;
	fclose(f);
	return v;
}

static void add_poll(struct pollfd *fds, unsigned int *n, int fd, short events)
{
	if (fd < 0 || !events)
		return;
	fds[*n].fd = fd;
	fds[*n].events = events;
	(*n)++;
}

/* Carry bytes and beat until the command has ended and all it wrote is sent. */
static void serve(pid_t pid, const sigset_t *mask)
{
	int64_t beat = now_ms(), drain_until = INT64_MAX, bye_until = INT64_MAX;
	bool ended = false, told = false, bye = false;
	int status = 0;

	for (;;) {
		struct pollfd fds[8];
		struct timespec wait;
		unsigned int n = 0;
		int64_t now = now_ms(), until = beat;
		pid_t gone;
		int s;

		while ((gone = waitpid(-1, &s, WNOHANG)) > 0) {
			if (gone != pid)
				continue;
			status = s;
			ended = true;
			drain_until = now + DRAIN_MS;
			in.from = -1;
			in.len = 0;
			/* What it left running would keep the streams open. */
			kill(-1, SIGKILL);
		}

		if (now >= beat) {
			tell("beat");
			beat = now + LAB_BEAT_MS;
			until = beat;
		}

		if (ended && now >= drain_until) {
			out.from = -1;
			err.from = -1;
		}
		if (ended && !told && pump_done(&out) && pump_done(&err)) {
			tell("exit %s %d %llu %llu %lu",
			     WIFSIGNALED(status) ? "signal" : "code",
			     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			     (unsigned long long)out.sent, (unsigned long long)err.sent, taint());
			told = true;
			bye_until = now + BYE_MS;
		}
		if (bye || now >= bye_until)
			return;

		add_poll(fds, &n, control, POLLIN);
		if (!out.len)
			add_poll(fds, &n, out.from, POLLIN);
		else
			add_poll(fds, &n, out.to, POLLOUT);
		if (!err.len)
			add_poll(fds, &n, err.from, POLLIN);
		else
			add_poll(fds, &n, err.to, POLLOUT);
		if (!in.len)
			add_poll(fds, &n, in.from, POLLIN);
		else
			add_poll(fds, &n, in.to, POLLOUT);

		if (ended && drain_until > now && drain_until < until)
			until = drain_until;
		wait.tv_sec = (until - now) / 1000;
		wait.tv_nsec = (until - now) % 1000 * 1000000;
		/* SIGCHLD comes through only here. */
		ppoll(fds, n, &wait, mask);

		control_read(&bye);
		pump_read(&out);
		pump_write(&out);
		pump_read(&err);
		pump_write(&err);
		pump_read(&in);
		pump_write(&in);
	}
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_child };
	sigset_t blocked, mask;
	char **argv;
	pid_t pid;

	if (getpid() != 1) {
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
	control = open_port(LAB_PORT_CONTROL);
	tell("init");
	if (config.mode == MODE_PROBE) {
		tell("exit code 0 0 0 0");
		power_off();
	}

	out.to = open_port(LAB_PORT_STDOUT);
	err.to = open_port(LAB_PORT_STDERR);
	mount_rest();
	make_links();
	loopback_up();
	if (sethostname("guest", 5))
		fail("sethostname: %s", strerror(errno));

	argv = read_command();
	if (config.mode == MODE_SHELL)
		pid = start_shell(argv, &mask);
	else
		pid = start_command(argv, &mask);
	serve(pid, &mask);
	power_off();
	return 0;
}
