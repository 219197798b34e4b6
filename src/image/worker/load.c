// SPDX-License-Identifier: Apache-2.0
/* The job "load": images from an archive or a directory into the store. */
#include "image/worker/load.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/image_report.h"
#include "image/worker/ingest.h"
#include "image/worker/report.h"
#include "image/worker/request.h"
#include "image/worker/work.h"
#include "oci/reference.h"

struct load_request {
	char *format; /* "auto" and NULL: what it looks like */
	char *name;
	struct platform platform;
	bool single; /* of several images one has to be named */
};

static const struct json_row request_rows[] = {
	{ .key = "format", JSON_MEMBER(struct load_request, format) },
	{ .key = "name", JSON_MEMBER(struct load_request, name) },
	{ .key = "single", JSON_MEMBER(struct load_request, single) },
	{ .key = "platform",
	  .kind = JSON_OBJECT,
	  .rows = platform_rows,
	  .offset = offsetof(struct load_request, platform) },
	{ 0 },
};

static void load_request_clear(struct load_request *request)
{
	free(request->format);
	free(request->name);
	platform_clear(&request->platform);
}

char *load_name(const char *text, bool local)
{
	struct reference reference = { 0 };
	struct error ignored;
	char *name;

	if (reference_parse(text, &reference, &ignored) < 0)
		return NULL;
	if (!reference.domain && local)
		reference.domain = xstrdup("localhost");
	reference_complete(&reference);
	name = reference_name(&reference);
	reference_clear(&reference);
	return name;
}

int load_report(struct load *load, const struct digest *digest,
		const struct manifest *manifest,
		const struct image_config *config, const struct strv *names,
		struct error *err)
{
	struct json_object *report, *list;

	if (image_report_make(digest, manifest, config, &report, err) < 0)
		return -err->code;
	list = json_object_new_array();
	for (size_t i = 0; i < names->count; i++)
		json_object_array_add(list,
				      json_object_new_string(names->items[i]));
	json_object_object_add(report, "names", list);
	json_object_array_add(load->reports, report);
	return 0;
}

void load_clear(struct load *load)
{
	for (size_t i = 0; i < load->made_count; i++)
		spool_close(&load->made[i]);
	free(load->made);
	json_object_put(load->reports);
	parcel_clear(&load->parcel);
}

/* Every file of an archive is one until it has been read. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static bool is_format(const char *wanted, const char *format)
{
	return !wanted || !strcmp(wanted, "auto") || !strcmp(wanted, format);
}

/* manifest.json is docker's list or, in what skopeo wrote, a manifest. */
must_check static int load_by_manifest(struct load *load, const char *format,
				       struct error *err)
{
	auto_with(parcel_text_clear) struct parcel_text list = { 0 };

	if (parcel_read(&load->parcel, "manifest.json", LOAD_DOCUMENT_MAX,
			&list, err) < 0)
		return -err->code;
	if (list.text[strspn(list.text, " \t\r\n")] == '[' &&
	    is_format(format, "docker-archive"))
		return load_docker(load, list.text, list.size, err);
	if (is_format(format, "dir"))
		return load_dir(load, err);
	return error_say(err, EINVAL, "it is not of the form %s", format);
}

int load_parcel(struct load *load, const char *format, struct error *err)
{
	bool oci = is_format(format, "oci") || is_format(format, "oci-archive");

	if (parcel_has(&load->parcel, "manifest.json") &&
	    (is_format(format, "docker-archive") || is_format(format, "dir")))
		return load_by_manifest(load, format, err);
	if (oci && parcel_has(&load->parcel, "index.json"))
		return load_oci(load, err);
	if (parcel_has(&load->parcel, "repositories"))
		return error_say(
			err, EOPNOTSUPP,
			"docker before 1.10 wrote it: load and save it with a newer one first");
	return error_say(
		err, EINVAL,
		"it is no image: it has neither manifest.json nor index.json; 'holt import' makes an image of a root file system");
}

must_check static int commit(struct load *load, bool single, struct error *err)
{
	size_t count = json_object_array_length(load->reports);
	auto_close int dir = -1;

	if (single && count > 1)
		return error_say(
			err, EINVAL,
			"there are %zu images in it: say which by :NAME at the end",
			count);
	if (count == 0)
		return error_say(err, ENOENT, "there is no image%s%s in it",
				 load->wanted ? " called " : "",
				 load->wanted ? load->wanted : "");
	if (parcel_commit(&load->parcel, err) < 0)
		return -err->code;
	for (size_t i = 0; i < load->made_count; i++)
		if (spool_commit(&load->made[i], err) < 0)
			return -err->code;
	dir = openat(FIRST_FD, "blobs/sha256",
		     O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fsync(dir) < 0)
		return error_set(err, errno, "write the store to the disk");
	for (size_t i = 0; i < count; i++)
		report_send(json_object_get(
			json_object_array_get_idx(load->reports, i)));
	return 0;
}

int work_load(struct error *err)
{
	auto_with(load_request_clear) struct load_request request = { 0 };
	auto_with(load_clear) struct load load = { .parcel.dir = -1 };

	allow_descriptors();
	if (request_read(request_rows, &request, err) < 0 ||
	    confine_to_store(FIRST_FD, SECOND_FD, false, err) < 0)
		return -err->code;
	if (!request.platform.architecture) {
		platform_clear(&request.platform);
		platform_of_host(&request.platform);
	}
	load.reports = json_object_new_array();
	load.wanted = request.name;
	load.platform = &request.platform;
	if (ingest_prepare(FIRST_FD, err) < 0 ||
	    parcel_open(FIRST_FD, SECOND_FD, &load.parcel, err) < 0 ||
	    load_parcel(&load, request.format, err) < 0)
		return -err->code;
	return commit(&load, request.single, err);
}
