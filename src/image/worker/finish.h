// SPDX-License-Identifier: Apache-2.0
/* What is done to directories when everything is in them: each file that is
 * made changes the time of its directory.
 */
#ifndef IMAGE_WORKER_FINISH_H
#define IMAGE_WORKER_FINISH_H

#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"

struct finish_row {
	char *path; /* below the destination, without symlinks; owned */
	struct timespec times[2];
};

/* For finish_clear(). Zero: nothing. */
struct finish {
	struct finish_row *rows;
	size_t count, room;
};

/** finish_add() - Set these times at the end; the last word for a path counts.
 */
void finish_add(struct finish *finish, const char *path,
		const struct timespec times[2]);

/**
 * finish_run() - Do it
 * @root:	The destination. What is no directory any more is passed over.
 *
 * Return: 0, negative errno
 */
must_check int finish_run(const struct finish *finish, int root,
			  struct error *err);

void finish_clear(struct finish *finish);

#endif
