// SPDX-License-Identifier: Apache-2.0
#include "cgroup/cgroup.h"

#include <fcntl.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/apply.h"
#include "cgroup/limits.h"
#include "cgroup/tree.h"

void cgroup_clear(struct cgroup *cgroup)
{
	free(cgroup->v2);
	strv_clear(&cgroup->v1);
	strv_clear(&cgroup->own);
	*cgroup = (struct cgroup){ 0 };
}

bool cgroup_is_there(const struct cgroup *cgroup)
{
	return cgroup->v2 || cgroup->v1.count;
}

bool cgroup_is_best_effort(const struct strv *annotations)
{
	const char *item = strv_find_prefix(annotations, "run.holt.limits=");

	return item && !strcmp(strchr(item, '=') + 1, "besteffort");
}

int cgroup_refuse_limits(const struct spec_resources *resources,
			 const struct strv *annotations, struct error *err)
{
	struct limit_asked asked;

	if (!limits_first(resources, &asked))
		return 0;
	if (cgroup_is_best_effort(annotations)) {
		log_warning("linux.resources.%s is not set: no cgroup is used",
			    asked.field);
		return 0;
	}
	return error_say(
		err, EOPNOTSUPP,
		"linux.resources.%s needs the %s controller of a cgroup, and no cgroup is used here; leave the limit out, or set the annotation run.holt.limits=besteffort to go on without it",
		asked.field, asked.controller);
}

/* Have every controller of @dir's parents reach it. What isn't there will be
 * missed by the setting that needs it.
 */
static void enable_controllers(const char *dir)
{
	auto_free char *path = xstrdup(dir);
	auto_free char *available = NULL;
	char *slash = strrchr(path, '/'), *rest, *word;
	struct error ignored;

	if (!slash || slash == path)
		return;
	*slash = '\0';

	auto_close int parent = cgroup_tree_open(path, &ignored);

	if (parent < 0 || cgroup_tree_read(parent, "cgroup.controllers",
					   &available, &ignored) < 0)
		return; /* above the hierarchy */
	if (!*available)
		enable_controllers(path);
	free(available);
	available = NULL;
	if (cgroup_tree_read(parent, "cgroup.controllers", &available,
			     &ignored) < 0)
		return;
	rest = available;
	while ((word = strsep(&rest, " \n"))) {
		auto_free char *text = xasprintf("+%s", word);

		if (*word && cgroup_tree_write(parent, "cgroup.subtree_control",
					       text, &ignored) < 0)
			log_debug("%s: %s", path, ignored.text);
	}
}

/* A cpuset of v1 begins without CPUs and takes nobody in: give each that we
 * have made what its parent has.
 */
static int inherit(const char *dir, const char *file, struct error *err)
{
	auto_free char *parent_path = xasprintf("%s/..", dir);
	auto_close int child = cgroup_tree_open(dir, err);
	auto_close int parent =
		child < 0 ? -1 : cgroup_tree_open(parent_path, err);
	auto_free char *here = NULL;
	auto_free char *above = NULL;

	if (child < 0 || parent < 0)
		return -err->code;
	if (cgroup_tree_read(child, file, &here, err) < 0 ||
	    cgroup_tree_read(parent, file, &above, err) < 0)
		return error_wrap(err, "%s", dir);
	if (strspn(here, "\n") != strlen(here))
		return 0;
	return cgroup_tree_write(child, file, above, err);
}

static int fill_cpuset(const char *mount, const char *dir, struct error *err)
{
	auto_free char *path = xstrdup(dir);

	for (char *at = path + strlen(mount); at && *at;) {
		char *slash = strchr(at + 1, '/');

		if (slash)
			*slash = '\0';
		if (inherit(path, "cpuset.cpus", err) < 0 ||
		    inherit(path, "cpuset.mems", err) < 0)
			return -err->code;
		if (slash)
			*slash = '/';
		at = slash;
	}
	return 0;
}

/* The part of a directory's path that is there without us: of a v1 hierarchy
 * the mount, below which cpusets have to be filled.
 */
static char *mount_of(const char *dir)
{
	auto_free char *path = xstrdup(dir);

	for (;;) {
		char *slash = strrchr(path, '/');
		auto_free char *parent = NULL;

		if (!slash || slash == path)
			return steal_ptr(&path);
		parent = xstrndup(path, (size_t)(slash - path));

		auto_free char *file = xasprintf("%s/cgroup.procs", parent);

		if (access(file, F_OK) < 0)
			return steal_ptr(&path);
		*slash = '\0';
	}
}

static int make_one(const char *dir, struct error *err)
{
	auto_free char *file = xasprintf("%s/cpuset.cpus", dir);
	auto_free char *legacy = xasprintf("%s/cpuset.cpu_exclusive", dir);

	if (cgroup_tree_make("", dir, err) < 0)
		return -err->code;
	if (access(file, F_OK) < 0 || access(legacy, F_OK) < 0)
		return 0;

	auto_free char *mount = mount_of(dir);

	return fill_cpuset(mount, dir, err);
}

static int check_frozen(const struct cgroup *cgroup, struct error *err)
{
	if (cgroup_is_frozen(cgroup) <= 0)
		return 0;
	return error_say(
		err, EBUSY,
		"the cgroup %s is frozen: a container in it would never start",
		cgroup->v2 ? cgroup->v2 : cgroup->v1.items[0]);
}

int cgroup_make(struct cgroup *cgroup, const struct cgroup_request *request,
		struct error *err)
{
	if (!cgroup_is_there(cgroup))
		return 0;
	if (cgroup->v2 && make_one(cgroup->v2, err) < 0)
		return -err->code;
	for (size_t i = 0; i < cgroup->v1.count; i++)
		if (make_one(strchr(cgroup->v1.items[i], '=') + 1, err) < 0)
			return -err->code;
	if (check_frozen(cgroup, err) < 0)
		return -err->code;
	if (cgroup->v2 && !cgroup->v1.count)
		enable_controllers(cgroup->v2);
	return cgroup_apply(cgroup, request->resources,
			    cgroup_is_best_effort(request->annotations), err);
}

int cgroup_update(const struct cgroup *cgroup,
		  const struct spec_resources *resources, struct error *err)
{
	static const struct strv nothing = { 0 };

	if (!cgroup_is_there(cgroup))
		return cgroup_refuse_limits(resources, &nothing, err);
	return cgroup_apply(cgroup, resources, false, err);
}

int cgroup_open(const struct cgroup *cgroup, struct error *err)
{
	if (!cgroup->v2)
		return -ENOENT;
	return cgroup_tree_open(cgroup->v2, err);
}

static int enter_one(const char *dir, pid_t pid, struct error *err)
{
	auto_close int fd = cgroup_tree_open(dir, err);
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", pid);
	if (fd < 0 || cgroup_tree_write(fd, "cgroup.procs", text, err) < 0)
		return error_wrap(err, "enter the cgroup %s", dir);
	return 0;
}

int cgroup_enter(const struct cgroup *cgroup,
		 const struct cgroup_request *request, pid_t pid,
		 bool is_born_there, struct error *err)
{
	(void)request;
	if (cgroup->v2 && !is_born_there && enter_one(cgroup->v2, pid, err) < 0)
		return -err->code;
	for (size_t i = 0; i < cgroup->v1.count; i++)
		if (enter_one(strchr(cgroup->v1.items[i], '=') + 1, pid, err) <
		    0)
			return -err->code;
	return 0;
}

/* Where all its processes are, in any hierarchy. */
static const char *any_directory(const struct cgroup *cgroup)
{
	if (cgroup->v2)
		return cgroup->v2;
	return cgroup->v1.count ? strchr(cgroup->v1.items[0], '=') + 1 : NULL;
}

int cgroup_pids(const struct cgroup *cgroup, pid_t **ret, size_t *ret_count,
		struct error *err)
{
	const char *dir = any_directory(cgroup);
	struct cgroup_pids list = { 0 };
	int result = 0;

	if (dir && access(dir, F_OK) == 0) {
		auto_close int fd = cgroup_tree_open(dir, err);

		result = fd < 0 ? fd : cgroup_tree_pids(fd, &list, err);
	}
	if (result < 0) {
		free(list.items);
		return result;
	}
	*ret = list.items;
	*ret_count = list.count;
	return 0;
}

int cgroup_remove(struct cgroup *cgroup, struct error *err)
{
	for (size_t i = 0; i < cgroup->own.count; i++)
		if (cgroup_tree_remove(cgroup->own.items[i], err) < 0)
			return -err->code;
	return 0;
}

static struct json_object *strv_to_json(const struct strv *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		(void)json_object_array_add(
			array, json_object_new_string(list->items[i]));
	return array;
}

struct json_object *cgroup_to_json(const struct cgroup *cgroup)
{
	struct json_object *object = json_object_new_object();

	(void)json_object_object_add(object, "manager",
				     json_object_new_int(cgroup->manager));
	if (cgroup->v2)
		(void)json_object_object_add(
			object, "v2", json_object_new_string(cgroup->v2));
	(void)json_object_object_add(object, "v1", strv_to_json(&cgroup->v1));
	(void)json_object_object_add(object, "own", strv_to_json(&cgroup->own));
	return object;
}

int cgroup_read_json(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "manager", JSON_MEMBER(struct cgroup, manager) },
		{ .key = "v2", JSON_MEMBER(struct cgroup, v2) },
		{ .key = "v1", JSON_MEMBER(struct cgroup, v1) },
		{ .key = "own", JSON_MEMBER(struct cgroup, own) },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}
