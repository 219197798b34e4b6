// SPDX-License-Identifier: Apache-2.0
/* Where images come from and go to beside registries, as skopeo and podman
 * write it: "oci:DIR[:TAG]", "oci-archive:FILE[:TAG]",
 * "docker-archive:FILE[:NAME]", "dir:DIR", and "docker://NAME" for a registry.
 */
#ifndef IMAGE_TRANSPORT_H
#define IMAGE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum transport_kind {
	TRANSPORT_REGISTRY, /* docker://NAME, or a plain name */
	TRANSPORT_OCI,
	TRANSPORT_OCI_ARCHIVE,
	TRANSPORT_DOCKER_ARCHIVE,
	TRANSPORT_DIR,
};

/* For transport_clear(). Strings are owned. */
struct transport {
	enum transport_kind kind;
	char *path; /* of the file or directory; NULL: it is a name */
	char *name; /* image in it, or the whole name; NULL: not said */
};

/**
 * transport_parse() - What is typed where an image is meant
 * @ret:	A plain name is TRANSPORT_REGISTRY; untouched on failure
 * @err:	EINVAL: no path; EOPNOTSUPP: a transport of skopeo's that isn't
 *		here
 *
 * Return: 0, negative errno
 */
must_check int transport_parse(const char *text, struct transport *ret,
			       struct error *err);

/** transport_format() - What holt-image calls it: "oci"; static. NULL: it is a
 * name
 */
const char *transport_format(enum transport_kind kind);

/** transport_prefix() - The one of number @index: "oci:"; static. NULL: there
 * are no more
 */
const char *transport_prefix(size_t index);

/** transport_has_path() - Does a word begin with one that has a path? */
bool transport_has_path(const char *word);

void transport_clear(struct transport *transport);

#endif
