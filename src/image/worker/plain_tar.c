// SPDX-License-Identifier: Apache-2.0
#include "image/worker/plain_tar.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "image/worker/tar_header.h"

enum { CHUNK = 1 << 18 };

must_check static int put(int to, const void *data, size_t size,
			  struct error *err)
{
	int result = fd_write_all(to, data, size);

	return result < 0 ? error_set(err, -result, "write the archive") : 0;
}

must_check static int put_header(int to, const char *name, char type,
				 uint64_t size, struct error *err)
{
	struct tar_header header = { .type = type, .magic = "ustar" };

	if (strlen(name) >= sizeof(header.name))
		return error_say(err, ENAMETOOLONG, "%s", name);
	(void)snprintf(header.name, sizeof(header.name), "%s", name);
	(void)snprintf(header.mode, sizeof(header.mode), "%07o",
		       type == '5' ? 0755U : 0644U);
	(void)snprintf(header.uid, sizeof(header.uid), "%07o", 0U);
	(void)snprintf(header.gid, sizeof(header.gid), "%07o", 0U);
	(void)snprintf(header.mtime, sizeof(header.mtime), "%011o", 0U);
	tar_set_size(&header, size);
	header.version[0] = header.version[1] = '0';
	tar_set_checksum(&header);
	return put(to, &header, sizeof(header), err);
}

must_check static int put_rest(int to, uint64_t size, struct error *err)
{
	static const char zeros[TAR_BLOCK];

	return size % TAR_BLOCK
		       ? put(to, zeros, TAR_BLOCK - size % TAR_BLOCK, err)
		       : 0;
}

int plain_tar_text(int to, const char *name, const char *text, size_t size,
		   struct error *err)
{
	if (put_header(to, name, '0', size, err) < 0 ||
	    put(to, text, size, err) < 0)
		return -err->code;
	return put_rest(to, size, err);
}

int plain_copy(int to, int from, uint64_t size, struct error *err)
{
	auto_free char *buffer = xcalloc(1, CHUNK);
	uint64_t at = 0;

	while (at < size) {
		size_t room = size - at < CHUNK ? (size_t)(size - at) : CHUNK;
		ssize_t count = pread(from, buffer, room, (off_t)at);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return error_set(err, count < 0 ? errno : EIO,
					 "read the store");
		if (put(to, buffer, (size_t)count, err) < 0)
			return -err->code;
		at += (uint64_t)count;
	}
	return 0;
}

int plain_tar_file(int to, const char *name, int from, uint64_t size,
		   struct error *err)
{
	if (put_header(to, name, '0', size, err) < 0 ||
	    plain_copy(to, from, size, err) < 0)
		return -err->code;
	return put_rest(to, size, err);
}

int plain_tar_directory(int to, const char *name, struct error *err)
{
	return put_header(to, name, '5', 0, err);
}

int plain_tar_end(int to, struct error *err)
{
	static const char zeros[2 * TAR_BLOCK];

	return put(to, zeros, sizeof(zeros), err);
}
