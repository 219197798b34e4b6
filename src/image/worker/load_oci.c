// SPDX-License-Identifier: Apache-2.0
/* OCI layouts, and directories of skopeo's: everything in them has a digest.
 */
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/load.h"

enum { NESTING_MAX = 3 };

static const struct load_layout oci_layout = { "blobs/sha256/", true };
static const struct load_layout dir_layout = { "", true };

/* A blob, checked against what refers to it; borrowed until the next one.
 * NULL: it isn't there, or something else.
 */
static struct parcel_file *take_blob(struct load *load,
				     const struct load_layout *layout,
				     const struct descriptor *descriptor,
				     struct error *err)
{
	auto_free char *name = xasprintf("%s%s", layout->blobs,
					 digest_hex(&descriptor->digest));
	struct parcel_file *file = NULL;

	if (parcel_get(&load->parcel, name, &file, err) < 0)
		return NULL;
	if (digest_equals(&file->content.digest, &descriptor->digest) &&
	    file->content.size == descriptor->size) {
		file->is_wanted = true;
		return file;
	}
	(void)error_say(
		err, EBADMSG,
		"%s is not what is said of it: %s of %lu bytes, not of %lu",
		name, file->content.digest.text, file->content.size,
		descriptor->size);
	return NULL;
}

must_check static int take_config(struct load *load,
				  const struct load_layout *layout,
				  const struct descriptor *descriptor,
				  struct image_config *ret, struct error *err)
{
	auto_free char *text = NULL;
	struct parcel_file *file = take_blob(load, layout, descriptor, err);
	size_t size;

	if (!file ||
	    spool_read(&file->content, CONFIG_SIZE_MAX, &text, &size, err) <
		    0 ||
	    image_config_read(text, size, ret, err) < 0)
		return error_wrap(err, "the config of the image");
	return 0;
}

int load_manifest(struct load *load, const struct load_layout *layout,
		  const struct spool *content, const char *media_type,
		  const struct strv *names, struct error *err)
{
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	auto_with(image_config_clear) struct image_config config = { 0 };
	const struct digest digest = content->digest;
	auto_free char *text = NULL;
	size_t size;

	if (spool_read(content, MANIFEST_SIZE_MAX, &text, &size, err) < 0 ||
	    manifest_read(text, size, media_type, &manifest, err) < 0)
		return error_wrap(err, "manifest %s", digest.text);
	if (manifest.kind != MEDIA_MANIFEST)
		return error_say(err, EINVAL, "%s is no manifest", digest.text);
	if (take_config(load, layout, &manifest.config, &config, err) < 0)
		return -err->code;
	for (size_t i = 0; i < manifest.layer_count; i++) {
		if (!take_blob(load, layout, &manifest.layers[i], err))
			return -err->code;
	}
	return load_report(load, &digest, &manifest, &config, names, err);
}

must_check static int take_entry(struct load *load,
				 const struct descriptor *entry,
				 const struct strv *names, int depth,
				 struct error *err);

/* A list within the index: the one of our platform. */
must_check static int take_list(struct load *load,
				const struct parcel_file *file,
				const struct strv *names, int depth,
				struct error *err)
{
	auto_with(manifest_clear) struct manifest list = { 0 };
	const struct descriptor *chosen;
	auto_free char *text = NULL;
	size_t size;

	if (depth >= NESTING_MAX)
		return error_say(err, EINVAL, "lists of lists of lists");
	if (spool_read(&file->content, MANIFEST_SIZE_MAX, &text, &size, err) <
		    0 ||
	    manifest_read(text, size, NULL, &list, err) < 0)
		return error_wrap(err, "%s", file->name);
	chosen = manifest_choose(&list, load->platform);
	if (!chosen) {
		auto_free char *platform = platform_text(load->platform);

		return error_say(err, ENOENT, "%s has no image for %s",
				 file->name, platform);
	}
	return take_entry(load, chosen, names, depth + 1, err);
}

static int take_entry(struct load *load, const struct descriptor *entry,
		      const struct strv *names, int depth, struct error *err)
{
	struct parcel_file *file = take_blob(load, &oci_layout, entry, err);

	if (!file)
		return -err->code;
	if (media_type_find(entry->media_type)->kind != MEDIA_INDEX)
		return load_manifest(load, &oci_layout, &file->content,
				     entry->media_type, names, err);
	file->is_wanted = false;
	return take_list(load, file, names, depth, err);
}

/* Of entries for several platforms only ours. */
static bool is_wanted(const struct load *load, const struct manifest *index,
		      const struct descriptor *entry)
{
	if (entry->is_attestation)
		return false;
	if (load->wanted)
		return entry->name && !strcmp(entry->name, load->wanted);
	return !entry->platform.architecture ||
	       !manifest_choose(index, load->platform) ||
	       platform_score(load->platform, &entry->platform) > 0;
}

must_check static int
take_index(struct load *load, const struct manifest *index, struct error *err)
{
	for (size_t i = 0; i < index->manifest_count; i++) {
		const struct descriptor *entry = &index->manifests[i];
		auto_with(strv_clear) struct strv names = { 0 };
		char *name;

		if (!is_wanted(load, index, entry))
			continue;
		name = entry->name
			       ? load_name(entry->name, oci_layout.named_local)
			       : NULL;
		if (name)
			strv_add(&names, name);
		if (take_entry(load, entry, &names, 0, err) < 0)
			return -err->code;
	}
	return 0;
}

int load_oci(struct load *load, struct error *err)
{
	auto_with(manifest_clear) struct manifest index = { 0 };
	auto_with(parcel_text_clear) struct parcel_text list = { 0 };

	if (parcel_read(&load->parcel, "index.json", MANIFEST_SIZE_MAX, &list,
			err) < 0)
		return -err->code;
	if (manifest_read(list.text, list.size,
			  "application/vnd.oci.image.index.v1+json", &index,
			  err) < 0)
		return error_wrap(err, "index.json");
	return take_index(load, &index, err);
}

int load_dir(struct load *load, struct error *err)
{
	static const struct strv nameless = { 0 };
	struct parcel_file *file;

	if (parcel_get(&load->parcel, "manifest.json", &file, err) < 0)
		return -err->code;
	file->is_wanted = true;
	return load_manifest(load, &dir_layout, &file->content, NULL, &nameless,
			     err);
}
