/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two sides of the lab agree on: hotplug-vm on the host, its init
 * and hotplug-ask in the guest. Both are built from this one file.
 *
 * Control port, guest to host, one line each:
 *	init				init runs, its ports are open
 *	beat				once a second, whatever the command does
 *	fail TEXT			the guest could not be set up
 *	exit KIND N OUT ERR TAINT	the command ended: KIND is "code" or
 *					"signal"; OUT and ERR are the bytes that
 *					were written to the two streams; TAINT is
 *					/proc/sys/kernel/tainted
 * Host to guest:
 *	winsize ROWS COLUMNS		the terminal of --shell has this size
 *	bye				all output has arrived, power off
 *
 * Ask port, guest to host: "TAG REQUEST ARGUMENTS...\n", see relay.h. The tag is
 * chosen by the asker and begins every line of the answer, so that an asker can
 * tell its answer from one left behind by an asker that was killed.
 */
#ifndef HOTPLUG_VM_PROTO_H
#define HOTPLUG_VM_PROTO_H

/* Names of the virtio-serial ports, as in /sys/class/virtio-ports/<port>/name. */
#define LAB_PORT_CONTROL	"hotplug-vm.control"
#define LAB_PORT_STDIN		"hotplug-vm.stdin"
#define LAB_PORT_STDOUT		"hotplug-vm.stdout"
#define LAB_PORT_STDERR		"hotplug-vm.stderr"
#define LAB_PORT_ASK		"hotplug-vm.ask"

/* Mount tags of the 9p shares, and where the guest mounts them. */
#define LAB_TAG_USR		"usr"
#define LAB_TAG_PROJECT		"project"
#define LAB_TAG_RESULTS		"results"
#define LAB_DIR_PROJECT		"/project"
#define LAB_DIR_RESULTS		"/results"

/* Files of the initramfs. */
#define LAB_FILE_CONFIG		"/lab/config"	/* key=value lines */
#define LAB_FILE_ARGV		"/lab/argv"	/* the command, each argument NUL-terminated */
#define LAB_FILE_BEFORE		"/lab/before"	/* likewise, of --before-boot */
#define LAB_DIR_BIN		"/lab/bin"	/* hotplug-ask */
#define LAB_DIR_MODULES		"/lab/modules"	/* of the kernel */
#define LAB_FILE_MODULES	"/lab/modules/order"	/* their names, a line each */

/* The guest's init says this on the console when it has no control port yet. */
#define LAB_INIT_FAILED		"hotplug-guest-init: failed: "

#define LAB_BEAT_MS		1000	/* between two heartbeats */
#define LAB_CONTROL_LINE	512	/* longest control line, with its newline */
#define LAB_ASK_LINE		256	/* longest request line, with its newline */
#define LAB_TAG_LEN		16	/* longest tag */
#define LAB_ID_LEN		16	/* longest device id */

#endif
