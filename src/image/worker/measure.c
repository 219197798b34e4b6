// SPDX-License-Identifier: Apache-2.0
#include "image/worker/measure.h"

#include <fcntl.h>
#include <fts.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/report.h"
#include "image/worker/request.h"

enum { BLOCK = 512 }; /* bytes; of st_blocks, wherever it is */

struct request {
	struct strv names;
};

/* Files with several names, by their numbers. */
struct seen {
	dev_t device;
	ino_t inode;
};

static int compare(const void *a, const void *b)
{
	const struct seen *one = a, *other = b;

	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	return 0;
}

/* Return: was it met before? */
static bool was_seen(void **seen, const struct stat *st)
{
	struct seen *one;
	struct seen **found;

	if (S_ISDIR(st->st_mode) || st->st_nlink < 2)
		return false;
	one = xcalloc(1, sizeof(*one));
	*one = (struct seen){ st->st_dev, st->st_ino };
	found = tsearch(one, seen, compare);
	if (!found || *found == one)
		return false;
	free(one);
	return true;
}

/* What vanishes meanwhile takes nothing; what can't be entered is an error. */
must_check static int add_up(FTS *walk, void **seen, unsigned long *bytes,
			     struct error *err)
{
	const FTSENT *entry;

	while ((errno = 0, entry = fts_read(walk))) {
		if (entry->fts_info == FTS_DP)
			continue;
		if (entry->fts_errno && entry->fts_errno != ENOENT &&
		    (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR ||
		     entry->fts_info == FTS_NS))
			return error_set(err, entry->fts_errno, "read %s",
					 entry->fts_path);
		if (entry->fts_info != FTS_NS &&
		    !was_seen(seen, entry->fts_statp))
			*bytes += (unsigned long)entry->fts_statp->st_blocks *
				  BLOCK;
	}
	return errno ? error_set(err, errno, "read a directory") : 0;
}

must_check static int measure_one(char *name, void **seen, struct error *err)
{
	char *const paths[] = { name, NULL };
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct json_object *report;
	unsigned long bytes = 0;
	int result;

	if (!walk)
		return error_set(err, errno, "read %s", name);
	result = add_up(walk, seen, &bytes, err);
	(void)fts_close(walk);
	if (result < 0)
		return result;
	report = report_new("measure");
	report_text(report, "name", name);
	report_number(report, "bytes", bytes);
	report_send(report);
	return 0;
}

int measure_work(struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "names",
		  JSON_MEMBER(struct request, names),
		  .required = true },
		{ 0 },
	};
	struct request request = { 0 };
	void *seen = NULL;
	int result = request_read(rows, &request, err);

	if (result == 0)
		result = confine_to_trees(-1, FIRST_FD, err);
	if (result == 0 && fchdir(FIRST_FD) < 0)
		result = error_set(err, errno, "enter the store");
	for (size_t i = 0; i < request.names.count && result == 0; i++)
		result = measure_one(request.names.items[i], &seen, err);
	tdestroy(seen, free);
	strv_clear(&request.names);
	return result;
}
