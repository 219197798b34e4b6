// SPDX-License-Identifier: Apache-2.0
#include "image/worker/parcel.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "image/worker/parcel_parts.h"

enum { LINKS_MAX = 8 };

/* A layer of a directory may be as large as the disk. */
static const uint64_t content_max = INT64_MAX;

int parcel_open(int store, int fd, struct parcel *ret, struct error *err)
{
	struct stat st;

	*ret = (struct parcel){ .store = store, .dir = -1 };
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "look at what is to be loaded");
	if (!S_ISDIR(st.st_mode))
		return parcel_read_archive(ret, fd, err);
	ret->dir = fd;
	return 0;
}

/* Of a directory: what lies beside it is out of reach. */
must_check static int bring(struct parcel *parcel, const char *name,
			    struct parcel_file **ret, struct error *err)
{
	auto_close int fd = path_open_in(parcel->dir, name,
					 O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	struct parcel_file *file;
	struct stat st;

	if (fd < 0)
		return error_set(err, -fd, "open %s", name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return error_say(err, EINVAL, "%s is not a file", name);
	if (parcel->contents++ >= PARCEL_FILES_MAX)
		return error_say(err, E2BIG, "it has too many files");
	file = parcel_add(parcel, name);
	file->kind = PARCEL_FILE;
	if (spool_open(parcel->store, &file->content, err) < 0 ||
	    spool_copy(&file->content, fd, content_max, err) < 0)
		return error_wrap(err, "%s", name);
	spool_end(&file->content);
	*ret = file;
	return 0;
}

static struct parcel_file *find(struct parcel *parcel, const char *name)
{
	for (size_t i = 0; i < parcel->count; i++)
		if (!strcmp(parcel->files[i].name, name))
			return &parcel->files[i];
	return NULL;
}

bool parcel_has(struct parcel *parcel, const char *name)
{
	if (parcel->dir < 0)
		return find(parcel, name);

	auto_close int fd = path_open_in(parcel->dir, name, O_PATH, 0);

	return fd >= 0;
}

/* NULL: too many of them. */
static struct parcel_file *follow(struct parcel *parcel, const char *name)
{
	struct parcel_file *file = find(parcel, name);

	for (int links = 0; file && file->kind == PARCEL_LINK; links++)
		file = links < LINKS_MAX ? find(parcel, file->target) : NULL;
	return file;
}

int parcel_get(struct parcel *parcel, const char *name,
	       struct parcel_file **ret, struct error *err)
{
	struct parcel_file *file = follow(parcel, name);

	if (!file && parcel->dir >= 0)
		return bring(parcel, name, ret, err);
	if (file && file->kind == PARCEL_FILE) {
		*ret = file;
		return 0;
	}
	(void)error_say(err, file ? EINVAL : ENOENT,
			file ? "%s is not a file"
			     : "it has no %s, or a link that leads nowhere",
			name);
	return -err->code;
}

int parcel_read(struct parcel *parcel, const char *name, size_t limit,
		struct parcel_text *ret, struct error *err)
{
	struct parcel_text text = { 0 };

	if (parcel_get(parcel, name, &text.file, err) < 0)
		return -err->code;
	if (spool_read(&text.file->content, limit, &text.text, &text.size,
		       err) < 0)
		return error_wrap(err, "%s", name);
	*ret = text;
	return 0;
}

void parcel_text_clear(struct parcel_text *text)
{
	free(text->text);
}

int parcel_commit(struct parcel *parcel, struct error *err)
{
	if (syncfs(parcel->store) < 0)
		return error_set(err, errno, "write the store to the disk");
	for (size_t i = 0; i < parcel->count; i++)
		if (parcel->files[i].is_wanted &&
		    spool_commit(&parcel->files[i].content, err) < 0)
			return -err->code;
	return 0;
}

void parcel_clear(struct parcel *parcel)
{
	for (size_t i = 0; i < parcel->count; i++) {
		free(parcel->files[i].name);
		free(parcel->files[i].target);
		spool_close(&parcel->files[i].content);
	}
	free(parcel->files);
	*parcel = (struct parcel){ .dir = -1 };
}
