// SPDX-License-Identifier: Apache-2.0
/* Images as commands show them: as docker's and podman's JSON has them. */
#ifndef CLI_IMAGE_VIEW_H
#define CLI_IMAGE_VIEW_H

#include <json-c/json.h>

#include "command/template.h"
#include "image/record.h"
#include "image/tag.h"
#include "oci/image_config.h"

/* Which members of what view_inspect() makes have keys of people's choice. */
extern const struct template_rules view_rules;

/** view_config() - Read an image's config. Return: 0, negative errno */
must_check int view_config(const struct store *store, const struct image *image,
			   struct image_config *ret, struct error *err);

/** view_names() - Members RepoTags and RepoDigests of @object. */
void view_names(struct json_object *object, const struct image *image,
		const struct tags *tags);

/** view_map() - An object of texts, of NAME=VALUE. */
struct json_object *view_map(const struct strv *list);

/** view_age() - "2 weeks ago" for a time of RFC 3339; owned. */
char *view_age(const char *created);

/** view_inspect() - All about an image, in docker's shape; owned. */
must_check int view_inspect(const struct store *store,
			    const struct image *image, const struct tags *tags,
			    struct json_object **ret, struct error *err);

#endif
