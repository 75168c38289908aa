// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the host through hotplug-ask, inside a guest of hotplug-vm. Whether a wish was
 * fulfilled is seen in the list of devices, not read out of messages.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "vm-host.h"

/* It gives up by itself after a minute, when the host does not answer. */
#define ANSWER_MS	75000
/* The longest time that it takes. */
#define WAIT_MAX_S	86400
#define LIST_MAX	(128 << 10)

/* Why it failed: what it said, without its name and the rest of the lines. */
static void reason(char *text)
{
	static const char name[] = "hotplug-ask: ";

	text[strcspn(text, "\n")] = '\0';
	if (!strncmp(text, name, strlen(name)))
		memmove(text, text + strlen(name), strlen(text + strlen(name)) + 1);
	if (!*text)
		strcpy(text, "it gave no reason");
}

/*
 * Runs it. Returns 0 with what it said in @said, empty if it was content, or a
 * negative errno value with @fault set.
 */
static int ask(struct vm_host *host, const char *const *argv, char *output,
	       size_t size, char *said, size_t said_size, unsigned int ms,
	       struct fault *fault)
{
	uint64_t duration;
	int status, ret;

	ret = worker_run(host->worker, argv, output, size, said, said_size, ms,
			 &status, &duration, fault);
	if (ret)
		return ret;
	if (WIFSIGNALED(status))
		return fault_set(fault, EIO, "hotplug-ask %s: ended by signal %d",
				 argv[1], WTERMSIG(status));
	if (WEXITSTATUS(status) == 0) {
		said[0] = '\0';
		return 0;
	}
	reason(said);
	/* Neither done nor refused: we or the installation are wrong. */
	if (WEXITSTATUS(status) != 1)
		return fault_set(fault, EINVAL, "hotplug-ask %s: %s", argv[1], said);
	return 0;
}

static int ask_query(struct vm_host *host, struct vm_items *items,
		     struct fault *fault)
{
	static const char *const argv[] = { "hotplug-ask", "query", "--json", NULL };
	char said[256], *list = malloc(LIST_MAX);
	int ret;

	*items = (struct vm_items){ 0 };
	if (!list)
		return fault_nomem(fault);
	ret = ask(host, argv, list, LIST_MAX, said, sizeof(said), ANSWER_MS, fault);
	if (!ret && said[0])
		ret = fault_set(fault, EIO, "hotplug-ask query: %s", said);
	if (!ret)
		ret = vm_items_from_ask(list, items, "hotplug-ask query", fault);
	free(list);
	return ret;
}

static void set_answer(struct vm_answer *answer, int error, const char *why)
{
	answer->error = error;
	snprintf(answer->why, sizeof(answer->why), "%.*s",
		 (int)sizeof(answer->why) - 1, why);
}

/* The seconds that hotplug-ask shall wait, as a word; 0 would be not at all. */
static const char *wait_word(long long until, char word[16])
{
	const unsigned int s = (deadline_left(until, WAIT_MAX_S * 1000U) + 999) / 1000;

	snprintf(word, 16, "%u", s ? s : 1);
	return word;
}

/* How long hotplug-ask itself may take. */
static unsigned int wait_ms(long long until)
{
	return deadline_left(until, WAIT_MAX_S * 1000U) + ANSWER_MS;
}

/*
 * What the host has of a device, with @size 0 for nothing. @said is why one has to
 * look: with no list, that is all there is to say.
 */
static int look(struct vm_host *host, const char *id, const char *said,
		struct vm_item *item, struct fault *fault)
{
	const struct vm_item *found;
	struct vm_items items;
	struct fault inner;
	int ret;

	ret = ask_query(host, &items, &inner);
	if (ret == -EINTR) {
		*fault = inner;
		return ret;
	}
	if (ret)
		return fault_set(fault, -ret, "device %s: hotplug-ask: %s; then: %.400s",
				 id, said, inner.text);
	found = vm_items_find(&items, id);
	*item = found ? *found : (struct vm_item){ 0 };
	vm_items_free(&items);
	return 0;
}

static int ask_connect(struct vm_host *host, struct fault *fault)
{
	struct vm_items items;
	int ret = ask_query(host, &items, fault);

	vm_items_free(&items);
	return ret;
}

static int ask_add_dimm(struct vm_host *host, const struct device *dimm,
			long long until, struct vm_answer *answer,
			struct fault *fault)
{
	char size[24], node[16], said[256];
	const char *const argv[] = {
		"hotplug-ask", "add-dimm", size, node, dimm->name, NULL
	};
	struct vm_item item;
	int ret;

	(void)until;
	snprintf(size, sizeof(size), "%" PRIu64, dimm->size);
	snprintf(node, sizeof(node), "%d", dimm->node);
	set_answer(answer, 0, "");
	ret = ask(host, argv, NULL, 0, said, sizeof(said), ANSWER_MS, fault);
	if (ret || !said[0])
		return ret;
	ret = look(host, dimm->name, said, &item, fault);
	if (!ret && !item.size)
		set_answer(answer, EREMOTEIO, said);
	return ret;
}

static int ask_remove_dimm(struct vm_host *host, const char *id,
			   long long until, struct vm_answer *answer,
			   struct fault *fault)
{
	char word[16], said[256];
	const char *const argv[] = {
		"hotplug-ask", "remove-dimm", "--wait", wait_word(until, word), id,
		NULL
	};
	struct vm_item item;
	int ret;

	set_answer(answer, 0, "");
	ret = ask(host, argv, NULL, 0, said, sizeof(said), wait_ms(until), fault);
	if (ret || !said[0])
		return ret;
	ret = look(host, id, said, &item, fault);
	if (ret || !item.size)
		return ret;
	set_answer(answer, deadline_left(until, 1) ? EBUSY : ETIMEDOUT, said);
	return 0;
}

static int ask_resize(struct vm_host *host, const char *id, uint64_t bytes,
		      long long until, struct vm_answer *answer,
		      struct fault *fault)
{
	char word[16], size[24], said[256];
	const char *const argv[] = {
		"hotplug-ask", "resize", "--wait", wait_word(until, word), id,
		size, NULL
	};
	struct vm_item item;
	int ret;

	snprintf(size, sizeof(size), "%" PRIu64, bytes);
	set_answer(answer, 0, "");
	ret = ask(host, argv, NULL, 0, said, sizeof(said), wait_ms(until), fault);
	if (ret || !said[0])
		return ret;
	ret = look(host, id, said, &item, fault);
	if (ret || (item.size == bytes && item.requested == bytes))
		return ret;
	set_answer(answer, item.requested == bytes ? ETIMEDOUT : EREMOTEIO, said);
	return 0;
}

static void ask_close(struct vm_host *host)
{
	(void)host;
}

const struct vm_host_ops vm_host_ask = {
	.in_guest = true,
	.connect = ask_connect,
	.query = ask_query,
	.add_dimm = ask_add_dimm,
	.remove_dimm = ask_remove_dimm,
	.resize = ask_resize,
	.close = ask_close,
};
