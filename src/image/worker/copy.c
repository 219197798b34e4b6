// SPDX-License-Identifier: Apache-2.0
#include "image/worker/copy.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "image/worker/attributes.h"

enum { PIECE = 1 << 20, LIST_MAX = 65536 };

/* Those that belong to the file, not to the overlay that shows it, as far as
 * the file system knows any.
 */
must_check static int copy_attributes(int from, int to, struct error *err)
{
	auto_free char *names = xcalloc(LIST_MAX, 1);
	auto_free char *value = xcalloc(LIST_MAX, 1);
	ssize_t length = flistxattr(from, names, LIST_MAX);

	if (length < 0 && errno != ENOTSUP)
		return error_set(err, errno, "list the attributes");

	for (const char *name = names; length > 0 && name < names + length;
	     name += strlen(name) + 1) {
		ssize_t size;

		if (!attribute_is_kept(name) && !attribute_is_owner(name))
			continue;
		size = fgetxattr(from, name, value, LIST_MAX);
		if (size < 0 ||
		    (fsetxattr(to, name, value, (size_t)size, 0) < 0 &&
		     errno != EOPNOTSUPP))
			return error_set(err, errno, "copy the attribute %s",
					 name);
	}
	return 0;
}

must_check static int copy_owner(const struct stat *st, int to,
				 struct error *err)
{
	if (fchown(to, st->st_uid, st->st_gid) < 0)
		return error_set(err, errno, "set the owner");
	if (fchmod(to, st->st_mode & 07777) < 0)
		return error_set(err, errno, "set the mode");
	return 0;
}

int copy_directory(int from, int to, const char *path, struct finish *finish,
		   struct error *err)
{
	struct stat st;

	if (fstat(from, &st) < 0)
		return error_set(err, errno, "look at %s of a lower layer",
				 path);
	if (copy_owner(&st, to, err) < 0 || copy_attributes(from, to, err) < 0)
		return error_wrap(err, "%s", path);
	finish_add(finish, path,
		   (const struct timespec[2]){ st.st_atim, st.st_mtim });
	return 0;
}

must_check static int copy_data(int from, int to, struct error *err)
{
	for (;;) {
		ssize_t count = copy_file_range(from, NULL, to, NULL, PIECE, 0);

		if (count == 0)
			return 0;
		if (count > 0)
			continue;
		if (errno != EXDEV && errno != EOPNOTSUPP && errno != EINVAL)
			return error_set(err, errno, "copy the data");
		break;
	}

	auto_free char *buffer = xcalloc(PIECE, 1);
	ssize_t count;

	while ((count = read(from, buffer, PIECE)) > 0) {
		int result = fd_write_all(to, buffer, (size_t)count);

		if (result < 0)
			return error_set(err, -result, "copy the data");
	}
	return count < 0 ? error_set(err, errno, "copy the data") : 0;
}

/* What is copied, and as what. */
struct copying {
	int from, to; /* directories */
	const char *name, *as;
	struct stat st;
};

must_check static int copy_regular(const struct copying *copying,
				   struct error *err)
{
	auto_close int from = openat(copying->from, copying->name,
				     O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_close int to = openat(
		copying->to, copying->as,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (from < 0 || to < 0)
		return error_set(err, errno, "open it");
	if (copy_data(from, to, err) < 0 ||
	    copy_owner(&copying->st, to, err) < 0 ||
	    copy_attributes(from, to, err) < 0)
		return -err->code;
	if (futimens(to, (const struct timespec[2]){ copying->st.st_atim,
						     copying->st.st_mtim }) < 0)
		return error_set(err, errno, "set its times");
	return 0;
}

must_check static int make_other(const struct copying *copying,
				 struct error *err)
{
	char target[PATH_MAX] = { 0 };
	mode_t mode = copying->st.st_mode;

	if (S_ISFIFO(mode) && mknodat(copying->to, copying->as, mode, 0) == 0)
		return 0;
	if (S_ISLNK(mode) &&
	    readlinkat(copying->from, copying->name, target,
		       sizeof(target) - 1) > 0 &&
	    symlinkat(target, copying->to, copying->as) == 0)
		return 0;
	if (!S_ISFIFO(mode) && !S_ISLNK(mode))
		return error_say(err, EPERM, "it is a device");
	return error_set(err, errno, "make it");
}

must_check static int copy_other(const struct copying *copying,
				 struct error *err)
{
	const struct stat *st = &copying->st;

	if (make_other(copying, err) < 0)
		return -err->code;
	if (fchownat(copying->to, copying->as, st->st_uid, st->st_gid,
		     AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "set its owner");
	if (utimensat(copying->to, copying->as,
		      (const struct timespec[2]){ st->st_atim, st->st_mtim },
		      AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "set its times");
	return 0;
}

int copy_file(int from, int to, const char *name, const char *as,
	      struct error *err)
{
	struct copying copying = { from, to, name, as, { 0 } };
	int result;

	if (fstatat(from, name, &copying.st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(err, errno, "look at %s of a lower layer",
				 name);
	result = S_ISREG(copying.st.st_mode) ? copy_regular(&copying, err)
					     : copy_other(&copying, err);
	return result < 0 ? error_wrap(err, "copy %s from a lower layer", name)
			  : 0;
}
