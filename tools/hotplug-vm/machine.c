// SPDX-License-Identifier: GPL-2.0
/* The virtual machine as QEMU's argument vector. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "proto.h"
#include "size.h"

/*
 * What every guest gets before the user's arguments. Warnings and what is above
 * them must reach the console, kmemleak's finding (an info message) too; no splash
 * of debug messages. A panic ends the machine at once (-no-reboot). The emulated
 * CPU's RDRAND is trusted because nobody needs secrets here, and waiting for
 * entropy costs seconds.
 */
#define KERNEL_ARGUMENTS "console=ttyS0 panic=-1 loglevel=7 random.trust_cpu=on"

/*
 * The console stays the kernel's: its complaints are known by how their lines begin, and
 * a login prompt or half a line of progress would stand before them.
 */
#define SYSTEM_ARGUMENTS "systemd.show_status=no systemd.getty_auto=no"

struct argv {
	char **word;
	size_t count;
	bool failed;
};

static void add(struct argv *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct argv *a, const char *format, ...)
{
	va_list args;
	char **grown, *word;

	va_start(args, format);
	if (vasprintf(&word, format, args) < 0)
		word = NULL;
	va_end(args);

	grown = realloc(a->word, (a->count + 2) * sizeof(*grown));
	if (grown)
		a->word = grown;
	if (!grown || !word) {
		free(word);
		a->failed = true;
		return;
	}
	a->word[a->count++] = word;
	a->word[a->count] = NULL;
}

/* A comma in a value of an option list is written twice. */
static char *double_commas(const char *text)
{
	char *out = malloc(2 * strlen(text) + 1), *p = out;

	if (!out)
		return NULL;
	for (; *text; text++) {
		if (*text == ',')
			*p++ = ',';
		*p++ = *text;
	}
	*p = '\0';
	return out;
}

static void add_share(struct argv *a, const char *tag, const char *path, bool writable)
{
	char *quoted = double_commas(path);

	if (!quoted) {
		a->failed = true;
		return;
	}
	add(a, "-fsdev");
	/*
	 * What the guest makes, links and modes above all, is only noted down in the
	 * writable folder: on the host there are plain files of the user's.
	 */
	add(a, "local,id=lab.fs.%s,multidevs=remap,%s,path=%s", tag,
	    writable ? "security_model=mapped-file,fmode=0644,dmode=0755" :
	    "security_model=none,readonly=on", quoted);
	add(a, "-device");
	add(a, "virtio-9p-pci,fsdev=lab.fs.%s,mount_tag=%s", tag, tag);
	free(quoted);
}

/* Read-only: what the guest writes stays in its memory. */
static void add_disk(struct argv *a, const char *path)
{
	char *quoted = double_commas(path);

	if (!quoted) {
		a->failed = true;
		return;
	}
	add(a, "-blockdev");
	add(a, "driver=file,node-name=lab.root,read-only=on,filename=%s", quoted);
	add(a, "-device");
	add(a, "virtio-blk-pci,drive=lab.root");
	free(quoted);
}

static void add_wire(struct argv *a, const char *name, int fd)
{
	add(a, "-chardev");
	add(a, "socket,id=lab.c.%s,fd=%d", name, fd);
}

static void add_port(struct argv *a, const char *name, int fd)
{
	add_wire(a, name, fd);
	add(a, "-device");
	add(a, "virtserialport,chardev=lab.c.%s,name=%s", name, name);
}

/*
 * Boot memory: one backend a node, allocated as the guest touches it. One CPU per
 * socket, so that a node border never splits one, which the kernel warns of. CPUs
 * are spread evenly over the nodes that have boot memory.
 */
static void add_nodes(struct argv *a, const struct lab_options *o)
{
	unsigned int with_memory = 0, rank = 0, i, cpu;

	for (i = 0; i < o->nodes; i++)
		with_memory += !!o->node[i];

	for (i = 0; i < o->nodes; i++) {
		add(a, "-numa");
		if (!o->node[i]) {
			add(a, "node,nodeid=%u", i);
			continue;
		}
		add(a, "node,nodeid=%u,memdev=lab.node%u", i, i);
		add(a, "-object");
		add(a, "memory-backend-ram,id=lab.node%u,size=%lluM,reserve=off", i,
		    (unsigned long long)(o->node[i] / MIB));
		for (cpu = 0; cpu < o->cpus; cpu++) {
			if (cpu * with_memory / o->cpus != rank)
				continue;
			add(a, "-numa");
			add(a, "cpu,node-id=%u,socket-id=%u", i, cpu);
		}
		rank++;
	}
}

static void add_virtio_mem(struct argv *a, const struct lab_virtio_mem *v)
{
	add(a, "-object");
	add(a, "memory-backend-ram,id=lab.m.%s,size=%lluM,reserve=off", v->id,
	    (unsigned long long)(v->max / MIB));
	add(a, "-device");
	add(a, "virtio-mem-pci,id=%s,memdev=lab.m.%s,node=%u,block-size=%lluM,requested-size=%lluM",
	    v->id, v->id, v->node, (unsigned long long)(v->block / MIB),
	    (unsigned long long)(v->requested / MIB));
}

/* A DIMM or an NVDIMM, as driver says. */
static void add_dimm(struct argv *a, const char *driver, const struct lab_dimm *d)
{
	add(a, "-object");
	add(a, "memory-backend-ram,id=lab.m.%s,size=%lluM,reserve=off", d->id,
	    (unsigned long long)(d->size / MIB));
	add(a, "-device");
	add(a, "%s,id=%s,memdev=lab.m.%s,node=%u", driver, d->id, d->id, d->node);
}

char **machine_argv(const struct machine *m)
{
	const struct lab_options *o = m->options;
	struct argv a = { 0 };
	unsigned int i;

	add(&a, MACHINE_QEMU);
	add(&a, "-nodefaults");
	add(&a, "-no-user-config");
	add(&a, "-display");
	add(&a, "none");
	add(&a, "-no-reboot");
	add(&a, "-nic");
	add(&a, "none");
	add(&a, "-sandbox");
	add(&a, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	add(&a, "-machine");
	add(&a, "q35%s", o->nvdimms ? ",nvdimm=on" : "");
	add(&a, "-accel");
	/* CPUs that take turns are the price of counting. */
	add(&a, m->kvm ? "kvm" : o->icount ? "tcg,thread=single" : "tcg,thread=multi");
	if (o->icount) {
		add(&a, "-icount");
		add(&a, "shift=0");
	}
	add(&a, "-cpu");
	add(&a, m->kvm ? "host" : "qemu64,+rdrand");
	add(&a, "-smp");
	add(&a, "%u,sockets=%u,cores=1,threads=1", o->cpus, o->cpus);
	add(&a, "-m");
	if (o->max_memory > o->memory)
		add(&a, "%lluM,slots=%u,maxmem=%lluM", (unsigned long long)(o->memory / MIB),
		    o->slots, (unsigned long long)(o->max_memory / MIB));
	else
		add(&a, "%lluM", (unsigned long long)(o->memory / MIB));
	add_nodes(&a, o);

	add_wire(&a, "qmp", m->wire[WIRE_QMP]);
	add(&a, "-mon");
	add(&a, "chardev=lab.c.qmp,mode=control");
	if (m->monitor >= 0) {
		add(&a, "-chardev");
		add(&a, "socket,id=lab.c.monitor,fd=%d,server=on,wait=off", m->monitor);
		add(&a, "-mon");
		add(&a, "chardev=lab.c.monitor,mode=control");
	}
	add_wire(&a, "console", m->wire[WIRE_CONSOLE]);
	add(&a, "-serial");
	add(&a, "chardev:lab.c.console");

	/* In this order, the memory of these devices lies as they were named. */
	for (i = 0; i < o->virtio_mems; i++)
		add_virtio_mem(&a, &o->virtio_mem[i]);
	for (i = 0; i < o->nvdimms; i++)
		add_dimm(&a, "nvdimm", &o->nvdimm[i]);
	for (i = 0; i < o->dimms; i++)
		add_dimm(&a, "pc-dimm", &o->dimm[i]);

	add(&a, "-device");
	add(&a, "virtio-serial-pci,max_ports=8");
	add_port(&a, LAB_PORT_CONTROL, m->wire[WIRE_CONTROL]);
	add_port(&a, LAB_PORT_STDOUT, m->wire[WIRE_STDOUT]);
	add_port(&a, LAB_PORT_STDERR, m->wire[WIRE_STDERR]);
	add_port(&a, LAB_PORT_STDIN, m->wire[WIRE_STDIN]);
	add_port(&a, LAB_PORT_ASK, m->wire[WIRE_ASK]);

	if (m->project) {
		add_share(&a, LAB_TAG_USR, "/usr", false);
		add_share(&a, LAB_TAG_PROJECT, m->project, false);
		add_share(&a, LAB_TAG_RESULTS, m->results, true);
	}

	if (m->root)
		add_disk(&a, m->root);

	add(&a, "-kernel");
	add(&a, "%s", m->kernel);
	add(&a, "-initrd");
	add(&a, "%s", m->initramfs);
	add(&a, "-append");
	add(&a, "%s%s%s%s", KERNEL_ARGUMENTS, m->root ? " " SYSTEM_ARGUMENTS : "",
	    *o->append ? " " : "", o->append);

	if (a.failed) {
		machine_argv_free(a.word);
		return NULL;
	}
	return a.word;
}

void machine_argv_free(char **argv)
{
	char **word;

	if (!argv)
		return;
	for (word = argv; *word; word++)
		free(*word);
	free(argv);
}
