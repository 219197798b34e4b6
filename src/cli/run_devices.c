// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/run_settings.h"

/* --device HOST[:CONTAINER[:rwm]] */
int run_add_device(struct spec *spec, const char *word, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	char *rest = copy;
	const char *source = strsep(&rest, ":");
	const char *target = strsep(&rest, ":");
	struct spec_device *device;
	struct stat st;

	if (target && target[0] != '/') {
		rest = NULL; /* HOST:rwm: what may be done, decided by the node
			      */
		target = NULL;
	}
	if (source[0] != '/')
		return error_say(err, EINVAL, "'%s' is not an absolute path",
				 source);
	if (stat(source, &st) < 0)
		return error_set(err, errno, "%s", source);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return error_say(err, EINVAL, "%s is not a device node",
				 source);
	device = spec_add_device(spec, target ? target : source);
	device->type = S_ISBLK(st.st_mode) ? 'b' : 'c';
	device->major = major(st.st_rdev);
	device->minor = minor(st.st_rdev);
	device->mode = st.st_mode & 0777;
	device->source = xstrdup(source);
	return 0;
}

/* --privileged: the nodes of the host's that the user may open anyway. */
static void add_all(struct spec *spec, const char *directory, int depth)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		auto_free char *path =
			xasprintf("%s/%s", directory, entry->d_name);
		struct error ignored;

		if (entry->d_name[0] == '.' || lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth > 0 &&
		    strcmp(entry->d_name, "pts") != 0 &&
		    strcmp(entry->d_name, "shm") != 0)
			add_all(spec, path, depth - 1);
		if ((S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) &&
		    strcmp(entry->d_name, "console") != 0 &&
		    strncmp(entry->d_name, "tty", 3) != 0 &&
		    strcmp(entry->d_name, "ptmx") != 0 &&
		    access(path, R_OK | W_OK) == 0 &&
		    !run_has_mount(spec, path))
			(void)!run_add_device(spec, path, &ignored);
	}
}

void run_add_all_devices(struct spec *spec)
{
	add_all(spec, "/dev", 2);
}
