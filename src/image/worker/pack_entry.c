// SPDX-License-Identifier: Apache-2.0
/* One file of a tree, and all that a tar header says of it. */
#include <archive_entry.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/attributes.h"
#include "image/worker/pack.h"
#include "image/worker/place.h"
#include "image/worker/report.h"
#include "image/worker/whiteout.h"

/* What is being written. */
struct found {
	const char *path;
	int fd; /* O_PATH, or to read where that is possible */
	struct stat st;
};

static bool is_gone(int result)
{
	return result == -ENOENT || result == -ENOTDIR || result == -ELOOP ||
	       result == -EXDEV;
}

static const char *shown(const char *path)
{
	return *path ? path : "the root";
}

static void describe(struct pack *pack, const struct found *found,
		     const char *path)
{
	struct archive_entry *entry = pack->entry;
	const struct stat *st = &found->st;
	int64_t time = (int64_t)st->st_mtime;

	(void)archive_entry_clear(entry);
	archive_entry_copy_pathname(entry, *path ? path : ".");
	archive_entry_set_filetype(entry, st->st_mode & S_IFMT);
	archive_entry_set_perm(entry, st->st_mode & ALLPERMS);
	archive_entry_set_uid(entry, st->st_uid);
	archive_entry_set_gid(entry, st->st_gid);
	archive_entry_set_size(entry, 0);
	if (time > 0 && (uint64_t)time > pack->epoch)
		time = (int64_t)pack->epoch;
	archive_entry_set_mtime(entry, time, 0);
}

/* Names of attributes, sorted. An empty list where there can be none. */
must_check static int list_attributes(const struct found *found,
				      struct strv *ret, struct error *err)
{
	char names[XATTR_LIST_MAX];
	ssize_t size = flistxattr(found->fd, names, sizeof(names));

	if (size < 0)
		return errno == ENOTSUP ? 0
					: error_set(err, errno,
						    "%s: list its attributes",
						    shown(found->path));
	for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1)
		strv_add(ret, xstrdup(names + at));
	strv_sort(ret);
	return 0;
}

must_check static int add_attribute(struct pack *pack,
				    const struct found *found, const char *name,
				    struct error *err)
{
	auto_free char *value = xcalloc(1, XATTR_SIZE_MAX);
	ssize_t size = fgetxattr(found->fd, name, value, XATTR_SIZE_MAX);

	if (size < 0)
		return errno == ENODATA ? 0
					: error_set(err, errno,
						    "%s: read its attribute %s",
						    shown(found->path), name);
	archive_entry_xattr_add_entry(pack->entry, name, value, (size_t)size);
	return 0;
}

/* Whose a file would be, where it couldn't be given away. */
static void add_owner(struct pack *pack, const struct found *found)
{
	uid_t uid;
	gid_t gid;

	if (attribute_get_owner(found->fd, &uid, &gid)) {
		archive_entry_set_uid(pack->entry, uid);
		archive_entry_set_gid(pack->entry, gid);
	}
}

must_check static int
add_attributes(struct pack *pack, const struct found *found, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };

	if (list_attributes(found, &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++) {
		if (attribute_is_owner(names.items[i]))
			add_owner(pack, found);
		else if (attribute_is_kept(names.items[i]) &&
			 add_attribute(pack, found, names.items[i], err) < 0)
			return -err->code;
	}
	return 0;
}

/* To read, if it is still of that kind. Return: 1, 0: it isn't, negative errno
 */
must_check static int reopen(const struct pack *pack, struct found *found,
			     struct error *err)
{
	mode_t kind = found->st.st_mode & S_IFMT;
	int fd = pack_open(pack, found->path,
			   kind == S_IFDIR ? O_RDONLY | O_DIRECTORY
					   : O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (is_gone(fd))
		return 0;
	if (fd < 0)
		return error_set(err, -fd, "open %s", shown(found->path));
	close(found->fd);
	found->fd = fd;
	if (fstat(fd, &found->st) < 0)
		return error_set(err, errno, "look at %s", shown(found->path));
	return (found->st.st_mode & S_IFMT) == kind;
}

/* An entry that has a name alone: what hides files below. */
must_check static int put_mark(struct pack *pack, const struct found *found,
			       const char *directory, const char *name,
			       struct error *err)
{
	auto_free char *path =
		xasprintf("%s%s%s", directory, *directory ? "/" : "", name);

	describe(pack, found, path);
	archive_entry_set_filetype(pack->entry, AE_IFREG);
	archive_entry_set_perm(pack->entry, 0);
	archive_entry_set_uid(pack->entry, 0);
	archive_entry_set_gid(pack->entry, 0);
	return pack_header(pack, path, err);
}

must_check static int put_directory(struct pack *pack, struct found *found,
				    struct error *err)
{
	int result = reopen(pack, found, err);

	if (result <= 0)
		return result;
	describe(pack, found, found->path);
	if (add_attributes(pack, found, err) < 0 ||
	    pack_header(pack, shown(found->path), err) < 0)
		return -err->code;
	if (pack->overlay && place_is_opaque(found->fd) &&
	    put_mark(pack, found, found->path, WHITEOUT_OPAQUE, err) < 0)
		return -err->code;
	return 1;
}

must_check static int put_file(struct pack *pack, struct found *found,
			       struct error *err)
{
	int result = reopen(pack, found, err);

	if (result <= 0)
		return result;
	describe(pack, found, found->path);
	archive_entry_set_size(pack->entry, found->st.st_size);
	if (add_attributes(pack, found, err) < 0 ||
	    pack_header(pack, found->path, err) < 0)
		return -err->code;
	return pack_content(pack, found->fd, found->path,
			    (uint64_t)found->st.st_size, err);
}

must_check static int put_symlink(struct pack *pack, const struct found *found,
				  struct error *err)
{
	char target[PATH_MAX];
	ssize_t size = readlinkat(found->fd, "", target, sizeof(target) - 1);

	if (size < 0)
		return error_set(err, errno, "read the link %s", found->path);
	target[size] = '\0';
	describe(pack, found, found->path);
	archive_entry_copy_symlink(pack->entry, target);
	return pack_header(pack, found->path, err);
}

must_check static int put_other(struct pack *pack, const struct found *found,
				struct error *err)
{
	describe(pack, found, found->path);
	if (!S_ISFIFO(found->st.st_mode)) {
		archive_entry_set_rdevmajor(pack->entry,
					    major(found->st.st_rdev));
		archive_entry_set_rdevminor(pack->entry,
					    minor(found->st.st_rdev));
	}
	return pack_header(pack, found->path, err);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

must_check static int put_whiteout(struct pack *pack, const struct found *found,
				   struct error *err)
{
	const char *name = last_part(found->path);
	auto_free char *directory =
		xstrndup(found->path, (size_t)(name - found->path));
	auto_free char *mark = xasprintf(WHITEOUT_PREFIX "%s", name);

	if (*directory)
		directory[strlen(directory) - 1] = '\0';
	return put_mark(pack, found, directory, mark, err);
}

/* Return: 1: something else was written in its place; 0, negative errno */
must_check static int put_again(struct pack *pack, const struct found *found,
				struct error *err)
{
	const char *first;

	if (found->st.st_nlink < 2 || S_ISDIR(found->st.st_mode))
		return 0;
	first = pack_first_name(pack, &found->st, found->path);
	if (!first)
		return 0;
	describe(pack, found, found->path);
	archive_entry_copy_hardlink(pack->entry, first);
	return pack_header(pack, found->path, err) < 0 ? -err->code : 1;
}

/* A layer would take such a file for what hides another. */
static bool is_unsayable(const struct pack *pack, const char *path)
{
	if (!pack->overlay || strncmp(last_part(path), WHITEOUT_PREFIX,
				      strlen(WHITEOUT_PREFIX)) != 0)
		return false;
	report_warning("%s: a layer can't have a file of such a name: left out",
		       path);
	return true;
}

must_check static int put(struct pack *pack, struct found *found,
			  struct error *err)
{
	int result = 0;

	if (S_ISSOCK(found->st.st_mode)) {
		report_warning("%s is a socket: left out", found->path);
		return 0;
	}
	if (pack->overlay && place_is_whiteout(&found->st))
		return put_whiteout(pack, found, err);
	if (is_unsayable(pack, found->path))
		return 0;
	result = put_again(pack, found, err);
	if (result)
		return result < 0 ? result : 0;
	switch (found->st.st_mode & S_IFMT) {
	case S_IFDIR:
		return put_directory(pack, found, err);
	case S_IFREG:
		return put_file(pack, found, err);
	case S_IFLNK:
		return put_symlink(pack, found, err);
	default:
		return put_other(pack, found, err);
	}
}

int pack_one(struct pack *pack, const char *path, struct error *err)
{
	struct found found = { .path = path };
	int result;

	found.fd = pack_open(pack, path, O_PATH);
	if (is_gone(found.fd))
		return 0;
	if (found.fd < 0)
		return error_set(err, -found.fd, "open %s", shown(path));
	if (fstat(found.fd, &found.st) < 0)
		result = error_set(err, errno, "look at %s", shown(path));
	else
		result = put(pack, &found, err);
	close(found.fd);
	return result;
}
