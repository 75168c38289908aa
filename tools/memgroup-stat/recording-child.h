/* SPDX-License-Identifier: GPL-2.0 */
/* The process that opens a recording: all that the libraries of trace-cmd do. */
#ifndef MEMGROUP_STAT_RECORDING_CHILD_H
#define MEMGROUP_STAT_RECORDING_CHILD_H

/*
 * Reads the file that @file is open on, and says what is in it on @pipe, as
 * recording-stream.h describes. What the libraries print is found on @log, which is also
 * standard output and standard error. Ends the process.
 */
void recording_child(int file, int pipe, int log) __attribute__((noreturn));

#endif /* MEMGROUP_STAT_RECORDING_CHILD_H */
