// SPDX-License-Identifier: Apache-2.0
#include "cli/import_image.h"

#include <json-c/json.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "oci/reference.h"

int import_read_name(const char *word, char **ret, struct error *err)
{
	auto_with(reference_clear) struct reference reference = { 0 };

	if (reference_parse(word, &reference, err) < 0)
		return -err->code;
	if (digest_is_set(&reference.digest))
		return error_say(err, EINVAL,
				 "%s: a digest can't be chosen, only a tag",
				 word);
	if (!reference.domain)
		reference.domain = xstrdup("localhost");
	reference_complete(&reference);
	*ret = reference_name(&reference);
	return 0;
}

static struct json_object *make_request(const struct import_order *order)
{
	struct json_object *request = json_object_new_object();
	struct json_object *changes = json_object_new_array();
	struct json_object *platform = json_object_new_object();

	json_add_text(request, "creator", order->creator);
	json_add_text(request, "message", order->message);
	json_add_text(request, "name", order->name);
	for (size_t i = 0; i < order->changes.count; i++)
		json_object_array_add(
			changes,
			json_object_new_string(order->changes.items[i]));
	json_object_object_add(request, "changes", changes);
	json_add_text(platform, "os", order->os);
	json_add_text(platform, "architecture", order->arch);
	json_add_text(platform, "variant", order->variant);
	json_object_object_add(request, "platform", platform);
	return request;
}

int import_image(const struct import_order *order, const struct store *store,
		 job_report_fn *heard, void *argument, struct error *err)
{
	auto_json struct json_object *request = make_request(order);
	const int fds[] = { store->fd, order->archive };

	return job_run(&(struct job_order){ .name = "import",
					    .request = request,
					    .fds = fds,
					    .fd_count = ARRAY_COUNT(fds) },
		       heard, argument, err);
}
