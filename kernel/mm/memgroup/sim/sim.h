/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated memory devices: what the parts of sim/ say to each other.
 *
 * configfs.c	the files, thin
 * model.c	what a device may be staged as, and which unit comes or goes next: pure
 * window.c	where a device finds room: pure
 * memory.c	backing=memory: real RAM that the kernel was told not to use
 * firmware.c	where there is RAM, by the firmware's map
 * made_up.c	nodes and zones that do not exist; the KUnit suites have them, too
 * synthetic.c	backing=none: a made-up system with a registry of its own
 * synthetic_device.c
 *		what is plugged into it
 * synthetic_configfs.c
 *		its files, thin
 */
#ifndef _MM_MEMGROUP_SIM_SIM_H
#define _MM_MEMGROUP_SIM_SIM_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <linux/memgroup.h>

struct config_group;

#define MEMGROUP_SIM_ERROR_SIZE	256

enum memgroup_sim_backing {
	MEMGROUP_SIM_BACKING_MEMORY,
	MEMGROUP_SIM_BACKING_NONE,
	MEMGROUP_SIM_BACKING_COUNT
};

/**
 * struct memgroup_sim_settings - what is staged before a device goes live
 * @type: static or dynamic
 * @nid: the node that its memory shall be on
 * @size: of the device; of a dynamic one, the most that it can have; bytes
 * @unit: of a dynamic device, in what pieces it grows and shrinks; bytes
 * @backing: what it is made of
 * @count: how many such devices it stands for; more than one without memory only
 */
struct memgroup_sim_settings {
	enum memgroup_type type;
	int nid;
	u64 size;
	u64 unit;
	enum memgroup_sim_backing backing;
	unsigned int count;
};

/**
 * struct memgroup_sim_figures - what a live device has
 * @mgid: the id of its group, of the first one if it stands for many; -1 if not live
 * @start: physical address of its range; of a made-up range as well
 * @plugged: bytes that are there, online or not
 * @kernel: bytes online in kernel zones
 * @movable: bytes online in ZONE_MOVABLE
 * @offline: bytes that are there and not online
 */
struct memgroup_sim_figures {
	int mgid;
	u64 start;
	u64 plugged;
	u64 kernel;
	u64 movable;
	u64 offline;
};

struct memgroup_sim_ops;

/**
 * struct memgroup_sim_device - a device, staged or live
 * @lock: protects all below; held for as long as an operation takes, and taken before
 *	any lock of the kernel's memory hotplug or of a registry
 * @name: the name of its folder
 * @settings: change only while it is not live
 * @live: it has a group
 * @requested: of a live dynamic device, the size that was asked for last
 * @last_error: why the last operation failed, in words; empty if it did not
 * @ops: of its backing, once it is live
 * @state: what the backing keeps, once it is live
 */
struct memgroup_sim_device {
	struct mutex lock;	/* protects all of this, see above */
	char name[MEMGROUP_NAME_SIZE];
	struct memgroup_sim_settings settings;
	bool live;
	u64 requested;
	char last_error[MEMGROUP_SIM_ERROR_SIZE];
	const struct memgroup_sim_ops *ops;
	void *state;
};

/**
 * struct memgroup_sim_ops - a backing
 * @start: make the group(s) and, of a static device, all of its memory. Sets @state.
 *	Nothing of it remains after an error.
 * @resize: of a dynamic device: plug or unplug units until @bytes are plugged. Stops
 *	where it cannot go on; what was reached remains.
 * @stop: unplug everything and unregister. If some memory stays, so does the device,
 *	live and consistent.
 * @read: fill in the figures, which agree with each other.
 *
 * All are called with the device's lock held, return 0 or a negative errno value, and
 * write @last_error when they fail: which block, and why.
 */
struct memgroup_sim_ops {
	int (*start)(struct memgroup_sim_device *device);
	int (*resize)(struct memgroup_sim_device *device, u64 bytes);
	int (*stop)(struct memgroup_sim_device *device);
	void (*read)(struct memgroup_sim_device *device,
		     struct memgroup_sim_figures *figures);
};

extern const struct memgroup_sim_ops memgroup_sim_memory_ops;
extern const struct memgroup_sim_ops memgroup_sim_synthetic_ops;

int memgroup_sim_memory_init(void);

/*
 * synthetic_configfs.c: the made-up system of all devices without memory. Its nodes and
 * configuration are staged as folder "synthetic" in configfs; nodes can be changed only
 * while no such device is live. init() adds that to @parent, the folder memgroup_sim,
 * before it is registered; exit() is called after that is gone, or could not be
 * registered.
 */
void memgroup_sim_synthetic_init(struct config_group *parent);
void memgroup_sim_synthetic_exit(void);

#endif /* _MM_MEMGROUP_SIM_SIM_H */
