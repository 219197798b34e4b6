// SPDX-License-Identifier: Apache-2.0
/* Directories and files of cgroup hierarchies. */
#ifndef CGROUP_TREE_H
#define CGROUP_TREE_H

#include <sys/types.h>

#include "base/error.h"

/** cgroup_tree_open() - A cgroup's directory, for the functions below. */
must_check int cgroup_tree_open(const char *path, struct error *err);

/**
 * cgroup_tree_make() - mkdir -p of a cgroup
 * @mount:	Of its hierarchy
 * @path:	From there on
 *
 * Return: 0, negative errno
 */
must_check int cgroup_tree_make(const char *mount, const char *path,
				struct error *err);

/**
 * cgroup_tree_write() - Write to one of a cgroup's files
 * @err:	ENOENT: there is no such file; otherwise with file and value
 *
 * Return: 0, negative errno
 */
must_check int cgroup_tree_write(int dir, const char *file, const char *value,
				 struct error *err);

/**
 * cgroup_tree_read() - Read one
 * @ret:	Owned by the caller
 *
 * Return: 0, negative errno
 */
must_check int cgroup_tree_read(int dir, const char *file, char **ret,
				struct error *err);

struct cgroup_pids {
	pid_t *items; /* owned */
	size_t count;
};

/** cgroup_tree_pids() - Append every process in it and below. */
must_check int cgroup_tree_pids(int dir, struct cgroup_pids *list,
				struct error *err);

/**
 * cgroup_tree_remove() - Remove a cgroup and those below it
 *
 * Processes that are about to be gone are waited for, for a bounded time.
 * Return: 0, also if it isn't there; negative errno
 */
must_check int cgroup_tree_remove(const char *path, struct error *err);

#endif
