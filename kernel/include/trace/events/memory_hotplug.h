/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM memory_hotplug

#if !defined(_TRACE_MEMORY_HOTPLUG_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_MEMORY_HOTPLUG_H

#include <linux/memgroup.h>
#include <linux/mmzone.h>
#include <linux/tracepoint.h>

struct memgroup_change;
struct memgroup_decision;

TRACE_DEFINE_ENUM(MEMGROUP_TYPE_NONE);
TRACE_DEFINE_ENUM(MEMGROUP_TYPE_STATIC);
TRACE_DEFINE_ENUM(MEMGROUP_TYPE_DYNAMIC);

TRACE_DEFINE_ENUM(MEMGROUP_REQUEST_ONLINE);
TRACE_DEFINE_ENUM(MEMGROUP_REQUEST_ONLINE_KERNEL);
TRACE_DEFINE_ENUM(MEMGROUP_REQUEST_ONLINE_MOVABLE);

TRACE_DEFINE_ENUM(MEMGROUP_POLICY_CONTIG_ZONES);
TRACE_DEFINE_ENUM(MEMGROUP_POLICY_AUTO_MOVABLE);

TRACE_DEFINE_ENUM(MEMGROUP_REASON_FITS);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_RATIO_ZERO);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_GROUP_HAS_KERNEL);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_UNIT_HAS_KERNEL);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_SYSTEM_RATIO);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_NODE_RATIO);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_CONTIGUOUS);
TRACE_DEFINE_ENUM(MEMGROUP_REASON_REQUESTED);

TRACE_DEFINE_ENUM(MEMGROUP_DOMAIN_NONE);
TRACE_DEFINE_ENUM(MEMGROUP_DOMAIN_SYSTEM);
TRACE_DEFINE_ENUM(MEMGROUP_DOMAIN_NODE);

/* The kernel's zones, those that this kernel has; a block may be in none. */
#ifdef CONFIG_ZONE_DMA
TRACE_DEFINE_ENUM(ZONE_DMA);
#define MEMGROUP_ZONE_DMA	{ ZONE_DMA, "DMA" },
#else
#define MEMGROUP_ZONE_DMA
#endif
#ifdef CONFIG_ZONE_DMA32
TRACE_DEFINE_ENUM(ZONE_DMA32);
#define MEMGROUP_ZONE_DMA32	{ ZONE_DMA32, "DMA32" },
#else
#define MEMGROUP_ZONE_DMA32
#endif
TRACE_DEFINE_ENUM(ZONE_NORMAL);
TRACE_DEFINE_ENUM(ZONE_MOVABLE);
TRACE_DEFINE_ENUM(__MAX_NR_ZONES);

#define memgroup_show_zone(zone)				\
	__print_symbolic(zone,					\
			 MEMGROUP_ZONE_DMA			\
			 MEMGROUP_ZONE_DMA32			\
			 { ZONE_NORMAL, "Normal" },		\
			 { ZONE_MOVABLE, "Movable" },		\
			 { __MAX_NR_ZONES, "none" })

#define memgroup_show_type(type)				\
	__print_symbolic(type,					\
			 { MEMGROUP_TYPE_NONE, "none" },	\
			 { MEMGROUP_TYPE_STATIC, "static" },	\
			 { MEMGROUP_TYPE_DYNAMIC, "dynamic" })

#define memgroup_show_request(request)				\
	__print_symbolic(request,				\
			 { MEMGROUP_REQUEST_ONLINE, "online" },	\
			 { MEMGROUP_REQUEST_ONLINE_KERNEL, "online_kernel" }, \
			 { MEMGROUP_REQUEST_ONLINE_MOVABLE, "online_movable" })

#define memgroup_show_policy(policy)				\
	__print_symbolic(policy,				\
			 { MEMGROUP_POLICY_CONTIG_ZONES, "contig-zones" }, \
			 { MEMGROUP_POLICY_AUTO_MOVABLE, "auto-movable" })

#define memgroup_show_reason(reason)				\
	__print_symbolic(reason,				\
			 { MEMGROUP_REASON_FITS, "fits" },	\
			 { MEMGROUP_REASON_RATIO_ZERO, "ratio_zero" }, \
			 { MEMGROUP_REASON_GROUP_HAS_KERNEL, "group_has_kernel" }, \
			 { MEMGROUP_REASON_UNIT_HAS_KERNEL, "unit_has_kernel" }, \
			 { MEMGROUP_REASON_SYSTEM_RATIO, "system_ratio" }, \
			 { MEMGROUP_REASON_NODE_RATIO, "node_ratio" }, \
			 { MEMGROUP_REASON_CONTIGUOUS, "contiguous" }, \
			 { MEMGROUP_REASON_REQUESTED, "requested" })

#define memgroup_show_domain(domain)				\
	__print_symbolic(domain,				\
			 { MEMGROUP_DOMAIN_NONE, "none" },	\
			 { MEMGROUP_DOMAIN_SYSTEM, "system" },	\
			 { MEMGROUP_DOMAIN_NODE, "node" })

DECLARE_EVENT_CLASS(mhp_zone_answer,
		    TP_PROTO(const struct memgroup_decision *decision),
		    TP_ARGS(decision),
		    TP_STRUCT__entry(__field(u64, start_pfn)
				     __field(u64, nr_pages)
				     __field(int, nid)
				     __field(int, mgid)
				     __array(char, device, MEMGROUP_NAME_SIZE)
				     __field(unsigned int, group_type)
				     __field(unsigned int, request)
				     __field(unsigned int, policy)
				     __field(unsigned int, zone)
				     __field(unsigned int, reason)
				     __field(unsigned int, domain)
				     __field(u64, early_kernel_pages)
				     __field(u64, movable_pages)
				     __field(u64, asked_pages)
				     __field(u64, limit_pages)
		    ),
		    TP_fast_assign(__entry->start_pfn = decision->start_pfn;
				   __entry->nr_pages = decision->nr_pages;
				   __entry->nid = decision->nid;
				   __entry->mgid = decision->mgid;
				   memcpy(__entry->device, decision->device,
					  MEMGROUP_NAME_SIZE);
				   __entry->group_type = decision->group_type;
				   __entry->request = decision->request;
				   __entry->policy = decision->policy;
				   __entry->zone = decision->zone;
				   __entry->reason = decision->verdict.reason;
				   __entry->domain = decision->verdict.domain;
				   __entry->early_kernel_pages =
					    decision->verdict.early_kernel_pages;
				   __entry->movable_pages = decision->verdict.movable_pages;
				   __entry->asked_pages = decision->verdict.asked_pages;
				   __entry->limit_pages = decision->verdict.limit_pages;
		    ),
		    TP_printk("start_pfn=0x%llx nr_pages=%llu nid=%d mgid=%d device=%s group_type=%s request=%s policy=%s zone=%s reason=%s domain=%s early_kernel_pages=%llu movable_pages=%llu asked_pages=%llu limit_pages=%llu",
			      __entry->start_pfn, __entry->nr_pages, __entry->nid,
			      __entry->mgid, __entry->device,
			      memgroup_show_type(__entry->group_type),
			      memgroup_show_request(__entry->request),
			      memgroup_show_policy(__entry->policy),
			      memgroup_show_zone(__entry->zone),
			      memgroup_show_reason(__entry->reason),
			      memgroup_show_domain(__entry->domain),
			      __entry->early_kernel_pages, __entry->movable_pages,
			      __entry->asked_pages, __entry->limit_pages)
);

/**
 * mhp_zone_decision - the zone of a block that is about to go online
 * @decision: which, why, and the numbers of the domain that decided
 *
 * One for every attempt to online a memory block, by whatever way and under
 * either policy.
 */
DEFINE_EVENT(mhp_zone_answer, mhp_zone_decision,
	     TP_PROTO(const struct memgroup_decision *decision),
	     TP_ARGS(decision)
);

/**
 * mhp_zone_preview - the zone that a block would go to
 * @decision: as for mhp_zone_decision
 *
 * One for every time that somebody reads valid_zones of a block not online.
 */
DEFINE_EVENT(mhp_zone_answer, mhp_zone_preview,
	     TP_PROTO(const struct memgroup_decision *decision),
	     TP_ARGS(decision)
);

DECLARE_EVENT_CLASS(mhp_group,
		    TP_PROTO(const struct memory_group *group),
		    TP_ARGS(group),
		    TP_STRUCT__entry(__field(int, mgid)
				     __field(int, nid)
				     __array(char, device, MEMGROUP_NAME_SIZE)
				     __field(unsigned int, group_type)
				     __field(u64, max_pages)
				     __field(u64, unit_pages)
		    ),
		    TP_fast_assign(__entry->mgid = group->id;
				   __entry->nid = group->nid;
				   strscpy_pad(__entry->device,
					       group->name[0] ? group->name : "-",
					       MEMGROUP_NAME_SIZE);
				   __entry->group_type = group->type;
				   __entry->max_pages = group->max_pages;
				   __entry->unit_pages = group->unit_pages;
		    ),
		    TP_printk("mgid=%d nid=%d device=%s group_type=%s max_pages=%llu unit_pages=%llu",
			      __entry->mgid, __entry->nid, __entry->device,
			      memgroup_show_type(__entry->group_type),
			      __entry->max_pages, __entry->unit_pages)
);

/**
 * mhp_group_register - a device registered its memory group
 * @group: the group; drivers name it only after this
 */
DEFINE_EVENT(mhp_group, mhp_group_register,
	     TP_PROTO(const struct memory_group *group),
	     TP_ARGS(group)
);

/**
 * mhp_group_unregister - a device gave its memory group back
 * @group: the group
 */
DEFINE_EVENT(mhp_group, mhp_group_unregister,
	     TP_PROTO(const struct memory_group *group),
	     TP_ARGS(group)
);

DECLARE_EVENT_CLASS(mhp_block_change,
		    TP_PROTO(const struct memgroup_change *change),
		    TP_ARGS(change),
		    TP_STRUCT__entry(__field(u64, start_pfn)
				     __field(u64, nr_pages)
				     __field(int, nid)
				     __field(int, mgid)
				     __array(char, device, MEMGROUP_NAME_SIZE)
				     __field(unsigned int, zone)
				     __field(int, result)
				     __field(u64, duration_ns)
		    ),
		    TP_fast_assign(__entry->start_pfn = change->start_pfn;
				   __entry->nr_pages = change->nr_pages;
				   __entry->nid = change->nid;
				   __entry->mgid = change->mgid;
				   memcpy(__entry->device, change->device,
					  MEMGROUP_NAME_SIZE);
				   __entry->zone = change->zone;
				   __entry->result = change->result;
				   __entry->duration_ns = change->duration_ns;
		    ),
		    TP_printk("start_pfn=0x%llx nr_pages=%llu nid=%d mgid=%d device=%s zone=%s result=%d duration_ns=%llu",
			      __entry->start_pfn, __entry->nr_pages, __entry->nid,
			      __entry->mgid, __entry->device,
			      memgroup_show_zone(__entry->zone), __entry->result,
			      __entry->duration_ns)
);

/**
 * mhp_block_online - a memory block went online, or failed to
 * @change: the zone it was to join, the result, and how long it took
 */
DEFINE_EVENT(mhp_block_change, mhp_block_online,
	     TP_PROTO(const struct memgroup_change *change),
	     TP_ARGS(change)
);

/**
 * mhp_block_offline - a memory block went offline, or failed to
 * @change: the zone it was in, the result, and how long it took
 */
DEFINE_EVENT(mhp_block_change, mhp_block_offline,
	     TP_PROTO(const struct memgroup_change *change),
	     TP_ARGS(change)
);

#endif /* _TRACE_MEMORY_HOTPLUG_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
