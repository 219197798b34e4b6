// SPDX-License-Identifier: Apache-2.0
/* A blob on its way into the store: ingest/HEX.part, which nobody else writes
 * while we hold its lock, and which stays for the next one if we are killed.
 * It becomes blobs/sha256/HEX when all of it is there and is what its name
 * says.
 */
#ifndef IMAGE_WORKER_INGEST_H
#define IMAGE_WORKER_INGEST_H

#include <stdint.h>

#include "image/worker/hash.h"

/* For ingest_close(). */
struct ingest {
	int fd; /* locked; -1: none */
	struct digest digest;
	uint64_t size; /* that it will have; bytes */
	uint64_t at;   /* that are there, and hashed */
	struct hash hash;
};

#define INGEST_NONE ((struct ingest){ .fd = -1 })

/**
 * ingest_prepare() - Make the directories of a store that are missing
 * @store:	Descriptor of it
 *
 * Return: 0, negative errno
 */
must_check int ingest_prepare(int store, struct error *err);

/**
 * blob_is_there() - Does the store have a blob?
 * @size:	That it must have then; UINT64_MAX: any
 *
 * Return: 1, 0, -EINVAL (it has another size)
 */
must_check int blob_is_there(int store, const struct digest *digest,
			     uint64_t size, struct error *err);

/**
 * ingest_open() - Go on with a blob
 * @ret:	For ingest_close(), what is there already hashed in; untouched
 *		unless 1 is returned
 *
 * Return: 1, 0 (somebody else writes it), negative errno
 */
must_check int ingest_open(int store, const struct digest *digest,
			   uint64_t size, struct ingest *ret,
			   struct error *err);

/** ingest_restart() - Forget what is there. */
must_check int ingest_restart(struct ingest *ingest, struct error *err);

/**
 * ingest_add() - What comes next
 * @err:	EFBIG: more than there should be, of which nothing was written
 *
 * Return: 0, negative errno
 */
must_check int ingest_add(struct ingest *ingest, const void *data, size_t size,
			  struct error *err);

/**
 * ingest_verify() - All is there: is it what it should be?
 * @err:	EBADMSG: no, and nothing of it is left
 *
 * Return: 0, negative errno
 */
must_check int ingest_verify(struct ingest *ingest, struct error *err);

/**
 * ingest_commit() - Give it its name, and let go of it
 *
 * It has been verified, and synced to where it is to survive a loss of power.
 * Return: 0, negative errno
 */
must_check int ingest_commit(int store, struct ingest *ingest,
			     struct error *err);

/** ingest_discard() - Remove what there is of it, and let go. */
void ingest_discard(int store, struct ingest *ingest);

/** ingest_close() - Let go; what is there stays. */
void ingest_close(struct ingest *ingest);

/**
 * blob_read() - A blob of the store that is a document
 * @limit:	Bytes
 * @ret_text:	Owned
 *
 * Return: 0, negative errno
 */
must_check int blob_read(int store, const struct digest *digest, size_t limit,
			 char **ret_text, size_t *ret_size, struct error *err);

/** blob_open() - Return: descriptor for reading, negative errno */
must_check int blob_open(int store, const struct digest *digest,
			 struct error *err);

#endif
