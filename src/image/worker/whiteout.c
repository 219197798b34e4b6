// SPDX-License-Identifier: Apache-2.0
#include "image/worker/whiteout.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Of aufs, for itself. */
#define AUFS_PREFIX ".wh..wh."

/* The layer has something of that name: only what is below it is hidden. */
must_check static int hide_below(const struct parent *parent, const char *name,
				 const struct stat *above,
				 const struct stat *below, struct error *err)
{
	auto_close int fd = -1;

	if (!S_ISDIR(above->st_mode) || !S_ISDIR(below->st_mode))
		return 0;
	fd = openat(parent->upper, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fsetxattr(fd, PLACE_OPAQUE, "y", 1, 0) < 0)
		return error_set(err, errno, "hide what is below %s", name);
	return 0;
}

must_check static int hide_one(const struct parent *parent, const char *name,
			       struct error *err)
{
	struct stat above, below;

	if (parent->lower < 0 ||
	    fstatat(parent->lower, name, &below, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (fstatat(parent->upper, name, &above, AT_SYMLINK_NOFOLLOW) == 0)
		return place_is_whiteout(&above)
			       ? 0
			       : hide_below(parent, name, &above, &below, err);
	if (mknodat(parent->upper, name, S_IFCHR, makedev(0, 0)) < 0)
		return error_set(err, errno, "mark that %s is gone", name);
	return 0;
}

/* The kernel doesn't look for the mark on the root of a layer: there each name
 * that is below is hidden.
 */
must_check static int hide_names(const struct parent *root, struct error *err)
{
	auto_closedir DIR *dir = NULL;
	const struct dirent *entry;
	int fd = openat(root->lower, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		int code = errno;

		if (fd >= 0)
			close(fd);
		return error_set(err, code, "list what is below");
	}
	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		    hide_one(root, name, err) < 0)
			return -err->code;
	}
	if (errno)
		return error_set(err, errno, "list what is below");
	return 0;
}

/* Hide everything that is below a directory. Return: 1, 0: it is so already,
 * negative errno
 */
must_check static int hide_all(const struct parent *parent, bool is_root,
			       struct error *err)
{
	/* Once is enough, however often the layer says it. */
	if (parent->lower < 0 || place_is_opaque(parent->upper))
		return 0;
	if (is_root && hide_names(parent, err) < 0)
		return -err->code;
	if (fsetxattr(parent->upper, PLACE_OPAQUE, "y", 1, 0) < 0)
		return error_set(err, errno, "hide what is below");
	return 1;
}

int whiteout_put(const struct parent *parent, const char *name, bool is_root,
		 struct error *err)
{
	const char *gone = name + strlen(WHITEOUT_PREFIX);

	if (strcmp(name, WHITEOUT_OPAQUE) == 0)
		return hide_all(parent, is_root, err);
	if (strncmp(name, AUFS_PREFIX, strlen(AUFS_PREFIX)) == 0 &&
	    name[strlen(AUFS_PREFIX)])
		return 0;
	if (!*gone || strcmp(gone, ".") == 0 || strcmp(gone, "..") == 0 ||
	    strncmp(gone, WHITEOUT_PREFIX, strlen(WHITEOUT_PREFIX)) == 0)
		return error_say(
			err, EINVAL,
			"it is a whiteout of nothing that could be there");
	return hide_one(parent, gone, err);
}
