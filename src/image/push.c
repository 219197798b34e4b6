// SPDX-License-Identifier: Apache-2.0
#include "image/push.h"

#include <json-c/json.h>
#include <string.h>

#include "image/tag.h"

/* Repositories of the same registry that we know an image of: they may have its
 * layers already.
 */
must_check static int add_sources(const struct store *store,
				  const struct reference *name,
				  const struct image *image,
				  struct json_object *request,
				  struct error *err)
{
	auto_with(tags_clear) struct tags tags = { 0 };
	struct json_object *list = json_object_new_array();

	json_object_object_add(request, "mountFrom", list);
	if (tags_read(store, &tags, err) < 0)
		return -err->code;
	for (size_t i = 0; i < tags.count; i++) {
		auto_with(reference_clear) struct reference other = { 0 };
		struct error ignored;

		if (strcmp(tags.items[i].image, image->id) != 0 ||
		    reference_parse(tags.items[i].name, &other, &ignored) < 0 ||
		    !other.domain || strcmp(other.domain, name->domain) != 0 ||
		    strcmp(other.path, name->path) == 0)
			continue;
		json_object_array_add(list, json_object_new_string(other.path));
		return 0;
	}
	return 0;
}

int push_image(const struct store *store, const struct image *image,
	       const struct reference *name,
	       const struct remote_settings *settings,
	       const struct job_hearing *hearing, struct error *err)
{
	auto_json struct json_object *request = NULL;

	if (remote_request(name, settings, false, &request, err) < 0)
		return -err->code;
	json_object_object_add(request, "manifest",
			       json_object_new_string(image->manifest.text));
	if (add_sources(store, name, image, request, err) < 0)
		return -err->code;
	return job_run(&(struct job_order){ .name = "push",
					    .request = request,
					    .fds = &store->fd,
					    .fd_count = 1 },
		       hearing->heard, hearing->argument, err);
}
