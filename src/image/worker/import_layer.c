// SPDX-License-Identifier: Apache-2.0
#include "image/worker/import_layer.h"

#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/expand.h"
#include "image/worker/tar_source.h"

enum { LEVEL = 3 };

/* What passes by on the way out of a compressed file. */
struct passage {
	struct hash hash;
	ZSTD_CCtx *packer;   /* NULL: nothing is compressed */
	struct spool packed; /* what comes out of it */
};

static void passage_clear(struct passage *passage)
{
	hash_clear(&passage->hash);
	(void)ZSTD_freeCCtx(passage->packer);
	spool_close(&passage->packed);
}

must_check static int pack(struct passage *passage, const void *data,
			   size_t size, ZSTD_EndDirective end,
			   struct error *err)
{
	size_t room = ZSTD_CStreamOutSize();
	auto_free char *buffer = xcalloc(1, room);
	ZSTD_inBuffer in = { data, size, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { buffer, room, 0 };

		left = ZSTD_compressStream2(passage->packer, &out, &in, end);
		if (ZSTD_isError(left))
			return error_say(err, EIO, "compress: %s",
					 ZSTD_getErrorName(left));
		if (spool_add(&passage->packed, buffer, out.pos, err) < 0)
			return -err->code;
	} while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

static int take(void *argument, const void *data, size_t size,
		struct error *err)
{
	struct passage *passage = argument;

	hash_add(&passage->hash, data, size);
	return passage->packer ? pack(passage, data, size, ZSTD_e_continue, err)
			       : 0;
}

/* COMPRESSION_UNKNOWN: one that layers can't have. */
static enum compression compression_of(int fd)
{
	unsigned char magic[6] = { 0 };

	if (pread(fd, magic, sizeof(magic), 0) != (ssize_t)sizeof(magic))
		return COMPRESSION_NONE;
	if (!memcmp(magic, "\x1f\x8b", 2))
		return COMPRESSION_GZIP;
	if (!memcmp(magic, "\x28\xb5\x2f\xfd", 4))
		return COMPRESSION_ZSTD;
	if (!memcmp(magic,
		    "\xfd"
		    "7zXZ",
		    6) ||
	    !memcmp(magic, "BZh", 3))
		return COMPRESSION_UNKNOWN;
	return COMPRESSION_NONE;
}

/* Every header of it can be read. */
must_check static int check_tar(int fd, struct error *err)
{
	auto_with(tar_source_close) struct archive *archive = NULL;
	struct archive_entry *entry;
	int more;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_set(err, errno, "read from the beginning");
	if (tar_source_open(fd, &archive, err) < 0)
		return -err->code;
	while ((more = tar_source_next(archive, &entry, err)) > 0)
		;
	return more;
}

must_check static int begin(struct passage *passage, int store,
			    enum compression compression, struct error *err)
{
	hash_begin(&passage->hash);
	if (compression != COMPRESSION_UNKNOWN)
		return 0;
	passage->packer = ZSTD_createCCtx();
	if (!passage->packer)
		return error_set(err, ENOMEM, "compress");
	(void)ZSTD_CCtx_setParameter(passage->packer, ZSTD_c_compressionLevel,
				     LEVEL);
	(void)ZSTD_CCtx_setParameter(passage->packer, ZSTD_c_checksumFlag, 1);
	return spool_open(store, &passage->packed, err);
}

must_check static int end(struct passage *passage, struct import_layer *layer,
			  struct error *err)
{
	hash_end(&passage->hash, &layer->diff_id);
	if (!passage->packer)
		return 0;
	if (pack(passage, "", 0, ZSTD_e_end, err) < 0)
		return -err->code;
	spool_end(&passage->packed);
	spool_close(&layer->blob);
	layer->blob = passage->packed;
	passage->packed = SPOOL_NONE;
	layer->compression = COMPRESSION_ZSTD;
	return 0;
}

int import_layer(int store, int from, struct import_layer *ret,
		 struct error *err)
{
	auto_with(passage_clear) struct passage passage = {
		.packed = SPOOL_NONE,
	};

	*ret = (struct import_layer){ .blob = SPOOL_NONE };
	if (spool_open(store, &ret->blob, err) < 0 ||
	    spool_copy(&ret->blob, from, INT64_MAX, err) < 0)
		return -err->code;
	spool_end(&ret->blob);
	ret->compression = compression_of(ret->blob.fd);
	if (check_tar(ret->blob.fd, err) < 0)
		return -err->code;
	if (ret->compression == COMPRESSION_NONE) {
		ret->diff_id = ret->blob.digest;
		return 0;
	}
	if (begin(&passage, store, ret->compression, err) < 0 ||
	    expand(ret->blob.fd, take, &passage, err) < 0)
		return -err->code;
	return end(&passage, ret, err);
}
