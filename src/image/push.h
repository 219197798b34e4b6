// SPDX-License-Identifier: Apache-2.0
/* Images of the store to registries. */
#ifndef IMAGE_PUSH_H
#define IMAGE_PUSH_H

#include "image/job.h"
#include "image/record.h"
#include "image/remote.h"

/* Who is told of each report. */
struct job_hearing {
	job_report_fn *heard;
	void *argument;
};

/**
 * push_image() - Send an image
 * @name:	Whole: where to, and as what
 * @hearing:	Of each report
 *
 * Return: 0, negative errno
 */
must_check int push_image(const struct store *store, const struct image *image,
			  const struct reference *name,
			  const struct remote_settings *settings,
			  const struct job_hearing *hearing, struct error *err);

#endif
