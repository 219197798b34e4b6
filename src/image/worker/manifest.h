// SPDX-License-Identifier: Apache-2.0
/* A manifest from a registry: by its tag or digest, through lists of them to
 * the one for a platform, every byte verified.
 */
#ifndef IMAGE_WORKER_MANIFEST_H
#define IMAGE_WORKER_MANIFEST_H

#include "image/worker/registry.h"
#include "oci/image_manifest.h"

enum { RESOLVED_DOCUMENTS_MAX = 4 }; /* lists in lists, and a manifest */

/* For resolved_clear(). Zero is none. */
struct resolved {
	struct digest named; /* what the reference means */
	const char *type;    /* of that one; static */
	struct resolved_document {
		struct digest digest;
		char *text; /* owned, with a NUL behind */
		size_t size;
	} documents[RESOLVED_DOCUMENTS_MAX]; /* the manifest is the last */
	size_t count;
	struct manifest manifest;
	struct platform platform; /* that the list says; else all NULL */
	bool is_known; /* it is the one that is there already: no more is set */
};

/**
 * resolve() - Find what a reference means at a registry
 * @ret:	Zeroed; for resolved_clear(), also after a failure
 * @err:	ENOENT: no such image, or none for the platform; EBADMSG: what
 *		came isn't what was asked for
 *
 * Return: 0, negative errno
 */
must_check int resolve(struct registry *registry, const struct remote *remote,
		       struct resolved *ret, struct error *err);

void resolved_clear(struct resolved *resolved);

#endif
