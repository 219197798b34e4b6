// SPDX-License-Identifier: Apache-2.0
#include "image/pull.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "image/record.h"
#include "image/tag.h"

struct pulling {
	const struct store *store;
	const struct pull *pull;
	struct digest digest; /* that the name means */
	char *id;
};

static void pulling_clear(struct pulling *pulling)
{
	free(pulling->id);
}

must_check static int take_image(struct pulling *pulling,
				 const struct json_node *report,
				 struct error *err)
{
	auto_with(image_clear) struct image image = { 0 };
	auto_free char *name = reference_name(pulling->pull->name);

	if (image_read(report, &image, err) < 0 ||
	    image_add(pulling->store, report, err) < 0 ||
	    tag_put(pulling->store, name, image.id, &pulling->digest, err) < 0)
		return -err->code;
	free(pulling->id);
	pulling->id = xstrdup(image.id);
	return 0;
}

must_check static int take_digest(struct pulling *pulling,
				  const struct json_node *report,
				  struct error *err)
{
	struct json_object *digest = NULL;

	(void)json_object_object_get_ex(report->value, "digest", &digest);
	return digest_parse(json_object_get_string(digest), &pulling->digest,
			    err);
}

static int on_report(const char *kind, const struct json_node *report,
		     void *argument, struct error *err)
{
	struct pulling *pulling = argument;
	const struct pull *pull = pulling->pull;

	if (strcmp(kind, "resolved") == 0 &&
	    take_digest(pulling, report, err) < 0)
		return -err->code;
	if (strcmp(kind, "image") == 0 && take_image(pulling, report, err) < 0)
		return -err->code;
	return pull->heard ? pull->heard(kind, report, pull->argument, err) : 0;
}

int pull_image(const struct store *store, const struct pull *pull,
	       char **ret_id, struct error *err)
{
	auto_with(pulling_clear) struct pulling pulling = {
		.store = store,
		.pull = pull,
	};
	auto_json struct json_object *request = NULL;
	const char *sync = getenv("HOLT_FSYNC");

	if (remote_request(pull->name, pull->settings, true, &request, err) < 0)
		return -err->code;
	json_object_object_add(request, "platform",
			       platform_json(pull->platform));
	if (sync && strcmp(sync, "0") == 0)
		json_object_object_add(request, "volatile",
				       json_object_new_boolean(true));
	if (job_run(&(struct job_order){ .name = "fetch",
					 .request = request,
					 .fds = &store->fd,
					 .fd_count = 1 },
		    on_report, &pulling, err) < 0)
		return -err->code;
	if (!pulling.id)
		return error_say(err, EPROTO,
				 "holt-image has told of no image");
	*ret_id = steal_ptr(&pulling.id);
	return 0;
}

static int on_tag(const char *kind, const struct json_node *report,
		  void *argument, struct error *err)
{
	struct json_object *name = NULL;

	(void)err;
	if (strcmp(kind, "tag") == 0 &&
	    json_object_object_get_ex(report->value, "name", &name))
		strv_addf(argument, "%s", json_object_get_string(name));
	return 0;
}

int pull_list_tags(const struct reference *name,
		   const struct remote_settings *settings, struct strv *ret,
		   struct error *err)
{
	auto_json struct json_object *request = NULL;

	if (remote_request(name, settings, true, &request, err) < 0)
		return -err->code;
	return job_run(
		&(struct job_order){ .name = "tags", .request = request },
		on_tag, ret, err);
}
