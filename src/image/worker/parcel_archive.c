// SPDX-License-Identifier: Apache-2.0
/* An archive taken apart as it comes, into the files of a parcel. */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/parcel.h"
#include "image/worker/parcel_parts.h"
#include "image/worker/tar_source.h"

enum { CHUNK = 1 << 18, NAME_MAX_BYTES = 4096 };

struct parcel_file *parcel_add(struct parcel *parcel, const char *name)
{
	if (parcel->count == parcel->room) {
		parcel->room = parcel->room ? parcel->room * 2 : 64;
		parcel->files = xrealloc_array(parcel->files, parcel->room,
					       sizeof(*parcel->files));
	}
	parcel->files[parcel->count] = (struct parcel_file){
		.name = xstrdup(name),
		.kind = PARCEL_OTHER,
		.content = SPOOL_NONE,
	};
	return &parcel->files[parcel->count++];
}

/* One component more, or less. Return: false: there is none to be less */
static bool step(char *text, size_t *length, const char *word, size_t size)
{
	if (size == 0 || (size == 1 && *word == '.'))
		return true;
	if (size == 2 && !strncmp(word, "..", 2)) {
		if (*length == 0)
			return false;
		while (*length > 0 && text[*length - 1] != '/')
			(*length)--;
		if (*length > 0)
			(*length)--;
		text[*length] = '\0';
		return true;
	}
	if (*length > 0)
		text[(*length)++] = '/';
	memcpy(text + *length, word, size);
	*length += size;
	text[*length] = '\0';
	return true;
}

char *parcel_name(const char *below, const char *path)
{
	size_t length = below ? strlen(below) : 0;
	auto_free char *text = xasprintf("%s%*s", below ? below : "",
					 (int)strlen(path) + 1, "");

	text[length] = '\0';
	while (*path) {
		size_t size = strcspn(path, "/");

		if (!step(text, &length, path, size))
			return NULL;
		path += size;
		path += *path == '/';
	}
	return steal_ptr(&text);
}

/* Where a symbolic link is: what its target is relative to; owned. */
static char *directory_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return xstrndup(name, slash ? (size_t)(slash - name) : 0);
}

must_check static int take_content(struct archive *archive,
				   struct spool *content, struct error *err)
{
	auto_free char *buffer = xcalloc(1, CHUNK);
	ssize_t count;

	if (spool_open(content->store, content, err) < 0)
		return -err->code;
	while ((count = tar_source_read(archive, buffer, CHUNK, err)) > 0)
		if (spool_add(content, buffer, (size_t)count, err) < 0)
			return -err->code;
	spool_end(content);
	return count < 0 ? -err->code : 0;
}

/* Where a link leads; a target that is out of the archive leads nowhere. */
static void take_link(struct parcel_file *file, const char *symlink,
		      const char *hardlink)
{
	auto_free char *below = directory_of(file->name);

	if (symlink && *symlink == '/')
		return;
	file->target = symlink ? parcel_name(below, symlink)
			       : parcel_name(NULL, hardlink);
	if (file->target)
		file->kind = PARCEL_LINK;
}

must_check static int take_file(struct parcel *parcel, struct archive *archive,
				struct archive_entry *entry,
				struct parcel_file *file, struct error *err)
{
	if (archive_entry_sparse_count(entry) > 0)
		return error_say(err, EINVAL, "%s is a sparse file",
				 file->name);
	if (parcel->contents++ >= PARCEL_FILES_MAX)
		return error_say(err, E2BIG,
				 "the archive has more than %d files",
				 PARCEL_FILES_MAX);
	file->kind = PARCEL_FILE;
	file->content.store = parcel->store;
	return take_content(archive, &file->content, err) < 0
		       ? error_wrap(err, "%s", file->name)
		       : 0;
}

must_check static int add_new(struct parcel *parcel, const char *path,
			      struct parcel_file **ret, struct error *err)
{
	auto_free char *name = path && strlen(path) < NAME_MAX_BYTES
				       ? parcel_name(NULL, path)
				       : NULL;

	if (!name) {
		(void)error_say(
			err, EINVAL,
			"the archive has a name that leads out of it or is too long: %.100s",
			path ? path : "");
		return -EINVAL;
	}
	for (size_t i = 0; i < parcel->count; i++) {
		if (strcmp(parcel->files[i].name, name) != 0)
			continue;
		(void)error_say(err, EINVAL, "the archive has %.100s twice",
				name);
		return -EINVAL;
	}
	*ret = parcel_add(parcel, name);
	return 0;
}

must_check static int take(struct parcel *parcel, struct archive *archive,
			   struct archive_entry *entry, struct error *err)
{
	const char *symlink = archive_entry_symlink(entry);
	const char *hardlink = archive_entry_hardlink(entry);
	struct parcel_file *file;

	if (archive_entry_filetype(entry) == AE_IFDIR && !hardlink)
		return 0;
	if (add_new(parcel, archive_entry_pathname(entry), &file, err) < 0)
		return -err->code;
	if (symlink || hardlink)
		take_link(file, symlink, hardlink);
	else if (archive_entry_filetype(entry) == AE_IFREG)
		return take_file(parcel, archive, entry, file, err);
	return 0;
}

/* What is behind the archive, so that who writes to a pipe isn't cut off. */
static void drain(int fd)
{
	auto_free char *buffer = xcalloc(1, CHUNK);
	struct stat st;

	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		while (read(fd, buffer, CHUNK) > 0)
			;
}

int parcel_read_archive(struct parcel *parcel, int fd, struct error *err)
{
	auto_with(tar_source_close) struct archive *archive = NULL;
	struct archive_entry *entry;
	size_t entries = 0;
	int more;

	if (tar_source_open(fd, &archive, err) < 0)
		return -err->code;
	while ((more = tar_source_next(archive, &entry, err)) > 0) {
		if (++entries > PARCEL_ENTRIES_MAX ||
		    parcel->count > PARCEL_FILES_MAX)
			return error_say(err, E2BIG,
					 "the archive has too many entries");
		if (take(parcel, archive, entry, err) < 0)
			return -err->code;
	}
	if (more < 0)
		return -err->code;
	drain(fd);
	return entries ? 0 : error_say(err, EBADMSG, "the archive is empty");
}
