/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What went wrong, in words for the user.
 *
 * Functions that can fail take a struct fault of their caller and return 0 or a
 * negative errno value. On failure the fault holds one sentence without a final
 * newline that names the file, the line where there is one, and the cause. It
 * may hold any byte that the input held: print it with fault_print() only.
 */
#ifndef MEMGROUP_FAULT_H
#define MEMGROUP_FAULT_H

/* Long enough for two paths; longer text is cut. */
#define FAULT_TEXT_MAX 1024

struct fault {
	char text[FAULT_TEXT_MAX];
};

/* Stores the sentence; returns -@err, for "return fault_set(…)". */
int fault_set(struct fault *fault, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* fault_set() for memory that could not be allocated; returns -ENOMEM. */
int fault_nomem(struct fault *fault);

/* Prints "@program: text" on stderr, escaped for terminals. */
void fault_print(const struct fault *fault, const char *program);

#endif /* MEMGROUP_FAULT_H */
