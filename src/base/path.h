// SPDX-License-Identifier: Apache-2.0
/* Paths below a root that somebody else may have filled with symlinks. All of
 * these resolve as if @root were "/" (openat2(2), RESOLVE_IN_ROOT), never
 * follow magic links, and use neither heap nor stdio.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <sys/types.h>

#include "base/error.h"

/**
 * path_open_in() - Open @path as a process whose root is @root would
 * @flags:	Of open(2); O_CLOEXEC is always added
 * @mode:	For O_CREAT, else 0
 *
 * Return: descriptor, negative errno (ENOSYS: Linux older than 5.6)
 */
must_check int path_open_in(int root, const char *path, int flags, mode_t mode);

/** path_open_on() - path_open_in() of what lies on the same mount as @root. */
must_check int path_open_on(int root, const char *path, int flags);

/**
 * path_make_dirs_in() - mkdir -p below @root, and open the result
 * @path:	Symlinks on the way are followed inside @root, also dangling
 * ones
 * @mode:	Of the directories that are made
 *
 * Return: O_PATH descriptor of the last directory, negative errno
 */
must_check int path_make_dirs_in(int root, const char *path, mode_t mode);

/**
 * path_make_file_in() - Open @path, made as an empty file if it is missing
 *
 * Parents are made as path_make_dirs_in() does. What exists is opened whatever
 * kind it is of.
 *
 * Return: O_PATH descriptor, negative errno
 */
must_check int path_make_file_in(int root, const char *path, mode_t mode);

/**
 * path_denied_by() - Which directory on the way keeps us out?
 * @path:	Of the host, that could not be opened for lack of permission
 *
 * Return: "/a/b (mode 0700, uid 0) may not be entered", owned; NULL: none of
 * them does
 */
char *path_denied_by(const char *path);

/** path_is_absolute_clean() - Absolute, and without "." or ".." components? */
bool path_is_absolute_clean(const char *path);

#endif
