// SPDX-License-Identifier: Apache-2.0
/* The job "import": a tar archive of a root file system becomes an image of one
 * layer.
 */
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/timestamp.h"
#include "image/worker/changes.h"
#include "image/worker/confine.h"
#include "image/worker/image_report.h"
#include "image/worker/import_layer.h"
#include "image/worker/ingest.h"
#include "image/worker/manifest_make.h"
#include "image/worker/report.h"
#include "image/worker/request.h"
#include "image/worker/work.h"

struct import_request {
	char *creator, *message, *name;
	struct strv changes;
	struct platform platform;
};

/* What becomes of it. */
struct import {
	struct import_request request;
	struct import_layer layer;
	struct spool config, manifest;
};

static const struct json_row request_rows[] = {
	{ .key = "creator", JSON_MEMBER(struct import_request, creator) },
	{ .key = "message", JSON_MEMBER(struct import_request, message) },
	{ .key = "name", JSON_MEMBER(struct import_request, name) },
	{ .key = "changes", JSON_MEMBER(struct import_request, changes) },
	{ .key = "platform",
	  .kind = JSON_OBJECT,
	  .rows = platform_rows,
	  .offset = offsetof(struct import_request, platform) },
	{ 0 },
};

static void import_clear(struct import *import)
{
	free(import->request.creator);
	free(import->request.message);
	free(import->request.name);
	strv_clear(&import->request.changes);
	platform_clear(&import->request.platform);
	spool_close(&import->layer.blob);
	spool_close(&import->config);
	spool_close(&import->manifest);
}

/* What isn't said of the platform is as it is here. */
static void complete_platform(struct platform *platform)
{
	struct platform host = { 0 };

	platform_of_host(&host);
	if (!platform->os)
		platform->os = steal_ptr(&host.os);
	if (!platform->architecture) {
		platform->architecture = steal_ptr(&host.architecture);
		if (!platform->variant)
			platform->variant = steal_ptr(&host.variant);
	}
	platform_clear(&host);
}

static struct json_object *make_history(const struct import_request *request,
					const char *now)
{
	struct json_object *list = json_object_new_array();
	struct json_object *entry = json_object_new_object();

	report_text(entry, "created", now);
	report_text(entry, "created_by", request->creator);
	report_text(entry, "comment", request->message);
	json_object_array_add(list, entry);
	return list;
}

static struct json_object *make_rootfs(const struct digest *diff_id)
{
	struct json_object *rootfs = json_object_new_object();
	struct json_object *list = json_object_new_array();

	report_text(rootfs, "type", "layers");
	json_object_array_add(list, json_object_new_string(diff_id->text));
	json_object_object_add(rootfs, "diff_ids", list);
	return rootfs;
}

/* Wrong changes are told before a long archive is read. */
must_check static int apply_changes(const struct import_request *request,
				    struct json_object *config,
				    struct error *err)
{
	for (size_t i = 0; i < request->changes.count; i++)
		if (changes_apply(config, request->changes.items[i], err) < 0)
			return -err->code;
	return 0;
}

static void complete_config(const struct import *import,
			    struct json_object *config)
{
	const struct platform *platform = &import->request.platform;
	auto_free char *now = timestamp();

	report_text(config, "created", now);
	report_text(config, "architecture", platform->architecture);
	report_text(config, "variant", platform->variant);
	report_text(config, "os", platform->os);
	json_object_object_add(config, "rootfs",
			       make_rootfs(&import->layer.diff_id));
	json_object_object_add(config, "history",
			       make_history(&import->request, now));
}

must_check static int put_config(struct import *import,
				 struct json_object *config, struct error *err)
{
	const char *text;

	complete_config(import, config);
	text = json_object_to_json_string_ext(
		config,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	return spool_put(FIRST_FD, text, strlen(text), &import->config, err);
}

/* Its text, owned. NULL: it could not be written */
static char *put_manifest(struct import *import, struct error *err)
{
	auto_with(made_manifest_clear) struct made_manifest made = { 0 };
	auto_free char *text = NULL;

	made_manifest_begin(&made, &import->config.digest, import->config.size);
	made_manifest_layer(&made, import->layer.compression,
			    &import->layer.blob.digest,
			    import->layer.blob.size);
	text = made_manifest_text(&made);
	if (spool_put(FIRST_FD, text, strlen(text), &import->manifest, err) < 0)
		return NULL;
	return steal_ptr(&text);
}

must_check static int describe(const struct import *import, const char *text,
			       struct json_object **ret, struct error *err)
{
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	auto_with(image_config_clear) struct image_config config = { 0 };
	auto_free char *config_text = NULL;
	struct json_object *names = json_object_new_array();
	size_t size;

	if (import->request.name)
		json_object_array_add(
			names, json_object_new_string(import->request.name));
	if (manifest_read(text, strlen(text), NULL, &manifest, err) < 0 ||
	    spool_read(&import->config, CONFIG_SIZE_MAX, &config_text, &size,
		       err) < 0 ||
	    image_config_read(config_text, size, &config, err) < 0 ||
	    image_report_make(&import->manifest.digest, &manifest, &config, ret,
			      err) < 0) {
		json_object_put(names);
		return -err->code;
	}
	json_object_object_add(*ret, "names", names);
	return 0;
}

must_check static int commit(struct import *import, struct error *err)
{
	auto_close int dir = -1;

	if (syncfs(FIRST_FD) < 0)
		return error_set(err, errno, "write the store to the disk");
	if (spool_commit(&import->layer.blob, err) < 0 ||
	    spool_commit(&import->config, err) < 0 ||
	    spool_commit(&import->manifest, err) < 0)
		return -err->code;
	dir = openat(FIRST_FD, "blobs/sha256",
		     O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fsync(dir) < 0)
		return error_set(err, errno, "write the store to the disk");
	return 0;
}

int work_import(struct error *err)
{
	auto_with(import_clear) struct import import = {
		.layer.blob = SPOOL_NONE,
		.config = SPOOL_NONE,
		.manifest = SPOOL_NONE,
	};
	auto_json struct json_object *config = json_object_new_object();
	struct json_object *inner = json_object_new_object();
	auto_json struct json_object *report = NULL;
	auto_free char *text = NULL;

	json_object_object_add(config, "config", inner);
	if (request_read(request_rows, &import.request, err) < 0 ||
	    confine_to_store(FIRST_FD, SECOND_FD, false, err) < 0 ||
	    apply_changes(&import.request, inner, err) < 0)
		return -err->code;
	complete_platform(&import.request.platform);
	if (ingest_prepare(FIRST_FD, err) < 0 ||
	    import_layer(FIRST_FD, SECOND_FD, &import.layer, err) < 0 ||
	    put_config(&import, config, err) < 0)
		return -err->code;
	text = put_manifest(&import, err);
	if (!text || describe(&import, text, &report, err) < 0 ||
	    commit(&import, err) < 0)
		return -err->code;
	report_send(steal_ptr(&report));
	return 0;
}
