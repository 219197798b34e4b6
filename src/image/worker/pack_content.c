// SPDX-License-Identifier: Apache-2.0
/* What files have in them, and which are one file. */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/pack.h"
#include "image/worker/report.h"

/* A file with several names, and the one it was met under first. */
struct link {
	dev_t device;
	ino_t inode;
	char name[];
};

static int compare(const void *a, const void *b)
{
	const struct link *one = a, *other = b;

	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	return 0;
}

const char *pack_first_name(struct pack *pack, const struct stat *st,
			    const char *path)
{
	struct link *link = xcalloc(1, sizeof(*link) + strlen(path) + 1);
	struct link **found;

	link->device = st->st_dev;
	link->inode = st->st_ino;
	memcpy(link->name, path, strlen(path));
	found = tsearch(link, &pack->links, compare);
	if (found && *found == link)
		return NULL;
	free(link);
	return found ? (*found)->name : NULL;
}

must_check static int put_zeros(struct pack *pack, uint64_t size,
				struct error *err)
{
	static const char zeros[PACK_BUFFER];

	while (size > 0) {
		size_t part =
			size < sizeof(zeros) ? (size_t)size : sizeof(zeros);

		if (pack_data(pack, zeros, part, err) < 0)
			return -err->code;
		size -= part;
	}
	return 0;
}

/* Where the next data begins or ends; @size where that isn't known. */
static uint64_t seek(int fd, uint64_t at, int whence, uint64_t otherwise,
		     uint64_t size)
{
	off_t found = lseek(fd, (off_t)at, whence);

	if (found < 0 && whence == SEEK_DATA && errno == ENXIO)
		return size;
	if (found < 0 || (uint64_t)found < at)
		return otherwise;
	return (uint64_t)found < size ? (uint64_t)found : size;
}

/* Return: bytes that there were, negative errno */
must_check static ssize_t put_part(struct pack *pack, int fd, uint64_t at,
				   uint64_t size, struct error *err)
{
	size_t part = size < PACK_BUFFER ? (size_t)size : PACK_BUFFER;
	ssize_t count = pread(fd, pack->buffer, part, (off_t)at);

	if (count < 0)
		return error_set(err, errno, "read");
	if (count > 0 && pack_data(pack, pack->buffer, (size_t)count, err) < 0)
		return -err->code;
	return count;
}

int pack_content(struct pack *pack, int fd, const char *path, uint64_t size,
		 struct error *err)
{
	uint64_t at = 0;

	while (at < size) {
		uint64_t data = seek(fd, at, SEEK_DATA, at, size);
		uint64_t end = seek(fd, data, SEEK_HOLE, size, size);
		ssize_t count = 1;

		if (put_zeros(pack, data - at, err) < 0)
			return error_wrap(err, "%s", path);
		for (at = data; at < end && count > 0; at += (uint64_t)count) {
			count = put_part(pack, fd, at, end - at, err);
			if (count < 0)
				return error_wrap(err, "%s", path);
		}
		if (count == 0) {
			report_warning(
				"%s has become shorter while it was read: the rest is zeros",
				path);
			return put_zeros(pack, size - at, err);
		}
	}
	return 0;
}
