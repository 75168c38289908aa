// SPDX-License-Identifier: GPL-2.0
#include "recording-head.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "units.h"

/* The versions that begin as is read here. */
#define VERSION_MIN 6
#define VERSION_SECTIONS 7	/* and is made of sections since */
#define VERSION_MAX 7

/* Longer than it is, whatever the compression is called. */
#define HEAD_BYTES 512

/* Of a section: a number, flags, the place of its name, and the bytes that follow. */
#define SECTION_HEAD_BYTES 16
#define SECTION_SIZE_AT 8
/* There is a dozen, and some for each instance. */
#define SECTIONS_MAX 65536

struct head {
	unsigned char bytes[HEAD_BYTES + 1];
	size_t len, at;
	bool big_endian;
};

static int cut_short(struct fault *fault)
{
	return fault_set(fault, EINVAL, "cut short");
}

/* Which byte of a number comes first is the machine's that it is of. */
static uint64_t number(const unsigned char *bytes, size_t size, bool big_endian)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < size; i++)
		value = value << 8 | bytes[big_endian ? i : size - 1 - i];
	return value;
}

/* The string that is next, with its NUL; NULL: it does not end here. */
static const char *string(struct head *head)
{
	const char *text = (const char *)head->bytes + head->at;

	head->at += strlen(text) + 1;
	return head->at <= head->len ? text : NULL;
}

/* One after the other to the end of the file. */
static int check_sections(int fd, uint64_t offset, bool big_endian, struct fault *fault)
{
	unsigned char section[SECTION_HEAD_BYTES];
	uint64_t size, bytes;
	struct stat st;
	int i;

	if (fstat(fd, &st))
		return fault_set(fault, errno, "%s", strerror(errno));
	size = (uint64_t)st.st_size;
	for (i = 0; i < SECTIONS_MAX && offset < size; i++) {
		if (pread(fd, section, sizeof(section), (off_t)offset) != sizeof(section))
			return cut_short(fault);
		offset += sizeof(section);
		bytes = number(section + SECTION_SIZE_AT, 8, big_endian);
		if (bytes > size - offset)
			return cut_short(fault);
		offset += bytes;
	}
	return offset == size ? 0 : fault_set(fault, EINVAL, "broken: too many sections");
}

static int parse(struct head *head, int fd, uint64_t *page_bytes, struct fault *fault)
{
	const char *version = string(head);
	uint64_t number_of_version;

	if (!version || head->len - head->at < 6)
		return cut_short(fault);
	if (units_parse_decimal(version, &number_of_version) ||
	    number_of_version < VERSION_MIN || number_of_version > VERSION_MAX)
		return fault_set(fault, EINVAL, "version %.20s of the files of trace-cmd is not known here",
				 version);
	head->big_endian = head->bytes[head->at];
	/* The size of a long is between. */
	*page_bytes = number(&head->bytes[head->at + 2], 4, head->big_endian);
	head->at += 6;
	if (number_of_version < VERSION_SECTIONS)
		return 0;
	/* The compression and its version; then where the options are. */
	if (!string(head) || !string(head) || head->len - head->at < 8)
		return cut_short(fault);
	return check_sections(fd, head->at + 8, head->big_endian, fault);
}

int recording_head_read(int fd, uint64_t *page_bytes, struct fault *fault)
{
	static const char magic[] = "\x17\x08\x44tracing";
	struct head head = { .at = sizeof(magic) - 1 };
	const ssize_t n = pread(fd, head.bytes, HEAD_BYTES, 0);

	if (n < 0)
		return fault_set(fault, errno, "%s", strerror(errno));
	if (!n)
		return fault_set(fault, EINVAL, "an empty file");
	head.len = (size_t)n;
	if (head.len < head.at || memcmp(head.bytes, magic, head.at))
		return fault_set(fault, EINVAL, "not a file of trace-cmd");
	return parse(&head, fd, page_bytes, fault);
}
