// SPDX-License-Identifier: GPL-2.0
/*
 * For the parts that may be modules: the KUnit suites and simulated devices.
 */

#include <linux/memory_hotplug.h>

#include "compat.h"
#include "core.h"
#include "debugfs.h"
#include "log.h"
#include "policy.h"
#include "registry.h"
#include "sim/firmware.h"
#include "sim/made_up.h"
#include "sim/model.h"
#include "sim/synthetic.h"
#include "sim/window.h"
#include "snapshot.h"

#include <trace/events/memory_hotplug.h>

MEMGROUP_EXPORT(memgroup_policy_decide);
MEMGROUP_EXPORT(memgroup_policy_needed);
MEMGROUP_EXPORT(memgroup_policy_limit);
MEMGROUP_EXPORT(memgroup_policy_headroom);
MEMGROUP_EXPORT(memgroup_type_name);
MEMGROUP_EXPORT(memgroup_request_name);
MEMGROUP_EXPORT(memgroup_policy_name);
MEMGROUP_EXPORT(memgroup_reason_name);
MEMGROUP_EXPORT(memgroup_domain_name);

MEMGROUP_EXPORT(memgroup_registry_add);
MEMGROUP_EXPORT(memgroup_registry_remove);
MEMGROUP_EXPORT(memgroup_registry_set_name);
MEMGROUP_EXPORT(memgroup_registry_get);
MEMGROUP_EXPORT(memgroup_registry_put);
MEMGROUP_EXPORT(memgroup_registry_join);
MEMGROUP_EXPORT(memgroup_registry_leave);
MEMGROUP_EXPORT(memgroup_registry_find_block);
MEMGROUP_EXPORT(memgroup_registry_account);
MEMGROUP_EXPORT(memgroup_registry_describe);
MEMGROUP_EXPORT(memgroup_registry_configure);
#ifdef CONFIG_MEMGROUP_RECOUNT
MEMGROUP_EXPORT(memgroup_recount);
#endif

#ifdef CONFIG_MEMORY_HOTPLUG
MEMGROUP_EXPORT(movable_node_enabled);
MEMGROUP_EXPORT(memgroup_live_nodes);
MEMGROUP_EXPORT(memgroup_next_zone);
MEMGROUP_EXPORT(memgroup_movable_zone);
MEMGROUP_EXPORT(memgroup_kernel_zone);
MEMGROUP_EXPORT(memgroup_movable_is_contiguous);
MEMGROUP_EXPORT(memgroup_snapshot_zone);
MEMGROUP_EXPORT(memgroup_snapshot_system);
MEMGROUP_EXPORT(memgroup_snapshot_node);
MEMGROUP_EXPORT(memgroup_registry);
MEMGROUP_EXPORT(memgroup_decide);
MEMGROUP_EXPORT(memgroup_preview);

EXPORT_TRACEPOINT_SYMBOL_GPL(mhp_zone_decision);
EXPORT_TRACEPOINT_SYMBOL_GPL(mhp_zone_preview);
#endif

#ifdef CONFIG_MEMGROUP_DEBUGFS
MEMGROUP_EXPORT(memgroup_log_add);
MEMGROUP_EXPORT(memgroup_log_count);
MEMGROUP_EXPORT(memgroup_log_copy);
MEMGROUP_EXPORT(memgroup_reading_take);
MEMGROUP_EXPORT(memgroup_reading_show);
MEMGROUP_EXPORT(memgroup_debugfs_create);
#endif

MEMGROUP_EXPORT(memgroup_sim_parse_size);
MEMGROUP_EXPORT(memgroup_sim_parse_size_line);
MEMGROUP_EXPORT(memgroup_sim_set);
MEMGROUP_EXPORT(memgroup_sim_format);
MEMGROUP_EXPORT(memgroup_sim_check);
MEMGROUP_EXPORT(memgroup_sim_parse_request);
MEMGROUP_EXPORT(memgroup_sim_next_to_plug);
MEMGROUP_EXPORT(memgroup_sim_next_to_unplug);
MEMGROUP_EXPORT(memgroup_sim_parse_windows);
MEMGROUP_EXPORT(memgroup_sim_within);
MEMGROUP_EXPORT(memgroup_sim_find_room);

#if defined(CONFIG_X86) && defined(CONFIG_MEMGROUP_SIM_MODULE)
MEMGROUP_EXPORT(memgroup_sim_firmware_is_hypervisor);
MEMGROUP_EXPORT(memgroup_sim_walk_firmware_ram);
#endif

MEMGROUP_EXPORT(memgroup_made_up_node);
MEMGROUP_EXPORT(memgroup_made_up_boot);
MEMGROUP_EXPORT(memgroup_made_up_account);
MEMGROUP_EXPORT(memgroup_made_up_online);
MEMGROUP_EXPORT(memgroup_made_up_offline);

#ifdef CONFIG_MEMGROUP_DEBUGFS
MEMGROUP_EXPORT(memgroup_synthetic_init);
MEMGROUP_EXPORT(memgroup_synthetic_destroy);
MEMGROUP_EXPORT(memgroup_synthetic_add_node);
MEMGROUP_EXPORT(memgroup_synthetic_remove_node);
MEMGROUP_EXPORT(memgroup_synthetic_set_bytes);
MEMGROUP_EXPORT(memgroup_synthetic_get_bytes);
MEMGROUP_EXPORT(memgroup_synthetic_set_block_size);
MEMGROUP_EXPORT(memgroup_synthetic_freeze);
MEMGROUP_EXPORT(memgroup_synthetic_thaw);
MEMGROUP_EXPORT(memgroup_synthetic_start);
MEMGROUP_EXPORT(memgroup_synthetic_resize);
MEMGROUP_EXPORT(memgroup_synthetic_stop);
MEMGROUP_EXPORT(memgroup_synthetic_read);
#endif
