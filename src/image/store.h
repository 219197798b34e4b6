// SPDX-License-Identifier: Apache-2.0
/* Where images, their layers and what containers write are kept:
 * $XDG_DATA_HOME/holt. There is no database: every thing is a file or directory
 * named for what it is, comes into being by a rename, and is never changed.
 *
 *	blobs/sha256/HEX      manifests, configs and layers, as they came
 *	ingest/               what is on its way there
 *	images/HEX            an image, by the digest of its config
 *	tags/NAME             the name of an image
 *	layers/MAP/HEX/       a layer as a directory, under a map of ids
 *	staging/              layers on their way there
 *	containers/ID/        what a container that runs has written
 *	volumes/NAME/         what containers share and leave (image/volume.h)
 *	trash/                what is going
 *	lock                  shared by who uses the store, exclusive for who
 *	                      removes what nobody refers to
 */
#ifndef IMAGE_STORE_H
#define IMAGE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"
#include "oci/digest.h"

enum store_use {
	STORE_SHARED,    /* read, and add to it */
	STORE_EXCLUSIVE, /* remove; waits for everybody else */
};

/* For store_close(). Zero: none. */
struct store {
	int fd;     /* of the directory */
	int lock;   /* held; -1: not any more */
	char *path; /* absolute; owned */
};

/** store_path() - Where it is or would be. Owned; NULL: nothing says where. */
char *store_path(struct error *err);

/**
 * store_open() - Open it, made where it is missing, and lock it
 * @ret:	Untouched on failure
 *
 * Return: 0, negative errno
 */
must_check int store_open(enum store_use use, struct store *ret,
			  struct error *err);

/** store_close() - Let go of it; also of none. */
void store_close(struct store *store);

/**
 * store_open_dir() - A directory in it, for reading its entries
 * @name:	"images", "layers/..."
 *
 * Return: descriptor, -ENOENT without a message, other negative errno
 */
must_check int store_open_dir(const struct store *store, const char *name,
			      struct error *err);

/**
 * store_list() - The names in a directory of it, in order
 * @ret:	Empty; stays so where the directory is missing
 *
 * Return: 0, negative errno
 */
must_check int store_list(const struct store *store, const char *name,
			  struct strv *ret, struct error *err);

/** store_work_name() - A path in @directory that nobody else uses; owned. */
char *store_work_name(const char *directory);

/**
 * store_put() - Write a small file, all or nothing, replacing what is there
 * @path:	In the store
 *
 * Return: 0, negative errno
 */
must_check int store_put(const struct store *store, const char *path,
			 const char *text, struct error *err);

/**
 * store_read() - Read a small file
 * @limit:	Bytes
 * @ret_size:	May be NULL
 *
 * Return: 0, -ENOENT without a message, other negative errno
 */
must_check int store_read(const struct store *store, const char *path,
			  size_t limit, char **ret_text, size_t *ret_size,
			  struct error *err);

/**
 * store_open_blob() - Open a blob to be read
 *
 * Return: descriptor, negative errno
 */
must_check int store_open_blob(const struct store *store,
			       const struct digest *digest, struct error *err);

/** store_read_blob() - Read a blob that is a document. */
must_check int store_read_blob(const struct store *store,
			       const struct digest *digest, size_t limit,
			       char **ret_text, size_t *ret_size,
			       struct error *err);

/** store_sync() - What has been written survives a loss of power from now on.
 */
must_check int store_sync(const struct store *store, struct error *err);

/**
 * store_trash() - Take something out of sight, to be removed
 * @path:	In the store; that it is gone already is no failure
 *
 * Return: 0, negative errno
 */
must_check int store_trash(const struct store *store, const char *path,
			   struct error *err);

#endif
