// SPDX-License-Identifier: GPL-2.0
#include "tenants.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between two looks at the load: killed parts of it are started anew. */
#define LOOK_MS	200
/* Of a share, by which it may differ. */
#define VARIES	5

/* What a tenant tells. */
struct told {
	volatile bool settled;
	volatile int error;		/* negative, with @fault */
	struct fault fault;
	struct pressure_trouble trouble;
};

struct tenants {
	struct told *told;		/* shared */
	pid_t pid[TENANTS];
};

static volatile sig_atomic_t leaving;

static void on_signal(int signal)
{
	(void)signal;
	leaving = 1;
}

/* Returns when it was told to leave, or with what went wrong. */
static int live(struct told *told, const struct pressure_spec *specs, size_t nr)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	struct pressure *pressure;
	int err = pressure_start(&pressure, specs, nr, 0, &told->fault);

	while (!err && !leaving) {
		err = pressure_look(pressure, &told->trouble, &told->fault);
		if (!err)
			told->settled = true;
		nanosleep(&pause, NULL);
	}
	pressure_stop(pressure);
	/* Told to leave before it had all: no fault of its own. */
	return leaving ? 0 : err;
}

static void tenant(struct told *told, const struct pressure_spec *specs, size_t nr,
		   pid_t parent)
{
	const struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	told->error = live(told, specs, nr);
	_exit(told->error != 0);
}

/* From 4/5 to 6/5 of @bytes / TENANTS. */
static uint64_t share(uint64_t bytes, unsigned short random[3])
{
	uint64_t part = bytes / TENANTS, most = 2 * part / VARIES;

	return part - part / VARIES + (uint64_t)nrand48(random) % (most + 1);
}

/* The last tenant gets what the others left, so that each seed has the same load. */
static int make_shares(struct pressure_spec (**shares)[TENANTS],
		       const struct pressure_spec *specs, size_t nr,
		       unsigned short random[3])
{
	size_t i, t;

	*shares = calloc(nr ?: 1, sizeof(**shares));
	if (!*shares)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		uint64_t left = specs[i].bytes;

		for (t = 0; t < TENANTS; t++) {
			struct pressure_spec *spec = &(*shares)[i][t];

			*spec = specs[i];
			spec->bytes = t + 1 < TENANTS ? share(specs[i].bytes, random) : left;
			left -= spec->bytes;
		}
	}
	return 0;
}

static int start_one(struct tenants *tenants, size_t t,
		     struct pressure_spec (*shares)[TENANTS], size_t nr,
		     struct fault *fault)
{
	struct pressure_spec *specs = calloc(nr ?: 1, sizeof(*specs));
	const pid_t self = getpid();
	size_t i;
	int err = 0;

	if (!specs)
		return fault_nomem(fault);
	for (i = 0; i < nr; i++)
		specs[i] = shares[i][t];
	tenants->pid[t] = fork();
	if (!tenants->pid[t])
		tenant(&tenants->told[t], specs, nr, self);
	if (tenants->pid[t] < 0) {
		err = fault_set(fault, errno, "a tenant: fork: %s", strerror(errno));
		tenants->pid[t] = 0;
	}
	free(specs);
	return err;
}

int tenants_start(struct tenants **tenants, const struct pressure_spec *specs,
		  size_t nr, unsigned short random[3], struct fault *fault)
{
	struct pressure_spec (*shares)[TENANTS] = NULL;
	struct tenants *t = calloc(1, sizeof(*t));
	int err = 0;
	size_t i;

	if (!t || make_shares(&shares, specs, nr, random)) {
		free(t);
		return fault_nomem(fault);
	}
	t->told = mmap(NULL, TENANTS * sizeof(*t->told), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t->told == MAP_FAILED) {
		t->told = NULL;
		err = fault_nomem(fault);
	}
	for (i = 0; !err && i < TENANTS; i++)
		err = start_one(t, i, shares, nr, fault);
	free(shares);
	if (err)
		tenants_stop(t);
	else
		*tenants = t;
	return err;
}

/* Is the tenant gone, which it should not be? */
static int look_at(struct tenants *tenants, size_t t, struct fault *fault)
{
	const struct told *told = &tenants->told[t];

	if (!tenants->pid[t] || waitpid(tenants->pid[t], NULL, WNOHANG) <= 0)
		return 0;
	tenants->pid[t] = 0;
	if (!told->error)
		return fault_set(fault, ECHILD, "a tenant was killed");
	*fault = told->fault;
	return told->error;
}

int tenants_settled(struct tenants *tenants, struct fault *fault)
{
	int settled = 1, err;
	size_t i;

	for (i = 0; i < TENANTS; i++) {
		err = look_at(tenants, i, fault);
		if (err)
			return err;
		settled &= tenants->told[i].settled;
	}
	return settled;
}

void tenants_sums(const struct tenants *tenants, struct tenants_sums *sums)
{
	size_t i;

	memset(sums, 0, sizeof(*sums));
	for (i = 0; i < TENANTS; i++) {
		const struct pressure_trouble *trouble = &tenants->told[i].trouble;

		sums->asked_bytes += trouble->asked_bytes;
		sums->held_bytes += trouble->held_bytes;
		sums->failed_allocations += trouble->failed_allocations;
		sums->kills += trouble->load_kills;
	}
}

/* From @first on. */
static void end(struct tenants *tenants, size_t first)
{
	size_t i;

	for (i = first; i < TENANTS; i++)
		if (tenants->pid[i])
			kill(tenants->pid[i], SIGTERM);
	for (i = first; i < TENANTS; i++) {
		if (!tenants->pid[i])
			continue;
		while (waitpid(tenants->pid[i], NULL, 0) < 0 && errno == EINTR)
			;
		tenants->pid[i] = 0;
	}
}

void tenants_leave(struct tenants *tenants)
{
	end(tenants, 1);
}

void tenants_stop(struct tenants *tenants)
{
	if (!tenants)
		return;
	end(tenants, 0);
	if (tenants->told)
		munmap(tenants->told, TENANTS * sizeof(*tenants->told));
	free(tenants);
}
