// SPDX-License-Identifier: Apache-2.0
#include "image/writable.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "image/trash.h"

#define IMAGE_FILE "image"

/* An overlay can't be written to on another, and marks directories with
 * attributes.
 */
must_check static int check_kind(int dir, const char *path, struct error *err)
{
	struct statfs fs;

	if (fstatfs(dir, &fs) < 0)
		return error_set(err, errno, "look at %s", path);
	if (fs.f_type == OVERLAYFS_SUPER_MAGIC)
		return error_say(err, EOPNOTSUPP, "%s is on an overlay itself",
				 path);
	if (fsetxattr(dir, "user.holt", "", 0, 0) < 0)
		return error_say(err, EOPNOTSUPP,
				 "%s can't have user attributes (%s)", path,
				 strerror(errno));
	return 0;
}

int writable_make(const struct store *store, const char *id,
		  const struct image *image, bool overlay, struct writable *ret,
		  struct error *err)
{
	auto_free char *name = xasprintf("containers/%s", id);
	auto_free char *file = xasprintf("%s/" IMAGE_FILE, name);
	auto_free char *path = xasprintf("%s/%s", store->path, name);
	auto_close int lock = -1;

	if (mkdirat(store->fd, name, 0700) < 0)
		return error_set(err, errno, "make %s", path);
	lock = openat(store->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, errno, "lock %s", path);
	if (overlay && check_kind(lock, path, err) < 0) {
		(void)unlinkat(store->fd, name, AT_REMOVEDIR);
		return -err->code;
	}
	/* The name of the file's target is all that it says. */
	if (symlinkat(image->id, store->fd, file) < 0)
		return error_set(err, errno, "make %s/" IMAGE_FILE, path);
	*ret = (struct writable){
		.path = steal_ptr(&path),
		.name = steal_ptr(&name),
		.lock = steal_fd(&lock),
	};
	return 0;
}

void writable_remove(struct writable *writable, const char *store_path,
		     int (*place)(void *argument, struct error *err),
		     void *argument)
{
	struct error err;

	if (!writable->path)
		return;
	if (trash_remove(store_path, writable->name, place, argument, &err) < 0)
		log_failure(&err);
	writable_clear(writable);
}

void writable_clear(struct writable *writable)
{
	if (!writable->path)
		return;
	close(writable->lock);
	free(writable->path);
	free(writable->name);
	*writable = (struct writable){ 0 };
}

char *writable_image(const struct store *store, const char *id)
{
	auto_free char *file = xasprintf("containers/%s/" IMAGE_FILE, id);
	char target[DIGEST_HEX + 1] = { 0 };

	if (readlinkat(store->fd, file, target, sizeof(target)) != DIGEST_HEX ||
	    !digest_is_hex(target))
		return NULL;
	return xstrdup(target);
}

bool writable_is_stale(const struct store *store, const char *id)
{
	auto_free char *name = xasprintf("containers/%s", id);
	auto_close int fd =
		openat(store->fd, name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}
