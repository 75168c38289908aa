/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MEMGROUP_TEST_FUZZ_H
#define MEMGROUP_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The name that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* MEMGROUP_TEST_FUZZ_H */
