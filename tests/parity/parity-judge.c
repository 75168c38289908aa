// SPDX-License-Identifier: GPL-2.0
/*
 * Judges the captures of one scenario on the stock kernel and on ours. Says what there
 * is to say in lines that start with "# ", and last a line of numbers, those of struct
 * verdict, for the table. Exit code 1: something is wrong.
 */

#include <stdio.h>

#include "judge.h"

int main(int argc, char **argv)
{
	static struct record stock, ours;
	static struct scenario scenario;
	struct verdict verdict;
	struct fault fault;
	bool good;
	int ret;

	if (argc != 5) {
		fprintf(stderr,
			"Usage: parity-judge FILE SCENARIO STOCK-CAPTURE OUR-CAPTURE\n");
		return 2;
	}
	ret = scenario_read(argv[1], argv[2], &scenario, &fault);
	if (!ret)
		ret = record_read(argv[3], &scenario, &stock, &fault);
	if (!ret)
		ret = record_read(argv[4], &scenario, &ours, &fault);
	if (ret) {
		printf("# WRONG: %s\n", fault.text);
	} else {
		good = judge(&scenario, &stock, &ours, &verdict, stdout);
		ret = good ? 0 : 1;
		printf("%u %lu %u %u %u %lu %lu %u %u %u\n", verdict.steps,
		       verdict.decided, verdict.same, verdict.documented,
		       verdict.stayed, verdict.stuck[0], verdict.stuck[1],
		       verdict.ours_alone, verdict.idle, verdict.wrong);
	}
	record_free(&stock);
	record_free(&ours);
	return ret ? 1 : 0;
}
