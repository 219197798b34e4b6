// SPDX-License-Identifier: Apache-2.0
/* What a container writes: a directory in the store that is there as long as
 * the container runs. Its lock says that somebody does; without, it is swept.
 */
#ifndef IMAGE_WRITABLE_H
#define IMAGE_WRITABLE_H

#include "image/job.h"
#include "image/record.h"

/* For writable_clear(). Zero: none. */
struct writable {
	char *path; /* absolute; owned; NULL: there is none */
	char *name; /* in the store: "containers/ID" */
	int lock;   /* held */
};

/**
 * writable_make() - A new one
 * @store:	Open; whoever sweeps it can't meanwhile
 * @id:		Of the container
 * @image:	Whose layers it uses
 * @overlay:	An overlay will write there, and not the container itself
 * @ret:	Untouched on failure
 *
 * Return: 0, -EOPNOTSUPP: the store's file system can't hold what an overlay
 * writes, with the reason in @err; other negative errno
 */
must_check int writable_make(const struct store *store, const char *id,
			     const struct image *image, bool overlay,
			     struct writable *ret, struct error *err);

/**
 * writable_remove() - The container has ended: remove it
 * @store_path:	As it was opened
 * @place:	Where its files' owners have names; asked for only if needed
 * @argument:	Of @place
 */
void writable_remove(struct writable *writable, const char *store_path,
		     int (*place)(void *argument, struct error *err),
		     void *argument);

/** writable_clear() - Let go of it, and leave it to be swept. */
void writable_clear(struct writable *writable);

/** writable_image() - Whose layers does it use? Id, owned; NULL: unknown */
char *writable_image(const struct store *store, const char *id);

/** writable_is_stale() - Does nobody hold it any more? */
bool writable_is_stale(const struct store *store, const char *id);

#endif
