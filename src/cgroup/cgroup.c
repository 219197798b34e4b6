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
#include "cgroup/give.h"
#include "cgroup/limits.h"
#include "cgroup/make.h"
#include "cgroup/scope.h"
#include "cgroup/tree.h"

void cgroup_clear(struct cgroup *cgroup)
{
	free(cgroup->v2);
	free(cgroup->leaf);
	free(cgroup->unit);
	free(cgroup->mark);
	strv_clear(&cgroup->v1);
	strv_clear(&cgroup->own);
	strv_clear(&cgroup->parents);
	*cgroup = (struct cgroup){ 0 };
}

bool cgroup_is_there(const struct cgroup *cgroup)
{
	return cgroup->v2 || cgroup->v1.count || cgroup->unit;
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
	size_t count = 0;

	if (!limits_find(resources, 0, &asked))
		return 0;
	if (cgroup_is_best_effort(annotations)) {
		while (limits_find(resources, count++, &asked))
			log_warning(
				"linux.resources.%s is not set: no cgroup is used",
				asked.field);
		return 0;
	}
	return error_say(
		err, EOPNOTSUPP,
		"linux.resources.%s needs the %.*s controller of a cgroup, and no cgroup is used here; leave the limit out, or set the annotation run.holt.limits=besteffort to go on without it",
		asked.field, (int)strcspn(asked.controller, ".="),
		asked.controller);
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
	if (!cgroup_is_there(cgroup) || cgroup->unit)
		return 0;
	if (cgroup->v2 && cgroup_make_directory(cgroup->v2, err) < 0)
		return -err->code;
	for (size_t i = 0; i < cgroup->v1.count; i++)
		if (cgroup_make_directory(strchr(cgroup->v1.items[i], '=') + 1,
					  err) < 0)
			return -err->code;
	if (check_frozen(cgroup, err) < 0)
		return -err->code;
	if (cgroup->v2 && !cgroup->v1.count)
		cgroup_enable_controllers(cgroup->v2);
	return cgroup_apply(cgroup, request->resources,
			    cgroup_is_best_effort(request->annotations), err);
}

int cgroup_update(const struct cgroup *cgroup,
		  const struct spec_resources *resources, struct error *err)
{
	static const struct strv nothing = { 0 };

	if (!cgroup_is_there(cgroup))
		return cgroup_refuse_limits(resources, &nothing, err);
	if (!cgroup->unit)
		return cgroup_apply(cgroup, resources, false, err);
	/* What can't be set, systemd isn't told. It writes what it has been
	 * told, rounded.
	 */
	if (cgroup_apply(cgroup, resources, false, err) < 0 ||
	    scope_update(cgroup, resources, err) < 0)
		return -err->code;
	return cgroup_apply(cgroup, resources, false, err);
}

int cgroup_open(const struct cgroup *cgroup, struct error *err)
{
	if (!cgroup->v2)
		return -ENOENT;
	return cgroup_tree_open(cgroup->leaf ? cgroup->leaf : cgroup->v2, err);
}

int cgroup_make_around(struct cgroup *cgroup,
		       const struct cgroup_request *request, pid_t pid,
		       struct error *err)
{
	return cgroup->unit ? scope_make(cgroup, request, pid, err) : 0;
}

int cgroup_enter(const struct cgroup *cgroup, pid_t pid, bool is_born_there,
		 struct error *err)
{
	const char *v2 = cgroup->leaf ? cgroup->leaf : cgroup->v2;

	if (v2 && !is_born_there && cgroup_enter_directory(v2, pid, err) < 0)
		return -err->code;
	for (size_t i = 0; i < cgroup->v1.count; i++)
		if (cgroup_enter_directory(strchr(cgroup->v1.items[i], '=') + 1,
					   pid, err) < 0)
			return -err->code;
	return 0;
}

int cgroup_attach(const struct cgroup *cgroup, const char *below, pid_t pid,
		  struct error *err)
{
	if (cgroup->unit && cgroup->v2)
		return scope_attach(cgroup, below, pid, err);
	return error_say(err, EOPNOTSUPP, "the cgroup is not systemd's");
}

/* Divided into is that with the limits, by whoever runs in the leaf. */
static int make_leaf(struct cgroup *cgroup, const char *name, pid_t pid,
		     struct error *err)
{
	auto_free char *leaf = xasprintf("%s/%s", cgroup->v2, name);

	if (cgroup_make_directory(leaf, err) < 0 ||
	    cgroup_enter_directory(leaf, pid, err) < 0)
		return -err->code;
	cgroup->leaf = steal_ptr(&leaf);
	return 0;
}

int cgroup_settle(struct cgroup *cgroup, const struct cgroup_request *request,
		  pid_t pid, struct error *err)
{
	const char *leaf =
		cgroup_annotation(request->annotations, CGROUP_DELEGATE);

	if (!cgroup->v2)
		return 0;
	if (leaf && make_leaf(cgroup, leaf, pid, err) < 0)
		return error_wrap(err, "annotation " CGROUP_DELEGATE);
	if (!request->delegate)
		return 0;
	cgroup_give(cgroup->v2, request->owner_uid, request->owner_gid);
	if (cgroup->leaf)
		cgroup_give(cgroup->leaf, request->owner_uid,
			    request->owner_gid);
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
	if (cgroup->unit && scope_remove(cgroup, err) < 0)
		return -err->code;
	for (size_t i = 0; i < cgroup->own.count; i++)
		if (cgroup_tree_remove(cgroup->own.items[i], err) < 0)
			return -err->code;
	/* Others may have made theirs there meanwhile. */
	for (size_t i = 0; i < cgroup->parents.count; i++)
		(void)rmdir(cgroup->parents.items[i]);
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
	if (cgroup->leaf)
		(void)json_object_object_add(
			object, "leaf", json_object_new_string(cgroup->leaf));
	if (cgroup->unit)
		(void)json_object_object_add(
			object, "unit", json_object_new_string(cgroup->unit));
	if (cgroup->mark)
		(void)json_object_object_add(
			object, "mark", json_object_new_string(cgroup->mark));
	(void)json_object_object_add(
		object, "userManager",
		json_object_new_boolean(cgroup->user_manager));
	(void)json_object_object_add(object, "v1", strv_to_json(&cgroup->v1));
	(void)json_object_object_add(object, "own", strv_to_json(&cgroup->own));
	(void)json_object_object_add(object, "parents",
				     strv_to_json(&cgroup->parents));
	return object;
}

int cgroup_read_json(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "manager", JSON_MEMBER(struct cgroup, manager) },
		{ .key = "v2", JSON_MEMBER(struct cgroup, v2) },
		{ .key = "leaf", JSON_MEMBER(struct cgroup, leaf) },
		{ .key = "unit", JSON_MEMBER(struct cgroup, unit) },
		{ .key = "mark", JSON_MEMBER(struct cgroup, mark) },
		{ .key = "userManager",
		  JSON_MEMBER(struct cgroup, user_manager) },
		{ .key = "v1", JSON_MEMBER(struct cgroup, v1) },
		{ .key = "own", JSON_MEMBER(struct cgroup, own) },
		{ .key = "parents", JSON_MEMBER(struct cgroup, parents) },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}
