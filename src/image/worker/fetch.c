// SPDX-License-Identifier: Apache-2.0
/* The job "fetch": an image from a registry, or a mirror of it, into the store.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/download.h"
#include "image/worker/image_report.h"
#include "image/worker/manifest.h"
#include "image/worker/remotes.h"
#include "image/worker/report.h"
#include "image/worker/request.h"
#include "image/worker/work.h"

/* One endpoint after the other: the last one's answer is the error. */
must_check static int find(const struct remotes *remotes, struct resolved *ret,
			   size_t *ret_index, struct error *err)
{
	size_t count = remotes->remote.endpoint_count;

	for (size_t i = 0; i < count; i++) {
		if (resolve(&remotes->registries[i], &remotes->remote, ret,
			    err) == 0) {
			*ret_index = i;
			return 0;
		}
		resolved_clear(ret);
		if (i + 1 < count)
			report_warning("%s; asking %s", err->text,
				       remotes->remote.endpoints[i + 1].host);
	}
	return -err->code;
}

static void report_resolved(const struct remote *remote,
			    const struct resolved *resolved)
{
	auto_free char *name = reference_name(&remote->reference);
	struct json_object *report = report_new("resolved");

	report_text(report, "reference", name);
	report_text(report, "digest", resolved->named.text);
	report_text(report, "mediaType", resolved->type);
	report_number(report, "size", resolved->documents[0].size);
	report_send(report);
}

/* The config comes first: it is small, and the most telling. */
static void add_blobs(const struct resolved *resolved,
		      struct downloads *downloads)
{
	const struct manifest *manifest = &resolved->manifest;

	downloads_add(downloads, &manifest->config.digest,
		      manifest->config.size, NULL);
	for (size_t i = 0; i < manifest->layer_count; i++)
		downloads_add(downloads, &manifest->layers[i].digest,
			      manifest->layers[i].size, NULL);
	for (size_t i = 0; i < resolved->count; i++)
		downloads_add(downloads, &resolved->documents[i].digest,
			      resolved->documents[i].size,
			      resolved->documents[i].text);
}

static void check_platform(const struct remote *remote,
			   const struct image_config *config)
{
	auto_free char *wanted = platform_text(&remote->platform);
	auto_free char *found = platform_text(&config->platform);

	if (!platform_score(&remote->platform, &config->platform))
		report_warning("the image is for %s, and not for %s", found,
			       wanted);
}

must_check static int describe(const struct remote *remote,
			       const struct resolved *resolved,
			       const struct downloads *downloads,
			       struct json_object **ret, struct error *err)
{
	const struct resolved_document *own =
		&resolved->documents[resolved->count - 1];
	const struct digest *digest = &resolved->manifest.config.digest;
	auto_with(image_config_clear) struct image_config config = { 0 };
	auto_free char *text = NULL;
	size_t size;

	if (downloads_read(downloads, digest, &text, &size, err) < 0 ||
	    image_config_read(text, size, &config, err) < 0)
		return error_wrap(err, "the config of the image");
	check_platform(remote, &config);
	return image_report_make(&own->digest, &resolved->manifest, &config,
				 ret, err);
}

must_check static int fetch_blobs(struct remotes *remotes, size_t first,
				  const struct resolved *resolved,
				  struct json_object **ret, struct error *err)
{
	auto_with(downloads_clear) struct downloads downloads = {
		.from.store = FIRST_FD,
		.from.http = remotes->http,
		.from.remote = &remotes->remote,
		.from.registries = remotes->registries,
		.from.first = first,
	};

	add_blobs(resolved, &downloads);
	if (ingest_prepare(FIRST_FD, err) < 0 ||
	    downloads_run(&downloads, err) < 0 ||
	    describe(&remotes->remote, resolved, &downloads, ret, err) < 0)
		return -err->code;
	if (downloads_commit(&downloads, err) < 0) {
		json_object_put(*ret);
		return -err->code;
	}
	return 0;
}

int work_fetch(struct error *err)
{
	auto_with(remotes_clear) struct remotes remotes = { 0 };
	auto_with(resolved_clear) struct resolved resolved = { 0 };
	struct json_object *report = NULL, *names;
	size_t index = 0;

	if (remotes_open(&remotes, FIRST_FD, "pull", err) < 0 ||
	    find(&remotes, &resolved, &index, err) < 0)
		return -err->code;
	report_resolved(&remotes.remote, &resolved);
	if (resolved.is_known)
		return 0;
	if (fetch_blobs(&remotes, index, &resolved, &report, err) < 0)
		return -err->code;

	auto_free char *name = reference_name(&remotes.remote.reference);

	names = json_object_new_array();
	json_object_array_add(names, json_object_new_string(name));
	json_object_object_add(report, "names", names);
	report_send(report);
	return 0;
}
