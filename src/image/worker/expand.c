// SPDX-License-Identifier: Apache-2.0
#include "image/worker/expand.h"

#include <archive.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/tar_source.h"

enum { CHUNK = 1 << 18 };

/* A file that is empty has no format for libarchive. */
static bool is_empty(int fd)
{
	char byte;

	return pread(fd, &byte, 1, 0) == 0;
}

int expand(int fd, expand_fn *take, void *argument, struct error *err)
{
	auto_with(tar_source_close) struct archive *archive = NULL;
	auto_free char *buffer = xcalloc(1, CHUNK);
	struct archive_entry *entry;
	ssize_t count;

	if (is_empty(fd))
		return 0;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_set(err, errno, "read from the beginning");
	if (tar_source_open_raw(fd, &archive, err) < 0 ||
	    tar_source_next(archive, &entry, err) < 0)
		return -err->code;
	while ((count = tar_source_read(archive, buffer, CHUNK, err)) > 0)
		if (take(argument, buffer, (size_t)count, err) < 0)
			return -err->code;
	return count < 0 ? -err->code : 0;
}
