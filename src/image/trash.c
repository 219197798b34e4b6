// SPDX-License-Identifier: Apache-2.0
#include "image/trash.h"

#include <dirent.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* What is deeper, or not ours, is removed by holt-image. */
enum { SHALLOW = 6 };

static bool remove_tree(int parent, const char *name, unsigned int depth);

static bool remove_entries(int fd, unsigned int depth)
{
	auto_closedir DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		close(fd);
		return false;
	}
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) == 0)
			continue;
		if ((errno != EISDIR && errno != EPERM) || depth == 0 ||
		    !remove_tree(dirfd(dir), entry->d_name, depth - 1))
			return false;
	}
	return true;
}

/* The overlay closes its working directory to everybody, us included. */
static int open_closed(int parent, const char *name)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent, name, flags);

	if (fd >= 0 || errno != EACCES || fchmodat(parent, name, 0700, 0) < 0)
		return fd;
	return openat(parent, name, flags);
}

/* The common case: a few empty directories. */
static bool remove_tree(int parent, const char *name, unsigned int depth)
{
	int fd;

	if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return true;
	fd = open_closed(parent, name);
	if (fd < 0 || !remove_entries(fd, depth))
		return false;
	return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

must_check static int remove_by_job(int trash, const struct strv *names,
				    userns_fn *make, void *argument,
				    struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	struct json_object *list = json_object_new_array();
	auto_close int userns = make ? make(argument, err) : -1;

	if (userns < -1)
		return userns;
	for (size_t i = 0; i < names->count; i++)
		json_object_array_add(list,
				      json_object_new_string(names->items[i]));
	json_object_object_add(request, "names", list);
	return job_run(
		&(struct job_order){
			.name = "remove",
			.request = request,
			.place = &(struct job_place){ .userns = userns },
			.fds = &trash,
			.fd_count = 1 },
		NULL, NULL, err);
}

int trash_remove(const char *store_path, const char *name, userns_fn *userns,
		 void *argument, struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };
	auto_close int store =
		open(store_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int trash = -1;
	auto_free char *to = NULL;
	unsigned long long number = 0;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		number = (unsigned long long)getpid();
	strv_addf(&names, "tmp.%016llx", number);
	to = xasprintf("trash/%s", names.items[0]);
	if (store < 0 || renameat(store, name, store, to) < 0)
		return error_set(err, errno, "remove %s/%s", store_path, name);
	trash = openat(store, "trash",
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (trash < 0)
		return error_set(err, errno, "open %s/trash", store_path);
	if (remove_tree(trash, names.items[0], SHALLOW))
		return 0;
	return remove_by_job(trash, &names, userns, argument, err);
}

int trash_empty(const struct store *store, userns_fn *userns, void *argument,
		struct error *err)
{
	auto_with(strv_clear) struct strv names = { 0 };
	auto_with(strv_clear) struct strv left = { 0 };
	auto_close int trash = store_open_dir(store, "trash", err);

	if (trash == -ENOENT)
		return 0;
	if (trash < 0 || store_list(store, "trash", &names, err) < 0)
		return -err->code;
	for (size_t i = 0; i < names.count; i++)
		if (!remove_tree(trash, names.items[i], SHALLOW))
			strv_add(&left, xstrdup(names.items[i]));
	return left.count ? remove_by_job(trash, &left, userns, argument, err)
			  : 0;
}
