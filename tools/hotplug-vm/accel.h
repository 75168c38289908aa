/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_ACCEL_H
#define HOTPLUG_VM_ACCEL_H

#include <stdbool.h>

#include "run.h"

/*
 * Does a guest run under KVM here? That /dev/kvm exists does not mean so: on some
 * hosts a guest hangs on it. So a guest is booted to its init, with a short limit,
 * and the answer kept until the host reboots, in
 * ${XDG_CACHE_HOME:-~/.cache}/hotplug-vm/kvm.
 *
 * @request: the kernel and programs to try it with.
 * @signal: set when a signal ended the probe.
 */
bool accel_kvm_works(const struct run_request *request, int *signal);

#endif
