// SPDX-License-Identifier: GPL-2.0
#include "share.h"
#include "unit.h"

static void refused(void **state)
{
	static const char *const t[] = {
		"/", "/home", "/root", "/etc", "/etc/ssl", "/usr", "/usr/local", "/proc/1",
		"/sys", "/dev/shm", "/var", "/tmp", "/home/ann",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		if (!share_refusal(t[i], "/home/ann"))
			fail_msg("%s is shared", t[i]);
	/* A folder above a home that lies elsewhere. */
	assert_non_null(share_refusal("/data", "/data/people/ann"));
}

static void allowed(void **state)
{
	static const char *const t[] = {
		"/home/ann/memgroup", "/srv/build/1", "/tmp/x", "/etcetera", "/home/annabel",
		"/usrlocal", "/var/tmp/results",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		if (share_refusal(t[i], "/home/ann"))
			fail_msg("%s is refused", t[i]);
	assert_null(share_refusal("/projects", "/"));
	assert_null(share_refusal("/projects", ""));
	assert_null(share_refusal("/projects", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(allowed),
	};

	return RUN(tests);
}
