// SPDX-License-Identifier: Apache-2.0
#include "cgroup/cgroup.h"

#include <json.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cgroup/limits.h"

void cgroup_clear(struct cgroup *cgroup)
{
	free(cgroup->path);
	*cgroup = (struct cgroup){ 0 };
}

bool cgroup_is_there(const struct cgroup *cgroup)
{
	return cgroup->path;
}

static bool is_best_effort(const struct strv *annotations)
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
	if (is_best_effort(annotations)) {
		log_warning("linux.resources.%s is not set: no cgroup is used",
			    asked.field);
		return 0;
	}
	return error_say(
		err, EOPNOTSUPP,
		"linux.resources.%s needs the %s controller of a cgroup, and no cgroup is used here; leave the limit out, or set the annotation run.holt.limits=besteffort to go on without it",
		asked.field, asked.controller);
}

int cgroup_plan(const struct cgroup_request *request, struct cgroup *ret,
		struct error *err)
{
	*ret = (struct cgroup){ .manager = CGROUP_DISABLED };
	return cgroup_refuse_limits(request->resources, request->annotations,
				    err);
}

struct json_object *cgroup_to_json(const struct cgroup *cgroup)
{
	struct json_object *object = json_object_new_object();

	(void)json_object_object_add(object, "manager",
				     json_object_new_int(cgroup->manager));
	if (cgroup->path)
		(void)json_object_object_add(
			object, "path", json_object_new_string(cgroup->path));
	(void)json_object_object_add(object, "made",
				     json_object_new_boolean(cgroup->made));
	return object;
}

int cgroup_read_json(const struct json_node *node, void *target,
		     struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "manager", JSON_MEMBER(struct cgroup, manager) },
		{ .key = "path", JSON_MEMBER(struct cgroup, path) },
		{ .key = "made", JSON_MEMBER(struct cgroup, made) },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}

/* Where there is none, there is nothing to be done. */

int cgroup_make(struct cgroup *cgroup, const struct cgroup_request *request,
		struct error *err)
{
	(void)cgroup;
	(void)request;
	(void)err;
	return 0;
}

int cgroup_open(const struct cgroup *cgroup, struct error *err)
{
	(void)cgroup;
	(void)err;
	return -ENOENT;
}

int cgroup_enter(const struct cgroup *cgroup,
		 const struct cgroup_request *request, pid_t pid,
		 bool is_born_there, struct error *err)
{
	(void)cgroup;
	(void)request;
	(void)pid;
	(void)is_born_there;
	(void)err;
	return 0;
}

int cgroup_freeze(const struct cgroup *cgroup, bool on, struct error *err)
{
	(void)cgroup;
	return error_say(
		err, EOPNOTSUPP,
		"the container has no cgroup: its processes can't be %s",
		on ? "paused" : "resumed");
}

int cgroup_is_frozen(const struct cgroup *cgroup)
{
	(void)cgroup;
	return 0;
}

int cgroup_pids(const struct cgroup *cgroup, pid_t **ret, size_t *ret_count,
		struct error *err)
{
	(void)cgroup;
	(void)err;
	*ret = NULL;
	*ret_count = 0;
	return 0;
}

int cgroup_kill(const struct cgroup *cgroup, int signal, struct error *err)
{
	(void)cgroup;
	(void)signal;
	(void)err;
	return 0;
}

int cgroup_remove(struct cgroup *cgroup, struct error *err)
{
	(void)cgroup;
	(void)err;
	return 0;
}
