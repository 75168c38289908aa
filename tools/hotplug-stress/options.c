// SPDX-License-Identifier: GPL-2.0

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "spec.h"
#include "units.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* In milliseconds, it fits into an unsigned int. */
#define SECONDS_MAX	(40U * 24 * 3600)
#define TIMEOUT_S	30
#define DURATION_S	60

/* Which commands know an option. LOGGED ones belong to what is done. */
enum {
	RUN = 1 << ACTION_RUN,
	REPLAY = 1 << ACTION_REPLAY,
	REPORT = 1 << ACTION_REPORT,
	LOGGED = 1 << 8,
};

enum option_number {
	OPT_DEVICE = 256, OPT_PATTERN, OPT_SEED, OPT_DURATION, OPT_OPERATIONS,
	OPT_RATE, OPT_PRESSURE, OPT_FLOOR, OPT_OP_TIMEOUT, OPT_QMP,
	OPT_NO_CHECK, OPT_IGNORE, OPT_LOG, OPT_JSON, OPT_BYTES,
	OPT_NOHEADINGS, OPT_PLOT, OPT_QUIET, OPT_ALLOW, OPT_HELP, OPT_VERSION,
};

static const struct rule {
	const char *name;
	bool has_value;
	int number;
	unsigned int where;
} rules[] = {
	{ "device", true, OPT_DEVICE, RUN | LOGGED },
	{ "pattern", true, OPT_PATTERN, RUN | LOGGED },
	{ "seed", true, OPT_SEED, RUN | LOGGED },
	{ "rate", true, OPT_RATE, RUN | LOGGED },
	{ "pressure", true, OPT_PRESSURE, RUN | LOGGED },
	{ "floor", true, OPT_FLOOR, RUN | LOGGED },
	{ "op-timeout", true, OPT_OP_TIMEOUT, RUN | LOGGED },
	{ "qmp", true, OPT_QMP, RUN | LOGGED },
	{ "no-check", false, OPT_NO_CHECK, RUN | LOGGED },
	{ "ignore", true, OPT_IGNORE, RUN | LOGGED },
	{ "duration", true, OPT_DURATION, RUN },
	{ "operations", true, OPT_OPERATIONS, RUN },
	{ "log", true, OPT_LOG, RUN | REPLAY },
	{ "quiet", false, OPT_QUIET, RUN | REPLAY },
	{ OPTION_ALLOW, false, OPT_ALLOW, RUN | REPLAY },
	{ "json", false, OPT_JSON, RUN | REPLAY | REPORT },
	{ "bytes", false, OPT_BYTES, RUN | REPLAY | REPORT },
	{ "noheadings", false, OPT_NOHEADINGS, RUN | REPLAY | REPORT },
	{ "plot", true, OPT_PLOT, RUN | REPLAY | REPORT },
	{ "help", false, OPT_HELP, RUN | REPLAY | REPORT },
	{ "version", false, OPT_VERSION, RUN | REPLAY | REPORT },
};

static const char *const commands[] = {
	[ACTION_RUN] = "run",
	[ACTION_REPLAY] = "replay",
	[ACTION_REPORT] = "report",
};

static int bad_value(const char *name, const char *value, const char *want,
		     struct fault *fault)
{
	return fault_set(fault, EINVAL, "--%s: \"%s\" is not %s", name, value,
			 want);
}

static int take_seconds(const char *name, const char *value,
			unsigned int *seconds, struct fault *fault)
{
	uint64_t number;

	if (units_parse_decimal(value, &number) || number > SECONDS_MAX)
		return bad_value(name, value, "a number of seconds, 40 days at most",
				 fault);
	*seconds = (unsigned int)number;
	return 0;
}

static int take_rate(const char *value, double *rate, struct fault *fault)
{
	char *end;

	*rate = strtod(value, &end);
	if (!isdigit((unsigned char)*value) || *end || !isfinite(*rate) ||
	    *rate < 0.000001 || *rate > 1e6)
		return bad_value("rate", value,
				 "a number of operations a second", fault);
	return 0;
}

static int too_many(const char *name, size_t max, struct fault *fault)
{
	return fault_set(fault, EINVAL, "--%s: more than %zu of them", name,
			 max);
}

/* Puts what the parser of @value said behind the option's name. */
static int named(const char *name, const struct fault *cause,
		 struct fault *fault)
{
	return fault_set(fault, EINVAL, "--%s: %.900s", name, cause->text);
}

static int take_device(struct options *o, const char *value,
		       struct fault *fault)
{
	struct fault cause;

	if (o->nr_devices == NR(o->devices))
		return too_many("device", NR(o->devices), fault);
	if (spec_parse(value, &o->devices[o->nr_devices], &cause))
		return named("device", &cause, fault);
	o->nr_devices++;
	return 0;
}

static int take_pressure(struct options *o, const char *value,
			 struct fault *fault)
{
	struct fault cause;

	if (o->nr_pressures == NR(o->pressures))
		return too_many("pressure", NR(o->pressures), fault);
	if (pressure_parse(value, &o->pressures[o->nr_pressures], &cause))
		return named("pressure", &cause, fault);
	o->nr_pressures++;
	return 0;
}

static int take_ignored(struct options *o, const char *value,
			struct fault *fault)
{
	if (o->nr_ignored == NR(o->ignored))
		return too_many("ignore", NR(o->ignored), fault);
	/* It would be in every message. */
	if (!*value)
		return bad_value("ignore", value, "a text", fault);
	o->ignored[o->nr_ignored++] = value;
	return 0;
}

/* What decides on the operations. */
static int take_logged(struct options *o, int number, const char *value,
		       struct fault *fault)
{
	switch (number) {
	case OPT_DEVICE:
		return take_device(o, value, fault);
	case OPT_PATTERN:
		return pattern_parse(value, &o->pattern) ?
			bad_value("pattern", value,
				  "random, grow-shrink, sawtooth, churn or autoscaler",
				  fault) : 0;
	case OPT_SEED:
		o->seed_given = true;
		return units_parse_decimal(value, &o->seed) ?
			bad_value("seed", value, "a number below 2^64", fault) :
			0;
	case OPT_RATE:
		return take_rate(value, &o->rate, fault);
	case OPT_PRESSURE:
		return take_pressure(o, value, fault);
	case OPT_FLOOR:
		o->floor_given = true;
		return units_parse_size(value, &o->floor_bytes) ?
			bad_value("floor", value, "a size such as 256M", fault) :
			0;
	case OPT_OP_TIMEOUT:
		return take_seconds("op-timeout", value, &o->timeout_s, fault);
	case OPT_QMP:
		o->qmp = value;
		return *value ? 0 : bad_value("qmp", value, "a socket", fault);
	case OPT_NO_CHECK:
		o->no_check = true;
		return 0;
	default:
		return take_ignored(o, value, fault);
	}
}

/* The rest: how long, and what is said about it. */
static int take_other(struct options *o, int number, const char *value,
		      struct fault *fault)
{
	switch (number) {
	case OPT_DURATION:
		o->duration_given = true;
		return take_seconds("duration", value, &o->duration_s, fault);
	case OPT_OPERATIONS:
		if (units_parse_decimal(value, &o->operations) ||
		    !o->operations)
			return bad_value("operations", value,
					 "a number of operations", fault);
		return 0;
	case OPT_LOG:
		o->log = value;
		return *value ? 0 : bad_value("log", value, "a file", fault);
	case OPT_PLOT:
		o->plot = value;
		return *value ? 0 : bad_value("plot", value, "a file", fault);
	case OPT_JSON:
		o->format.json = true;
		return 0;
	case OPT_BYTES:
		o->format.bytes = true;
		return 0;
	case OPT_NOHEADINGS:
		o->format.noheadings = true;
		return 0;
	case OPT_QUIET:
		o->quiet = true;
		return 0;
	default:
		o->allowed = true;
		return 0;
	}
}

static int take(struct options *o, const struct rule *rule, const char *value,
		struct fault *fault)
{
	if (!(rule->where & LOGGED))
		return take_other(o, rule->number, value, fault);
	if (o->nr_logged == NR(o->logged))
		return too_many(rule->name, NR(o->logged), fault);
	/* The log has a line for each. */
	if (value && strchr(value, '\n'))
		return fault_set(fault, EINVAL, "--%s: more than one line",
				 rule->name);
	o->logged[o->nr_logged++] = (struct given){ rule->name, value };
	return take_logged(o, rule->number, value, fault);
}

int options_take_logged(struct options *options, const char *name,
			const char *value, struct fault *fault)
{
	size_t i;

	for (i = 0; i < NR(rules); i++) {
		if (strcmp(rules[i].name, name) || !(rules[i].where & LOGGED))
			continue;
		if (rules[i].has_value != !!value)
			return fault_set(fault, EINVAL, "option %s %s", name,
					 value ? "has no value" :
					 "needs a value");
		return take(options, &rules[i], value, fault);
	}
	return fault_set(fault, EINVAL, "there is no option \"%s\"", name);
}

static bool all_of_vm(const struct options *o)
{
	size_t i;

	for (i = 0; i < o->nr_devices; i++)
		if (o->devices[i].kind != DEVICE_DIMM &&
		    o->devices[i].kind != DEVICE_VIRTIO_MEM)
			return false;
	return true;
}

int options_check(struct options *options, struct fault *fault)
{
	if (!options->nr_devices)
		return fault_set(fault, EINVAL,
				 "which memory? At least one --device is needed, such as --device blocks");
	if (options->qmp && !all_of_vm(options))
		return fault_set(fault, EINVAL,
				 "--qmp: it has dimm and virtio-mem devices only");
	if (options->qmp && options->nr_pressures)
		return fault_set(fault, EINVAL,
				 "--qmp: --pressure would be on this machine, not on that one");
	return 0;
}

static int find_command(const char *word, enum action *action,
			struct fault *fault)
{
	size_t i;

	for (i = 0; i < NR(commands); i++) {
		if (!strcmp(word, commands[i])) {
			*action = (enum action)i;
			return 0;
		}
	}
	return fault_set(fault, EINVAL, "\"%s\" is none of run, replay, report",
			 word);
}

static const struct rule *find_rule(int number)
{
	size_t i;

	for (i = 0; rules[i].number != number; i++)
		;
	return &rules[i];
}

/* Long options as getopt_long() wants them. Returns what it says of the next one. */
static int next_option(int argc, char **argv)
{
	static struct option longs[NR(rules) + 1];
	size_t i;

	for (i = 0; i < NR(rules); i++)
		longs[i] = (struct option){
			.name = rules[i].name,
			.has_arg = rules[i].has_value ? required_argument :
				   no_argument,
			.val = rules[i].number,
		};
	return getopt_long(argc, argv, ":hVq", longs, NULL);
}

/* The options behind the command. Returns 0 with @options->action for help, too. */
static int parse_options(struct options *o, int argc, char **argv,
			 struct fault *fault)
{
	const unsigned int where = 1U << o->action;
	const struct rule *rule;
	int number, ret;

	optind = 0;	/* afresh: a test does it many times */
	opterr = 0;
	while ((number = next_option(argc, argv)) != -1) {
		switch (number) {
		case 'h':
		case OPT_HELP:
			o->action = ACTION_HELP;
			return 0;
		case 'V':
		case OPT_VERSION:
			o->action = ACTION_VERSION;
			return 0;
		case 'q':
			number = OPT_QUIET;
			break;
		case ':':
			return fault_set(fault, EINVAL, "%s: needs a value",
					 argv[optind - 1]);
		case '?':
			return fault_set(fault, EINVAL,
					 "%s: there is no such option, or it has no value",
					 argv[optind - 1]);
		}
		rule = find_rule(number);
		if (!(rule->where & where))
			return fault_set(fault, EINVAL,
					 "--%s: is none of \"%s\"", rule->name,
					 commands[o->action]);
		ret = take(o, rule, optarg, fault);
		if (ret)
			return ret;
	}
	o->files = argv + optind;
	o->nr_files = (size_t)(argc - optind);
	return 0;
}

static int check_files(const struct options *o, struct fault *fault)
{
	if (o->action == ACTION_RUN && o->nr_files)
		return fault_set(fault, EINVAL, "%s: run takes no file",
				 o->files[0]);
	if (o->action == ACTION_REPLAY && o->nr_files != 1)
		return fault_set(fault, EINVAL, "replay: one log is needed");
	if (o->action == ACTION_REPORT && !o->nr_files)
		return fault_set(fault, EINVAL,
				 "report: one or more JSON reports are needed");
	if (o->plot) {
		const char *ending = strrchr(o->plot, '.');

		if (!ending || (strcmp(ending, ".svg") && strcmp(ending, ".png")))
			return bad_value("plot", o->plot,
					 "a name that ends with .svg or .png",
					 fault);
	}
	return 0;
}

int options_parse(struct options *options, int argc, char **argv,
		  struct fault *fault)
{
	int ret;

	*options = (struct options){ .timeout_s = TIMEOUT_S };
	if (argc < 2)
		return fault_set(fault, EINVAL,
				 "what? run, replay or report");
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
		options->action = ACTION_HELP;
		return 0;
	}
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		options->action = ACTION_VERSION;
		return 0;
	}
	ret = find_command(argv[1], &options->action, fault);
	if (!ret)
		ret = parse_options(options, argc - 1, argv + 1, fault);
	if (ret || options->action > ACTION_REPORT)
		return ret;
	ret = check_files(options, fault);
	if (ret || options->action != ACTION_RUN)
		return ret;
	if (!options->duration_given && !options->operations)
		options->duration_s = DURATION_S;
	return options_check(options, fault);
}

void options_help(FILE *out)
{
	fputs("Usage: hotplug-stress run --device SPEC... [OPTIONS]\n"
	      "       hotplug-stress replay LOG [OPTIONS]\n"
	      "       hotplug-stress report FILE... [--json] [--plot FILE]\n"
	      "\n"
	      "Drive memory in and out, check what the kernel makes of it, and measure what\n"
	      "comes back. \"replay\" does the operations of a log again; \"report\" adds up\n"
	      "reports that were written with --json.\n"
	      "\n"
	      "Devices (repeat --device for more; sizes such as 512M or 4G):\n"
	      "  blocks[,first=N][,last=N]     memory blocks that are online, offline and\n"
	      "                                online again; without a range, those of\n"
	      "                                hotplugged memory\n"
	      "  sim-static,size=SIZE[,node=N][,count=N]\n"
	      "  sim-dynamic,size=SIZE[,unit=SIZE][,node=N][,count=N]\n"
	      "                                devices made by the kernel module memgroup_sim\n"
	      "  dimm,size=SIZE[,node=N][,count=N]\n"
	      "  virtio-mem,name=ID[,size=MAX] devices of the hypervisor\n"
	      "\n"
	      "What is done:\n"
	      "      --pattern WORD     random (default), grow-shrink, sawtooth, churn or\n"
	      "                         autoscaler\n"
	      "      --seed N           the choices to be made; the default differs each time\n"
	      "      --duration SEC     for so long, 0: no limit (default: 60, or no limit\n"
	      "                         with --operations)\n"
	      "      --operations N     so many operations\n"
	      "      --rate N           at most so many a second\n"
	      "      --op-timeout SEC   for each operation, 0: none (default: 30)\n"
	      "      --pressure KIND=SIZE[,rate=PERCENT]\n"
	      "                         load on memory meanwhile: anon, cache, mlock, pin,\n"
	      "                         splice, fork, slab, huge; repeat for more\n"
	      "      --floor SIZE       free kernel memory to be left alone (default: 256M, at\n"
	      "                         most 5 % of the memory)\n"
	      "      --qmp SOCKET       change the QEMU machine behind it, not this one\n"
	      "      --no-check         do not check what the kernel decides and shows\n"
	      "      --ignore TEXT      a kernel message with this is no violation; repeat\n"
	      "      --log FILE         log the operations here, and keep it\n"
	      "      --take-memory-of-this-machine\n"
	      "                         needed on all but guests of hotplug-vm\n"
	      "\n"
	      "What is said:\n"
	      "      --json             the report as JSON\n"
	      "      --bytes            sizes in bytes\n"
	      "      --noheadings       no column headings\n"
	      "      --plot FILE        draw the report, as .svg or .png\n"
	      "  -q, --quiet            no progress\n"
	      "  -h, --help             print this help\n"
	      "  -V, --version          print the version\n"
	      "\n"
	      "Exit status: 0 good, 1 error, 2 bad usage, 3 violation found, 128+N ended by\n"
	      "signal N. Whatever ends it, memory is first made as it was before.\n", out);
}
