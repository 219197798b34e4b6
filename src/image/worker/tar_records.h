// SPDX-License-Identifier: Apache-2.0
/* The records of a pax header (pax(1), "pax Extended Header File Format"):
 * where readers of archives differ, an archive can be one thing to who checks
 * it and another to who unpacks it. What comes out of here is what it was taken
 * for, and nothing else.
 */
#ifndef IMAGE_WORKER_TAR_RECORDS_H
#define IMAGE_WORKER_TAR_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* For tar_records_clear(). */
struct tar_records {
	char *text; /* owned; records that all readers take alike */
	size_t size;
	bool has_target; /* what the entry is a link to */
	bool has_content;
	uint64_t content; /* size of the entry's content, bytes */
};

/**
 * tar_records_read() - Of the header of one entry
 * @text:	@size bytes
 * @ret:	Names are bytes in it, of no character set; untouched on failure
 * @err:	EBADMSG: not as pax(1) says, or with two meanings;
 *		EOPNOTSUPP: a record that changes how content is read, of a kind
 *		that only some know
 *
 * What it says of names of users, of other times, in comments, and what nobody
 * knows, is left out.
 *
 * Return: 0, negative errno
 */
must_check int tar_records_read(const char *text, size_t size,
				struct tar_records *ret, struct error *err);

/**
 * tar_records_ignore() - Of a header about all entries
 * @err:	EOPNOTSUPP: it says more than can be ignored. docker and podman
 *		ignore all of it, tar(1) nothing
 */
must_check int tar_records_ignore(const char *text, size_t size,
				  struct error *err);

void tar_records_clear(struct tar_records *records);

#endif
