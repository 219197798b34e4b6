// SPDX-License-Identifier: Apache-2.0
/* Blobs from a registry into the store, several at a time. One that is there is
 * not fetched; one that another process is fetching is waited for; one that
 * came in part, now or in an earlier process, is gone on with.
 *
 * All are synced to the disk before the first gets its name: after a loss of
 * power a blob is in the store as a whole or not at all.
 */
#ifndef IMAGE_WORKER_DOWNLOAD_H
#define IMAGE_WORKER_DOWNLOAD_H

#include "image/worker/download_one.h"

/* For downloads_clear(). Set .from. Must not move. */
struct downloads {
	struct download_source from;
	struct download *items; /* owned */
	size_t count;
};

/**
 * downloads_add() - One more is wanted
 * @text:	What it is, if that is known; copied. NULL: it is to be fetched
 *
 * What is wanted twice is fetched once.
 */
void downloads_add(struct downloads *downloads, const struct digest *digest,
		   uint64_t size, const char *text);

/**
 * downloads_run() - Have them all, verified
 *
 * Return: 0, negative errno: what came stays where it may be gone on with
 */
must_check int downloads_run(struct downloads *downloads, struct error *err);

/** downloads_read() - One of them as a document, before or after the commit. */
must_check int downloads_read(const struct downloads *downloads,
			      const struct digest *digest, char **ret_text,
			      size_t *ret_size, struct error *err);

/** downloads_commit() - Sync, and give them their names. */
must_check int downloads_commit(struct downloads *downloads, struct error *err);

void downloads_clear(struct downloads *downloads);

#endif
