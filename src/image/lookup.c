// SPDX-License-Identifier: Apache-2.0
#include "image/lookup.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"

enum layer_says { SAYS_NOTHING, SAYS_HERE, SAYS_GONE };

static bool is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

static bool is_opaque(int dir)
{
	char self[32], value[2];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", dir);
	return getxattr(self, "user.overlay.opaque", value, sizeof(value)) ==
		       1 &&
	       value[0] == 'y';
}

/* Does a layer hide what those below have at @path? Component by component, as
 * an overlay looks.
 */
static enum layer_says ask_parents(int layer, const char *path)
{
	auto_free char *copy = xstrdup(path);
	char *rest = copy, *part;
	auto_close int at = openat(layer, ".", O_PATH | O_CLOEXEC);
	bool hides = false;

	while ((part = strsep(&rest, "/"))) {
		struct stat st;
		int next;

		if (!*part)
			continue;
		if (fstatat(at, part, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return hides ? SAYS_GONE : SAYS_NOTHING;
		if (is_whiteout(&st))
			return SAYS_GONE;
		if (!S_ISDIR(st.st_mode))
			return SAYS_HERE;
		next = openat(at, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return SAYS_HERE;
		close(at);
		at = next;
		hides = hides || is_opaque(at);
	}
	return SAYS_HERE;
}

must_check static int read_here(int layer, const char *path, size_t limit,
				char **ret_text, struct error *err)
{
	auto_close int fd =
		path_open_in(layer, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	struct stat st;

	if (fd == -ENOENT || fd == -ENOTDIR)
		return 0;
	if (fd < 0)
		return error_set(err, -fd, "open %s of the image", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return error_say(err, EINVAL,
				 "%s of the image is not a regular file", path);
	if (fd_read_text(fd, limit, ret_text, NULL, err) < 0)
		return error_wrap(err, "%s of the image", path);
	return 0;
}

int lookup_read(const struct strv *layers, const char *path, size_t limit,
		char **ret_text, struct error *err)
{
	*ret_text = NULL;
	for (size_t i = 0; i < layers->count; i++) {
		auto_close int layer = open(layers->items[i],
					    O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (layer < 0)
			return error_set(err, errno, "open %s",
					 layers->items[i]);
		switch (ask_parents(layer, path)) {
		case SAYS_NOTHING:
			continue;
		case SAYS_GONE:
			return 0;
		case SAYS_HERE:
			return read_here(layer, path, limit, ret_text, err);
		}
	}
	return 0;
}
