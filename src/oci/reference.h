// SPDX-License-Identifier: Apache-2.0
/* What people call an image: [HOST[:PORT]/]PATH[:TAG][@DIGEST], as
 * distribution-spec and docker have it.
 */
#ifndef OCI_REFERENCE_H
#define OCI_REFERENCE_H

#include "oci/digest.h"

#define REFERENCE_DOCKER_IO "docker.io"
#define REFERENCE_LATEST    "latest"

enum { REFERENCE_PATH_MAX = 255, REFERENCE_TAG_MAX = 128 };

/* All zero is the empty value. Strings are owned. */
struct reference {
	char *domain; /* "docker.io", "127.0.0.1:5000"; NULL: not said */
	char *path;   /* "library/alpine" */
	char *tag;    /* NULL: none, which means "latest" without a digest */
	struct digest digest; /* unset: none */
};

/**
 * reference_parse() - As it was typed
 * @ret:	.domain is NULL for what has none ("alpine", "me/app"): whoever
 *		resolves short names sets it, or reference_complete() does.
 *		Untouched on failure
 * @err:	EINVAL: what is wrong, and what was probably meant
 *
 * Return: 0, -EINVAL
 */
must_check int reference_parse(const char *text, struct reference *ret,
			       struct error *err);

/**
 * reference_complete() - What docker takes a short name for
 *
 * Without a domain it is docker.io's, there without a slash library/NAME;
 * index.docker.io is docker.io; without tag and digest the tag is "latest".
 */
void reference_complete(struct reference *reference);

/**
 * reference_name() - The whole name in one text, owned
 *
 * With a digest the tag is left out: DOMAIN/PATH@DIGEST.
 */
char *reference_name(const struct reference *reference);

/** reference_repository() - DOMAIN/PATH, owned. */
char *reference_repository(const struct reference *reference);

/** reference_short() - The name as docker shows it: without docker.io/library/.
 * Owned.
 */
char *reference_short(const char *name);

void reference_copy(const struct reference *from, struct reference *ret);

void reference_clear(struct reference *reference);

#endif
