/* SPDX-License-Identifier: GPL-2.0 */
/* A tree of files that a test makes up: it is there for one test after the other. */
#ifndef MEMGROUP_SETUP_TEST_TREE_H
#define MEMGROUP_SETUP_TEST_TREE_H

#include "sysroot.h"

/* Of cmocka: before and after each test. */
int tree_set_up(void **state);
int tree_tear_down(void **state);

/* The tree's root. */
extern struct sysroot tree;

/* Make a file or a link, and the folders it needs. */
void tree_write(const char *path, const char *content);
void tree_link(const char *path, const char *target);
void tree_folder(const char *path);
/* Is that what the file holds? */
void assert_tree_has(const char *path, const char *content);

/* Is the message the words, after the tree's name where they have a '@'? */
void assert_says(const struct fault *fault, const char *words);

#endif /* MEMGROUP_SETUP_TEST_TREE_H */
