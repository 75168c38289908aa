// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int output_finish(const char *data, size_t len, struct fault *fault)
{
	int err;

	while (len) {
		ssize_t n = write(STDOUT_FILENO, data, len);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			goto fail;
		}
		data += n;
		len -= (size_t)n;
	}
	/* Some file systems report a full disk only here. */
	if (close(STDOUT_FILENO) == 0)
		return 0;
fail:
	err = errno;
	return fault_set(fault, err, "standard output: %s", strerror(err));
}
