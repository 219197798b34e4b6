// SPDX-License-Identifier: Apache-2.0
/* Images between registries and the store. */
#ifndef IMAGE_PULL_H
#define IMAGE_PULL_H

#include "image/job.h"
#include "image/remote.h"
#include "image/store.h"

/* What is wanted. All borrowed. */
struct pull {
	const struct reference *name; /* whole */
	const struct platform *platform;
	const struct remote_settings *settings;
	job_report_fn *heard; /* each report; NULL: nobody wants to know */
	void *argument;
};

/**
 * pull_image() - Bring an image into the store, and give it its name
 * @ret_id:	Of the image: 64 hexadecimal digits; owned
 *
 * Its layers are unpacked when they are wanted first. Return: 0, negative errno
 */
must_check int pull_image(const struct store *store, const struct pull *pull,
			  char **ret_id, struct error *err);

/**
 * pull_list_tags() - The tags of a repository
 * @name:	Its tag doesn't count
 * @ret:	Empty
 *
 * Return: 0, negative errno
 */
must_check int pull_list_tags(const struct reference *name,
			      const struct remote_settings *settings,
			      struct strv *ret, struct error *err);

#endif
