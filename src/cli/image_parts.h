// SPDX-License-Identifier: Apache-2.0
/* The commands of holt image, most of which are commands of holt too. */
#ifndef CLI_IMAGE_PARTS_H
#define CLI_IMAGE_PARTS_H

#include "command/option.h"
#include "image/record.h"
#include "image/tag.h"

extern const struct command image_exists;
extern const struct command image_history;
extern const struct command image_inspect;
extern const struct command image_ls;
extern const struct command image_prune;
extern const struct command image_rm;
extern const struct command image_tag;
extern const struct command image_tree;
extern const struct command image_untag;

enum { SHORT_ID = 12 };

/** tags_of() - The names of an image, in order; borrowed from @tags. */
void tags_of(const struct tags *tags, const char *image, struct strv *ret);

/** image_user() - Which running container uses the image? Owned; NULL: none */
char *image_user(const struct store *store, const char *id);

#endif
