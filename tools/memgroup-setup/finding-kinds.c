// SPDX-License-Identifier: GPL-2.0
/* All that memgroup-setup --check can find: see the manual page, which lists them, too. */
#include "findings.h"

#define BOOT_LOADER \
	"the boot loader's configuration (on Debian GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub)"

const struct finding_text finding_texts[NR_FINDING_KINDS] = {
	[UDEV_CHOOSES_ZONE] = {
		"udev-chooses-zone", SEVERITY_ERROR,
		"udev sets blocks online that it finds offline, into a zone that the rule names: the policy is not asked. That hits all memory that is there when the system boots, and all that is plugged before automatic onlining is on.",
		"Copy the file to /etc/udev/rules.d/ under the same name without this rule, or, if nothing else in it is needed, make a link of that name to /dev/null there. Then run udevadm control --reload.",
	},
	[UDEV_ONLINES] = {
		"udev-onlines", SEVERITY_WARNING,
		"udev sets blocks online that it finds offline, as the policy of that moment says: if that is before memgroup-setup has run, it is the kernel's default, and several udev workers do it in no order, so that the zones of one device may be mixed.",
		"Let the kernel do it: set auto_online_blocks = online in " SYSCONFDIR "/memgroup.conf, and mask the rule with a file of the same name in /etc/udev/rules.d/. Or make sure that memgroup-setup.service runs before systemd-udev-trigger.service.",
	},
	[UDEV_RUNS_PROGRAM] = {
		"udev-runs-program", SEVERITY_WARNING,
		"A program that udev runs for memory blocks seems to set them online, in a way that cannot be seen from here.",
		"Look at the program. If it writes to a block's state, mask the rule with a file of the same name in /etc/udev/rules.d/.",
	},
	[UNIT_CHOOSES_ZONE] = {
		"unit-chooses-zone", SEVERITY_ERROR,
		"The unit sets memory online into a zone of its own choice: the policy is not asked.",
		"Disable or mask the unit (systemctl mask), and let memgroup-setup and the kernel's automatic onlining do it.",
	},
	[UNIT_ONLINES] = {
		"unit-onlines", SEVERITY_WARNING,
		"The unit sets memory online by itself, at a time when another policy may be in force.",
		"Disable or mask the unit (systemctl mask), or order it after memgroup-setup.service.",
	},
	[PARAMETER_SET_ELSEWHERE] = {
		"parameter-set-elsewhere", SEVERITY_WARNING,
		"The policy or automatic onlining is set there, too: whichever comes last at boot is what holds.",
		"Take it out there, and leave it to the configuration of memgroup-setup.",
	},
	[DAXCTL_CHOOSES_ZONE] = {
		"daxctl-chooses-zone", SEVERITY_ERROR,
		"daxctl writes online_movable to the state of the device's memory blocks: all of it goes to ZONE_MOVABLE, the policy is not asked, and the ratio need not hold.",
		"Set movable = false in that section, or add --no-movable to that command: in spite of the name daxctl then writes online, which asks the policy.",
	},
	[DAXCTL_REFUSES] = {
		"daxctl-refuses", SEVERITY_ERROR,
		"daxctl says \"kernel policy will auto-online memory, aborting\" when automatic onlining is on: the device stays as it is, and its memory is missing.",
		"Set movable = false, without online = false, in that section, or use --no-movable without --no-online in that command: daxctl then goes on, and finds that the kernel set the memory online as the policy says. --no-online --force does the same.",
	},
	[DAXCTL_RACES] = {
		"daxctl-finds-memory-online", SEVERITY_NOTE,
		"Automatic onlining is on, so the kernel sets the device's memory online as the policy says, before daxctl can; daxctl warns of a race that does no harm.",
		"Nothing: the policy decides.",
	},
	[DAXCTL_SECTION_UNUSED] = {
		"daxctl-section-unused", SEVERITY_WARNING,
		"daxctl takes a section for a device by its nvdimm.uuid alone, and does nothing without a mode, which has to be system-ram or devdax in these letters: the device stays as it is, and its memory is missing.",
		"Give the section nvdimm.uuid, which ndctl list tells, and mode = system-ram. A device without a UUID, such as soft-reserved memory, needs a unit that runs daxctl reconfigure-device --mode=system-ram --no-movable with its name, after memgroup-setup.service.",
	},
	[DAXCTL_NOT_RUN] = {
		"daxctl-not-run", SEVERITY_WARNING,
		"daxctl ends there with \"Unknown option\", so that its configuration is never applied: the devices stay as they are, and their memory is missing.",
		"Have udev run it in another way: write ACTION==\"add\", SUBSYSTEM==\"dax\", RUN+=\"/usr/bin/daxctl reconfigure-device --check-config $env{DEVNAME}\" to /etc/udev/rules.d/90-daxctl-device.rules, which takes the place of a file of that name that came with daxctl.",
	},
	[CMDLINE_DEFAULT_STATE] = {
		"cmdline-default-state", SEVERITY_WARNING,
		"Memory that comes before memgroup-setup runs, such as DIMMs that are there at boot, goes online as the command line says: under the kernel's default policy, or in a zone without the policy being asked.",
		"Set memhp_default_state=offline in " BOOT_LOADER ", so that memgroup-setup has all memory to decide on; or set the policy there, too, with memory_hotplug.online_policy= and the like.",
	},
	[KERNEL_DEFAULT_STATE] = {
		"kernel-default-state", SEVERITY_WARNING,
		"Memory that comes before memgroup-setup runs, such as DIMMs that are there at boot, goes online as the kernel was built to do: under its default policy, or in a zone without the policy being asked.",
		"Set memhp_default_state=offline in " BOOT_LOADER ", so that memgroup-setup has all memory to decide on.",
	},
	[CMDLINE_PARAMETER] = {
		"cmdline-parameter", SEVERITY_WARNING,
		"Until memgroup-setup runs, the kernel decides with what its command line says: memory that goes online before then is not where the configuration would have it.",
		"Make the two the same: change " BOOT_LOADER ", or the configuration of memgroup-setup.",
	},
	[CMDLINE_MOVABLE_NODE] = {
		"cmdline-movable-node", SEVERITY_WARNING,
		"Boot memory of nodes that can be unplugged goes to ZONE_MOVABLE: it counts as MOVABLE from the start, and less early kernel memory is left for the ratio to allow more.",
		"Take it out of " BOOT_LOADER " unless whole nodes have to be unplugged; else expect less hotplugged memory to be MOVABLE, which memgroup-stat nodes shows.",
	},
	[CMDLINE_KERNELCORE] = {
		"cmdline-kernelcore", SEVERITY_WARNING,
		"It makes a part of boot memory MOVABLE, for which the ratio has to account: that much less hotplugged memory can be MOVABLE, perhaps none.",
		"Take it out of " BOOT_LOADER ": with the policy auto-movable, hotplugged memory is what shall be MOVABLE.",
	},
	[CMDLINE_CMA] = {
		"cmdline-cma", SEVERITY_NOTE,
		"Memory for contiguous allocation counts as MOVABLE, and not as early kernel memory, on which the ratio rests.",
		"Nothing, if it is needed; memgroup-stat nodes shows what is left.",
	},
	[NO_CONFIGURATION] = {
		"no-configuration", SEVERITY_NOTE,
		"Without one memgroup-setup has nothing to apply, and this check has nothing to compare the system with.",
		"Write " SYSCONFDIR "/memgroup.conf, see memgroup.conf(5).",
	},
	[AUTO_ONLINE_BYPASSES] = {
		"auto-online-bypasses", SEVERITY_WARNING,
		"Memory that is set online into a zone by name goes there without the policy being asked: online_policy is of no use then.",
		"Say online instead, which is what asks the policy.",
	},
	[RATIO_HIGH] = {
		"ratio-high", SEVERITY_WARNING,
		"The kernel's own documentation warns of more than four times as much MOVABLE as kernel memory: page tables, slabs and network buffers run out with plenty of memory free.",
		"Set 400 or less; memgroup-stat plan says which ratio is needed for what is to come.",
	},
	[PARAMETER_MISSING] = {
		"parameter-missing", SEVERITY_ERROR,
		"The configuration sets what this kernel does not have; memgroup-setup fails on it, and changes nothing.",
		"Use a kernel from 5.15 on with CONFIG_MEMORY_HOTPLUG, or take the line out.",
	},
	[PARAMETER_DIFFERS] = {
		"parameter-differs", SEVERITY_WARNING,
		"Memory that is plugged now goes online other than the configuration has it.",
		"Run memgroup-setup, and enable memgroup-setup.service for the next boot. If it did run: find out who changed it since.",
	},
	[BLOCKS_OFFLINE] = {
		"blocks-offline", SEVERITY_WARNING,
		"The configuration asks for all memory that is there to be online; nobody can use what is not.",
		"Run memgroup-setup, which sets them online device by device.",
	},
	[OTHER_POLICY] = {
		"other-policy", SEVERITY_WARNING,
		"The zone of a block is chosen when it goes online, and stays: this memory is where the other policy put it, and it counts as it is when the ratio is looked at.",
		"Unplug the devices and plug them again, or set their blocks offline and online again, where that is possible: memgroup-stat blockers says where. Else boot with memhp_default_state=offline.",
	},
	[OTHER_POLICY_UNKNOWN] = {
		"other-policy-unknown", SEVERITY_NOTE,
		"This kernel does not remember under which policy a block went online, or no longer: nobody can tell whether the policy was another one then.",
		"Nothing; a kernel with CONFIG_MEMGROUP_DEBUGFS remembers its last 1,024 decisions, for root.",
	},
	[ZONE_REQUESTED] = {
		"zone-requested", SEVERITY_WARNING,
		"Who set these blocks online named the zone, as daxctl and some rules of udev's do: there is more MOVABLE memory than the policy would have allowed, and kernel memory may run out.",
		"Set them offline, and run memgroup-setup, which asks the policy; and mend who did it, or it comes back with the next boot.",
	},
	[MEMMAP_REFUSED] = {
		"memmap-on-memory-refused", SEVERITY_WARNING,
		"The command line asks for the memory map of hotplugged memory to lie in that memory, and the kernel does not do it: the map takes kernel memory, 64 bytes for each page. It cannot be switched on at run time.",
		"Use a kernel with CONFIG_MHP_MEMMAP_ON_MEMORY; on some, hugetlb_free_vmemmap= excludes it. Or take the parameter out, and count with the map when choosing the ratio.",
	},
	[MEMMAP_ONE_BLOCK] = {
		"memmap-on-memory-one-block", SEVERITY_NOTE,
		"Before Linux 6.6 only devices of exactly one memory block have their memory map in themselves; the map of larger ones takes kernel memory as ever.",
		"Nothing; count with 64 bytes of kernel memory for each page when choosing the ratio.",
	},
	[MEMMAP_WASTES] = {
		"memmap-on-memory-wastes", SEVERITY_NOTE,
		"With memmap_on_memory=force each memory block loses the rest of the page block that its memory map does not fill.",
		"Nothing, if that is wanted; memmap_on_memory=y does it only where nothing is lost.",
	},
	[BALLOON_UNMOVABLE] = {
		"balloon-unmovable", SEVERITY_WARNING,
		"Pages that the balloon takes cannot be moved, so they are taken from kernel zones alone: as it is inflated kernel memory runs out, while ZONE_MOVABLE is free. Unplugging memory in which they lie fails.",
		"Use a kernel with CONFIG_BALLOON_COMPACTION, or no balloon beside hotplugged memory: virtio-mem takes its place.",
	},
	[BALLOON_UNKNOWN] = {
		"balloon-unknown", SEVERITY_NOTE,
		"If the kernel is built without CONFIG_BALLOON_COMPACTION, the pages of the balloon come from kernel zones alone, and they run out.",
		"Look whether CONFIG_BALLOON_COMPACTION is set; the configuration of the kernel is neither in /proc/config.gz nor in /boot here.",
	},
	[GIGANTIC_PAGES] = {
		"gigantic-pages", SEVERITY_WARNING,
		"Huge pages of that size are never taken from ZONE_MOVABLE: they use up the kernel memory on which the ratio rests, for everything else in the kernel.",
		"Use huge pages of 2 MiB, which can be moved, or a lower ratio.",
	},
	[MEMORY_MAP_FULL] = {
		"memory-map-full", SEVERITY_ERROR,
		"Each page that is plugged needs 64 bytes of kernel memory for its entry in the memory map: plugging fails once there are none.",
		"Give the machine more boot memory, lower auto_movable_ratio, or use memmap_on_memory where the kernel can; memgroup-stat plan computes it.",
	},
	[MEMORY_MAP_LARGE] = {
		"memory-map-large", SEVERITY_WARNING,
		"What the memory map takes, nothing else in the kernel can have; the ratio does not account for it.",
		"Give the machine more boot memory, or lower auto_movable_ratio; memgroup-stat plan computes it.",
	},
	[PAGE_TABLES_LARGE] = {
		"page-tables-large", SEVERITY_WARNING,
		"Page tables are kernel memory, 8 bytes for each page that a process maps: with too little of it processes are killed while ZONE_MOVABLE is free.",
		"Give the machine more boot memory, lower auto_movable_ratio, or use huge pages for what is large; memgroup-stat plan computes it.",
	},
	[NOT_CHECKED] = {
		"not-checked", SEVERITY_NOTE,
		"What it would have told is missing here.",
		"Run memgroup-setup --check as root, on the machine itself.",
	},
};
