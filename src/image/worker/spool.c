// SPDX-License-Identifier: Apache-2.0
#include "image/worker/spool.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

enum { CHUNK = 1 << 18 };

/* Where the file system has no files without a name. */
must_check static int open_named(int store, struct spool *spool,
				 struct error *err)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return error_set(err, errno, "getrandom");
	spool->name = xasprintf("ingest/tmp.%016lx", number);
	spool->fd = openat(store, spool->name,
			   O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return spool->fd < 0 ? error_set(err, errno, "make %s in the store",
					 spool->name)
			     : 0;
}

int spool_open(int store, struct spool *ret, struct error *err)
{
	struct spool spool = { .store = store };

	spool.fd =
		openat(store, "ingest", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spool.fd < 0 && errno != EOPNOTSUPP && errno != EISDIR)
		return error_set(err, errno,
				 "make a temporary file in the store");
	if (spool.fd < 0 && open_named(store, &spool, err) < 0) {
		free(spool.name);
		return -err->code;
	}
	hash_begin(&spool.hash);
	*ret = spool;
	return 0;
}

int spool_add(struct spool *spool, const void *data, size_t size,
	      struct error *err)
{
	int result = fd_write_all(spool->fd, data, size);

	if (result < 0)
		return error_set(err, -result, "write to the store");
	hash_add(&spool->hash, data, size);
	spool->size += size;
	return 0;
}

void spool_end(struct spool *spool)
{
	hash_end(&spool->hash, &spool->digest);
	/* On its way to the disk while the next one comes. */
	(void)sync_file_range(spool->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int spool_put(int store, const char *text, size_t size, struct spool *ret,
	      struct error *err)
{
	auto_with(spool_close) struct spool spool = SPOOL_NONE;

	if (spool_open(store, &spool, err) < 0 ||
	    spool_add(&spool, text, size, err) < 0)
		return -err->code;
	spool_end(&spool);
	*ret = spool;
	spool = SPOOL_NONE;
	return 0;
}

int spool_copy(struct spool *spool, int from, uint64_t limit, struct error *err)
{
	auto_free char *buffer = xcalloc(1, CHUNK);

	for (;;) {
		ssize_t count = read(from, buffer, CHUNK);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set(err, errno, "read");
		if (count == 0)
			return 0;
		if ((uint64_t)count > limit - spool->size)
			return error_say(err, EFBIG, "it is too large");
		if (spool_add(spool, buffer, (size_t)count, err) < 0)
			return -err->code;
	}
}

int spool_read(const struct spool *spool, size_t limit, char **ret_text,
	       size_t *ret_size, struct error *err)
{
	auto_free char *text = NULL;

	if (spool->size > limit)
		return error_say(
			err, EFBIG,
			"it is too large: %lu bytes, at most %zu may be",
			spool->size, limit);
	text = xcalloc(1, spool->size + 1);
	if (pread(spool->fd, text, spool->size, 0) != (ssize_t)spool->size)
		return error_set(err, errno ? errno : EIO,
				 "read a temporary file");
	*ret_text = steal_ptr(&text);
	*ret_size = spool->size;
	return 0;
}

/* Without CAP_DAC_READ_SEARCH the one way is by /proc, on older kernels. */
static int give_name(const struct spool *spool, const char *name)
{
	char path[sizeof("/proc/self/fd/") + 11];

	if (spool->name)
		return renameat(spool->store, spool->name, spool->store, name);
	if (linkat(spool->fd, "", spool->store, name, AT_EMPTY_PATH) == 0)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", spool->fd);
	return linkat(AT_FDCWD, path, spool->store, name, AT_SYMLINK_FOLLOW);
}

int spool_commit(struct spool *spool, struct error *err)
{
	auto_free char *name =
		xasprintf("blobs/sha256/%s", digest_hex(&spool->digest));

	if (give_name(spool, name) < 0 && errno != EEXIST)
		return error_set(err, errno, "make %s in the store", name);
	free(steal_ptr(&spool->name));
	return 0;
}

void spool_close(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	if (spool->name)
		(void)unlinkat(spool->store, spool->name, 0);
	free(spool->name);
	hash_clear(&spool->hash);
	*spool = SPOOL_NONE;
}
