// SPDX-License-Identifier: Apache-2.0
/* Users and passwords of registries, in the files that docker and containers'
 * tools share (containers-auth.json(5)), or with the helpers that these name.
 */
#ifndef IMAGE_CREDENTIALS_H
#define IMAGE_CREDENTIALS_H

#include "image/credential.h"

/**
 * credentials_find() - What is known for a repository
 * @file:	--authfile: the only one that counts then; NULL
 * @name:	HOST or HOST/PATH: the longest key that is a part of it counts
 * @ret:	Untouched on failure; empty if nothing is known
 *
 * Looked for in @file or $REGISTRY_AUTH_FILE alone, or in
 * $XDG_RUNTIME_DIR/containers/auth.json, containers/auth.json of the user's
 * settings, docker's config.json and $DOCKER_AUTH_CONFIG.
 *
 * Return: 0, negative errno
 */
must_check int credentials_find(const char *file, const char *name,
				struct credentials *ret, struct error *err);

/** credentials_put() - Remember them, in the first of these files. */
must_check int credentials_put(const char *file, const char *name,
			       const struct credentials *credentials,
			       struct error *err);

/**
 * credentials_remove() - Forget them
 * @name:	NULL: all
 *
 * Return: 0, -ENOENT: nothing was known; other negative errno
 */
must_check int credentials_remove(const char *file, const char *name,
				  struct error *err);

#endif
