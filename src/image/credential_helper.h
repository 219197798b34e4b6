// SPDX-License-Identifier: Apache-2.0
/* docker-credential-NAME: programs that keep passwords for others. */
#ifndef IMAGE_CREDENTIAL_HELPER_H
#define IMAGE_CREDENTIAL_HELPER_H

#include "image/credential.h"

/**
 * credential_helper_get() - Ask for what is known of a registry
 * @helper:	What follows "docker-credential-"
 * @ret:	Untouched unless 0 is returned
 *
 * Return: 0, -ENOENT: it knows nothing; other negative errno
 */
must_check int credential_helper_get(const char *helper, const char *registry,
				     struct credentials *ret,
				     struct error *err);

must_check int credential_helper_store(const char *helper, const char *registry,
				       const struct credentials *credentials,
				       struct error *err);

must_check int credential_helper_erase(const char *helper, const char *registry,
				       struct error *err);

#endif
