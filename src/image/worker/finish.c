// SPDX-License-Identifier: Apache-2.0
#include "image/worker/finish.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* A row more. */
static struct finish_row *add_row(struct finish *finish)
{
	if (finish->count == finish->room) {
		finish->room = finish->room ? 2 * finish->room : 256;
		finish->rows = xrealloc_array(finish->rows, finish->room,
					      sizeof(*finish->rows));
	}
	return finish->rows + finish->count++;
}

void finish_add(struct finish *finish, const char *path,
		const struct timespec times[2])
{
	struct finish_row *row =
		finish->count ? finish->rows + finish->count - 1 : NULL;

	/* Said again, as is done to fill a memory: no row more. */
	if (!row || strcmp(row->path, path) != 0) {
		row = add_row(finish);
		row->path = xstrdup(path);
	}
	memcpy(row->times, times, sizeof(row->times));
}

int finish_run(const struct finish *finish, int root, struct error *err)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	for (size_t i = 0; i < finish->count; i++) {
		const struct finish_row *row = &finish->rows[i];
		auto_close int fd = (int)syscall(SYS_openat2, root, row->path,
						 &how, sizeof(how));

		if (fd < 0 &&
		    (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
			continue;
		if (fd < 0 || futimens(fd, row->times) < 0)
			return error_set(err, errno, "set the times of %s",
					 row->path);
	}
	return 0;
}

void finish_clear(struct finish *finish)
{
	for (size_t i = 0; i < finish->count; i++)
		free(finish->rows[i].path);
	free(finish->rows);
	*finish = (struct finish){ 0 };
}
