// SPDX-License-Identifier: Apache-2.0
#include "image/worker/ingest.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

enum { CHUNK = 1 << 20 };

struct place {
	char text[sizeof("blobs/sha256/.part") + DIGEST_HEX];
};

static struct place part_of(const struct digest *digest)
{
	struct place place;

	(void)snprintf(place.text, sizeof(place.text), "ingest/%s.part",
		       digest_hex(digest));
	return place;
}

static struct place blob_of(const struct digest *digest)
{
	struct place place;

	(void)snprintf(place.text, sizeof(place.text), "blobs/sha256/%s",
		       digest_hex(digest));
	return place;
}

int ingest_prepare(int store, struct error *err)
{
	static const char *const dirs[] = { "blobs", "blobs/sha256", "ingest" };

	for (size_t i = 0; i < ARRAY_COUNT(dirs); i++)
		if (mkdirat(store, dirs[i], 0700) < 0 && errno != EEXIST)
			return error_set(err, errno, "make %s in the store",
					 dirs[i]);
	return 0;
}

int blob_is_there(int store, const struct digest *digest, uint64_t size,
		  struct error *err)
{
	struct place place = blob_of(digest);
	struct stat st;

	if (fstatat(store, place.text, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0
				       : error_set(err, errno,
						   "look for %s in the store",
						   place.text);
	if (!S_ISREG(st.st_mode))
		return error_say(err, EINVAL, "%s in the store is no file",
				 place.text);
	if (size != UINT64_MAX && (uint64_t)st.st_size != size)
		return error_say(
			err, EINVAL,
			"%s is said to have %ju bytes, and has %ju in the store",
			digest->text, (uintmax_t)size, (uintmax_t)st.st_size);
	return 1;
}

int blob_open(int store, const struct digest *digest, struct error *err)
{
	struct place place = blob_of(digest);
	int fd = openat(store, place.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? error_set(err, errno, "open %s in the store",
				  place.text)
		      : fd;
}

int blob_read(int store, const struct digest *digest, size_t limit,
	      char **ret_text, size_t *ret_size, struct error *err)
{
	auto_close int fd = blob_open(store, digest, err);

	if (fd < 0)
		return fd;
	if (fd_read_text(fd, limit, ret_text, ret_size, err) < 0)
		return error_wrap(err, "%s", digest->text);
	return 0;
}

/* Has it been renamed or removed between our open and our lock? */
static bool is_still(int store, const struct place *place, int fd)
{
	struct stat there, ours;

	return fstatat(store, place->text, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(fd, &ours) == 0 && there.st_ino == ours.st_ino &&
	       there.st_dev == ours.st_dev;
}

/* Return: 1, 0: somebody else has it, negative errno */
must_check static int lock_part(int store, const struct place *place,
				int *ret_fd, struct error *err)
{
	for (;;) {
		auto_close int fd =
			openat(store, place->text,
			       O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

		if (fd < 0)
			return error_set(err, errno, "open %s in the store",
					 place->text);
		if (flock(fd, LOCK_EX | LOCK_NB) < 0)
			return errno == EWOULDBLOCK
				       ? 0
				       : error_set(err, errno,
						   "lock %s in the store",
						   place->text);
		if (is_still(store, place, fd)) {
			*ret_fd = steal_fd(&fd);
			return 1;
		}
	}
}

/* What has been written by an earlier one. */
must_check static int hash_rest(struct ingest *ingest, struct error *err)
{
	auto_free char *buffer = xcalloc(1, CHUNK);

	for (;;) {
		ssize_t count =
			pread(ingest->fd, buffer, CHUNK, (off_t)ingest->at);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set(err, errno, "read %s.part",
					 digest_hex(&ingest->digest));
		if (count == 0)
			return 0;
		hash_add(&ingest->hash, buffer, (size_t)count);
		ingest->at += (uint64_t)count;
	}
}

int ingest_open(int store, const struct digest *digest, uint64_t size,
		struct ingest *ret, struct error *err)
{
	auto_with(ingest_close) struct ingest ingest = {
		.fd = -1,
		.digest = *digest,
		.size = size,
	};
	struct place place = part_of(digest);
	int locked = lock_part(store, &place, &ingest.fd, err);
	struct stat st;

	if (locked <= 0)
		return locked;
	if (fstat(ingest.fd, &st) < 0)
		return error_set(err, errno, "look at %s in the store",
				 place.text);
	hash_begin(&ingest.hash);
	if ((uint64_t)st.st_size > size) {
		if (ingest_restart(&ingest, err) < 0)
			return -err->code;
	} else if (hash_rest(&ingest, err) < 0) {
		return -err->code;
	}
	*ret = ingest;
	ingest = INGEST_NONE;
	return 1;
}

int ingest_restart(struct ingest *ingest, struct error *err)
{
	if (ftruncate(ingest->fd, 0) < 0)
		return error_set(err, errno, "empty %s.part",
				 digest_hex(&ingest->digest));
	ingest->at = 0;
	hash_begin(&ingest->hash);
	return 0;
}

int ingest_add(struct ingest *ingest, const void *data, size_t size,
	       struct error *err)
{
	const char *at = data;

	if (size > ingest->size - ingest->at)
		return error_say(
			err, EFBIG,
			"more bytes come than the %ju that there should be",
			(uintmax_t)ingest->size);
	hash_add(&ingest->hash, data, size);
	while (size > 0) {
		ssize_t count = pwrite(ingest->fd, at, size, (off_t)ingest->at);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set(err, errno,
					 "write to the store (%s.part)",
					 digest_hex(&ingest->digest));
		at += count;
		size -= (size_t)count;
		ingest->at += (uint64_t)count;
	}
	return 0;
}

int ingest_verify(struct ingest *ingest, struct error *err)
{
	struct digest found;

	hash_end(&ingest->hash, &found);
	if (ingest->at == ingest->size &&
	    digest_equals(&found, &ingest->digest)) {
		/* On its way to the disk while others are still coming. */
		(void)sync_file_range(ingest->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		return 0;
	}
	if (ingest_restart(ingest, err) < 0)
		return -err->code;
	return error_say(err, EBADMSG,
			 "what came for %s is something else: its digest is %s",
			 ingest->digest.text, found.text);
}

int ingest_commit(int store, struct ingest *ingest, struct error *err)
{
	struct place from = part_of(&ingest->digest);
	struct place to = blob_of(&ingest->digest);

	if (renameat(store, from.text, store, to.text) < 0)
		return error_set(err, errno, "rename %s in the store",
				 from.text);
	ingest_close(ingest);
	return 0;
}

void ingest_discard(int store, struct ingest *ingest)
{
	struct place place = part_of(&ingest->digest);

	(void)unlinkat(store, place.text, 0);
	ingest_close(ingest);
}

void ingest_close(struct ingest *ingest)
{
	if (ingest->fd >= 0)
		close(ingest->fd);
	hash_clear(&ingest->hash);
	*ingest = INGEST_NONE;
}
