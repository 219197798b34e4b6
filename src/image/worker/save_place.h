// SPDX-License-Identifier: Apache-2.0
/* Where the files of a layout go: into an archive, into a directory of their
 * own, or into one that has an image already.
 */
#ifndef IMAGE_WORKER_SAVE_PLACE_H
#define IMAGE_WORKER_SAVE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "image/worker/save.h"

struct save_place {
	struct save *save;
	bool archive;
	const char *blobs; /* "blobs/sha256/" or "" */
};

/**
 * save_place_check() - Before a directory that is there already is added to
 * @mark:	Name of the file that says what it is: "oci-layout"
 * @err:	ENOTEMPTY: it has other things
 *
 * Nobody else changes it from here on, if they ask. Return: 0, negative errno
 */
must_check int save_place_check(const struct save_place *place,
				const char *mark, struct error *err);

/** save_put_text() - A file whose content is at hand; replaced where there is
 * one, if the directory is added to.
 */
must_check int save_put_text(const struct save_place *place, const char *name,
			     const char *text, size_t size, struct error *err);

/** save_put_blob() - A blob of the store, once; one that is there stays. */
must_check int save_put_blob(const struct save_place *place,
			     const struct digest *digest, uint64_t size,
			     struct error *err);

/** save_put_directories() - Those that blobs are in. */
must_check int save_put_directories(const struct save_place *place,
				    struct error *err);

/** save_place_sweep() - Remove blobs that no image of a directory has: all but
 * those put now.
 */
must_check int save_place_sweep(const struct save_place *place,
				struct error *err);

#endif
