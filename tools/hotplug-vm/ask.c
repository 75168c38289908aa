// SPDX-License-Identifier: GPL-2.0
/* hotplug-ask: runs in the guest and asks the host to change the guest's memory. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "guest/port.h"
#include "id.h"
#include "options.h"
#include "proto.h"
#include "size.h"

#define LOCK_FILE	"/run/hotplug-ask.lock"
#define PORT_WAIT_MS	5000
#define ANSWER_MS	60000	/* the host answers at once; a stopped one never */
#define POLL_MS		20
#define DEFAULT_WAIT	60	/* seconds */
#define MAX_WAIT	86400
#define MAX_DEVICES	(LAB_MAX_SLOTS + LAB_MAX_VIRTIO_MEM)

enum { EXIT_GOOD, EXIT_ERROR, EXIT_USAGE };

struct device {
	char type[16];
	char id[LAB_ID_LEN + 1];
	unsigned int node;
	uint64_t size;
	uint64_t requested;
	bool has_requested;
	uint64_t max;
	uint64_t address;
	char state[16];
};

struct answer {
	char text[512];			/* behind "ok" or "error" */
	struct device device[MAX_DEVICES];
	unsigned int devices;
};

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "hotplug-ask: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void pause_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* One question and its answer */

static int write_all(int fd, const char *data, size_t len, int64_t until)
{
	while (len) {
		ssize_t n = write(fd, data, len);
		struct pollfd p = { .fd = fd, .events = POLLOUT };

		if (n > 0) {
			data += n;
			len -= n;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (now_ms() > until)
			return -ETIMEDOUT;
		poll(&p, 1, 100);
	}
	return 0;
}

/* A line of the answer: 1 it was the last and good, -1 the last and an error, 0 more. */
static int take_line(struct answer *a, const char *line)
{
	struct device d = { 0 };
	char requested[24];

	if (!strcmp(line, "ok") || !strncmp(line, "ok ", 3)) {
		snprintf(a->text, sizeof(a->text), "%s", line[2] ? line + 3 : "");
		return 1;
	}
	if (!strncmp(line, "error ", 6)) {
		snprintf(a->text, sizeof(a->text), "%s", line + 6);
		return -1;
	}
	if (a->devices < MAX_DEVICES &&
	    sscanf(line, "item %15s %16s %u %lu %23s %lu %lu %15s", d.type, d.id, &d.node,
		   &d.size, requested, &d.max, &d.address, d.state) == 8) {
		d.has_requested = sscanf(requested, "%lu", &d.requested) == 1;
		a->device[a->devices++] = d;
	}
	return 0;
}

static int read_answer(int fd, const char *tag, struct answer *a, int64_t until)
{
	char data[4096], *end;
	size_t len = 0, skip = strlen(tag);
	int last;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n = read(fd, data + len, sizeof(data) - len);

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n <= 0) {
			if (now_ms() > until)
				return -ETIMEDOUT;
			if (!n)
				pause_ms(20);	/* the host is not connected yet */
			poll(&p, 1, 100);
			continue;
		}
		len += n;
		while ((end = memchr(data, '\n', len))) {
			*end = '\0';
			/* A line with another tag was meant for an asker that is gone. */
			last = 0;
			if (!strncmp(data, tag, skip) && data[skip] == ' ')
				last = take_line(a, data + skip + 1);
			if (last)
				return last;
			len -= end + 1 - data;
			memmove(data, end + 1, len);
		}
		if (len == sizeof(data))
			len = 0;
	}
}

/*
 * Ask the host, alone among all askers.
 * Returns 0 with the answer, or -1 after saying what went wrong.
 */
static int ask(struct answer *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int ask(struct answer *a, const char *format, ...)
{
	static unsigned int questions;
	char line[LAB_ASK_LINE], tag[LAB_TAG_LEN + 1];
	int64_t until;
	va_list args;
	int lock, fd, ret;
	size_t n;

	memset(a, 0, sizeof(*a));
	lock = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0) {
		say("%s: %s", LOCK_FILE, strerror(errno));
		return -1;
	}
	while (flock(lock, LOCK_EX) && errno == EINTR)
		;

	fd = port_open(LAB_PORT_ASK, PORT_WAIT_MS);
	if (fd < 0) {
		if (fd == -ENOENT)
			say("there is no host to ask: this is not a guest of hotplug-vm");
		else
			say("the port to the host: %s", strerror(-fd));
		close(lock);
		return -1;
	}

	/* Different from the tags of earlier askers, also after the pids wrapped. */
	snprintf(tag, sizeof(tag), "%x%08llx", (unsigned int)getpid() & 0xffffff,
		 ((unsigned long long)now_ms() * 16 + questions++ % 16) & 0xffffffff);
	n = snprintf(line, sizeof(line), "%s ", tag);
	va_start(args, format);
	n += vsnprintf(line + n, sizeof(line) - 1 - n, format, args);
	va_end(args);
	if (n >= (int)sizeof(line) - 1) {
		say("the request is too long");
		close(fd);
		close(lock);
		return -1;
	}
	strcpy(line + n, "\n");

	until = now_ms() + ANSWER_MS;
	ret = write_all(fd, line, n + 1, until);
	if (!ret)
		ret = read_answer(fd, tag, a, until);
	close(fd);
	close(lock);

	if (ret == 1)
		return 0;
	if (ret == -ETIMEDOUT)
		say("the host does not answer");
	else if (ret == -1 && a->text[0])
		say("the host refused: %s", a->text);
	else
		say("the port to the host: %s", strerror(-ret));
	return -1;
}

/* The commands */

static struct answer reply;

static int get_size(const char *text, uint64_t *size)
{
	if (!size_parse(text, size))
		return 0;
	say("'%.40s' is not a size such as 4G or 512M", text);
	return -1;
}

static int get_id(const char *id)
{
	if (id_ok(id))
		return 0;
	say("'%.40s' is not a device id", id);
	return -1;
}

static int add_dimm(int argc, char **argv, long wait)
{
	unsigned long node;
	char node_word[24] = "-";
	uint64_t size;

	(void)wait;
	if (get_size(argv[0], &size))
		return EXIT_USAGE;
	if (argc > 1 && number_parse(argv[1], 0, LAB_MAX_NODES - 1, &node)) {
		say("'%.40s' is not a node number", argv[1]);
		return EXIT_USAGE;
	}
	if (argc > 1)
		snprintf(node_word, sizeof(node_word), "%lu", node);
	if (argc > 2 && get_id(argv[2]))
		return EXIT_USAGE;
	if (ask(&reply, "add-dimm %llu %s %s", (unsigned long long)size,
		node_word, argc > 2 ? argv[2] : "-"))
		return EXIT_ERROR;
	puts(reply.text);
	return EXIT_GOOD;
}

static int remove_dimm(int argc, char **argv, long wait)
{
	int64_t until;

	(void)argc;
	if (get_id(argv[0]))
		return EXIT_USAGE;
	if (ask(&reply, "remove-dimm %s", argv[0]))
		return EXIT_ERROR;

	until = now_ms() + wait * 1000;
	for (;;) {
		if (ask(&reply, "status %s", argv[0]))
			return EXIT_ERROR;
		if (!strcmp(reply.text, "gone"))
			return EXIT_GOOD;
		if (!strncmp(reply.text, "refused", 7)) {
			say("the guest did not give %s up: %s", argv[0], reply.text + 8);
			return EXIT_ERROR;
		}
		if (now_ms() >= until) {
			say("%s is still there after %ld s", argv[0], wait);
			return EXIT_ERROR;
		}
		pause_ms(POLL_MS);
	}
}

static const struct device *find(const char *id)
{
	unsigned int i;

	for (i = 0; i < reply.devices; i++)
		if (!strcmp(reply.device[i].id, id))
			return &reply.device[i];
	return NULL;
}

static int resize(int argc, char **argv, long wait)
{
	char reached[SIZE_TEXT], wanted[SIZE_TEXT];
	const struct device *d;
	uint64_t size;
	int64_t until;

	(void)argc;
	if (get_id(argv[0]) || get_size(argv[1], &size))
		return EXIT_USAGE;
	if (ask(&reply, "resize %s %llu", argv[0], (unsigned long long)size))
		return EXIT_ERROR;
	if (!wait)
		return EXIT_GOOD;

	until = now_ms() + wait * 1000;
	for (;;) {
		if (ask(&reply, "query"))
			return EXIT_ERROR;
		d = find(argv[0]);
		if (!d) {
			say("%s is gone", argv[0]);
			return EXIT_ERROR;
		}
		size_format(size, wanted);
		size_format(d->size, reached);
		if (d->requested != size) {
			say("%s was asked for %s meanwhile, it has %s", argv[0],
			    size_format(d->requested, wanted), reached);
			return EXIT_ERROR;
		}
		if (d->size == size)
			return EXIT_GOOD;
		if (now_ms() >= until) {
			say("%s reached %s of %s in %ld s", argv[0], reached, wanted, wait);
			return EXIT_ERROR;
		}
		pause_ms(POLL_MS);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct device *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static void print_table(void)
{
	char size[SIZE_TEXT], requested[SIZE_TEXT], max[SIZE_TEXT];
	const struct device *d;

	printf("%-10s %-16s %4s %10s %10s %10s %-14s %s\n", "TYPE", "ID", "NODE", "SIZE",
	       "REQUESTED", "MAX", "ADDRESS", "STATE");
	for (d = reply.device; d < reply.device + reply.devices; d++)
		printf("%-10s %-16s %4u %10s %10s %10s 0x%-12llx %s\n", d->type, d->id,
		       d->node, size_format(d->size, size),
		       d->has_requested ? size_format(d->requested, requested) : "-",
		       size_format(d->max, max), (unsigned long long)d->address, d->state);
}

/* Types, ids and states are plain words: nothing needs to be escaped. */
static void print_json(void)
{
	const struct device *d;

	printf("[");
	for (d = reply.device; d < reply.device + reply.devices; d++) {
		printf("%s\n {\"type\":\"%s\",\"id\":\"%s\",\"node\":%u,\"size\":%llu,",
		       d == reply.device ? "" : ",", d->type, d->id, d->node,
		       (unsigned long long)d->size);
		if (d->has_requested)
			printf("\"requested\":%llu,", (unsigned long long)d->requested);
		else
			printf("\"requested\":null,");
		printf("\"max\":%llu,\"address\":%llu,\"state\":\"%s\"}",
		       (unsigned long long)d->max, (unsigned long long)d->address, d->state);
	}
	printf("%s]\n", reply.devices ? "\n" : "");
}

static bool as_json;

static int query(int argc, char **argv, long wait)
{
	(void)argc;
	(void)argv;
	(void)wait;
	if (ask(&reply, "query"))
		return EXIT_ERROR;
	qsort(reply.device, reply.devices, sizeof(reply.device[0]), by_address);
	if (as_json)
		print_json();
	else
		print_table();
	return EXIT_GOOD;
}

static const struct command {
	const char *name;
	int min;
	int max;
	bool takes_wait;
	bool takes_json;
	int (*run)(int argc, char **argv, long wait);
} commands[] = {
	{ "add-dimm",	 1, 3, false, false, add_dimm },
	{ "remove-dimm", 1, 1, true,  false, remove_dimm },
	{ "resize",	 2, 2, true,  false, resize },
	{ "query",	 0, 0, false, true,  query },
};

static void help(FILE *to)
{
	fputs("Usage: hotplug-ask add-dimm SIZE [NODE] [ID]\n"
	      "       hotplug-ask remove-dimm [--wait SECONDS] ID\n"
	      "       hotplug-ask resize [--wait SECONDS] ID SIZE\n"
	      "       hotplug-ask query [--json]\n"
	      "\n"
	      "In a guest of hotplug-vm: ask the host to change the guest's memory.\n"
	      "\n"
	      "  add-dimm      plug in a DIMM and print its id; it is there at once, its\n"
	      "                memory blocks come online a little later\n"
	      "  remove-dimm   ask for a DIMM back and wait until it is really gone\n"
	      "  resize        set how much memory a virtio-mem device shall have and wait\n"
	      "                until it has it\n"
	      "  query         list the devices\n"
	      "\n"
	      "  -w, --wait SECONDS   how long to wait (default: 60); resize: 0 does not wait\n"
	      "  -j, --json           print JSON, sizes in bytes\n"
	      "  -h, --help           this help\n"
	      "      --version        the version\n"
	      "\n"
	      "Exit status: 0 done, 1 refused, failed or not done in time, 2 bad usage.\n", to);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "wait", required_argument, NULL, 'w' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned long wait = DEFAULT_WAIT;
	const struct command *command;
	bool wait_given = false;
	int c, ret;

	while ((c = getopt_long(argc, argv, "w:jh", options, NULL)) >= 0) {
		switch (c) {
		case 'w':
			if (number_parse(optarg, 0, MAX_WAIT, &wait)) {
				say("--wait: '%.40s' is not a number from 0 to %d", optarg,
				    MAX_WAIT);
				return EXIT_USAGE;
			}
			wait_given = true;
			break;
		case 'j':
			as_json = true;
			break;
		case 'h':
			help(stdout);
			return EXIT_GOOD;
		case 'V':
			puts("hotplug-ask (memgroup) " VERSION);
			return EXIT_GOOD;
		default:
			return EXIT_USAGE;
		}
	}

	argc -= optind;
	argv += optind;
	if (!argc) {
		help(stderr);
		return EXIT_USAGE;
	}
	for (command = commands; command < commands + sizeof(commands) / sizeof(commands[0]);
	     command++)
		if (!strcmp(command->name, argv[0]))
			break;
	if (command == commands + sizeof(commands) / sizeof(commands[0])) {
		say("there is no command '%.40s' (try --help)", argv[0]);
		return EXIT_USAGE;
	}
	argc--;
	argv++;
	if (argc < command->min || argc > command->max) {
		say("%s: wrong number of arguments (try --help)", command->name);
		return EXIT_USAGE;
	}
	if ((wait_given && !command->takes_wait) || (as_json && !command->takes_json)) {
		say("%s: takes no %s", command->name,
		    wait_given && !command->takes_wait ? "--wait" : "--json");
		return EXIT_USAGE;
	}

	ret = command->run(argc, argv, wait);
	if (fflush(stdout) || ferror(stdout)) {
		say("cannot write: %s", strerror(errno));
		return EXIT_ERROR;
	}
	return ret;
}
