// SPDX-License-Identifier: Apache-2.0
#include "image/worker/remove.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/confine.h"
#include "image/worker/request.h"

/* The directories that wait, by number. */
struct removal {
	int side;
	unsigned long next, end;
	char name[48]; /* of the one at work */
};

struct request {
	struct strv names;
};

static const char *side_name(struct removal *removal, unsigned long number)
{
	(void)snprintf(removal->name, sizeof(removal->name),
		       ".wh..removing.%d.%lu", getpid(), number);
	return removal->name;
}

/* A directory we can't enter, we open: root of a user namespace can't override
 * everything, and without one nothing.
 */
static DIR *open_dir(int side, const char *name)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(side, name, flags);
	DIR *dir;

	if (fchmodat(side, name, 0700, 0) < 0 && fd < 0)
		return NULL;
	if (fd < 0)
		fd = openat(side, name, flags);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* Return: 0, negative errno */
must_check static int set_aside(struct removal *removal, int dir,
				const char *name, struct error *err)
{
	const char *side = side_name(removal, removal->end);

	/* Moving a directory writes to it. */
	if (renameat(dir, name, removal->side, side) < 0 &&
	    (errno != EACCES || fchmodat(dir, name, 0700, 0) < 0 ||
	     renameat(dir, name, removal->side, side) < 0))
		return error_set(err, errno, "remove %s", name);
	removal->end++;
	return 0;
}

must_check static int remove_next(struct removal *removal, struct error *err)
{
	unsigned long number = removal->next++;
	auto_closedir DIR *dir =
		open_dir(removal->side, side_name(removal, number));
	const struct dirent *entry;

	if (!dir)
		return error_set(err, errno, "read a directory to be removed");
	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), name, 0) == 0 || errno == ENOENT)
			continue;
		if (errno != EISDIR && errno != EPERM)
			return error_set(err, errno, "remove %s", name);
		if (set_aside(removal, dirfd(dir), name, err) < 0)
			return -err->code;
	}
	if (errno)
		return error_set(err, errno, "read a directory to be removed");
	if (unlinkat(removal->side, side_name(removal, number), AT_REMOVEDIR) <
	    0)
		return error_set(err, errno, "remove a directory");
	return 0;
}

int remove_tree(int dir, const char *name, int side, struct error *err)
{
	struct removal removal = { .side = side };

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT ||
	    unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (set_aside(&removal, dir, name, err) < 0)
		return -err->code;
	while (removal.next < removal.end)
		if (remove_next(&removal, err) < 0)
			return -err->code;
	return 0;
}

int remove_work(struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "names",
		  JSON_MEMBER(struct request, names),
		  .required = true },
		{ 0 },
	};
	struct request request = { 0 };
	int result = request_read(rows, &request, err);

	if (result == 0)
		result = confine_to_trees(FIRST_FD, -1, err);

	for (size_t i = 0; i < request.names.count && result == 0; i++)
		result = strchr(request.names.items[i], '/')
				 ? error_set(err, EINVAL, "remove %s",
					     request.names.items[i])
				 : remove_tree(FIRST_FD, request.names.items[i],
					       FIRST_FD, err);
	strv_clear(&request.names);
	return result;
}
