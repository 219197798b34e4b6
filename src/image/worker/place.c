// SPDX-License-Identifier: Apache-2.0
#include "image/worker/place.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/copy.h"

/* As many as the kernel follows in one path. */
enum { LINKS_MAX = 40, IMPLIED_MODE = 0755 };

/* Components that are walked for one path. ".." begins from the root again: a
 * link of many, deep below, would cost their square.
 */
enum { STEPS_MAX = 2 * PATH_MAX };

/* A path still to be walked. What has been walked is directories, not links. */
struct walk {
	char path[2 * PATH_MAX]; /* "a/b/rest" */
	size_t done;             /* bytes of it that have been walked */
	int links;               /* that were followed */
	int upper, lower;        /* where we are; owned */
};

void place_init(struct place *place)
{
	place->cached = place->real = NULL;
	place->at = (struct parent){ -1, -1 };
}

void place_forget(struct place *place)
{
	free(place->cached);
	place->cached = NULL;
}

void place_clear(struct place *place)
{
	free(place->cached);
	free(place->real);
	if (place->at.upper >= 0)
		close(place->at.upper);
	if (place->at.lower >= 0)
		close(place->at.lower);
	place_init(place);
}

bool place_is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

static void walk_clear(struct walk *walk)
{
	if (walk->upper >= 0)
		close(walk->upper);
	if (walk->lower >= 0)
		close(walk->lower);
	walk->upper = walk->lower = -1;
}

static int reopen(int dir)
{
	return dir < 0 ? -1
		       : openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

must_check static int restart(const struct place *place, struct walk *walk,
			      struct error *err)
{
	walk_clear(walk);
	walk->done = 0;
	walk->upper = reopen(place->upper);
	walk->lower = reopen(place->lower);
	if (walk->upper < 0 || (place->lower >= 0 && walk->lower < 0))
		return error_set(err, errno, "open the destination");
	return 0;
}

bool place_is_opaque(int upper)
{
	char value[2];

	return fgetxattr(upper, PLACE_OPAQUE, value, sizeof(value)) == 1 &&
	       value[0] == 'y';
}

static int open_dir(int dir, const char *name)
{
	return dir < 0 ? -1
		       : openat(dir, name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					O_CLOEXEC);
}

/* Put a link's target in place of what has been walked and its own name.
 * @length: of the name, which stands at .done
 */
must_check static int follow(const struct place *place, struct walk *walk,
			     size_t length, const char *target,
			     struct error *err)
{
	const char *rest = walk->path + walk->done + length;
	char joined[2 * PATH_MAX];
	int size;

	if (++walk->links > LINKS_MAX)
		return error_set(err, ELOOP, "%s", walk->path);
	size = snprintf(joined, sizeof(joined), "%.*s%s%s",
			target[0] == '/' ? 0 : (int)walk->done, walk->path,
			target, rest);
	if (size < 0 || (size_t)size >= sizeof(joined))
		return error_set(err, ENAMETOOLONG, "%.60s", walk->path);
	memcpy(walk->path, joined, (size_t)size + 1);
	return restart(place, walk, err);
}

/* "..": one directory less has been walked; from the start, as a directory
 * below may be reached in no other way.
 */
must_check static int go_up(const struct place *place, struct walk *walk,
			    struct error *err)
{
	size_t end = walk->done;
	const char *rest = walk->path + walk->done + 2;

	while (end > 0 && walk->path[end - 1] == '/')
		end--;
	while (end > 0 && walk->path[end - 1] != '/')
		end--;
	memmove(walk->path + end, rest, strlen(rest) + 1);
	return restart(place, walk, err);
}

/* Go down into directories that have been opened. */
static void descend(struct walk *walk, size_t length, int upper, int lower)
{
	walk_clear(walk);
	walk->upper = upper;
	walk->lower = lower;
	walk->done += length;
	while (walk->path[walk->done] == '/')
		walk->done++;
}

must_check static int make_dir(const struct place *place, struct walk *walk,
			       const char *name, int from, struct error *err)
{
	auto_close int fd = -1;

	if (mkdirat(walk->upper, name, IMPLIED_MODE) < 0)
		return error_set(err, errno, "make the directory %s", name);
	fd = open_dir(walk->upper, name);
	if (fd < 0)
		return error_set(err, errno, "open the directory %s", name);
	if (from >= 0) {
		auto_free char *path =
			xstrndup(walk->path, walk->done + strlen(name));

		if (copy_directory(from, fd, path, place->finish, err) < 0)
			return -err->code;
	} else if (fchmod(fd, IMPLIED_MODE) < 0) {
		return error_set(err, errno, "set the mode of %s", name);
	}
	return steal_fd(&fd);
}

/* The upper has no such name. Return: 0, negative errno */
must_check static int step_below(const struct place *place, struct walk *walk,
				 const char *name, struct error *err)
{
	char target[PATH_MAX];
	struct stat st;
	auto_close int lower = -1;
	int upper = -1;

	if (walk->lower < 0 ||
	    fstatat(walk->lower, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		st.st_mode = 0;
	} else if (S_ISLNK(st.st_mode)) {
		ssize_t size = readlinkat(walk->lower, name, target,
					  sizeof(target) - 1);

		if (size < 0)
			return error_set(err, errno, "read the link %s", name);
		target[size] = '\0';
		return follow(place, walk, strlen(name), target, err);
	} else if (!S_ISDIR(st.st_mode)) {
		return error_set(err, ENOTDIR, "%s", name);
	} else {
		lower = open_dir(walk->lower, name);
		if (lower < 0)
			return error_set(err, errno, "open %s", name);
	}
	upper = make_dir(place, walk, name, lower, err);
	if (upper < 0)
		return upper;
	descend(walk, strlen(name), upper, steal_fd(&lower));
	return 0;
}

/* A mark that it is gone gives way to a directory that hides what is below. */
must_check static int replace_whiteout(const struct place *place,
				       struct walk *walk, const char *name,
				       struct error *err)
{
	int upper;

	if (unlinkat(walk->upper, name, 0) < 0)
		return error_set(err, errno, "replace %s", name);
	upper = make_dir(place, walk, name, -1, err);
	if (upper < 0)
		return upper;
	if (fsetxattr(upper, PLACE_OPAQUE, "y", 1, 0) < 0) {
		int code = errno;

		close(upper);
		return error_set(err, code, "mark %s", name);
	}
	descend(walk, strlen(name), upper, -1);
	return 0;
}

/* A directory of both, or of the upper alone. @upper: owned from now on */
must_check static int enter(struct walk *walk, const char *name, int upper,
			    struct error *err)
{
	bool both = walk->lower >= 0 && !place_is_opaque(upper);
	int lower = both ? open_dir(walk->lower, name) : -1;

	/* Not there, or no directory: that is how it is. */
	if (both && lower < 0 && errno != ENOENT && errno != ENOTDIR &&
	    errno != ELOOP) {
		int code = errno;

		close(upper);
		return error_set(err, code, "open %s of a lower layer", name);
	}
	descend(walk, strlen(name), upper, lower);
	return 0;
}

/* One component. Return: 0, negative errno */
must_check static int step(const struct place *place, struct walk *walk,
			   const char *name, struct error *err)
{
	char target[PATH_MAX];
	struct stat st;
	ssize_t size;
	int upper;

	if (fstatat(walk->upper, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return step_below(place, walk, name, err);
	if (S_ISDIR(st.st_mode)) {
		upper = open_dir(walk->upper, name);
		if (upper < 0)
			return error_set(err, errno, "open %s", name);
		return enter(walk, name, upper, err);
	}
	if (place_is_whiteout(&st))
		return replace_whiteout(place, walk, name, err);
	if (!S_ISLNK(st.st_mode))
		return error_set(err, ENOTDIR, "%s", name);
	size = readlinkat(walk->upper, name, target, sizeof(target) - 1);
	if (size < 0)
		return error_set(err, errno, "read the link %s", name);
	target[size] = '\0';
	return follow(place, walk, strlen(name), target, err);
}

/* The next component, in @name. Return: its length, 0: there is none */
static size_t next_name(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t length;

	while (walk->path[walk->done] == '/')
		memmove(walk->path + walk->done, walk->path + walk->done + 1,
			strlen(walk->path + walk->done));
	length = strcspn(walk->path + walk->done, "/");
	if (length <= NAME_MAX) {
		memcpy(name, walk->path + walk->done, length);
		name[length] = '\0';
	}
	return length;
}

/* Walk all of .path. Return: 0, negative errno */
must_check static int walk_all(const struct place *place, struct walk *walk,
			       struct error *err)
{
	char name[NAME_MAX + 1];
	size_t length;
	int steps = 0;
	int result = restart(place, walk, err);

	while (result >= 0 && (length = next_name(walk, name)) > 0) {
		if (++steps > STEPS_MAX)
			return error_set(err, ELOOP, "%.60s", walk->path);
		if (length > NAME_MAX)
			return error_set(err, ENAMETOOLONG, "%.60s",
					 walk->path + walk->done);
		if (strcmp(name, ".") == 0) {
			memmove(walk->path + walk->done,
				walk->path + walk->done + 1,
				strlen(walk->path + walk->done));
			continue;
		}
		if (strcmp(name, "..") == 0) {
			result = go_up(place, walk, err);
			continue;
		}
		result = step(place, walk, name, err);
	}
	return result;
}

int place_find(struct place *place, const char *path, struct parent *ret,
	       const char **ret_name, struct error *err)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	auto_with(walk_clear) struct walk walk = { .upper = -1, .lower = -1 };

	*ret_name = slash ? slash + 1 : path;
	if (length >= PATH_MAX)
		return error_set(err, ENAMETOOLONG, "%.60s", path);
	if (!place->cached || strncmp(place->cached, path, length) != 0 ||
	    place->cached[length]) {
		memcpy(walk.path, path, length);
		if (walk_all(place, &walk, err) < 0)
			return -err->code;
		place_clear(place);
		place->cached = xstrndup(path, length);
		place->real = xstrndup(walk.path, walk.done);
		place->at = (struct parent){ steal_fd(&walk.upper),
					     steal_fd(&walk.lower) };
	}
	*ret = place->at;
	return 0;
}

char *place_real(const struct place *place, const char *name)
{
	const char *real = place->real ? place->real : "";
	size_t length = strlen(real);

	return xasprintf("%s%s%s", real,
			 length && real[length - 1] != '/' ? "/" : "", name);
}

bool place_is_root(const struct place *place)
{
	return !place->real || !*place->real;
}
