// SPDX-License-Identifier: Apache-2.0
/* A tar archive of a root becomes a layer. */
#ifndef IMAGE_WORKER_IMPORT_LAYER_H
#define IMAGE_WORKER_IMPORT_LAYER_H

#include "image/worker/spool.h"
#include "oci/media_type.h"

struct import_layer {
	struct spool blob;
	enum compression compression;
	struct digest diff_id;
};

/**
 * import_layer() - Read it to its end
 * @from:	File or pipe. What is compressed by xz or bzip2 is compressed by
 *		zstd instead, since layers can't be so; all else stays as it is
 * @ret:	spool_close() its blob
 * @err:	EBADMSG: it is no tar archive, or damaged
 *
 * Return: 0, negative errno
 */
must_check int import_layer(int store, int from, struct import_layer *ret,
			    struct error *err);

#endif
