// SPDX-License-Identifier: Apache-2.0
#include "cli/loaded.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "image/record.h"
#include "image/tag.h"

enum { SHORT_ID = 12 };

must_check static int give_name(struct loaded *loaded, const char *name,
				const struct image *image, struct error *err)
{
	auto_with(tag_clear) struct tag old = { 0 };
	int result = tag_find(loaded->store, name, &old, err);

	if (result < 0 && result != -ENOENT)
		return result;
	if (result == 0 && strcmp(old.image, image->id) != 0 &&
	    !loaded->moves_names)
		log_warning("%s was image %.*s and is %.*s now", name, SHORT_ID,
			    old.image, SHORT_ID, image->id);
	strv_add(&loaded->names, xstrdup(name));
	return tag_put(loaded->store, name, image->id, &image->manifest, err);
}

int loaded_heard(const char *kind, const struct json_node *report,
		 void *argument, struct error *err)
{
	auto_with(image_clear) struct image image = { 0 };
	struct loaded *loaded = argument;

	if (strcmp(kind, "image") != 0)
		return 0;
	if (image_read(report, &image, err) < 0 ||
	    image_add(loaded->store, report, err) < 0)
		return -err->code;
	strv_add(&loaded->ids, xstrdup(image.id));
	if (loaded->called)
		return *loaded->called
			       ? give_name(loaded, loaded->called, &image, err)
			       : 0;
	if (image.names.count == 0)
		strv_addf(&loaded->names, "sha256:%s", image.id);
	for (size_t i = 0; i < image.names.count; i++)
		if (give_name(loaded, image.names.items[i], &image, err) < 0)
			return -err->code;
	return 0;
}

void loaded_clear(struct loaded *loaded)
{
	strv_clear(&loaded->names);
	strv_clear(&loaded->ids);
}
