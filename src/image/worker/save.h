// SPDX-License-Identifier: Apache-2.0
/* Images on their way out of the store, in one of several forms. */
#ifndef IMAGE_WORKER_SAVE_H
#define IMAGE_WORKER_SAVE_H

#include <stdbool.h>

#include "oci/image_config.h"
#include "oci/image_manifest.h"

/* One image: what it is, read from the store. */
struct saved_image {
	struct digest digest; /* of its manifest */
	struct strv names;
	char *text; /* of the manifest */
	size_t size;
	struct manifest manifest;
	struct image_config config;
};

/* For save_clear(). */
struct save {
	int store;
	int to;    /* file or pipe, or a directory */
	bool adds; /* to what the directory has already */
	struct saved_image *images;
	size_t count;
	struct strv written; /* names of files that are there already */
};

/** save_docker() - As "docker save" does, into an archive. */
must_check int save_docker(struct save *save, struct error *err);

/** save_oci() - An OCI layout, into an archive or a directory. */
must_check int save_oci(struct save *save, bool archive, struct error *err);

/** save_dir() - As skopeo's dir: has it; one image. */
must_check int save_dir(struct save *save, struct error *err);

/** save_once() - Is a file of this name not written yet? It is then. */
bool save_once(struct save *save, const char *name);

#endif
