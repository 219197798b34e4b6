// SPDX-License-Identifier: Apache-2.0
/* The uncompressed bytes of a layer, made and hashed by a thread while whoever
 * reads them writes files.
 */
#ifndef IMAGE_WORKER_STREAM_H
#define IMAGE_WORKER_STREAM_H

#include <stdint.h>
#include <sys/types.h>

#include "oci/digest.h"
#include "oci/media_type.h"

struct stream;

struct stream_limits {
	uint64_t bytes; /* uncompressed; 0: as many as there are */
};

/**
 * stream_open() - Begin; starts the thread
 * @fd:		The blob; borrowed
 * @ret:	For stream_close(); untouched on failure
 *
 * Return: 0, negative errno
 */
must_check int stream_open(int fd, const struct stream_limits *limits,
			   struct stream **ret, struct error *err);

/**
 * stream_next() - The next piece
 * @ret:	Borrowed until the next call
 * @err:	As of inflate_read(); EFBIG: more than the limit, or so much
 *more than the blob has that it is no layer but an attack
 *
 * Return: bytes, 0 at the end, negative errno
 */
must_check ssize_t stream_next(struct stream *stream, const void **ret,
			       struct error *err);

/**
 * stream_end() - Read on to the end
 * @ret:	Digest of all bytes
 *
 * Return: 0, negative errno
 */
must_check int stream_end(struct stream *stream, struct digest *ret,
			  struct error *err);

/** stream_taken() - Bytes of the blob that have been read so far. */
uint64_t stream_taken(struct stream *stream);

/** stream_close() - Also of NULL. Ends the thread. */
void stream_close(struct stream *stream);

#endif
