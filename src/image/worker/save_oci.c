// SPDX-License-Identifier: Apache-2.0
/* OCI layouts and skopeo's directories: blobs as they are. */
#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/plain_tar.h"
#include "image/worker/save_index.h"

static const char layout_text[] = "{\"imageLayoutVersion\":\"1.0.0\"}";
static const char dir_version[] = "Directory Transport Version: 1.1\n";

must_check static int put_parts(const struct save_place *place,
				const struct saved_image *image,
				struct error *err)
{
	const struct manifest *manifest = &image->manifest;

	for (size_t i = 0; i < manifest->layer_count; i++)
		if (save_put_blob(place, &manifest->layers[i].digest,
				  manifest->layers[i].size, err) < 0)
			return -err->code;
	return save_put_blob(place, &manifest->config.digest,
			     manifest->config.size, err);
}

must_check static int put_image(const struct save_place *place,
				const struct saved_image *image,
				struct json_object *index, struct error *err)
{
	if (put_parts(place, image, err) < 0 ||
	    save_put_blob(place, &image->digest, image->size, err) < 0)
		return -err->code;
	if (image->names.count == 0)
		save_index_add(index, image, NULL);
	for (size_t i = 0; i < image->names.count; i++)
		save_index_add(index, image, image->names.items[i]);
	return 0;
}

int save_oci(struct save *save, bool archive, struct error *err)
{
	const struct save_place place = { save, archive, "blobs/sha256/" };
	auto_json struct json_object *index = NULL;

	if (save->adds && save_place_check(&place, "oci-layout", err) < 0)
		return -err->code;
	if (save_index_begin(&place, &index, err) < 0 ||
	    save_put_text(&place, "oci-layout", layout_text,
			  strlen(layout_text), err) < 0 ||
	    save_put_directories(&place, err) < 0)
		return -err->code;
	for (size_t i = 0; i < save->count; i++)
		if (put_image(&place, &save->images[i], index, err) < 0)
			return -err->code;
	if (save_index_put(&place, index, err) < 0)
		return -err->code;
	return archive ? plain_tar_end(save->to, err) : 0;
}

int save_dir(struct save *save, struct error *err)
{
	const struct save_place place = { save, false, "" };
	const struct saved_image *image = save->images;

	if (save->count != 1)
		return error_say(err, EINVAL,
				 "a directory of this kind has one image");
	if (save->adds && save_place_check(&place, "version", err) < 0)
		return -err->code;
	if (save_put_text(&place, "version", dir_version, strlen(dir_version),
			  err) < 0 ||
	    put_parts(&place, image, err) < 0 ||
	    save_put_text(&place, "manifest.json", image->text, image->size,
			  err) < 0)
		return -err->code;
	return save->adds ? save_place_sweep(&place, err) : 0;
}
