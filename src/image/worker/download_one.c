// SPDX-License-Identifier: Apache-2.0
#include "image/worker/download_one.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/content_range.h"
#include "image/worker/report.h"
#include "image/worker/retry.h"

enum {
	REPORT_EVERY = 100,     /* milliseconds */
	PROGRESS_MIN = 64 << 10 /* bytes, that make up for a failure */
};

void download_report(const struct download *download, const char *state)
{
	struct json_object *report = report_new("blob");

	report_text(report, "digest", download->digest.text);
	report_number(report, "size", download->size);
	report_text(report, "state", state);
	report_number(report, "at",
		      download->ingest.fd >= 0 ? download->ingest.at : 0);
	report_number(report, "resumed", download->resumed);
	report_send(report);
}

must_check static int verify(struct download *download, struct error *err)
{
	if (ingest_verify(&download->ingest, err) < 0)
		return -err->code;
	download->state = DOWNLOAD_VERIFIED;
	download_report(download, "done");
	return 0;
}

/* All that an earlier process left. If it is wrong, it comes anew. */
static bool is_whole(struct download *download)
{
	struct error ignored;

	return download->ingest.at == download->size &&
	       verify(download, &ignored) == 0;
}

static int set_there(struct download *download)
{
	download->state = DOWNLOAD_THERE;
	download_report(download, "have");
	return 0;
}

/* Known as a text. */
must_check static int put_text(struct download *download, struct error *err)
{
	if (ingest_restart(&download->ingest, err) < 0 ||
	    ingest_add(&download->ingest, download->text, download->size, err) <
		    0)
		return -err->code;
	return verify(download, err);
}

int download_claim(struct download *download, struct error *err)
{
	int store = download->from->store;
	const struct digest *digest = &download->digest;
	int result = blob_is_there(store, digest, download->size, err);

	if (result != 0)
		return result < 0 ? result : set_there(download);
	result = ingest_open(store, digest, download->size, &download->ingest,
			     err);
	if (result < 0)
		return result;
	if (result == 0) {
		if (download->state == DOWNLOAD_WANTED)
			download_report(download, "wait");
		download->state = DOWNLOAD_ELSEWHERE;
		return 0;
	}
	/* It may have come to the store just before we had the lock. */
	result = blob_is_there(store, digest, download->size, err);
	if (result != 0) {
		ingest_discard(store, &download->ingest);
		return result < 0 ? result : set_there(download);
	}
	if (download->text)
		return put_text(download, err);
	download->resumed = download->ingest.at;
	if (is_whole(download))
		return 0;
	download->resumed = download->ingest.at;
	return download_start(download, err);
}

/* Before the first byte of an answer. */
static int on_begin(const struct transfer *transfer, void *argument,
		    struct error *err)
{
	struct download *download = argument;
	struct ingest *ingest = &download->ingest;
	struct content_range range;

	if (http_status(transfer) != 206) {
		/* The whole, even if a part was asked for. */
		return ingest->at ? ingest_restart(ingest, err) : 0;
	}
	if (content_range_read(http_header(transfer, "content-range"),
			       &range) == 0 &&
	    range.first == ingest->at && range.last < ingest->size &&
	    (range.size == ingest->size || range.size == UINT64_MAX))
		return 0;
	if (ingest_restart(ingest, err) < 0)
		return -err->code;
	return error_say(err, EBADMSG,
			 "what it sends is another part than was asked for");
}

static int on_body(const void *data, size_t size, void *argument,
		   struct error *err)
{
	struct download *download = argument;
	uint64_t now = retry_now();

	if (ingest_add(&download->ingest, data, size, err) < 0)
		return -err->code;
	if (now - download->told < REPORT_EVERY)
		return 0;
	download->told = now;
	download_report(download, "progress");
	return 0;
}

static struct registry *registry_of(const struct download *download)
{
	const struct download_source *from = download->from;
	size_t index = from->first + download->asked;

	return &from->registries[index % from->remote->endpoint_count];
}

int download_start(struct download *download, struct error *err)
{
	auto_free char *path = NULL;

	exchange_end(&download->exchange);
	download->exchange = (struct exchange){
		.registry = registry_of(download),
		.request = {
			.method = "GET",
			.begin = on_begin,
			.receive = on_body,
			.argument = download,
		},
	};
	download->began_at = download->ingest.at;
	if (download->ingest.at)
		strv_addf(&download->exchange.headers,
			  "Range: bytes=%" PRIu64 "-", download->ingest.at);
	path = xasprintf("%s/blobs/%s",
			 download->exchange.registry->endpoint->path,
			 download->digest.text);
	download->state = DOWNLOAD_RUNNING;
	download_report(download, "begin");
	return exchange_begin(&download->exchange, path, err);
}

/* From this endpoint it can't be had. */
must_check static int try_next(struct download *download, struct error *err)
{
	download->asked++;
	if (download->asked >= download->from->remote->endpoint_count)
		return error_wrap(err, "fetch %s", download->digest.text);
	report_warning("%s; asking another endpoint", err->text);
	download->tries = 0;
	return download_start(download, err);
}

must_check static int try_again(struct download *download,
				const struct http_answer *answer,
				struct error *err)
{
	const struct remote *remote = download->from->remote;

	if (download->ingest.at >= download->began_at + PROGRESS_MIN)
		download->tries = 0;
	if (download->tries++ >= remote->retries)
		return try_next(download, err);
	download->state = DOWNLOAD_DELAYED;
	download->when = retry_now() +
			 (uint64_t)retry_delay(download->tries,
					       remote->retry_delay, answer);
	return 0;
}

/* All has come, and is something else. What an earlier process left may be why:
 * then it is tried once from the beginning.
 */
must_check static int judge(struct download *download, struct error *err)
{
	bool was_resumed = download->resumed > 0;

	if (verify(download, err) == 0)
		return 0;
	download->resumed = 0;
	return was_resumed ? download_start(download, err)
			   : try_next(download, err);
}

must_check static int take_answer(struct download *download, struct error *err)
{
	const struct http_answer *answer = download->exchange.answer;
	const struct ingest *ingest = &download->ingest;

	if (answer->status == 416 && download->began_at) {
		if (ingest_restart(&download->ingest, err) < 0)
			return -err->code;
		return download_start(download, err);
	}
	if (!answer->error.code && answer->status / 100 == 2) {
		if (ingest->at == ingest->size)
			return judge(download, err);
		(void)error_say(err, EIO,
				"%s: it sent less than there should be",
				download->exchange.at.host);
		return try_again(download, answer, err);
	}
	(void)exchange_refusal(&download->exchange, err);
	if (answer->error.code &&
	    (err->code == ENOSPC || err->code == EDQUOT)) /* our disk */
		return error_wrap(err, "fetch %s", download->digest.text);
	/* Cut off behind its last byte: it is all there. */
	if (answer->again && ingest->at == ingest->size)
		return judge(download, err);
	if (retry_is_worth(answer) || err->code == EBADMSG)
		return try_again(download, answer, err);
	return try_next(download, err);
}

int download_step(struct download *download, struct error *err)
{
	int result;

	if (download->state == DOWNLOAD_DELAYED &&
	    retry_now() >= download->when)
		return download_start(download, err);
	if (download->state != DOWNLOAD_RUNNING)
		return 0;
	result = exchange_step(&download->exchange, err);
	if (result < 0)
		return try_next(download, err);
	return result ? take_answer(download, err) : 0;
}

void download_clear(struct download *download)
{
	exchange_end(&download->exchange);
	ingest_close(&download->ingest);
	free(download->text);
}
