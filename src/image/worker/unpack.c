// SPDX-License-Identifier: Apache-2.0
#include "image/worker/unpack.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/copy.h"
#include "image/worker/entry.h"
#include "image/worker/lowers.h"
#include "image/worker/metadata.h"
#include "image/worker/report.h"
#include "image/worker/request.h"
#include "image/worker/sieve.h"
#include "image/worker/stream.h"

/* Ten times what large images have: enough to stop one that is made to use up a
 * disk's inodes.
 */
enum { DESTINATION_FD = SECOND_FD, ROOT_MODE = 0755, FILES_MAX = 5000000 };

/* Between two reports of how far it is. */
#define REPORT_EVERY_NS INT64_C(100000000)
#define NANOSECONDS     INT64_C(1000000000)

struct request {
	char *media_type;
	struct digest diff_id;
	uint64_t size;
	struct strv lowers;
	bool single_id;
	struct stream_limits limits;
	uint64_t files_max;
};

/* What the archive's reader is given. */
struct source {
	struct stream *stream;
	struct sieve *sieve;
	struct error *err; /* where a failure of theirs is put */
	const struct request *request;
	int64_t reported; /* ns of the monotonic clock */
};

static void request_clear(struct request *request)
{
	free(request->media_type);
	strv_clear(&request->lowers);
}

must_check static int read_request(struct request *request, struct error *err)
{
	static const struct json_row limit_rows[] = {
		{ .key = "bytes", JSON_MEMBER(struct request, limits.bytes) },
		{ .key = "files", JSON_MEMBER(struct request, files_max) },
		{ 0 },
	};
	static const struct json_row rows[] = {
		{ .key = "mediaType", JSON_MEMBER(struct request, media_type) },
		{ .key = "diffId",
		  .kind = JSON_READ,
		  .read = digest_read,
		  .offset = offsetof(struct request, diff_id),
		  .required = true },
		{ .key = "size", JSON_MEMBER(struct request, size) },
		{ .key = "lowers", JSON_MEMBER(struct request, lowers) },
		{ .key = "singleId", JSON_MEMBER(struct request, single_id) },
		{ .key = "limits",
		  .kind = JSON_OBJECT,
		  .rows = limit_rows,
		  .offset = 0 },
		{ 0 },
	};

	return request_read(rows, request, err);
}

static void report_layer(const struct source *source, const char *state,
			 const struct unpacked *done)
{
	struct json_object *report = report_new("layer");

	report_text(report, "diffId", source->request->diff_id.text);
	report_text(report, "state", state);
	report_number(report, "at", stream_taken(source->stream));
	report_number(report, "size", source->request->size);
	if (done) {
		report_number(report, "files", done->files);
		report_number(report, "bytes", done->bytes);
		report_number(report, "devices", done->devices);
		report_number(report, "sockets", done->sockets);
	}
	report_send(report);
}

static void report_sometimes(struct source *source)
{
	struct timespec now;
	int64_t now_ns;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = now.tv_sec * NANOSECONDS + now.tv_nsec;
	if (now_ns - source->reported < REPORT_EVERY_NS)
		return;
	source->reported = now_ns;
	report_layer(source, "progress", NULL);
}

static ssize_t read_stream(void *argument, const void **ret, struct error *err)
{
	const struct source *source = argument;

	return stream_next(source->stream, ret, err);
}

static la_ssize_t read_piece(struct archive *archive, void *argument,
			     const void **ret)
{
	struct source *source = argument;
	ssize_t size = sieve_next(source->sieve, ret, source->err);

	if (size < 0)
		archive_set_error(archive, source->err->code, "%s",
				  source->err->text);
	report_sometimes(source);
	return size < 0 ? ARCHIVE_FATAL : size;
}

/* Tar alone, and without looking up anybody's name. */
must_check static int open_archive(struct source *source, struct archive **ret,
				   struct error *err)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		return error_set(err, ENOMEM, "read an archive");
	if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
	    archive_read_support_format_empty(archive) != ARCHIVE_OK ||
	    archive_read_open2(archive, source, NULL, read_piece, NULL, NULL) !=
		    ARCHIVE_OK) {
		(void)archive_failure(archive, err);
		(void)archive_read_free(archive);
		return -err->code;
	}
	*ret = archive;
	return 0;
}

/* Return: 1: there is an entry, 0: the end, negative errno */
must_check static int next_entry(struct archive *archive,
				 struct archive_entry **ret, struct error *err)
{
	int result = archive_read_next_header(archive, ret);

	/* A warning is of a header that isn't as it should be: others may take
	 * it for something else.
	 */
	if (result == ARCHIVE_EOF)
		return 0;
	return result == ARCHIVE_OK ? 1 : archive_failure(archive, err);
}

must_check static int put_all(struct unpacking *unpacking, struct error *err)
{
	struct archive_entry *entry;
	int more;

	while ((more = next_entry(unpacking->archive, &entry, err)) > 0)
		if (entry_put(unpacking, entry, err) < 0)
			return -err->code;
	return more;
}

/* The root of an upper layer looks like that of the one below, unless the layer
 * says how.
 */
must_check static int dress_root(struct unpacking *unpacking, struct error *err)
{
	const struct place *place = &unpacking->place;

	if (place->lower >= 0)
		return copy_directory(place->lower, place->upper, ".",
				      &unpacking->finish, err);
	if (!unpacking->single_id && fchown(place->upper, 0, 0) < 0)
		return error_set(err, errno, "set the owner of the root");
	if (fchmod(place->upper, ROOT_MODE) < 0)
		return error_set(err, errno, "set the mode of the root");
	return 0;
}

must_check static int unpack(struct source *source, struct unpacking *unpacking,
			     struct error *err)
{
	struct digest digest = { 0 };

	if (dress_root(unpacking, err) < 0 ||
	    open_archive(source, &unpacking->archive, err) < 0 ||
	    put_all(unpacking, err) < 0 ||
	    finish_run(&unpacking->finish, unpacking->place.upper, err) < 0 ||
	    stream_end(source->stream, &digest, err) < 0)
		return -err->code;
	if (!digest_equals(&digest, &source->request->diff_id))
		return error_say(
			err, EBADMSG,
			"its content is %s, and not what the image says (%s)",
			digest.text, source->request->diff_id.text);
	report_layer(source, "done", &unpacking->done);
	return 0;
}

static void unpacking_clear(struct unpacking *unpacking)
{
	(void)archive_read_free(unpacking->archive);
	place_clear(&unpacking->place);
	finish_clear(&unpacking->finish);
	names_clear(&unpacking->left_out);
	names_clear(&unpacking->copied);
}

int unpack_work(struct error *err)
{
	auto_with(request_clear) struct request request = { .files_max =
								    FILES_MAX };
	struct unpacking unpacking = { .place = { .upper = DESTINATION_FD } };
	struct source source = { .err = err, .request = &request };
	auto_close int lower = -1;
	int result;

	/* Names are bytes: no character set is to get at them. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)umask(0);
	if (read_request(&request, err) < 0)
		return -err->code;
	lower = lowers_open(&request.lowers, err);
	if (lower < -1)
		return lower;
	place_init(&unpacking.place);
	unpacking.place.lower = lower;
	unpacking.place.finish = &unpacking.finish;
	unpacking.single_id = request.single_id;
	unpacking.files_max = request.files_max;
	if (confine_to_trees(DESTINATION_FD, lower, err) < 0 ||
	    stream_open(FIRST_FD, &request.limits, &source.stream, err) < 0)
		return -err->code;
	source.sieve = sieve_new(read_stream, &source);
	result = unpack(&source, &unpacking, err);
	sieve_free(source.sieve);
	stream_close(source.stream);
	unpacking_clear(&unpacking);
	return result;
}
