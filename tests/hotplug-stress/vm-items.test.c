// SPDX-License-Identifier: GPL-2.0
/* The two lists of memory devices, taken apart. */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "vm-items.h"

#define GIB(n) ((uint64_t)(n) << 30)

static struct fault fault;

static int from_ask(const char *text, struct vm_items *items)
{
	fault.text[0] = '\0';
	return vm_items_from_ask(text, items, "the guest", &fault);
}

static int from_qmp(const char *text, struct vm_items *items)
{
	struct json_object *result = json_tokener_parse(text);
	int ret;

	fault.text[0] = '\0';
	ret = vm_items_from_qmp(result, items, "/run/qmp", &fault);
	json_object_put(result);
	return ret;
}

static void check_three(const struct vm_items *items)
{
	const struct vm_item *dimm = vm_items_find(items, "d0");
	const struct vm_item *mem = vm_items_find(items, "v0");

	assert_int_equal(items->nr, 3);
	assert_non_null(dimm);
	assert_int_equal(dimm->kind, VM_ITEM_DIMM);
	assert_int_equal(dimm->node, 1);
	assert_true(dimm->size == GIB(1));
	assert_true(dimm->address == GIB(6));
	assert_non_null(mem);
	assert_int_equal(mem->kind, VM_ITEM_VIRTIO_MEM);
	assert_true(mem->size == GIB(2));
	assert_true(mem->requested == GIB(3));
	assert_true(mem->max == GIB(8));
	assert_true(mem->address == GIB(7));
	assert_int_equal(vm_items_find(items, "n0")->kind, VM_ITEM_OTHER);
	assert_null(vm_items_find(items, "d1"));
}

static void asked_in_the_guest(void **state)
{
	struct vm_items items;

	(void)state;
	assert_int_equal(from_ask("[\n"
		"{\"type\":\"dimm\",\"id\":\"d0\",\"node\":1,\"size\":1073741824,"
		"\"requested\":null,\"max\":1073741824,\"address\":6442450944,\"state\":\"present\"},\n"
		"{\"type\":\"nvdimm\",\"id\":\"n0\",\"node\":0,\"size\":1,\"requested\":null,"
		"\"max\":1,\"address\":1,\"state\":\"present\"},\n"
		"{\"type\":\"virtio-mem\",\"id\":\"v0\",\"node\":0,\"size\":2147483648,"
		"\"requested\":3221225472,\"max\":8589934592,\"address\":7516192768,"
		"\"state\":\"present\"}\n]\n", &items), 0);
	check_three(&items);
	assert_false(vm_items_find(&items, "d0")->leaving);
	vm_items_free(&items);
	assert_int_equal(from_ask("[]\n", &items), 0);
	assert_int_equal(items.nr, 0);
	vm_items_free(&items);
}

static void asked_over_qmp(void **state)
{
	struct vm_items items;

	(void)state;
	assert_int_equal(from_qmp("["
		"{\"type\":\"dimm\",\"data\":{\"id\":\"d0\",\"node\":1,\"size\":1073741824,"
		"\"addr\":6442450944,\"slot\":0,\"memdev\":\"/objects/m\",\"hotplugged\":true,"
		"\"hotpluggable\":true}},"
		"{\"type\":\"sgx-epc\",\"data\":{\"id\":\"n0\"}},"
		"{\"type\":\"virtio-mem\",\"data\":{\"id\":\"v0\",\"node\":0,\"size\":2147483648,"
		"\"requested-size\":3221225472,\"max-size\":8589934592,\"memaddr\":7516192768,"
		"\"block-size\":2097152,\"memdev\":\"/objects/m\"}}]", &items), 0);
	check_three(&items);
	/* Nobody says that it is not. */
	assert_true(vm_items_find(&items, "d0")->leaving);
	vm_items_free(&items);
}

/* Nobody could ask for them, and they are no reason to give up. */
static void nameless_ones_are_left_out(void **state)
{
	struct vm_items items;

	(void)state;
	assert_int_equal(from_qmp("["
		"{\"type\":\"dimm\",\"data\":{\"node\":0,\"size\":1,\"addr\":1}},"
		"{\"type\":\"dimm\",\"data\":{\"id\":\"\",\"node\":0,\"size\":1,\"addr\":1}},"
		"{\"type\":\"dimm\",\"data\":{\"id\":7,\"node\":0,\"size\":1,\"addr\":1}},"
		"{\"type\":\"dimm\",\"data\":{\"id\":\"a234567890123456789012345678901\","
		"\"node\":0,\"size\":1,\"addr\":1}},"
		"{\"type\":\"dimm\",\"data\":{\"id\":\"a2345678901234567890123456789012\","
		"\"node\":0,\"size\":1,\"addr\":1}}]", &items), 0);
	assert_int_equal(items.nr, 1);
	assert_string_equal(items.list[0].id, "a234567890123456789012345678901");
	vm_items_free(&items);
}

#define DIMM(members) "[{\"type\":\"dimm\",\"id\":\"d0\"," members "}]"
#define VIRTIO(members) "[{\"type\":\"virtio-mem\",\"id\":\"v0\",\"node\":0," members "}]"

static void what_is_no_list(void **state)
{
	static const char *const texts[] = {
		"", " ", "x", "{}", "7", "null", "\"[]\"", "[1]", "[[]]", "[null]", "[{}]",
		"[{\"type\":7}]",
		DIMM("\"node\":0,\"size\":1"),
		DIMM("\"node\":0,\"address\":1"),
		DIMM("\"size\":1,\"address\":1"),
		DIMM("\"node\":-1,\"size\":1,\"address\":1"),
		DIMM("\"node\":99999,\"size\":1,\"address\":1"),
		DIMM("\"node\":\"0\",\"size\":1,\"address\":1"),
		DIMM("\"node\":0,\"size\":-1,\"address\":1"),
		DIMM("\"node\":0,\"size\":1.5,\"address\":1"),
		DIMM("\"node\":0,\"size\":null,\"address\":1"),
		DIMM("\"node\":0,\"size\":99999999999999999999,\"address\":1"),
		DIMM("\"node\":0,\"size\":1,\"address\":[1]"),
		VIRTIO("\"size\":0,\"requested\":null,\"max\":8,\"address\":1"),
		VIRTIO("\"size\":0,\"requested\":0,\"address\":1"),
		VIRTIO("\"size\":9,\"requested\":0,\"max\":8,\"address\":1"),
	};
	struct vm_items items;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		if (from_ask(texts[i], &items) != -EPROTO)
			fail_msg("\"%s\" was taken", texts[i]);
		assert_non_null(strstr(fault.text, "the guest: "));
		assert_null(items.list);
	}
	assert_int_equal(from_qmp("[{\"type\":\"dimm\"}]", &items), -EPROTO);
	assert_int_equal(from_qmp("[{\"type\":\"dimm\",\"data\":[]}]", &items), -EPROTO);
	assert_non_null(strstr(fault.text, "/run/qmp: entry 1 "));
}

/* Whatever comes, it is taken or refused: under the sanitizers. */
static void changed_bytes(void **state)
{
	static const char good[] =
		"[{\"type\":\"virtio-mem\",\"id\":\"v0\",\"node\":0,\"size\":2097152,"
		"\"requested\":0,\"max\":8388608,\"address\":4294967296,\"state\":\"present\"}]";
	static const char odd[] = "\"\\{}[]:,0-9.eE\x01\xff";
	unsigned int i, taken = 0, refused = 0;
	struct vm_items items;
	char text[sizeof(good)];

	(void)state;
	seed();
	for (i = 0; i < 20000; i++) {
		memcpy(text, good, sizeof(good));
		text[(size_t)rand() % (sizeof(good) - 1)] =
			odd[(size_t)rand() % (sizeof(odd) - 1)];
		if (from_ask(text, &items))
			refused++;
		else
			taken++;
		vm_items_free(&items);
	}
	assert_true(taken > 100);
	assert_true(refused > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_in_the_guest),
		cmocka_unit_test(asked_over_qmp),
		cmocka_unit_test(nameless_ones_are_left_out),
		cmocka_unit_test(what_is_no_list),
		cmocka_unit_test(changed_bytes),
	};

	return RUN(tests);
}
