// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>

#include "pressure.h"

#define MIB (UINT64_C(1) << 20)

static struct fault fault;

static void good_specs(void **state)
{
	static const struct {
		const char *text;
		struct pressure_spec spec;
	} t[] = {
		{ "anon=1", { PRESSURE_ANON, 1, 10, "" } },
		{ "anon=512M", { PRESSURE_ANON, 512 * MIB, 10, "" } },
		{ "cache=1.5G", { PRESSURE_CACHE, 1536 * MIB, 10, "" } },
		{ "mlock=4KiB,rate=0", { PRESSURE_MLOCK, 4096, 0, "" } },
		{ "pin=1G,rate=1000", { PRESSURE_PIN, 1024 * MIB, 1000, "" } },
		{ "splice=2M", { PRESSURE_SPLICE, 2 * MIB, 10, "" } },
		{ "fork=2M,rate=50", { PRESSURE_FORK, 2 * MIB, 50, "" } },
		{ "slab=2M", { PRESSURE_SLAB, 2 * MIB, 10, "" } },
		{ "huge=64T", { PRESSURE_HUGE, PRESSURE_DOSE_MAX, 10, "" } },
		{ "cache=1M,dir=/a b", { PRESSURE_CACHE, MIB, 10, "/a b" } },
		{ "cache=1M,dir=a=b,rate=7", { PRESSURE_CACHE, MIB, 7, "a=b" } },
		{ "cache=1M,rate=7,dir=/", { PRESSURE_CACHE, MIB, 7, "/" } },
	};
	struct pressure_spec spec;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		if (pressure_parse(t[i].text, &spec, &fault))
			fail_msg("%s: %s", t[i].text, fault.text);
		assert_int_equal(spec.kind, t[i].spec.kind);
		assert_int_equal(spec.bytes, t[i].spec.bytes);
		assert_int_equal(spec.rate, t[i].spec.rate);
		assert_string_equal(spec.folder, t[i].spec.folder);
	}
}

/* Each is refused for what its text should name. */
static void bad_specs(void **state)
{
	static const char *const t[][2] = {
		{ "", "\"\"" },
		{ "anon", "\"\"" },
		{ "anon=", "\"\"" },
		{ "anon=0", "\"0\"" },
		{ "anon=-1", "\"-1\"" },
		{ "anon=1X", "\"1X\"" },
		{ "anon=1M ", "\"1M \"" },
		{ "anon=64.1T", "\"64.1T\"" },
		{ "anon=99999999999999999999E", "\"99999999999999999999E\"" },
		{ "memory=1M", "\"memory\"" },
		{ "Anon=1M", "\"Anon\"" },
		{ " anon=1M", "\" anon\"" },
		{ "=1M", "\"\"" },
		{ ",anon=1M", "\"\"" },
		{ "anon=1M,", "\"\"" },
		{ "anon=1M,rate", "\"rate\"" },
		{ "anon=1M,rate=", "\"\"" },
		{ "anon=1M,rate=-1", "\"-1\"" },
		{ "anon=1M,rate=1001", "\"1001\"" },
		{ "anon=1M,rate=10%", "\"10%\"" },
		{ "anon=1M,rate=1,rate=1", "\"rate\"" },
		{ "anon=1M,speed=1", "\"speed\"" },
		{ "anon=1M,dir=/tmp", "cache only" },
		{ "cache=1M,dir=", "dir" },
		{ "cache=1M,dir=/,dir=/", "\"dir\"" },
		{ "cache=1M,dir=/,", "\"\"" },
	};
	const struct pressure_spec before = { PRESSURE_SLAB, 7, 8, "nine" };
	struct pressure_spec spec = before;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		if (pressure_parse(t[i][0], &spec, &fault) != -EINVAL)
			fail_msg("%s was taken", t[i][0]);
		if (!strstr(fault.text, t[i][1]))
			fail_msg("%s: %s", t[i][0], fault.text);
	}
	assert_memory_equal(&spec, &before, sizeof(spec));
}

static void long_specs(void **state)
{
	char text[4 * PRESSURE_FOLDER_MAX];
	struct pressure_spec spec;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(text) - 16; len++) {
		snprintf(text, sizeof(text), "cache=1M,dir=%0*d", (int)len + 1, 0);
		assert_int_equal(pressure_parse(text, &spec, &fault),
				 len + 1 < PRESSURE_FOLDER_MAX ? 0 : -EINVAL);
	}
}

/* Whatever comes, it is taken within its bounds, or refused in words. */
static void anything_at_all(void **state)
{
	static const char letters[] = "anoncachemlockpinforkslabhuge=,=,=,rate=dir0123456789MGP./";
	struct pressure_spec spec;
	char text[64];
	unsigned int n;
	size_t i, len;

	(void)state;
	seed();
	for (n = 0; n < 200000; n++) {
		strcpy(text, n % 2 ? "cache=1M," : "");
		len = strlen(text) + (size_t)rand() % 20;
		for (i = strlen(text); i < len; i++)
			text[i] = n % 3 ? letters[(size_t)rand() % (sizeof(letters) - 1)] :
				  (char)(1 + rand() % 255);
		text[len] = '\0';
		fault.text[0] = '\0';
		if (pressure_parse(text, &spec, &fault)) {
			assert_true(*fault.text);
			continue;
		}
		assert_in_range(spec.kind, 0, PRESSURE_KINDS - 1);
		assert_in_range(spec.bytes, 1, PRESSURE_DOSE_MAX);
		assert_in_range(spec.rate, 0, PRESSURE_RATE_MAX);
	}
}

static void names(void **state)
{
	char text[32];
	struct pressure_spec spec;
	unsigned int kind;

	(void)state;
	for (kind = 0; kind < PRESSURE_KINDS; kind++) {
		snprintf(text, sizeof(text), "%s=1M", pressure_kind_name(kind));
		assert_int_equal(pressure_parse(text, &spec, &fault), 0);
		assert_int_equal(spec.kind, kind);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_specs),
		cmocka_unit_test(bad_specs),
		cmocka_unit_test(long_specs),
		cmocka_unit_test(anything_at_all),
		cmocka_unit_test(names),
	};

	return RUN(tests);
}
