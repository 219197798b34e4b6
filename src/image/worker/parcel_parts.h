// SPDX-License-Identifier: Apache-2.0
/* What the parts of parcels share. */
#ifndef IMAGE_WORKER_PARCEL_PARTS_H
#define IMAGE_WORKER_PARCEL_PARTS_H

#include "base/error.h"

struct parcel;

/**
 * parcel_read_archive() - Read an archive to its end, its files becoming the
 * parcel's
 * @fd:		File or pipe; borrowed
 *
 * Return: 0, negative errno
 */
must_check int parcel_read_archive(struct parcel *parcel, int fd,
				   struct error *err);

/** parcel_add() - Make room for a file. Borrowed until the next one.
 */
struct parcel_file *parcel_add(struct parcel *parcel, const char *name);

/**
 * parcel_name() - A path as the archive has it, from its top, made plain
 * @below:	That it is relative to; NULL: the top
 *
 * Return: owned; NULL: it leads out of the archive
 */
char *parcel_name(const char *below, const char *path);

#endif
