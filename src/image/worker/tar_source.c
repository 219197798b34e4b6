// SPDX-License-Identifier: Apache-2.0
#include "image/worker/tar_source.h"

#include <archive.h>

enum { BLOCK = 1 << 18 };

/* libarchive would run programs for filters it lacks; ARCHIVE_OK says that it
 * has them itself.
 */
static bool has_filters(struct archive *archive)
{
	return archive_read_support_filter_gzip(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_bzip2(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_xz(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_zstd(archive) == ARCHIVE_OK;
}

static int say(struct archive *archive, struct error *err)
{
	const char *text = archive_error_string(archive);

	return error_say(err, EBADMSG, "the archive can't be read: %s",
			 text ? text : "it is damaged");
}

/* What makes libarchive know a format. */
typedef int support_fn(struct archive *archive);

must_check static int open_as(int fd, support_fn *format, struct archive **ret,
			      struct error *err)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		return error_set(err, ENOMEM, "read an archive");
	if (!has_filters(archive) || format(archive) != ARCHIVE_OK ||
	    archive_read_open_fd(archive, fd, BLOCK) != ARCHIVE_OK) {
		(void)say(archive, err);
		tar_source_close(&archive);
		return -EBADMSG;
	}
	*ret = archive;
	return 0;
}

int tar_source_open(int fd, struct archive **ret, struct error *err)
{
	return open_as(fd, archive_read_support_format_tar, ret, err);
}

int tar_source_open_raw(int fd, struct archive **ret, struct error *err)
{
	return open_as(fd, archive_read_support_format_raw, ret, err);
}

int tar_source_next(struct archive *archive, struct archive_entry **ret,
		    struct error *err)
{
	int result = archive_read_next_header(archive, ret);

	if (result == ARCHIVE_EOF)
		return 0;
	/* Warnings are of names in other character sets. */
	if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
		return say(archive, err);
	return 1;
}

ssize_t tar_source_read(struct archive *archive, void *to, size_t room,
			struct error *err)
{
	la_ssize_t count = archive_read_data(archive, to, room);

	return count < 0 ? say(archive, err) : count;
}

void tar_source_close(struct archive **archive)
{
	if (*archive)
		(void)archive_read_free(*archive);
	*archive = NULL;
}
