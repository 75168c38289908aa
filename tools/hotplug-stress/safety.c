// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "safety.h"
#include "sysroot.h"

#define LOCK_FILE	"/run/hotplug-stress.lock"
#define PORTS		"sys/class/virtio-ports"
#define ASK_PORT	"hotplug-vm.ask"

struct search {
	struct sysroot *root;
	bool found;
};

/* A symbolic link below /sys, where sysroot must follow it: within the root. */
static int on_port(const char *name, void *context)
{
	struct search *search = context;
	char path[320], port[32] = "";
	struct fault fault;
	size_t len;

	snprintf(path, sizeof(path), PORTS "/%s/name", name);
	if (sysroot_read_at(search->root, path, 0, port, sizeof(port) - 1,
			    &len, &fault))
		return 0;
	port[strcspn(port, "\n")] = '\0';
	search->found |= !strcmp(port, ASK_PORT);
	return 0;
}

/*
 * The environment alone may be copied to anywhere, and the port may be any
 * hypervisor's; both together are no accident.
 */
static bool in_the_lab(void)
{
	const char *said = getenv("HOTPLUG_VM");
	struct search search = {};
	struct sysroot root;
	struct fault fault;

	if (!said || strcmp(said, "1") || sysroot_open(&root, NULL, &fault))
		return false;
	search.root = &root;
	sysroot_list(&root, PORTS, on_port, &search, &fault);
	sysroot_close(&root);
	return search.found;
}

/* What it would do here, in words. */
static void describe(const struct options *o, char *text, size_t size)
{
	bool kinds[DEVICE_KINDS] = {};
	FILE *out = fmemopen(text, size, "w");
	size_t i;

	if (!out) {
		*text = '\0';
		return;
	}
	for (i = 0; i < o->nr_devices; i++)
		kinds[o->devices[i].kind] = true;
	if (kinds[DEVICE_BLOCKS])
		fputs("take memory blocks offline and online again, ", out);
	if (kinds[DEVICE_SIM_STATIC] || kinds[DEVICE_SIM_DYNAMIC])
		fputs("add and remove memory that the kernel was told not to use, ",
		      out);
	if (kinds[DEVICE_DIMM] || kinds[DEVICE_VIRTIO_MEM])
		fputs("have the hypervisor add and remove memory, ", out);
	if (o->nr_pressures)
		fputs("fill memory, ", out);
	fputs("again and again", out);
	fclose(out);
}

static int check_allowed(const struct options *options, struct fault *fault)
{
	char what[256];

	if (options->allowed || in_the_lab())
		return 0;
	describe(options, what, sizeof(what));
	return fault_set(fault, EPERM,
			 "this is no guest of hotplug-vm, and the kernel may crash: it would %s, and in the end make all as it was; if you want that on this machine, add --"
			 OPTION_ALLOW, what);
}

/* Whose lock it is, as it was written into the file; not to be relied upon. */
static void read_holder(int fd, char *text, size_t size)
{
	const ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strspn(text, "0123456789")] = '\0';
}

/* For a message only: whether it can be written is all the same. */
static void write_holder(int fd)
{
	char text[16];
	const int len = snprintf(text, sizeof(text), "%d\n", getpid());

	if (ftruncate(fd, 0) || pwrite(fd, text, len, 0) < 0)
		return;
}

static int take_lock(int *lock, struct fault *fault)
{
	char holder[16];
	int err;

	*lock = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*lock < 0)
		return fault_set(fault, errno, LOCK_FILE ": %s",
				 strerror(errno));
	if (!flock(*lock, LOCK_EX | LOCK_NB)) {
		write_holder(*lock);
		return 0;
	}
	err = errno;
	read_holder(*lock, holder, sizeof(holder));
	close(*lock);
	if (err != EWOULDBLOCK)
		return fault_set(fault, err, LOCK_FILE ": %s", strerror(err));
	return fault_set(fault, EBUSY,
			 "another hotplug-stress is running, or still making memory as it was before (process %s)",
			 *holder ? holder : "unknown");
}

int safety_check(const struct options *options, int *lock, struct fault *fault)
{
	int ret;

	*lock = -1;
	/* Somebody else's machine, which was named. */
	if (options->qmp)
		return 0;
	ret = check_allowed(options, fault);
	if (ret)
		return ret;
	if (geteuid())
		return fault_set(fault, EPERM, "only root may do that");
	return take_lock(lock, fault);
}
