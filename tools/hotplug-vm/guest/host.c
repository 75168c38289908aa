// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../proto.h"
#include "host.h"
#include "port.h"

#define PORT_WAIT_MS	20000	/* ports appear soon after boot, slowly under emulation */

static int control = -1;

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int host_port(const char *name)
{
	int fd = port_open(name, PORT_WAIT_MS);

	if (fd < 0)
		host_fail("port %s: %s", name, strerror(-fd));
	return fd;
}

int host_connect(void)
{
	control = host_port(LAB_PORT_CONTROL);
	return control;
}

/* Control lines are few and short: wait for room rather than lose one. */
void host_tell(const char *format, ...)
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

void host_listen(void (*line)(const char *line))
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
		line(data);
		len -= end + 1 - data;
		memmove(data, end + 1, len);
	}
	if (len == sizeof(data))
		len = 0;
}

void host_fail(const char *format, ...)
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
	host_tell("fail %s", text);
	power_off();
}

void power_off(void)
{
	sync();
	umount2(LAB_DIR_RESULTS, MNT_DETACH);
	sync();
	reboot(RB_POWER_OFF);
	/* Without power management: a panic ends the machine as well. */
	for (;;)
		pause();
}

void host_spare(bool spare)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "we");

	if (!f || fprintf(f, "%d\n", spare ? -1000 : 0) < 0 || fclose(f))
		fprintf(stderr, "hotplug-vm: /proc/self/oom_score_adj: %s\n", strerror(errno));
}
