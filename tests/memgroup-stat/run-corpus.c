// SPDX-License-Identifier: GPL-2.0
/*
 * run-corpus PLACES FILE…: gives each file to the fuzzing target, whole, and cut short
 * and with one byte changed in so many places, spread evenly. The same every time, and
 * no libFuzzer needed. A finding aborts; prints how many inputs there were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static unsigned long inputs;

static void give(const char *data, size_t len)
{
	/* A copy of its own size: the sanitizers see a step outside. */
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	inputs++;
}

static void give_variants(char *data, size_t len, size_t places)
{
	static const char bytes[] = { '\0', '\n', ' ', '-', '9', '\\', '%', '@', '\377' };
	size_t step = len / places + 1, i, n = 0;

	give(data, len);
	for (i = 0; i < len; i += step, n++) {
		char old = data[i];

		give(data, i);
		data[i] = bytes[n % sizeof(bytes)];
		give(data, len);
		data[i] = old;
	}
}

int main(int argc, char **argv)
{
	const int places = argc > 1 ? atoi(argv[1]) : 0;
	int i;

	if (places <= 0) {
		fputs("usage: run-corpus PLACES FILE...\n", stderr);
		return 2;
	}
	for (i = 2; i < argc; i++) {
		FILE *in = fopen(argv[i], "r");
		static char data[1 << 20];
		size_t len;

		if (!in) {
			perror(argv[i]);
			return 1;
		}
		len = fread(data, 1, sizeof(data), in);
		if (ferror(in) || !feof(in)) {
			fprintf(stderr, "%s: not read to its end\n", argv[i]);
			return 1;
		}
		fclose(in);
		give_variants(data, len, (size_t)places);
	}
	printf("%lu inputs\n", inputs);
	return inputs ? 0 : 1;
}
