// SPDX-License-Identifier: Apache-2.0
/* The job "push": an image of the store to a registry. What is there already
 * isn't sent; the manifest comes last, so that nobody sees half an image.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/ingest.h"
#include "image/worker/remotes.h"
#include "image/worker/report.h"
#include "image/worker/request.h"
#include "image/worker/retry.h"
#include "image/worker/work.h"
#include "oci/image_manifest.h"

enum { ANSWER_MAX = 64 << 10 };

/* One blob on its way. */
struct upload {
	struct registry *registry;
	const struct descriptor *blob;
	int fd;
	uint64_t told; /* retry_now() of the last report */
};

static void report_upload(const struct upload *upload, const char *state,
			  uint64_t at)
{
	struct json_object *report = report_new("blob");

	report_text(report, "digest", upload->blob->digest.text);
	report_number(report, "size", upload->blob->size);
	report_text(report, "state", state);
	report_number(report, "at", at);
	report_send(report);
}

static void on_tick(const struct exchange *exchange, void *argument)
{
	struct upload *upload = argument;
	uint64_t now = retry_now();

	if (!exchange->transfer || now - upload->told < 100)
		return;
	upload->told = now;
	report_upload(upload, "progress", http_sent(exchange->transfer));
}

static struct exchange begin(struct registry *registry, const char *method)
{
	return (struct exchange){
		.registry = registry,
		.request = { .method = method, .limit = ANSWER_MAX },
	};
}

/* Return: 1, 0, negative errno */
must_check static int has_blob(const struct upload *upload, struct error *err)
{
	auto_with(exchange_end) struct exchange exchange =
		begin(upload->registry, "HEAD");
	auto_free char *path =
		xasprintf("%s/blobs/%s", upload->registry->endpoint->path,
			  upload->blob->digest.text);

	if (exchange_run(&exchange, path, err) == 0)
		return 1;
	return err->code == ENOENT ? 0 : -err->code;
}

/* Ask for a place to send it to, or for what another repository has.
 * Return: 1: it is there now; 0: @ret_place is where to send it, owned;
 * negative errno
 */
must_check static int ask_place(const struct upload *upload, const char *from,
				char **ret_place, struct error *err)
{
	auto_with(exchange_end) struct exchange exchange =
		begin(upload->registry, "POST");
	const char *path = upload->registry->endpoint->path;
	auto_free char *text =
		from ? xasprintf("%s/blobs/uploads/?mount=%s&from=%s", path,
				 upload->blob->digest.text, from)
		     : xasprintf("%s/blobs/uploads/", path);
	const char *location;

	if (exchange_run(&exchange, text, err) < 0)
		return -err->code;
	if (exchange.answer->status == 201)
		return 1;
	location = http_answer_header(exchange.answer, "location");
	if (!location || !*location)
		return error_say(err, EBADMSG,
				 "%s doesn't say where to send it",
				 upload->registry->endpoint->host);
	*ret_place = xstrdup(location);
	return 0;
}

must_check static int send_to(struct upload *upload, const char *place,
			      struct error *err)
{
	auto_with(exchange_end) struct exchange exchange =
		begin(upload->registry, "PUT");
	auto_free char *path = xasprintf("%s%sdigest=%s", place,
					 strchr(place, '?') ? "&" : "?",
					 upload->blob->digest.text);

	exchange.tick = on_tick;
	exchange.tick_argument = upload;
	exchange.request.body_fd = upload->fd;
	exchange.request.body_size = upload->blob->size;
	strv_addf(&exchange.headers, "Content-Type: application/octet-stream");
	return exchange_run_once(&exchange, path, err);
}

/* Return: 1: it was there or could be had there; 0: it was sent */
must_check static int upload_once(struct upload *upload, const char *from,
				  struct error *err)
{
	auto_free char *place = NULL;
	int result = ask_place(upload, from, &place, err);

	if (result != 0 || !place)
		return result;
	report_upload(upload, "begin", 0);
	return send_to(upload, place, err);
}

must_check static int push_blob(const struct remotes *remotes,
				struct registry *registry,
				const struct descriptor *blob,
				struct error *err)
{
	const struct strv *sources = &remotes->remote.mount_from;
	auto_close int fd = blob_open(FIRST_FD, &blob->digest, err);
	struct upload upload = { registry, blob, fd, 0 };
	int result = fd < 0 ? fd : has_blob(&upload, err);

	for (unsigned int tries = 0; result == 0; tries++) {
		static const struct http_answer nothing = { 0 };
		const char *from =
			tries < sources->count ? sources->items[tries] : NULL;

		result = upload_once(&upload, from, err);
		if (result == 0) {
			report_upload(&upload, "done", blob->size);
			return 0;
		}
		if (result > 0 || err->code == EACCES ||
		    tries >= registry->retries)
			break;
		report_warning("%s; trying again", err->text);
		retry_sleep(remotes->http,
			    retry_delay(tries + 1, remotes->remote.retry_delay,
					&nothing));
		result = 0;
	}
	if (result < 0)
		return error_wrap(err, "push %s", blob->digest.text);
	report_upload(&upload, "skipped", blob->size);
	return 0;
}

must_check static int push_manifest(const struct remotes *remotes,
				    struct registry *registry, const char *text,
				    size_t size, const char *type,
				    struct error *err)
{
	const struct remote *remote = &remotes->remote;
	auto_with(exchange_end) struct exchange exchange =
		begin(registry, "PUT");
	auto_free char *path =
		xasprintf("%s/manifests/%s", registry->endpoint->path,
			  remote->reference.tag ? remote->reference.tag
						: remote->manifest.text);
	struct json_object *report = NULL;

	exchange.request.body = text;
	exchange.request.body_size = size;
	strv_addf(&exchange.headers, "Content-Type: %s", type);
	if (exchange_run(&exchange, path, err) < 0)
		return error_wrap(err, "push the manifest");
	report = report_new("pushed");
	report_text(report, "digest", remote->manifest.text);
	report_send(report);
	return 0;
}

int work_push(struct error *err)
{
	auto_with(remotes_clear) struct remotes remotes = { 0 };
	auto_with(manifest_clear) struct manifest manifest = { 0 };
	auto_free char *text = NULL;
	struct registry *registry;
	size_t size;

	if (remotes_open(&remotes, FIRST_FD, "pull,push", err) < 0 ||
	    blob_read(FIRST_FD, &remotes.remote.manifest, MANIFEST_SIZE_MAX,
		      &text, &size, err) < 0 ||
	    manifest_read(text, size, NULL, &manifest, err) < 0)
		return -err->code;
	if (manifest.kind != MEDIA_MANIFEST)
		return error_say(err, EINVAL,
				 "it is a list of manifests, and no image");
	/* What is pushed goes to the registry itself. */
	registry = &remotes.registries[remotes.remote.endpoint_count - 1];
	for (size_t i = 0; i < manifest.layer_count; i++)
		if (push_blob(&remotes, registry, &manifest.layers[i], err) < 0)
			return -err->code;
	if (push_blob(&remotes, registry, &manifest.config, err) < 0)
		return -err->code;
	return push_manifest(&remotes, registry, text, size,
			     manifest.media_type, err);
}
