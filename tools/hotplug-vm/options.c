// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "id.h"
#include "options.h"
#include "size.h"

#define MAX_SECONDS	(7UL * 24 * 60 * 60)

struct parser {
	struct lab_options *o;
	char *error;
	size_t size;
	bool memory_given;
	bool time_limit_given;
};

static int bad(struct parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int bad(struct parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, p->size, format, args);
	va_end(args);
	return -EINVAL;
}

static int take_size(struct parser *p, const char *option, const char *text,
		     uint64_t align, uint64_t *bytes)
{
	char unit[SIZE_TEXT];
	int ret;

	ret = size_parse(text, bytes);
	if (ret == -ERANGE || (!ret && *bytes > LAB_MAX_MEMORY))
		return bad(p, "%s: '%.40s' is more than the machine can have (%s)",
			   option, text, size_format(LAB_MAX_MEMORY, unit));
	if (ret)
		return bad(p, "%s: '%.40s' is not a size such as 4G or 512M", option, text);
	if (*bytes % align)
		return bad(p, "%s: '%.40s' is not a multiple of %s", option, text,
			   size_format(align, unit));
	return 0;
}

static int take_number(struct parser *p, const char *option, const char *text,
		       unsigned long min, unsigned long max, unsigned int *value)
{
	unsigned long v;

	if (number_parse(text, min, max, &v))
		return bad(p, "%s: '%.40s' is not a number from %lu to %lu", option, text,
			   min, max);
	*value = v;
	return 0;
}

static int take_accel(struct parser *p, const char *text)
{
	if (!strcmp(text, "auto"))
		p->o->accel = ACCEL_AUTO;
	else if (!strcmp(text, "kvm"))
		p->o->accel = ACCEL_KVM;
	else if (!strcmp(text, "tcg"))
		p->o->accel = ACCEL_TCG;
	else
		return bad(p, "--accel: '%.40s' is none of auto, kvm, tcg", text);
	return 0;
}

/* Arguments of an earlier one stay: the kernel takes the last of two that differ. */
static int take_append(struct parser *p, const char *text)
{
	char *append = p->o->append;
	const size_t have = strlen(append);
	const char *c;

	if (have + !!have + strlen(text) > LAB_APPEND_LEN)
		return bad(p, "--append: longer than %d characters", LAB_APPEND_LEN);
	for (c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return bad(p, "--append: control characters are not allowed");
	if (have)
		strcat(append, " ");
	strcat(append, text);
	return 0;
}

static int take_before_boot(struct parser *p, const char *text)
{
	if (!*text)
		return bad(p, "--before-boot: the command is empty");
	p->o->before_boot = text;
	return 0;
}

static int take_node(struct parser *p, const char *text)
{
	struct lab_options *o = p->o;

	if (o->nodes == LAB_MAX_NODES)
		return bad(p, "--node: more than %d nodes", LAB_MAX_NODES);
	return take_size(p, "--node", text, LAB_MEMORY_ALIGN, &o->node[o->nodes++]);
}

static int take_id(struct parser *p, const char *option, const char *text,
		   char id[LAB_ID_LEN + 1])
{
	if (!id_ok(text))
		return bad(p, "%s: id '%.40s' is not a letter and up to 15 of a-z, 0-9, -",
			   option, text);
	strcpy(id, text);
	return 0;
}

/* Devices of every kind share their names. */
static int check_new_id(struct parser *p, const char *option, const char *id)
{
	const struct lab_options *o = p->o;
	bool taken = false;
	unsigned int i;

	if (!id[0])
		return bad(p, "%s: id=NAME is missing", option);
	for (i = 0; i < o->virtio_mems; i++)
		taken |= !strcmp(o->virtio_mem[i].id, id);
	for (i = 0; i < o->nvdimms; i++)
		taken |= !strcmp(o->nvdimm[i].id, id);
	for (i = 0; i < o->dimms; i++)
		taken |= !strcmp(o->dimm[i].id, id);
	return taken ? bad(p, "%s: the id '%s' is given twice", option, id) : 0;
}

/* A device's words, key=value with commas between them. */
struct device_words {
	const char *option;
	const char *const *keys;
	const char *all_keys;		/* as a message shows them */
	char copy[256];
	char *rest;
	unsigned int seen;
};

static int words_start(struct parser *p, struct device_words *w, const char *text)
{
	if (strlen(text) >= sizeof(w->copy))
		return bad(p, "%s: the value is too long", w->option);
	strcpy(w->copy, text);
	w->rest = w->copy;
	w->seen = 0;
	return 0;
}

/* Returns the index of the next word's key, or a negative number with the error set. */
static int words_next(struct parser *p, struct device_words *w, char **value)
{
	const char *all = w->rest;
	const int key = getsubopt(&w->rest, (char *const *)w->keys, value);

	if (key < 0)
		return bad(p, "%s: '%.40s' is none of %s", w->option, all, w->all_keys);
	if (!*value)
		return bad(p, "%s: %s needs a value", w->option, w->keys[key]);
	if (w->seen & 1u << key)
		return bad(p, "%s: %s is given twice", w->option, w->keys[key]);
	w->seen |= 1u << key;
	return key;
}

static int take_virtio_mem(struct parser *p, const char *text)
{
	enum { KEY_ID, KEY_MAX, KEY_NODE, KEY_BLOCK, KEY_REQUESTED };
	static const char *const keys[] = {
		[KEY_ID] = "id", [KEY_MAX] = "max", [KEY_NODE] = "node",
		[KEY_BLOCK] = "block", [KEY_REQUESTED] = "requested", NULL,
	};
	struct device_words w = {
		.option = "--virtio-mem", .keys = keys,
		.all_keys = "id=, max=, node=, block=, requested=",
	};
	struct lab_options *o = p->o;
	struct lab_virtio_mem *v;
	char *value;
	int ret;

	if (o->virtio_mems == LAB_MAX_VIRTIO_MEM)
		return bad(p, "--virtio-mem: more than %d devices", LAB_MAX_VIRTIO_MEM);
	v = &o->virtio_mem[o->virtio_mems];
	*v = (struct lab_virtio_mem){ .block = 2 * MIB };

	ret = words_start(p, &w, text);
	while (!ret && *w.rest) {
		ret = words_next(p, &w, &value);
		if (ret < 0)
			break;
		switch (ret) {
		case KEY_ID:
			ret = take_id(p, "--virtio-mem", value, v->id);
			break;
		case KEY_MAX:
			ret = take_size(p, "--virtio-mem max", value, MIB, &v->max);
			break;
		case KEY_NODE:
			ret = take_number(p, "--virtio-mem node", value, 0,
					  LAB_MAX_NODES - 1, &v->node);
			break;
		case KEY_BLOCK:
			ret = take_size(p, "--virtio-mem block", value, MIB, &v->block);
			break;
		case KEY_REQUESTED:
			ret = take_size(p, "--virtio-mem requested", value, MIB, &v->requested);
			break;
		}
	}
	if (!ret)
		ret = check_new_id(p, "--virtio-mem", v->id);
	if (ret)
		return ret;

	if (!v->max)
		return bad(p, "--virtio-mem: max=SIZE is missing or zero (id %s)", v->id);
	if (!v->block || v->block & (v->block - 1))
		return bad(p, "--virtio-mem: block is not a power of two (id %s)", v->id);
	if (v->max % v->block)
		return bad(p, "--virtio-mem: max is not a multiple of block (id %s)", v->id);
	if (v->requested % v->block || v->requested > v->max)
		return bad(p, "--virtio-mem: requested is not a multiple of block up to max (id %s)",
			   v->id);
	o->virtio_mems++;
	return 0;
}

/* What takes a slot: a DIMM, or with an id of its own an NVDIMM. */
static int take_slot(struct parser *p, struct device_words *w, const char *text,
		     struct lab_dimm *d)
{
	enum { KEY_SIZE, KEY_NODE, KEY_ID };
	static const char *const keys[] = { "size", "node", NULL };
	static const char *const keys_and_id[] = { "size", "node", "id", NULL };
	const bool named = *d->id;
	char what[32];
	char *value;
	int ret;

	w->keys = named ? keys : keys_and_id;
	w->all_keys = named ? "size=, node=" : "id=, size=, node=";
	ret = words_start(p, w, text);
	while (!ret && *w->rest) {
		ret = words_next(p, w, &value);
		if (ret < 0)
			break;
		snprintf(what, sizeof(what), "%s %s", w->option, w->keys[ret]);
		switch (ret) {
		case KEY_ID:
			ret = take_id(p, w->option, value, d->id);
			break;
		case KEY_SIZE:
			ret = take_size(p, what, value, LAB_DIMM_ALIGN, &d->size);
			break;
		case KEY_NODE:
			ret = take_number(p, what, value, 0, LAB_MAX_NODES - 1, &d->node);
			break;
		}
	}
	if (!ret)
		ret = check_new_id(p, w->option, d->id);
	if (!ret && !d->size)
		return bad(p, "%s: size=SIZE is missing or zero (id %s)", w->option, d->id);
	return ret;
}

static int take_nvdimm(struct parser *p, const char *text)
{
	struct device_words w = { .option = "--nvdimm" };
	struct lab_options *o = p->o;
	int ret;

	if (o->nvdimms == LAB_MAX_NVDIMMS)
		return bad(p, "--nvdimm: more than %d devices", LAB_MAX_NVDIMMS);
	o->nvdimm[o->nvdimms] = (struct lab_dimm){ 0 };
	ret = take_slot(p, &w, text, &o->nvdimm[o->nvdimms]);
	if (!ret)
		o->nvdimms++;
	return ret;
}

/* Named as hotplug-ask names those that it adds without a name. */
static int take_dimm(struct parser *p, const char *text)
{
	struct device_words w = { .option = "--dimm" };
	struct lab_options *o = p->o;
	struct lab_dimm *d;
	int ret;

	if (o->dimms == LAB_MAX_SLOTS)
		return bad(p, "--dimm: more than %d DIMMs", LAB_MAX_SLOTS);
	d = &o->dimm[o->dimms];
	*d = (struct lab_dimm){ 0 };
	snprintf(d->id, sizeof(d->id), "d%u", o->dimms);
	ret = take_slot(p, &w, text, d);
	if (!ret)
		o->dimms++;
	return ret;
}

static int take_ignore_splat(struct parser *p, const char *text)
{
	struct lab_options *o = p->o;

	/* It would be in every line. */
	if (!*text)
		return bad(p, "--ignore-splat: the text is empty");
	if (o->ignore_splats == CONSOLE_IGNORED)
		return bad(p, "--ignore-splat: more than %d texts", CONSOLE_IGNORED);
	o->ignore_splat[o->ignore_splats++] = text;
	return 0;
}

/* What only all the options together can get wrong. */
static int check_machine(struct parser *p)
{
	struct lab_options *o = p->o;
	char a[SIZE_TEXT], b[SIZE_TEXT];
	uint64_t devices = 0;
	unsigned int i;

	if (o->nodes) {
		if (p->memory_given)
			return bad(p, "--memory: with --node, the nodes' sizes are the boot memory");
		o->memory = 0;
		for (i = 0; i < o->nodes; i++) {
			/*
			 * QEMU's SRAT names a node for its memory, its CPUs, or
			 * because it is the last one; the kernel refuses memory
			 * for a node that the SRAT does not name.
			 */
			if (!o->node[i] && i + 1 < o->nodes)
				return bad(p, "--node: only the last node can be without boot memory");
			o->memory += o->node[i];
		}
		if (o->memory > LAB_MAX_MEMORY)
			return bad(p, "--node: the nodes have more than %s together",
				   size_format(LAB_MAX_MEMORY, a));
	} else {
		o->nodes = 1;
		o->node[0] = o->memory;
	}

	if (o->memory < 128 * MIB)
		return bad(p, "%s: a guest needs at least 128M of boot memory",
			   p->memory_given ? "--memory" : "--node");
	if (o->max_memory < o->memory)
		return bad(p, "--max-memory: %s is less than the boot memory (%s)",
			   size_format(o->max_memory, a), size_format(o->memory, b));

	for (i = 0; i < o->virtio_mems; i++) {
		devices += o->virtio_mem[i].max;
		if (o->virtio_mem[i].node >= o->nodes)
			return bad(p, "--virtio-mem: there is no node %u (id %s)",
				   o->virtio_mem[i].node, o->virtio_mem[i].id);
	}
	for (i = 0; i < o->nvdimms; i++) {
		devices += o->nvdimm[i].size;
		if (o->nvdimm[i].node >= o->nodes)
			return bad(p, "--nvdimm: there is no node %u (id %s)",
				   o->nvdimm[i].node, o->nvdimm[i].id);
	}
	for (i = 0; i < o->dimms; i++) {
		devices += o->dimm[i].size;
		if (o->dimm[i].node >= o->nodes)
			return bad(p, "--dimm: there is no node %u", o->dimm[i].node);
	}
	if (o->nvdimms + o->dimms > o->slots)
		return bad(p, "--slots: %u are too few for %u DIMMs and NVDIMMs", o->slots,
			   o->nvdimms + o->dimms);
	if (devices > o->max_memory - o->memory)
		return bad(p, "--max-memory: %s is too small, the boot memory and the devices come to %s",
			   size_format(o->max_memory, a),
			   size_format(o->memory + devices, b));
	return 0;
}

enum { OPT_BEFORE_BOOT = 256, OPT_BOOT_LIMIT, OPT_DIMM, OPT_HANG_LIMIT, OPT_ICOUNT,
	OPT_IGNORE_SPLAT, OPT_MODULES, OPT_QMP, OPT_ROOT, OPT_VERSION };

static const struct option long_options[] = {
	{ "kernel",	required_argument, NULL, 'k' },
	{ "memory",	required_argument, NULL, 'm' },
	{ "max-memory",	required_argument, NULL, 'M' },
	{ "slots",	required_argument, NULL, 's' },
	{ "node",	required_argument, NULL, 'n' },
	{ "virtio-mem",	required_argument, NULL, 'V' },
	{ "nvdimm",	required_argument, NULL, 'N' },
	{ "dimm",	required_argument, NULL, OPT_DIMM },
	{ "root",	required_argument, NULL, OPT_ROOT },
	{ "before-boot", required_argument, NULL, OPT_BEFORE_BOOT },
	{ "cpus",	required_argument, NULL, 'c' },
	{ "modules",	required_argument, NULL, OPT_MODULES },
	{ "append",	required_argument, NULL, 'a' },
	{ "time-limit",	required_argument, NULL, 't' },
	{ "boot-limit",	required_argument, NULL, OPT_BOOT_LIMIT },
	{ "hang-limit",	required_argument, NULL, OPT_HANG_LIMIT },
	{ "icount",	no_argument,	   NULL, OPT_ICOUNT },
	{ "ignore-splat", required_argument, NULL, OPT_IGNORE_SPLAT },
	{ "accel",	required_argument, NULL, 'A' },
	{ "project",	required_argument, NULL, 'p' },
	{ "results",	required_argument, NULL, 'r' },
	{ "console",	required_argument, NULL, 'C' },
	{ "qmp",	required_argument, NULL, OPT_QMP },
	{ "shell",	no_argument,	   NULL, 'S' },
	{ "verbose",	no_argument,	   NULL, 'v' },
	{ "help",	no_argument,	   NULL, 'h' },
	{ "version",	no_argument,	   NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static int take_option(struct parser *p, int c)
{
	struct lab_options *o = p->o;

	switch (c) {
	case 'k':
		o->kernel = optarg;
		return 0;
	case 'm':
		p->memory_given = true;
		return take_size(p, "--memory", optarg, LAB_MEMORY_ALIGN, &o->memory);
	case 'M':
		return take_size(p, "--max-memory", optarg, LAB_MEMORY_ALIGN, &o->max_memory);
	case 's':
		return take_number(p, "--slots", optarg, 0, LAB_MAX_SLOTS, &o->slots);
	case 'n':
		return take_node(p, optarg);
	case 'V':
		return take_virtio_mem(p, optarg);
	case 'N':
		return take_nvdimm(p, optarg);
	case OPT_DIMM:
		return take_dimm(p, optarg);
	case 'c':
		return take_number(p, "--cpus", optarg, 1, LAB_MAX_CPUS, &o->cpus);
	case 'a':
		return take_append(p, optarg);
	case 't':
		p->time_limit_given = true;
		return take_number(p, "--time-limit", optarg, 0, MAX_SECONDS, &o->time_limit);
	case OPT_BOOT_LIMIT:
		return take_number(p, "--boot-limit", optarg, 1, MAX_SECONDS, &o->boot_limit);
	case OPT_HANG_LIMIT:
		return take_number(p, "--hang-limit", optarg, 2, MAX_SECONDS, &o->hang_limit);
	case OPT_IGNORE_SPLAT:
		return take_ignore_splat(p, optarg);
	case OPT_ICOUNT:
		o->icount = true;
		return 0;
	case 'A':
		return take_accel(p, optarg);
	case 'p':
		o->project = optarg;
		return 0;
	case 'r':
		o->results = optarg;
		return 0;
	case 'C':
		o->console = optarg;
		return 0;
	case OPT_MODULES:
		o->modules = optarg;
		return 0;
	case OPT_ROOT:
		o->root = optarg;
		return 0;
	case OPT_BEFORE_BOOT:
		return take_before_boot(p, optarg);
	case OPT_QMP:
		o->qmp = optarg;
		return 0;
	case 'S':
		o->shell = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	}
	return -EINVAL;
}

enum options_result options_parse(int argc, char **argv, struct lab_options *o,
				  char *error, size_t size)
{
	struct parser p = { .o = o, .error = error, .size = size };
	int c;

	*o = (struct lab_options){
		.memory = 4 * GIB,
		.max_memory = 64 * GIB,
		.slots = 16,
		.cpus = 2,
		.time_limit = 120,
		.accel = ACCEL_AUTO,
	};
	error[0] = '\0';

	optind = 0;	/* start afresh, a unit test parses many times */
	opterr = 0;
	for (;;) {
		c = getopt_long(argc, argv, "+:k:m:M:s:n:V:N:c:a:t:A:p:r:C:Svh", long_options,
				NULL);
		if (c < 0)
			break;
		switch (c) {
		case 'h':
			return OPTIONS_HELP;
		case OPT_VERSION:
			return OPTIONS_VERSION;
		case ':':
			bad(&p, "%.60s: needs a value", argv[optind - 1]);
			return OPTIONS_BAD;
		case '?':
			if (optopt > 0 && optopt < 256)
				bad(&p, "-%c: there is no such option", optopt);
			else
				bad(&p, "%.60s: there is no such option, or it takes no value",
				    argv[optind - 1]);
			return OPTIONS_BAD;
		}
		if (take_option(&p, c))
			return OPTIONS_BAD;
	}
	o->command = argv + optind;

	if (o->shell && *o->command) {
		bad(&p, "--shell: takes no command");
		return OPTIONS_BAD;
	}
	if (!o->shell && !*o->command) {
		bad(&p, "no COMMAND is given (or --shell)");
		return OPTIONS_BAD;
	}
	if (o->before_boot && !o->root) {
		bad(&p, "--before-boot: only with --root");
		return OPTIONS_BAD;
	}
	if (o->icount && o->accel == ACCEL_KVM) {
		bad(&p, "--icount: KVM does not count instructions");
		return OPTIONS_BAD;
	}
	if (o->icount)
		o->accel = ACCEL_TCG;
	if (o->shell && !p.time_limit_given)
		o->time_limit = 0;
	if (check_machine(&p))
		return OPTIONS_BAD;
	return OPTIONS_RUN;
}

void options_help(FILE *to)
{
	fputs("Usage: hotplug-vm [OPTIONS] [--] COMMAND [ARG...]\n"
	      "       hotplug-vm [OPTIONS] --shell\n"
	      "\n"
	      "Boot a Linux kernel in QEMU, run COMMAND in the guest as root, and exit with\n"
	      "its exit code. In the guest, hotplug-ask adds and removes memory.\n"
	      "\n"
	      "Machine (sizes such as 512M or 4G):\n"
	      "  -k, --kernel FILE       kernel (default: build/6.1/bzImage of the project)\n"
	      "      --modules DIR       its folder of modules, with modules.dep, where the\n"
	      "                          drivers of the lab are not built in\n"
	      "  -a, --append TEXT       kernel arguments, after those of the lab;\n"
	      "                          repeat it for more\n"
	      "  -c, --cpus N            CPUs (default: 2)\n"
	      "  -m, --memory SIZE       boot memory (default: 4G)\n"
	      "  -M, --max-memory SIZE   boot memory and all that can be added (default: 64G)\n"
	      "  -s, --slots N           DIMMs and NVDIMMs there can be (default: 16)\n"
	      "  -n, --node SIZE         a NUMA node with this boot memory; repeat for more,\n"
	      "                          replaces --memory; 0: a last node without any\n"
	      "  -V, --virtio-mem id=NAME,max=SIZE[,node=N][,block=SIZE][,requested=SIZE]\n"
	      "                          a virtio-mem device; repeat for more\n"
	      "      --dimm size=SIZE[,node=N]\n"
	      "                          a DIMM that is there at boot; repeat for more\n"
	      "  -N, --nvdimm id=NAME,size=SIZE[,node=N]\n"
	      "                          an emulated NVDIMM; repeat for more\n"
	      "  -A, --accel WHICH       auto, kvm or tcg (default: auto, KVM if it works)\n"
	      "      --icount            emulate, and let the guest's clock count instructions\n"
	      "\n"
	      "Run:\n"
	      "      --root IMAGE        boot the system in this squashfs image, with systemd;\n"
	      "                          COMMAND runs in it once it is up\n"
	      "      --before-boot TEXT  a shell command for it that runs before\n"
	      "  -S, --shell             an interactive shell instead of a command;\n"
	      "                          Ctrl-] ends it at once\n"
	      "  -t, --time-limit SEC    for the run, 0: none (default: 120, shell: none)\n"
	      "      --boot-limit SEC    until init runs in the guest, and then until the\n"
	      "                          system of --root is up (default: 30, TCG 100)\n"
	      "      --hang-limit SEC    without a heartbeat (default: 30, TCG 60)\n"
	      "      --ignore-splat TEXT a splat whose line has this does not count; repeat\n"
	      "                          for more\n"
	      "  -p, --project DIR       /project in the guest, read-only (default: the\n"
	      "                          checkout this program lies in, or this folder)\n"
	      "  -r, --results DIR       /results in the guest, writable (default: temporary)\n"
	      "  -C, --console FILE      keep the serial console's log\n"
	      "      --qmp SOCKET        let another program on this host talk to QEMU\n"
	      "  -v, --verbose           say what is run\n"
	      "  -h, --help              this help\n"
	      "      --version           the version\n"
	      "\n"
	      "Exit status: the command's (119 if it was 120 or more), 2 bad usage, 120 the\n"
	      "lab failed, 121 time limit, 122 kernel panic or hang, 123 kernel splat,\n"
	      "128+N ended by signal N.\n", to);
}
