/* SPDX-License-Identifier: GPL-2.0 */
/* From a history that fails to a small one that fails in the same way. */
#ifndef POLICY_TESTS_SHRINK_H
#define POLICY_TESTS_SHRINK_H

#include "check.h"

/*
 * @history has @finding. Afterwards it is one that no operation can be left out of
 * and no number can be made smaller in, and @finding is what it has: the difference
 * is in the same thing.
 */
void shrink(struct history *history, const struct rules *rules,
	    struct finding *finding);

#endif /* POLICY_TESTS_SHRINK_H */
