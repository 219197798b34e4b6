// SPDX-License-Identifier: Apache-2.0
/* Images of files and directories of this machine: into the store, and out of
 * it.
 */
#ifndef CLI_LOCAL_IMAGE_H
#define CLI_LOCAL_IMAGE_H

#include "cli/loaded.h"
#include "image/find.h"
#include "image/transport.h"
#include "oci/platform.h"

/* What is to be loaded. Borrowed. */
struct local_source {
	const char *format;              /* of transport_format(); NULL: any */
	const char *name;                /* of the image; NULL: all */
	const struct platform *platform; /* NULL: this machine's */
	bool single; /* what has several images needs a name */
	int fd;
};

/**
 * local_load() - All images that are wanted, recorded and named
 * @loaded:	With its store
 *
 * Return: 0, negative errno
 */
must_check int local_load(const struct local_source *source,
			  struct loaded *loaded, struct error *err);

/**
 * local_pull() - What a transport names that is no registry
 * @platform:	NULL: this machine's
 * @loaded:	With its store
 *
 * The image of an oci: directory is called after its path, as podman does.
 * Return: 0, negative errno
 */
must_check int local_pull(const struct transport *from,
			  const struct platform *platform,
			  struct loaded *loaded, struct error *err);

/**
 * local_save() - Write one image to where a transport says
 *
 * An OCI layout that is there gets one image more; a directory of dir:, and a
 * file, get another one.
 * @err:	EEXIST: docker's archives aren't changed
 *
 * Return: 0, negative errno
 */
must_check int local_save(const struct store *store,
			  const struct found_image *image,
			  const struct transport *to, struct error *err);

#endif
