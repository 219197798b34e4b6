// SPDX-License-Identifier: Apache-2.0
/* An image made of a tar archive, for the commands that have one. */
#ifndef CLI_IMPORT_IMAGE_H
#define CLI_IMPORT_IMAGE_H

#include "command/option.h"
#include "image/job.h"
#include "image/store.h"

/* What the image is to be. All borrowed, NULL: not said. */
struct import_order {
	int archive;         /* descriptor it is read from */
	const char *name;    /* of import_read_name() */
	const char *creator; /* command, for its history */
	const char *message; /* for the history too */
	struct list changes; /* instructions as of a Dockerfile */
	const char *os, *arch, *variant;
};

/**
 * import_read_name() - The name of an image that is made here
 * @ret:	Complete; without a host it is localhost's, as no registry has
 * it
 *
 * Return: 0, negative errno
 */
must_check int import_read_name(const char *word, char **ret,
				struct error *err);

/**
 * import_image() - Make it
 * @heard:	Gets the reports of holt-image: loaded_heard(), or who calls it
 *
 * Return: 0, negative errno
 */
must_check int import_image(const struct import_order *order,
			    const struct store *store, job_report_fn *heard,
			    void *argument, struct error *err);

#endif
