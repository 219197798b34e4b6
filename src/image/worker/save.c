// SPDX-License-Identifier: Apache-2.0
/* The job "save": images of the store into an archive or a directory. */
#include "image/worker/save.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/ingest.h"
#include "image/worker/request.h"
#include "image/worker/work.h"

struct save_request {
	char *format;
	struct save save;
};

static int read_image(const struct json_node *node, void *target,
		      struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "manifest",
		  .kind = JSON_READ,
		  .read = digest_read,
		  .offset = offsetof(struct saved_image, digest),
		  .required = true },
		{ .key = "names", JSON_MEMBER(struct saved_image, names) },
		{ 0 },
	};
	struct save *save = target;

	save->images = xrealloc_array(save->images, save->count + 1,
				      sizeof(*save->images));
	save->images[save->count] = (struct saved_image){ 0 };
	return json_read_object(node, rows, &save->images[save->count++], err);
}

static const struct json_row request_rows[] = {
	{ .key = "format",
	  JSON_MEMBER(struct save_request, format),
	  .required = true },
	{ .key = "add", JSON_MEMBER(struct save_request, save.adds) },
	{ .key = "images",
	  .kind = JSON_EACH,
	  .read = read_image,
	  .offset = offsetof(struct save_request, save),
	  .required = true },
	{ 0 },
};

static void save_request_clear(struct save_request *request)
{
	struct save *save = &request->save;

	for (size_t i = 0; i < save->count; i++) {
		strv_clear(&save->images[i].names);
		free(save->images[i].text);
		manifest_clear(&save->images[i].manifest);
		image_config_clear(&save->images[i].config);
	}
	free(save->images);
	strv_clear(&save->written);
	free(request->format);
}

/* From the store, where everything has been verified. */
must_check static int open_image(const struct save *save,
				 struct saved_image *image, struct error *err)
{
	auto_free char *text = NULL;
	size_t size;

	if (blob_read(save->store, &image->digest, MANIFEST_SIZE_MAX,
		      &image->text, &image->size, err) < 0 ||
	    manifest_read(image->text, image->size, NULL, &image->manifest,
			  err) < 0 ||
	    blob_read(save->store, &image->manifest.config.digest,
		      CONFIG_SIZE_MAX, &text, &size, err) < 0 ||
	    image_config_read(text, size, &image->config, err) < 0)
		return error_wrap(err, "image %s", image->digest.text);
	if (image->manifest.layer_count != image->config.diff_count)
		return error_say(err, EBADMSG, "%s contradicts its config",
				 image->digest.text);
	return 0;
}

bool save_once(struct save *save, const char *name)
{
	for (size_t i = 0; i < save->written.count; i++)
		if (!strcmp(save->written.items[i], name))
			return false;
	strv_add(&save->written, xstrdup(name));
	return true;
}

must_check static int write_all(struct save *save, const char *format,
				struct error *err)
{
	if (!strcmp(format, "docker-archive"))
		return save_docker(save, err);
	if (!strcmp(format, "oci-archive"))
		return save_oci(save, true, err);
	if (!strcmp(format, "oci"))
		return save_oci(save, false, err);
	if (!strcmp(format, "dir"))
		return save_dir(save, err);
	return error_say(err, EINVAL, "the request: unknown format %s", format);
}

int work_save(struct error *err)
{
	auto_with(save_request_clear) struct save_request request = {
		.save = { .store = FIRST_FD, .to = SECOND_FD },
	};

	if (request_read(request_rows, &request, err) < 0 ||
	    confine_to_store(FIRST_FD, SECOND_FD, true, err) < 0)
		return -err->code;
	for (size_t i = 0; i < request.save.count; i++)
		if (open_image(&request.save, &request.save.images[i], err) < 0)
			return -err->code;
	return write_all(&request.save, request.format, err);
}
