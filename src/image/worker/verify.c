// SPDX-License-Identifier: Apache-2.0
#include "image/worker/verify.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/hash.h"
#include "image/worker/report.h"
#include "image/worker/request.h"

enum { PIECE = 1 << 17 /* bytes at a time */ };

struct request {
	bool remove;
};

/* Return: 1: it is whole, 0: it isn't, negative errno */
must_check static int is_whole(int dir, const char *name, char *buffer,
			       struct error *err)
{
	auto_close int fd =
		openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_with(hash_clear) struct hash hash = { 0 };
	struct digest digest = { 0 };
	ssize_t count;

	if (fd < 0)
		return error_set(err, errno, "open the blob %s", name);
	hash_begin(&hash);
	while ((count = read(fd, buffer, PIECE)) != 0) {
		/* What the disk can't give back is damaged. */
		if (count < 0 && errno == EIO)
			return 0;
		if (count < 0)
			return error_set(err, errno, "read the blob %s", name);
		hash_add(&hash, buffer, (size_t)count);
	}
	hash_end(&hash, &digest);
	return strcmp(digest_hex(&digest), name) == 0;
}

must_check static int verify_all(const struct request *request,
				 struct error *err)
{
	auto_free char *buffer = xcalloc(PIECE, 1);
	auto_closedir DIR *dir = fdopendir(FIRST_FD);
	const struct dirent *entry;

	if (!dir)
		return error_set(err, errno, "read the blobs");
	while ((errno = 0, entry = readdir(dir))) {
		struct json_object *report;
		int whole;

		if (entry->d_name[0] == '.')
			continue;
		whole = is_whole(dirfd(dir), entry->d_name, buffer, err);
		if (whole < 0)
			return whole;
		if (whole)
			continue;
		report = report_new("damaged");
		report_text(report, "name", entry->d_name);
		report_send(report);
		if (request->remove &&
		    unlinkat(dirfd(dir), entry->d_name, 0) < 0)
			return error_set(err, errno, "remove the blob %s",
					 entry->d_name);
	}
	return errno ? error_set(err, errno, "read the blobs") : 0;
}

int verify_work(struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "remove", JSON_MEMBER(struct request, remove) },
		{ 0 },
	};
	struct request request = { 0 };

	if (request_read(rows, &request, err) < 0 ||
	    confine_to_trees(request.remove ? FIRST_FD : -1,
			     request.remove ? -1 : FIRST_FD, err) < 0)
		return -err->code;
	return verify_all(&request, err);
}
