// SPDX-License-Identifier: GPL-2.0
/*
 * break-file SEED FROM TO: a copy of the file in which some bytes, one to eight, are others.
 * The same every time with the same seed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

int main(int argc, char **argv)
{
	static unsigned char data[1 << 20];
	size_t len, written;
	uint64_t state, bytes;
	FILE *file;

	if (argc != 4) {
		fputs("usage: break-file SEED FROM TO\n", stderr);
		return 2;
	}
	state = strtoull(argv[1], NULL, 10);
	file = fopen(argv[2], "r");
	len = file ? fread(data, 1, sizeof(data), file) : 0;
	if (file)
		fclose(file);
	if (!len || len == sizeof(data)) {
		fprintf(stderr, "break-file: %s cannot be read, or is too long\n", argv[2]);
		return 1;
	}
	for (bytes = 1 + draw(&state) % 8; bytes; bytes--)
		data[draw(&state) % len] ^= (unsigned char)(1 + draw(&state) % 255);
	file = fopen(argv[3], "w");
	if (!file) {
		perror(argv[3]);
		return 1;
	}
	written = fwrite(data, 1, len, file);
	if (fclose(file) || written != len) {
		perror(argv[3]);
		return 1;
	}
	return 0;
}
