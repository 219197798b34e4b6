// SPDX-License-Identifier: Apache-2.0
#include "image/worker/download.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "image/worker/retry.h"
#include "oci/image_manifest.h"

enum {
	LOOK_EVERY = 100, /* milliseconds: has the other process ended? */
	WAIT_MAX = 1000
};

static struct download *find(const struct downloads *downloads,
			     const struct digest *digest)
{
	for (size_t i = 0; i < downloads->count; i++)
		if (digest_equals(&downloads->items[i].digest, digest))
			return &downloads->items[i];
	return NULL;
}

void downloads_add(struct downloads *downloads, const struct digest *digest,
		   uint64_t size, const char *text)
{
	if (find(downloads, digest))
		return;
	downloads->items =
		xrealloc_array(downloads->items, downloads->count + 1,
			       sizeof(*downloads->items));
	downloads->items[downloads->count++] = (struct download){
		.from = &downloads->from,
		.digest = *digest,
		.size = size,
		.text = text ? xstrndup(text, size) : NULL,
		.ingest = INGEST_NONE,
	};
}

static size_t count_in(const struct downloads *downloads,
		       enum download_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < downloads->count; i++)
		count += downloads->items[i].state == state;
	return count;
}

static size_t count_going(const struct downloads *downloads)
{
	return count_in(downloads, DOWNLOAD_RUNNING) +
	       count_in(downloads, DOWNLOAD_DELAYED);
}

must_check static int step_all(struct downloads *downloads, struct error *err)
{
	size_t going = count_going(downloads);

	for (size_t i = 0; i < downloads->count; i++) {
		struct download *download = &downloads->items[i];
		bool waits = download->state == DOWNLOAD_WANTED ||
			     download->state == DOWNLOAD_ELSEWHERE;
		int result = 0;

		if (!waits)
			result = download_step(download, err);
		else if (going < downloads->from.remote->jobs || download->text)
			result = download_claim(download, err);
		if (result < 0)
			return result;
		going += waits && download->state == DOWNLOAD_RUNNING;
	}
	return 0;
}

/* Until when can nothing happen but that something comes? */
static int time_left(const struct downloads *downloads)
{
	uint64_t now = retry_now(), end = now + WAIT_MAX;

	if (count_in(downloads, DOWNLOAD_ELSEWHERE))
		end = now + LOOK_EVERY;
	for (size_t i = 0; i < downloads->count; i++) {
		const struct download *download = &downloads->items[i];

		if (download->state == DOWNLOAD_DELAYED && download->when < end)
			end = download->when;
	}
	return end > now ? (int)(end - now) : 0;
}

int downloads_run(struct downloads *downloads, struct error *err)
{
	for (;;) {
		size_t ready;

		if (step_all(downloads, err) < 0)
			return -err->code;
		ready = count_in(downloads, DOWNLOAD_VERIFIED) +
			count_in(downloads, DOWNLOAD_THERE);
		if (ready == downloads->count)
			return 0;
		/* Two that wait for each other's would do so for ever. */
		if (!count_going(downloads) &&
		    downloads_commit(downloads, err) < 0)
			return -err->code;
		http_wait(downloads->from.http, time_left(downloads));
	}
}

int downloads_read(const struct downloads *downloads,
		   const struct digest *digest, char **ret_text,
		   size_t *ret_size, struct error *err)
{
	const struct download *download = find(downloads, digest);

	if (!download || download->state != DOWNLOAD_VERIFIED)
		return blob_read(downloads->from.store, digest, CONFIG_SIZE_MAX,
				 ret_text, ret_size, err);
	if (lseek(download->ingest.fd, 0, SEEK_SET) < 0)
		return error_set(err, errno, "read %s", digest->text);
	return fd_read_text(download->ingest.fd, CONFIG_SIZE_MAX, ret_text,
			    ret_size, err);
}

must_check static int sync_store(const struct downloads *downloads,
				 struct error *err)
{
	if (!downloads->from.remote->volatile_store &&
	    syncfs(downloads->from.store) < 0)
		return error_set(err, errno, "write the store to the disk");
	return 0;
}

must_check static int sync_names(const struct downloads *downloads,
				 struct error *err)
{
	auto_close int dir = openat(downloads->from.store, "blobs/sha256",
				    O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 ||
	    (!downloads->from.remote->volatile_store && fsync(dir) < 0))
		return error_set(err, errno, "write the store to the disk");
	return 0;
}

int downloads_commit(struct downloads *downloads, struct error *err)
{
	if (!count_in(downloads, DOWNLOAD_VERIFIED))
		return 0;
	if (sync_store(downloads, err) < 0)
		return -err->code;
	for (size_t i = 0; i < downloads->count; i++) {
		struct download *download = &downloads->items[i];

		if (download->state != DOWNLOAD_VERIFIED)
			continue;
		if (ingest_commit(downloads->from.store, &download->ingest,
				  err) < 0)
			return -err->code;
		download->state = DOWNLOAD_THERE;
	}
	return sync_names(downloads, err);
}

void downloads_clear(struct downloads *downloads)
{
	for (size_t i = 0; i < downloads->count; i++)
		download_clear(&downloads->items[i]);
	free(downloads->items);
	downloads->items = NULL;
	downloads->count = 0;
}
