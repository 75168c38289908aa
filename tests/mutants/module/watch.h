/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before everything else in the module: the tests that our own code has inside, also
 * on a kernel that is built without them.
 */
#ifndef MUTANTS_WATCH_H
#define MUTANTS_WATCH_H

#include <linux/bug.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>

#ifndef CONFIG_MEMGROUP_RECOUNT
#define CONFIG_MEMGROUP_RECOUNT 1
#endif

/* Who holds it, only lockdep knows; that nobody does can be seen without. */
#ifndef CONFIG_LOCKDEP
#undef lockdep_assert_held
#define lockdep_assert_held(lock)					\
do {									\
	if (__builtin_types_compatible_p(typeof(lock), struct mutex *))	\
		WARN_ON_ONCE(!mutex_is_locked((struct mutex *)(lock)));	\
} while (0)
#endif

#endif /* MUTANTS_WATCH_H */
