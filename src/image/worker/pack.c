// SPDX-License-Identifier: Apache-2.0
#include "image/worker/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/request.h"
#include "oci/media_type.h"

enum { RECORD = 512, BLOCK = 1 << 18 };

struct pack_request {
	char *compression;
	bool overlay;
	uint64_t epoch;
};

static int say(const struct pack *pack, struct error *err)
{
	int code = archive_errno(pack->archive);
	const char *text = archive_error_string(pack->archive);

	return error_say(err, code > 0 ? code : EIO, "write the archive: %s",
			 text ? text : "it fails");
}

int pack_header(struct pack *pack, const char *path, struct error *err)
{
	/* A warning is that of a name which isn't UTF-8: it is kept as it is.
	 */
	return archive_write_header(pack->archive, pack->entry) < ARCHIVE_WARN
		       ? say(pack, err) < 0 ? error_wrap(err, "%s", path) : 0
		       : 0;
}

int pack_data(struct pack *pack, const void *data, size_t size,
	      struct error *err)
{
	return archive_write_data(pack->archive, data, size) == (la_ssize_t)size
		       ? 0
		       : say(pack, err);
}

void pack_clear(struct pack *pack)
{
	(void)archive_write_free(pack->archive);
	archive_entry_free(pack->entry);
	free(pack->buffer);
}

/* A stamp of when it was packed would differ each time. */
static bool add_filter(struct archive *archive, const char *compression)
{
	if (!compression || strcmp(compression, "none") == 0)
		return archive_write_add_filter_none(archive) == ARCHIVE_OK;
	if (strcmp(compression, "gzip") == 0)
		return archive_write_add_filter_gzip(archive) == ARCHIVE_OK &&
		       archive_write_set_filter_option(archive, "gzip",
						       "timestamp",
						       NULL) == ARCHIVE_OK;
	return strcmp(compression, "zstd") == 0 &&
	       archive_write_add_filter_zstd(archive) == ARCHIVE_OK;
}

/* pax where ustar can't say it; attributes in the one way that others read. */
must_check static int begin(struct pack *pack, const char *compression,
			    struct error *err)
{
	pack->archive = archive_write_new();
	pack->entry = archive_entry_new();
	pack->buffer = xcalloc(1, PACK_BUFFER);
	if (!pack->archive || !pack->entry)
		return error_set(err, ENOMEM, "write an archive");
	if (archive_write_set_format_pax_restricted(pack->archive) !=
		    ARCHIVE_OK ||
	    archive_write_set_format_option(pack->archive, "pax", "xattrheader",
					    "SCHILY") != ARCHIVE_OK ||
	    !add_filter(pack->archive, compression) ||
	    archive_write_set_bytes_per_block(pack->archive, BLOCK) !=
		    ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(pack->archive, RECORD) !=
		    ARCHIVE_OK ||
	    archive_write_open_fd(pack->archive, SECOND_FD) != ARCHIVE_OK)
		return say(pack, err);
	return 0;
}

must_check static int write_tree(const struct pack_request *request,
				 struct error *err)
{
	auto_with(pack_clear) struct pack pack = {
		.tree = FIRST_FD,
		.overlay = request->overlay,
		.epoch = request->epoch,
	};

	if (begin(&pack, request->compression, err) < 0 ||
	    pack_tree(&pack, err) < 0)
		return -err->code;
	return archive_write_close(pack.archive) == ARCHIVE_OK
		       ? 0
		       : say(&pack, err);
}

int pack_work(struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "compression",
		  JSON_MEMBER(struct pack_request, compression) },
		{ .key = "overlay", JSON_MEMBER(struct pack_request, overlay) },
		{ .key = "epoch", JSON_MEMBER(struct pack_request, epoch) },
		{ 0 },
	};
	struct pack_request request = { .epoch = INT64_MAX };
	int result = request_read(rows, &request, err);

	/* Names are UTF-8 for libarchive then; the C library has that within.
	 */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	/* Who reads may go: that is an error like others. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (result == 0)
		result = confine_to_trees(-1, FIRST_FD, err);
	if (result == 0)
		result = write_tree(&request, err);
	free(request.compression);
	return result;
}
