// SPDX-License-Identifier: Apache-2.0
/* Between the bytes of a layer and libarchive, which is lenient: lets through
 * what every reader of tar archives takes for the same, and nothing else. Pax
 * headers are replaced by what was understood of them (tar_records.h); all else
 * is looked at and passed on as it is.
 */
#ifndef IMAGE_WORKER_SIEVE_H
#define IMAGE_WORKER_SIEVE_H

#include <sys/types.h>

#include "base/error.h"

struct sieve;

/* The next piece of the archive, as stream_next() has it: whole blocks but for
 * the last piece.
 */
typedef ssize_t sieve_read_fn(void *argument, const void **ret,
			      struct error *err);

/** sieve_new() - For sieve_free(); @argument is for @read. */
struct sieve *sieve_new(sieve_read_fn *read, void *argument);

/**
 * sieve_next() - The next piece of what libarchive may read
 * @ret:	Borrowed until the next call
 * @err:	EBADMSG: not as it should be, or with two meanings; EOPNOTSUPP:
 *		a kind of entry that has no place in a layer; those of @read
 *
 * Return: bytes, 0 at the end, negative errno
 */
must_check ssize_t sieve_next(struct sieve *sieve, const void **ret,
			      struct error *err);

/** sieve_free() - Also of NULL. */
void sieve_free(struct sieve *sieve);

#endif
