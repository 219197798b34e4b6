// SPDX-License-Identifier: Apache-2.0
/* Where an entry of a layer goes: the layer's own directory ("upper") seen over
 * the layers below it ("lower"), as an overlay will show them.
 *
 * Symlinks on the way are followed as a process with that root would, never out
 * of it. What is on the way and only below is copied up, the directories alone,
 * with their owners, modes and times.
 */
#ifndef IMAGE_WORKER_PLACE_H
#define IMAGE_WORKER_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "image/worker/finish.h"

/* A directory in both. */
struct parent {
	int upper;
	int lower; /* -1: there is none, or it is hidden */
};

struct place {
	int upper;             /* descriptor; borrowed */
	int lower;             /* what is below, as one tree; -1: nothing */
	struct finish *finish; /* times and modes of directories, for the end */
	char *cached; /* the parent that was asked for last, as it was written
		       */
	char *real;   /* and where that is, without symlinks */
	struct parent at;
};

/** place_init() - Fill in what is not given. */
void place_init(struct place *place);

void place_clear(struct place *place);

/** place_forget() - A directory or symlink was replaced: what was found before
 * may be wrong, but for the directory it was replaced in, which stays borrowed.
 */
void place_forget(struct place *place);

/**
 * place_find() - The directory that a path's last component is in
 * @path:	Clean: no "", "." or ".." components, no slash in front
 *		What is missing on the way is made, what is below copied up
 * @ret:	Borrowed until the next call
 * @ret_name:	The last component; borrowed from @path
 * @err:	ENOTDIR, ELOOP
 *
 * Return: 0, negative errno
 */
must_check int place_find(struct place *place, const char *path,
			  struct parent *ret, const char **ret_name,
			  struct error *err);

/** place_real() - Where @name in the directory found last is, without symlinks.
 * Owned. */
char *place_real(const struct place *place, const char *name);

/** place_is_root() - Is the directory found last the root of the layer? */
bool place_is_root(const struct place *place);

/** place_is_whiteout() - Is this the mark that something below is gone? */
bool place_is_whiteout(const struct stat *st);

/** place_is_opaque() - Is all hidden that lies below this directory? */
bool place_is_opaque(int upper);

#define PLACE_OPAQUE "user.overlay.opaque"

#endif
