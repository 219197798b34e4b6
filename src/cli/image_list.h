// SPDX-License-Identifier: Apache-2.0
/* The images there are, a row for each name. */
#ifndef CLI_IMAGE_LIST_H
#define CLI_IMAGE_LIST_H

#include "image/record.h"
#include "image/tag.h"
#include "oci/image_config.h"

/* One image, and one of its names. */
struct image_row {
	const struct image *image;
	const struct image_config *config;
	const struct tag *tag; /* NULL: it has none */
	int64_t created;       /* ns since 1970 */
};

/* Everything that a list is made of. */
struct image_list {
	struct tags tags;
	struct image *images;
	struct image_config *configs;
	size_t image_count;
	struct image_row *rows;
	size_t row_count;
};

void image_list_clear(struct image_list *all);

/**
 * image_list_read() - All that the store has
 * @all:	Empty; for image_list_clear(), also after a failure
 *
 * Return: 0, negative errno
 */
must_check int image_list_read(const struct store *store,
			       struct image_list *all, struct error *err);

/** image_list_sort() - @word: as --sort has it; NULL: the newest first */
void image_list_sort(struct image_list *all, const char *word);

/** image_list_fold() - An image once, however many names it has. */
void image_list_fold(struct image_list *all);

/** image_list_split() - A name's repository and tag, both owned; "<none>" */
void image_list_split(const struct tag *tag, char **ret_repository,
		      char **ret_tag);

#endif
