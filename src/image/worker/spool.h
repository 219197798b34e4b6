// SPDX-License-Identifier: Apache-2.0
/* A blob whose digest isn't known before all of it has come: a file without a
 * name in the store, which gets one when it is to stay. Whoever is killed
 * leaves nothing behind.
 */
#ifndef IMAGE_WORKER_SPOOL_H
#define IMAGE_WORKER_SPOOL_H

#include <stdint.h>

#include "image/worker/hash.h"

/* For spool_close(). */
struct spool {
	int fd; /* -1: none */
	int store;
	struct hash hash;
	struct digest digest; /* set by spool_end() */
	uint64_t size;        /* bytes that are there */
	char *name;           /* where it can't be without one; owned */
};

#define SPOOL_NONE ((struct spool){ .fd = -1 })

/**
 * spool_open() - Begin
 * @store:	Descriptor of the store, which has its directories; borrowed
 *
 * Return: 0, negative errno
 */
must_check int spool_open(int store, struct spool *ret, struct error *err);

/** spool_add() - What comes next. Return: 0, negative errno */
must_check int spool_add(struct spool *spool, const void *data, size_t size,
			 struct error *err);

/** spool_end() - All is there: .digest is known. */
void spool_end(struct spool *spool);

/** spool_put() - A whole document: begin, add and end. */
must_check int spool_put(int store, const char *text, size_t size,
			 struct spool *ret, struct error *err);

/**
 * spool_copy() - Add all that a descriptor has
 * @limit:	Bytes; EFBIG: there are more
 */
must_check int spool_copy(struct spool *spool, int from, uint64_t limit,
			  struct error *err);

/**
 * spool_read() - What is there, if it is a document
 * @limit:	Bytes
 * @ret_text:	Owned, ends with NUL
 *
 * Return: 0, -EFBIG, other negative errno
 */
must_check int spool_read(const struct spool *spool, size_t limit,
			  char **ret_text, size_t *ret_size, struct error *err);

/**
 * spool_commit() - Let it be a blob, if there isn't one like it
 *
 * It is not synced. Return: 0, negative errno
 */
must_check int spool_commit(struct spool *spool, struct error *err);

/** spool_close() - Let go; what hasn't been committed is gone. */
void spool_close(struct spool *spool);

#endif
