// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"
#include "stop.h"

#define NS_PER_MS 1000000LL

/* What the processes of a test tell each other. */
static struct shared {
	atomic_int restored;		/* how often */
	atomic_int orphaned;
	atomic_int restorer;		/* the process that did it last */
	atomic_int parent;		/* who has a guard */
	atomic_int child;		/* a child of that one */
	atomic_int child_gone;		/* when restoring began: was that gone? */
	atomic_int result;		/* what restoring shall return */
	atomic_int slow_ms;		/* and how long it shall take */
	atomic_int ready;
} *shared;

static struct fault fault;
/* Its other end is held by all of the test's children: the end of the last one shows. */
static int alive[2];

static void pause_ms(unsigned int ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * NS_PER_MS };

	while (nanosleep(&time, NULL) && errno != EINTR)
		;
}

static bool is_gone(pid_t pid)
{
	char name[64], text[256] = "";
	FILE *file;
	bool gone;

	snprintf(name, sizeof(name), "/proc/%d/stat", pid);
	file = fopen(name, "r");
	gone = !file || !fgets(text, sizeof(text), file) || strstr(text, ") Z ");
	if (file)
		fclose(file);
	return gone;
}

static int restore(void *context, struct fault *why)
{
	int i;

	assert_ptr_equal(context, shared);
	shared->restorer = getpid();
	/* The kernel closes its files first, and then shows that it is gone. */
	for (i = 0; i < 20 && shared->child && !is_gone(shared->child); i++)
		pause_ms(10);
	shared->child_gone = i < 20;
	pause_ms(shared->slow_ms);
	shared->restored++;
	return shared->result ? fault_set(why, shared->result, "not all of it") : 0;
}

static void orphaned(void *context)
{
	assert_ptr_equal(context, shared);
	shared->orphaned++;
}

static const struct guard_orders *orders(void)
{
	static struct guard_orders all;

	all = (struct guard_orders){
		.restore = restore, .orphaned = orphaned, .context = shared,
	};
	return &all;
}

static int set_up(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	return shared == MAP_FAILED || pipe(alive);
}

static int tear_down(void **state)
{
	(void)state;
	close(alive[0]);
	close(alive[1]);
	return munmap(shared, sizeof(*shared));
}

static void wait_until(atomic_int *value, int wanted)
{
	int i;

	for (i = 0; i < 1000 && *value != wanted; i++)
		pause_ms(10);
	assert_int_equal(*value, wanted);
}

/* All that were forked since set_up() are gone. */
static void wait_for_all(void)
{
	struct pollfd fd = { .fd = alive[0], .events = POLLIN };

	close(alive[1]);
	alive[1] = -1;
	assert_int_equal(poll(&fd, 1, 20000), 1);
}

static void restores_on_request(void **state)
{
	struct guard *guard;

	(void)state;
	assert_int_equal(guard_start(&guard, orders(), &fault), 0);
	assert_true(guard_alive(guard));
	assert_int_equal(guard_restore(guard, &fault), 0);
	assert_int_equal(shared->restored, 1);
	assert_true(shared->restorer != getpid());
	shared->result = EBUSY;
	assert_int_equal(guard_restore(guard, &fault), -EBUSY);
	assert_string_equal(fault.text, "not all of it");
	guard_stop(guard);
	wait_for_all();
	/* It was told to go, so it did no more. */
	assert_int_equal(shared->restored, 2);
	assert_int_equal(shared->orphaned, 0);
	guard_stop(NULL);
}

/* A process with a guard and a child that does not see to its own end quickly. */
static void be_parent(bool stubborn)
{
	const pid_t self = getpid();
	struct guard *guard;
	pid_t child;

	/* What cmocka would catch. */
	signal(SIGSEGV, SIG_DFL);
	if (guard_start(&guard, orders(), &fault))
		_exit(1);
	child = fork();
	if (!child) {
		/* As long as it lives it has the guard's socket. */
		if (stubborn)
			pause_ms(1500);
		else
			prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!stubborn && getppid() == self)
			pause_ms(60000);
		_exit(0);
	}
	shared->child = child;
	shared->parent = self;
	shared->ready = 1;
	pause_ms(60000);
	_exit(0);
}

static pid_t start_parent(bool stubborn)
{
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		be_parent(stubborn);
	wait_until(&shared->ready, 1);
	return pid;
}

static void after_death(bool stubborn, int number)
{
	const pid_t pid = start_parent(stubborn);
	int status;

	kill(pid, number);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	wait_until(&shared->orphaned, 1);
	assert_int_equal(shared->restored, 1);
	assert_true(shared->restorer != pid);
	assert_true(shared->child_gone);
	wait_for_all();
	assert_int_equal(shared->restored, 1);
}

static void restores_after_kill(void **state)
{
	(void)state;
	after_death(false, SIGKILL);
}

static void restores_after_crash(void **state)
{
	(void)state;
	after_death(false, SIGSEGV);
}

/* Not while somebody could still change something. */
static void waits_for_children(void **state)
{
	const long long start_ns = stop_now_ns();

	(void)state;
	after_death(true, SIGKILL);
	assert_true((stop_now_ns() - start_ns) / NS_PER_MS > 1000);
}

static void signals_do_not_end_it(void **state)
{
	static const int numbers[] = {
		SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE, SIGUSR1,
	};
	struct guard *guard;
	size_t i;

	(void)state;
	assert_int_equal(guard_start(&guard, orders(), &fault), 0);
	/* Only its own process can tell which it is. */
	assert_int_equal(guard_restore(guard, &fault), 0);
	for (i = 0; i < COUNT(numbers); i++)
		kill(shared->restorer, numbers[i]);
	pause_ms(100);
	assert_true(guard_alive(guard));
	assert_int_equal(guard_restore(guard, &fault), 0);
	assert_int_equal(shared->restored, 2);
	/* It has a session of its own: no terminal reaches it. */
	assert_int_equal(getsid(shared->restorer), shared->restorer);
	guard_stop(guard);
}

/* Two that die at once leave nobody. One alone is done without. */
static void without_it_we_do_it(void **state)
{
	struct guard *guard;

	(void)state;
	assert_int_equal(guard_start(&guard, orders(), &fault), 0);
	assert_int_equal(guard_restore(guard, &fault), 0);
	kill(shared->restorer, SIGKILL);
	while (guard_alive(guard))
		pause_ms(10);
	assert_int_equal(guard_restore(guard, &fault), 0);
	assert_int_equal(shared->restored, 2);
	assert_int_equal(shared->restorer, getpid());
	guard_stop(guard);
}

/* It dies in the middle: then it is done again, here. */
static void dies_while_restoring(void **state)
{
	struct guard *guard;
	pid_t killer;

	(void)state;
	assert_int_equal(guard_start(&guard, orders(), &fault), 0);
	shared->slow_ms = 500;
	killer = fork();
	if (!killer) {
		while (!shared->restorer)
			pause_ms(10);
		kill(shared->restorer, SIGKILL);
		shared->slow_ms = 0;
		_exit(0);
	}
	assert_int_equal(guard_restore(guard, &fault), 0);
	assert_int_equal(shared->restored, 1);
	assert_int_equal(shared->restorer, getpid());
	guard_stop(guard);
	waitpid(killer, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(restores_on_request, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restores_after_kill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restores_after_crash, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits_for_children, set_up, tear_down),
		cmocka_unit_test_setup_teardown(signals_do_not_end_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_it_we_do_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dies_while_restoring, set_up, tear_down),
	};

	return RUN(tests);
}
