// SPDX-License-Identifier: Apache-2.0
#include "cgroup/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"

enum { FILE_MAX = 4 << 20, DEPTH_MAX = 64 };

/* How long the kernel may take over the end of processes. */
enum { WAIT_STEP_MS = 5, WAIT_STEPS = 1000 };

int cgroup_tree_open(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? error_set(err, errno, "open the cgroup %s", path) : fd;
}

int cgroup_tree_make(const char *mount, const char *path, struct error *err)
{
	auto_free char *full = xasprintf("%s%s", mount, path);
	char *at = full + strlen(mount);

	while (at && *at) {
		char *slash = strchr(at + 1, '/');

		if (slash)
			*slash = '\0';
		if (mkdir(full, 0755) < 0 && errno != EEXIST)
			return error_set(err, errno, "make the cgroup %s",
					 full);
		if (slash)
			*slash = '/';
		at = slash;
	}
	return 0;
}

int cgroup_tree_write(int dir, const char *file, const char *value,
		      struct error *err)
{
	auto_close int fd =
		openat(dir, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "open %s", file);
	/* One write: the kernel takes each for a command of its own. */
	if (write(fd, value, strlen(value)) < 0)
		return error_set(err, errno, "write '%s' to %s", value, file);
	return 0;
}

int cgroup_tree_read(int dir, const char *file, char **ret, struct error *err)
{
	auto_close int fd =
		openat(dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, errno, "open %s", file);
	if (fd_read_text(fd, FILE_MAX, ret, NULL, err) < 0)
		return error_wrap(err, "%s", file);
	return 0;
}

static void add_pids(char *text, struct cgroup_pids *list)
{
	uint64_t pid;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (parse_number(line, INT32_MAX, &pid) < 0)
			continue;
		list->items = xrealloc_array(list->items, list->count + 1,
					     sizeof(*list->items));
		list->items[list->count++] = (pid_t)pid;
	}
}

/* Call @each for every cgroup right below @dir. */
static int for_children(int dir,
			int (*each)(int child, void *data, struct error *err),
			void *data, struct error *err)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	if (!stream)
		return error_set(err, errno, "list a cgroup");
	while ((entry = readdir(stream))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;

		auto_close int child =
			openat(dir, entry->d_name,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (child >= 0 && each(child, data, err) < 0)
			return -err->code;
	}
	return 0;
}

static int pids_of(int dir, void *data, struct error *err)
{
	auto_free char *text = NULL;

	/* Of a threaded cgroup the processes are those of its parent; and one
	 * that is removed meanwhile, by systemd, has none.
	 */
	if (cgroup_tree_read(dir, "cgroup.procs", &text, err) < 0 &&
	    err->code != EOPNOTSUPP && err->code != ENODEV &&
	    err->code != ENOENT)
		return -err->code;
	if (text)
		add_pids(text, data);
	return for_children(dir, pids_of, data, err);
}

int cgroup_tree_pids(int dir, struct cgroup_pids *list, struct error *err)
{
	return pids_of(dir, list, err);
}

static int remove_children(const char *path, int depth)
{
	auto_closedir DIR *stream = opendir(path);
	const struct dirent *entry;

	while (stream && depth < DEPTH_MAX && (entry = readdir(stream))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;

		auto_free char *child = xasprintf("%s/%s", path, entry->d_name);

		(void)remove_children(child, depth + 1);
		(void)rmdir(child);
	}
	return 0;
}

/* v2 tells by an event when the last process is gone, v1 doesn't. */
static void wait_a_little(const char *path)
{
	auto_free char *events = xasprintf("%s/cgroup.events", path);
	auto_close int fd = open(events, O_RDONLY | O_CLOEXEC);
	struct pollfd waiting = { fd, POLLPRI, 0 };
	char bytes[256];

	if (fd >= 0)
		(void)!read(fd, bytes, sizeof(bytes));
	(void)poll(&waiting, fd >= 0, WAIT_STEP_MS);
}

int cgroup_tree_remove(const char *path, struct error *err)
{
	for (int i = 0; i < WAIT_STEPS; i++) {
		if (rmdir(path) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY && errno != ENOTEMPTY)
			break;
		(void)remove_children(path, 0);
		if (rmdir(path) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY && errno != ENOTEMPTY)
			break;
		wait_a_little(path);
	}
	return error_set(err, errno, "remove the cgroup %s", path);
}
