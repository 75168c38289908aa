// SPDX-License-Identifier: GPL-2.0
/*
 * What the suites need of the kernel, where they are a module.
 */

#include <linux/memory_hotplug.h>

#include "../compat.h"
#include "../core.h"
#include "../debugfs.h"
#include "../log.h"
#include "../policy.h"
#include "../registry.h"
#include "../snapshot.h"

#include <trace/events/memory_hotplug.h>

MEMGROUP_EXPORT_FOR_KUNIT(memgroup_policy_decide);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_policy_needed);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_policy_limit);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_policy_headroom);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_type_name);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_request_name);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_policy_name);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_reason_name);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_domain_name);

MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_add);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_remove);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_set_name);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_get);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_put);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_join);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_leave);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_find_block);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_account);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_describe);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_registry_configure);
#ifdef CONFIG_MEMGROUP_RECOUNT
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_recount);
#endif

#ifdef CONFIG_MEMORY_HOTPLUG
MEMGROUP_EXPORT_FOR_KUNIT(movable_node_enabled);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_live_nodes);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_next_zone);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_movable_zone);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_kernel_zone);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_movable_is_contiguous);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_snapshot_zone);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_snapshot_system);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_snapshot_node);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_decide);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_preview);

EXPORT_TRACEPOINT_SYMBOL_GPL(mhp_zone_decision);
EXPORT_TRACEPOINT_SYMBOL_GPL(mhp_zone_preview);
#endif

#ifdef CONFIG_MEMGROUP_DEBUGFS
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_log_add);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_log_count);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_log_copy);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_reading_take);
MEMGROUP_EXPORT_FOR_KUNIT(memgroup_reading_show);
#endif
