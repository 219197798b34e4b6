// SPDX-License-Identifier: Apache-2.0
#include "init/own_cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "init/tree.h"

/* More than sixteen hierarchies with paths as long as they get in practice. */
enum { TABLE_SIZE = 16384 };

static int read_table(char *ret, struct error *err)
{
	auto_close int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t n;

	if (fd < 0)
		return error_set(err, errno, "open /proc/self/cgroup");
	do {
		n = read(fd, ret + size, TABLE_SIZE - 1 - size);
		size += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	if (n < 0)
		return error_set(err, errno, "read /proc/self/cgroup");
	ret[size] = '\0';
	return 0;
}

/* The path in the line "4:cpu,cpuacct:/path"; ends with its line. */
static const char *find_path(const char *table, const char *controllers)
{
	size_t length = strlen(controllers);

	for (const char *line = table; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const char *found = strchr(line, ':');

		if (found && !strncmp(found + 1, controllers, length) &&
		    found[1 + length] == ':')
			return found + length + 2;
	}
	return NULL;
}

int own_cgroup_open(const char *controllers, const char *mounted_at,
		    struct error *err)
{
	char table[TABLE_SIZE] = { 0 }, path[PATH_MAX];
	const char *found;
	int size, tree;

	if (read_table(table, err) < 0)
		return -err->code;
	found = find_path(table, controllers);
	if (!found)
		return error_say(err, ENOENT, "no cgroup hierarchy of %s",
				 controllers);
	size = snprintf(path, sizeof(path), "%s%.*s", mounted_at,
			(int)strcspn(found, "\n"), found);
	/* ".." is what lies outside of our cgroup namespace. */
	if (size < 0 || (size_t)size >= sizeof(path) || strstr(path, "/.."))
		return error_say(err, ENOENT, "our cgroup of %s can't be seen",
				 controllers);
	tree = tree_clone(AT_FDCWD, path, false);
	return tree < 0 ? error_set(err, -tree, "bind %s", path) : tree;
}
