// SPDX-License-Identifier: Apache-2.0
/* Extended attributes: which ones an image may set. */
#ifndef IMAGE_WORKER_ATTRIBUTES_H
#define IMAGE_WORKER_ATTRIBUTES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/**
 * attribute_is_kept() - Does an attribute of a layer's entry get on the file?
 *
 * Those of a user, and capabilities. Not what would act on the host or on the
 * overlay that shows the layer: "user.overlay.*", "trusted.*", labels, access
 * lists.
 */
bool attribute_is_kept(const char *name);

/* An owner that can't be had, in the way of rootlesscontaine.rs: a protobuf of
 * two numbers.
 */
#define ATTRIBUTE_OWNER "user.rootlesscontainers"

/** attribute_is_owner() - Is it the one above? */
bool attribute_is_owner(const char *name);

/**
 * attribute_set_owner() - Write down whose a file would be
 * @fd:		Of a regular file or a directory
 *
 * Return: 0, negative errno
 */
must_check int attribute_set_owner(int fd, uid_t uid, gid_t gid,
				   struct error *err);

/**
 * attribute_get_owner() - What was written down so
 * @ret_uid, @ret_gid:	Untouched if nothing was, or nothing that makes sense
 *
 * Return: is there something?
 */
bool attribute_get_owner(int fd, uid_t *ret_uid, gid_t *ret_gid);

#endif
