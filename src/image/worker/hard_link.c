// SPDX-License-Identifier: Apache-2.0
#include "image/worker/hard_link.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/clean.h"
#include "image/worker/copy.h"

static int reopen(int dir)
{
	return openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static const char *last_of(const struct hard_link *link)
{
	const char *slash = strrchr(link->path, '/');

	return slash ? slash + 1 : link->path;
}

must_check static int no_directory(const char *path, struct error *err)
{
	return error_say(err, EPERM,
			 "it would be another name of the directory %s", path);
}

/* Return: 1: the upper has it, 0: it hasn't, negative errno */
must_check static int is_above(const struct parent *parent, const char *name,
			       const char *path, bool *ret_gone,
			       struct error *err)
{
	struct stat st;

	*ret_gone = false;
	if (fstatat(parent->upper, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	*ret_gone = place_is_whiteout(&st);
	if (*ret_gone)
		return 0;
	return S_ISDIR(st.st_mode) ? no_directory(path, err) : 1;
}

/* Return: is there such a file below? 1, 0, negative errno */
must_check static int is_below(const struct parent *parent, const char *name,
			       const char *path, struct error *err)
{
	struct stat st;

	if (parent->lower < 0 ||
	    fstatat(parent->lower, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return S_ISDIR(st.st_mode) ? no_directory(path, err) : 1;
}

/* Both names are to be one file. Where this layer hides the one below, it gets
 * the new name alone.
 */
must_check static int take_below(struct unpacking *unpacking,
				 const struct parent *parent, const char *name,
				 bool is_gone, struct hard_link *link,
				 struct error *err)
{
	if (is_gone) {
		link->below = true;
		link->lower = reopen(parent->lower);
		return link->lower < 0 ? error_set(err, errno, "open it") : 0;
	}
	if (copy_file(parent->lower, parent->upper, name, name, err) < 0)
		return -err->code;
	names_add(&unpacking->copied, link->path);
	return 0;
}

int hard_link_find(struct unpacking *unpacking, const char *target,
		   struct hard_link *ret, struct error *err)
{
	auto_with(hard_link_clear) struct hard_link link = HARD_LINK_NONE;
	auto_free char *path = NULL;
	struct parent parent;
	const char *name;
	bool is_gone;
	int found;

	if (clean_path(target, &path, err) < 0 || !path)
		return error_wrap(err, "what it is another name of");
	if (!*path)
		return error_say(err, EPERM,
				 "it would be another name of the root");
	if (place_find(&unpacking->place, path, &parent, &name, err) < 0)
		return -err->code;
	link.path = place_real(&unpacking->place, name);
	link.dir = reopen(parent.upper);
	if (link.dir < 0)
		return error_set(err, errno, "open its directory");
	found = is_above(&parent, name, path, &is_gone, err);
	if (found == 0) {
		found = is_below(&parent, name, path, err);
		if (found > 0 && take_below(unpacking, &parent, name, is_gone,
					    &link, err) < 0)
			return -err->code;
	}
	if (found < 0)
		return found;
	if (found == 0 && names_have(&unpacking->left_out, link.path))
		return 0;
	if (found == 0)
		return error_say(err, ENOENT,
				 "it is another name of %s, which isn't there",
				 path);
	*ret = link;
	link = HARD_LINK_NONE;
	return 0;
}

int hard_link_make(const struct hard_link *link, int dir, const char *name,
		   struct error *err)
{
	if (link->below)
		return copy_file(link->lower, dir, last_of(link), name, err);
	if (linkat(link->dir, last_of(link), dir, name, 0) < 0)
		return error_set(err, errno, "make it another name of %s",
				 link->path);
	return 0;
}

void hard_link_clear(struct hard_link *link)
{
	if (link->dir >= 0)
		close(link->dir);
	if (link->lower >= 0)
		close(link->lower);
	free(link->path);
	*link = HARD_LINK_NONE;
}
