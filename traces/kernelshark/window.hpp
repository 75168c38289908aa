/* SPDX-License-Identifier: GPL-2.0 */
/* KernelShark's window: our menu and tooltips in it. */
#ifndef MEMGROUP_WINDOW_HPP
#define MEMGROUP_WINDOW_HPP

#include <libkshark-model.h>

/* Puts marker A on an entry, in graph and table; the next search begins there. */
void window_mark(const kshark_entry *entry);

/* Is told what time is on the screen. */
void window_shows(const kshark_trace_histo *histo);

#endif
