// SPDX-License-Identifier: Apache-2.0
/* OCI layouts and skopeo's directories: blobs as they are. */
#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "image/worker/ingest.h"
#include "image/worker/plain_tar.h"
#include "image/worker/report.h"
#include "image/worker/save.h"

static const char layout_text[] = "{\"imageLayoutVersion\":\"1.0.0\"}";
static const char dir_version[] = "Directory Transport Version: 1.1\n";

/* Where files go. */
struct out {
	struct save *save;
	bool archive;
	const char *blobs; /* "blobs/sha256/" or "" */
};

/* A new file of the directory: what is there already stays. */
must_check static int make(const struct out *out, const char *name,
			   struct error *err)
{
	int fd = openat(out->save->to, name,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	return fd < 0 ? error_set(err, errno, "make %s", name) : fd;
}

must_check static int put_text(const struct out *out, const char *name,
			       const char *text, size_t size, struct error *err)
{
	int result;

	if (out->archive)
		return plain_tar_text(out->save->to, name, text, size, err);

	auto_close int fd = make(out, name, err);

	if (fd < 0)
		return fd;
	result = fd_write_all(fd, text, size);
	return result < 0 ? error_set(err, -result, "write %s", name) : 0;
}

must_check static int put_blob(const struct out *out,
			       const struct digest *digest, uint64_t size,
			       struct error *err)
{
	auto_free char *name =
		xasprintf("%s%s", out->blobs, digest_hex(digest));
	auto_close int fd = -1, to = -1;

	if (!save_once(out->save, name))
		return 0;
	fd = blob_open(out->save->store, digest, err);
	if (fd < 0)
		return fd;
	if (out->archive)
		return plain_tar_file(out->save->to, name, fd, size, err);
	to = make(out, name, err);
	return to < 0 ? to : plain_copy(to, fd, size, err);
}

must_check static int put_parts(const struct out *out,
				const struct saved_image *image,
				struct error *err)
{
	const struct manifest *manifest = &image->manifest;

	for (size_t i = 0; i < manifest->layer_count; i++)
		if (put_blob(out, &manifest->layers[i].digest,
			     manifest->layers[i].size, err) < 0)
			return -err->code;
	return put_blob(out, &manifest->config.digest, manifest->config.size,
			err);
}

static void list_image(struct json_object *list,
		       const struct saved_image *image, const char *name)
{
	struct json_object *entry = json_object_new_object();
	struct json_object *annotations = json_object_new_object();

	report_text(entry, "mediaType", image->manifest.media_type);
	report_text(entry, "digest", image->digest.text);
	report_number(entry, "size", image->size);
	report_text(annotations, "org.opencontainers.image.ref.name", name);
	if (name)
		json_object_object_add(entry, "annotations", annotations);
	else
		json_object_put(annotations);
	json_object_array_add(list, entry);
}

must_check static int put_image(const struct out *out,
				const struct saved_image *image,
				struct json_object *list, struct error *err)
{
	if (put_parts(out, image, err) < 0 ||
	    put_blob(out, &image->digest, image->size, err) < 0)
		return -err->code;
	if (image->names.count == 0)
		list_image(list, image, NULL);
	for (size_t i = 0; i < image->names.count; i++)
		list_image(list, image, image->names.items[i]);
	return 0;
}

must_check static int make_directories(const struct out *out, struct error *err)
{
	static const char *const dirs[] = { "blobs", "blobs/sha256" };

	if (out->archive)
		return plain_tar_directory(out->save->to, "blobs/", err) < 0
			       ? -err->code
			       : plain_tar_directory(out->save->to,
						     "blobs/sha256/", err);
	for (size_t i = 0; i < ARRAY_COUNT(dirs); i++)
		if (mkdirat(out->save->to, dirs[i], 0755) < 0)
			return error_set(err, errno, "make %s", dirs[i]);
	return 0;
}

int save_oci(struct save *save, bool archive, struct error *err)
{
	const struct out out = { save, archive, "blobs/sha256/" };
	auto_json struct json_object *index = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const char *text;

	report_number(index, "schemaVersion", 2);
	report_text(index, "mediaType",
		    "application/vnd.oci.image.index.v1+json");
	json_object_object_add(index, "manifests", list);
	if (put_text(&out, "oci-layout", layout_text, strlen(layout_text),
		     err) < 0 ||
	    make_directories(&out, err) < 0)
		return -err->code;
	for (size_t i = 0; i < save->count; i++)
		if (put_image(&out, &save->images[i], list, err) < 0)
			return -err->code;
	text = json_object_to_json_string_ext(
		index, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (put_text(&out, "index.json", text, strlen(text), err) < 0)
		return -err->code;
	return archive ? plain_tar_end(save->to, err) : 0;
}

int save_dir(struct save *save, struct error *err)
{
	const struct out out = { save, false, "" };
	const struct saved_image *image = save->images;

	if (save->count != 1)
		return error_say(err, EINVAL,
				 "a directory of this kind has one image");
	if (put_text(&out, "version", dir_version, strlen(dir_version), err) <
		    0 ||
	    put_parts(&out, image, err) < 0)
		return -err->code;
	return put_text(&out, "manifest.json", image->text, image->size, err);
}
