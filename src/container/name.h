// SPDX-License-Identifier: Apache-2.0
/* Names of running containers: one at a time may have one. A name is a locked
 * file, so that it is free again whatever way its holder ended.
 */
#ifndef CONTAINER_NAME_H
#define CONTAINER_NAME_H

#include "base/error.h"

/* A name that is held. Zero .path: none. */
struct name {
	int fd;
	char *path; /* owned */
};

/**
 * name_claim() - Take a name
 * @word:	[a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 128 characters
 * @ret:	Held until name_release(); untouched on failure
 * @err:	EINVAL: not a name; EEXIST: another container has it
 *
 * Return: 0, negative errno
 */
must_check int name_claim(const char *word, struct name *ret,
			  struct error *err);

void name_release(struct name *name);

/**
 * runtime_directory() - Where our state of this boot is
 * @ret_path:	$XDG_RUNTIME_DIR/holt; where that is not set or not ours,
 *		/run/holt for root and /tmp/holt-UID for others; made with mode
 *		0700. Owned by the caller
 * @err:	EPERM: it is there, and not a private directory of ours
 *
 * Return: 0, negative errno
 */
must_check int runtime_directory(char **ret_path, struct error *err);

#endif
