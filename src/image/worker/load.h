// SPDX-License-Identifier: Apache-2.0
/* Images on their way from a parcel into the store: found and checked one by
 * one, kept all together.
 */
#ifndef IMAGE_WORKER_LOAD_H
#define IMAGE_WORKER_LOAD_H

#include "image/worker/parcel.h"
#include "oci/image_config.h"
#include "oci/image_manifest.h"

struct json_object; /* of json-c */

enum { LOAD_DOCUMENT_MAX = 8 << 20 /* bytes */ };

/* For load_clear(). */
struct load {
	struct parcel parcel;
	const char *wanted;              /* the only name to load; NULL: all */
	const struct platform *platform; /* of lists of manifests */
	struct spool *made;              /* manifests that we wrote */
	size_t made_count;
	struct json_object *reports; /* array */
};

/* Where a parcel has the blobs of a layout. */
struct load_layout {
	const char *blobs; /* "blobs/sha256/" or "" */
	bool named_local;  /* names without a host are localhost's */
};

/**
 * load_parcel() - All images of a parcel, or the one that is wanted
 * @format:	"docker-archive", "oci-archive", "oci", "dir"; "auto" and NULL:
 *		what it looks like
 *
 * Nothing is in the store yet then. Return: 0, negative errno
 */
must_check int load_parcel(struct load *load, const char *format,
			   struct error *err);

/** load_docker() - All images of manifest.json, docker's list of them. */
must_check int load_docker(struct load *load, const char *text, size_t size,
			   struct error *err);

/** load_oci() - All images of an OCI layout, by its index.json. */
must_check int load_oci(struct load *load, struct error *err);

/** load_dir() - The image of a directory that skopeo made: dir:. */
must_check int load_dir(struct load *load, struct error *err);

/**
 * load_manifest() - The image of a manifest: its config and layers are wanted
 * @names:	As they are written there
 *
 * Return: 0, negative errno
 */
must_check int load_manifest(struct load *load,
			     const struct load_layout *layout,
			     const struct spool *manifest,
			     const char *media_type, const struct strv *names,
			     struct error *err);

/**
 * load_report() - Have an image reported at the end
 * @config:	Text of the config
 * @names:	Whole names
 */
must_check int load_report(struct load *load, const struct digest *digest,
			   const struct manifest *manifest,
			   const struct image_config *config,
			   const struct strv *names, struct error *err);

/** load_name() - A whole name from what is written; owned. NULL: it is none */
char *load_name(const char *text, bool local);

void load_clear(struct load *load);

#endif
