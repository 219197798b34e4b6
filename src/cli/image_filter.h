// SPDX-License-Identifier: Apache-2.0
/* --filter of holt images. */
#ifndef CLI_IMAGE_FILTER_H
#define CLI_IMAGE_FILTER_H

#include "cli/image_list.h"
#include "command/option.h"

/**
 * image_filter() - Keep the rows that every filter lets through
 * @filters:	NAME=VALUE each
 * @word:	A pattern that the name has to match too; NULL: none
 * @err:	EINVAL: it is no filter; ENOENT: the image it speaks of isn't
 * there
 *
 * Return: 0, negative errno
 */
must_check int image_filter(struct image_list *all, const struct store *store,
			    const struct list *filters, const char *word,
			    struct error *err);

#endif
