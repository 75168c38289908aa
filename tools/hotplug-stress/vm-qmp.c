// SPDX-License-Identifier: GPL-2.0
/*
 * Asks QEMU itself, on the host, through a QMP socket. Memory backends are named after
 * their DIMM with a dot, which no id of hotplug-vm's has.
 *
 * An answer that does not come leaves a connection that cannot be used any more: what
 * comes next would be taken for the answer to something else.
 */
#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qmp.h"
#include "vm-host.h"

/* The longest time that is waited for at once; only poll(2) cares. */
#define SLICE_MS	60000
/* Between two looks at a size; QEMU tells of changes once a second at most. */
#define LOOK_MS		50
/* QEMU may need a moment until nothing uses the memory of a DIMM that is gone. */
#define BACKEND_MS	5000

#define BACKEND_PREFIX	"stress."

struct monitor {
	struct qmp qmp;
	bool connected;
	/* The answer to the command under way. */
	bool answered;
	struct json_object *result;
	char error[256];
	/* The latest news of the device that is waited for. */
	char watched[DEVICE_NAME_MAX];
	bool leaving;		/* only what is told of its going counts, or of its coming */
	enum qmp_news news;
	char why[96];
};

static void on_event(void *context, const char *name, struct json_object *data)
{
	struct monitor *m = context;
	const char *device;
	char why[sizeof(m->why)];
	enum qmp_news news;

	news = qmp_news(name, data, &device, why, sizeof(why));
	if (news == QMP_NEWS_NONE || strcmp(device, m->watched))
		return;
	if (m->leaving != (news == QMP_NEWS_GONE || news == QMP_NEWS_KEPT))
		return;
	m->news = news;
	strcpy(m->why, why);
}

static void watch(struct monitor *m, const char *id, bool leaving)
{
	m->leaving = leaving;
	snprintf(m->watched, sizeof(m->watched), "%s", id);
	m->news = QMP_NEWS_NONE;
	m->why[0] = '\0';
}

static void on_answer(void *context, struct json_object *result, const char *error)
{
	struct monitor *m = context;

	m->answered = true;
	m->result = json_object_get(result);
	snprintf(m->error, sizeof(m->error), "%s", error ? error : "");
}

static void disconnect(struct monitor *m)
{
	if (!m->connected)
		return;
	/* Children of this process, and its parent, may have the socket as well. */
	shutdown(m->qmp.fd, SHUT_RDWR);
	close(m->qmp.fd);
	qmp_free(&m->qmp);
	m->connected = false;
}

/* Nothing can be known of what happens from here on. */
static int lost(struct vm_host *host, int err, const char *why, struct fault *fault)
{
	disconnect(host->state);
	return fault_set(fault, err, "%s: %s", host->socket, why);
}

static int broken(struct vm_host *host, int ret, struct fault *fault)
{
	switch (ret) {
	case -EPIPE:
	case -ECONNRESET:
		return lost(host, EPIPE, "QEMU closed the connection", fault);
	case -EPROTO:
		return lost(host, EPROTO, "what came is not QMP", fault);
	default:
		return lost(host, -ret, strerror(-ret), fault);
	}
}

/*
 * Writes and reads what there is, and waits for something, at most @ms. Returns 0,
 * or a negative errno value with @fault set; -EINTR when the run shall end.
 */
static int serve(struct vm_host *host, unsigned int ms, struct fault *fault)
{
	struct monitor *m = host->state;
	struct pollfd fds[2] = {
		{ .fd = m->qmp.fd, .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
	};
	int ret = 0;

	if (qmp_wants_write(&m->qmp))
		fds[0].events |= POLLOUT;
	if (poll(fds, 2, (int)ms) < 0 && errno != EINTR)
		return broken(host, -errno, fault);
	if (stop_signal())
		return fault_set(fault, EINTR, "the run shall end");
	if (fds[0].revents & POLLOUT)
		ret = qmp_write(&m->qmp);
	if (!ret && fds[0].revents & ~POLLOUT)
		ret = qmp_read(&m->qmp);
	return ret ? broken(host, ret, fault) : 0;
}

/*
 * A command and its answer: the result in @m->result, which the caller puts, or
 * in @m->error why there is none. @arguments are owned by the call.
 */
static int command(struct vm_host *host, const char *name,
		   struct json_object *arguments, struct fault *fault)
{
	const long long until = deadline_in(host->patience_ms);
	struct monitor *m = host->state;
	unsigned int left;
	int ret;

	if (!m->connected) {
		json_object_put(arguments);
		return fault_set(fault, ENOTCONN, "%s: not connected any more",
				 host->socket);
	}
	m->answered = false;
	m->result = NULL;
	ret = qmp_command(&m->qmp, name, arguments, on_answer, m);
	if (ret)
		return fault_set(fault, -ret, "%s: %s: %s", host->socket, name,
				 strerror(-ret));
	while (!ret && !m->answered) {
		left = deadline_left(until, SLICE_MS);
		if (left)
			ret = serve(host, left, fault);
		else
			ret = lost(host, ETIMEDOUT, "QEMU does not answer", fault);
	}
	/* The answer is still to come, after a signal. */
	if (ret && !m->answered)
		disconnect(m);
	if (ret && m->answered)
		json_object_put(m->result);
	return ret;
}

/* A command whose result does not matter. */
static int order(struct vm_host *host, const char *name,
		 struct json_object *arguments, struct fault *fault)
{
	struct monitor *m = host->state;
	int ret = command(host, name, arguments, fault);

	if (!ret)
		json_object_put(m->result);
	return ret;
}

static struct json_object *with_text(struct json_object *o, const char *key,
				     const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
	return o;
}

static struct json_object *with_number(struct json_object *o, const char *key,
				       uint64_t number)
{
	json_object_object_add(o, key, json_object_new_uint64(number));
	return o;
}

static struct json_object *only(const char *key, const char *text)
{
	return with_text(json_object_new_object(), key, text);
}

static void set_answer(struct vm_answer *answer, int error, const char *why)
{
	answer->error = error;
	snprintf(answer->why, sizeof(answer->why), "%.*s",
		 (int)sizeof(answer->why) - 1, why);
}

/* The connection */

static int open_socket(struct vm_host *host, struct fault *fault)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(host->socket) >= sizeof(address.sun_path))
		return fault_set(fault, ENAMETOOLONG,
				 "%.200s: the name is too long for a socket",
				 host->socket);
	strcpy(address.sun_path, host->socket);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = errno;
	if (fd >= 0)
		close(fd);
	return fault_set(fault, err, "%s: %s", host->socket,
			 err == EAGAIN ? "somebody else is connected" :
			 strerror(err));
}

static int greet(struct vm_host *host, struct fault *fault)
{
	const long long until = deadline_in(host->patience_ms);
	struct monitor *m = host->state;
	unsigned int left;
	int ret = 0;

	while (!ret && !m->qmp.ready) {
		left = deadline_left(until, SLICE_MS);
		if (left)
			ret = serve(host, left, fault);
		else
			ret = lost(host, ETIMEDOUT,
				   "QEMU does not greet: is somebody else connected, and is it QMP?",
				   fault);
	}
	return ret;
}

static void qmp_host_close(struct vm_host *host)
{
	struct monitor *m = host->state;

	if (!m)
		return;
	disconnect(m);
	free(m);
	host->state = NULL;
}

static int qmp_host_connect(struct vm_host *host, struct fault *fault)
{
	struct monitor *m = host->state;
	int fd, ret;

	if (m)
		disconnect(m);
	else
		m = calloc(1, sizeof(*m));
	if (!m)
		return fault_nomem(fault);
	host->state = m;
	fd = open_socket(host, fault);
	if (fd < 0)
		return fd;
	if (qmp_init(&m->qmp, fd, on_event, m)) {
		close(fd);
		return fault_nomem(fault);
	}
	m->connected = true;
	ret = greet(host, fault);
	if (ret)
		disconnect(m);
	return ret;
}

/* The wishes */

static int qmp_host_query(struct vm_host *host, struct vm_items *items,
			  struct fault *fault)
{
	struct monitor *m = host->state;
	int ret;

	*items = (struct vm_items){ 0 };
	ret = command(host, "query-memory-devices", NULL, fault);
	if (ret)
		return ret;
	if (m->error[0])
		return fault_set(fault, EIO, "%s: query-memory-devices: %s",
				 host->socket, m->error);
	ret = vm_items_from_qmp(m->result, items, host->socket, fault);
	json_object_put(m->result);
	return ret;
}

/* The device of that id, if there is one: else @item->id is empty. */
static int find(struct vm_host *host, const char *id, struct vm_item *item,
		struct fault *fault)
{
	const struct vm_item *found;
	struct vm_items items;
	int ret;

	ret = qmp_host_query(host, &items, fault);
	if (ret)
		return ret;
	found = vm_items_find(&items, id);
	*item = found ? *found : (struct vm_item){ 0 };
	vm_items_free(&items);
	return 0;
}

/* Until there is news, or @until. */
static int await_news(struct vm_host *host, long long until, struct fault *fault)
{
	struct monitor *m = host->state;
	unsigned int left;
	int ret = 0;

	while (!ret && m->news == QMP_NEWS_NONE) {
		left = deadline_left(until, SLICE_MS);
		if (!left)
			break;
		ret = serve(host, left, fault);
	}
	return ret;
}

/* The memory behind a DIMM; one that was never made is as good as gone. */
static int delete_backend(struct vm_host *host, const char *backend,
			  struct fault *fault)
{
	const long long until = deadline_in(BACKEND_MS);
	struct monitor *m = host->state;
	struct json_object *path;
	int ret;

	for (;;) {
		path = with_text(only("path", "/objects"), "property", backend);
		ret = order(host, "qom-get", path, fault);
		if (ret || m->error[0])
			return ret;
		ret = order(host, "object-del", only("id", backend), fault);
		if (ret || !m->error[0])
			return ret;
		if (!deadline_left(until, 1))
			return fault_set(fault, EBUSY, "%s: object %s: %s",
					 host->socket, backend, m->error);
		ret = serve(host, LOOK_MS, fault);
		if (ret)
			return ret;
	}
}

static void backend_name(const char *id, char name[DEVICE_NAME_MAX + 16])
{
	snprintf(name, DEVICE_NAME_MAX + 16, BACKEND_PREFIX "%s", id);
}

static int qmp_host_add_dimm(struct vm_host *host, const struct device *dimm,
			     long long until, struct vm_answer *answer,
			     struct fault *fault)
{
	struct json_object *object = only("qom-type", "memory-backend-ram");
	struct json_object *device = only("driver", "pc-dimm");
	char backend[DEVICE_NAME_MAX + 16];
	struct monitor *m = host->state;
	int ret;

	set_answer(answer, 0, "");
	backend_name(dimm->name, backend);
	with_number(with_text(object, "id", backend), "size", dimm->size);
	json_object_object_add(object, "reserve", json_object_new_boolean(false));
	with_text(with_text(device, "id", dimm->name), "memdev", backend);
	with_number(device, "node", (uint64_t)dimm->node);

	ret = order(host, "object-add", object, fault);
	if (ret || m->error[0]) {
		set_answer(answer, EREMOTEIO, m->error);
		json_object_put(device);
		return ret;
	}
	watch(m, dimm->name, false);
	ret = order(host, "device_add", device, fault);
	if (ret)
		return ret;
	if (m->error[0]) {
		set_answer(answer, EREMOTEIO, m->error);
		return delete_backend(host, backend, fault);
	}
	ret = await_news(host, until, fault);
	if (m->news == QMP_NEWS_NONE)
		set_answer(answer, ETIMEDOUT, "the guest does not say that it uses it");
	else if (m->news != QMP_NEWS_TAKEN)
		set_answer(answer, EIO, m->why);
	return ret;
}

static int qmp_host_remove_dimm(struct vm_host *host, const char *id,
				long long until, struct vm_answer *answer,
				struct fault *fault)
{
	char backend[DEVICE_NAME_MAX + 16];
	struct monitor *m = host->state;
	struct vm_item item;
	int ret;

	set_answer(answer, 0, "");
	backend_name(id, backend);
	watch(m, id, true);
	ret = order(host, "device_del", only("id", id), fault);
	if (!ret && !m->error[0])
		ret = await_news(host, until, fault);
	else if (!ret)
		set_answer(answer, EREMOTEIO, m->error);
	/* What news there was, and whether any was missed, the list of devices tells. */
	if (!ret)
		ret = find(host, id, &item, fault);
	if (ret)
		return ret;
	if (!item.id[0]) {
		set_answer(answer, 0, "");
		return delete_backend(host, backend, fault);
	}
	if (m->news == QMP_NEWS_KEPT)
		set_answer(answer, EBUSY, m->why);
	else if (!answer->error)
		set_answer(answer, ETIMEDOUT, "the guest does not say whether it gives it up");
	return 0;
}

static int qmp_host_resize(struct vm_host *host, const char *id, uint64_t bytes,
			   long long until, struct vm_answer *answer,
			   struct fault *fault)
{
	struct monitor *m = host->state;
	char path[DEVICE_NAME_MAX + 32];
	struct json_object *setting;
	struct vm_item item;
	unsigned int left;
	int ret;

	set_answer(answer, 0, "");
	snprintf(path, sizeof(path), "/machine/peripheral/%s", id);
	setting = with_text(only("path", path), "property", "requested-size");
	ret = order(host, "qom-set", with_number(setting, "value", bytes), fault);
	if (ret)
		return ret;
	if (m->error[0]) {
		set_answer(answer, EREMOTEIO, m->error);
		return 0;
	}
	for (;;) {
		ret = find(host, id, &item, fault);
		if (ret || item.size == bytes)
			return ret;
		left = deadline_left(until, LOOK_MS);
		if (!left)
			break;
		ret = serve(host, left, fault);
		if (ret)
			return ret;
	}
	set_answer(answer, ETIMEDOUT, "the guest did not reach the size in time");
	return 0;
}

const struct vm_host_ops vm_host_qmp = {
	.in_guest = false,
	.connect = qmp_host_connect,
	.query = qmp_host_query,
	.add_dimm = qmp_host_add_dimm,
	.remove_dimm = qmp_host_remove_dimm,
	.resize = qmp_host_resize,
	.close = qmp_host_close,
};
