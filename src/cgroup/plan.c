// SPDX-License-Identifier: Apache-2.0
/* Where a container's cgroup will be. Looks, and changes nothing. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/cgroup.h"
#include "cgroup/host.h"
#include "cgroup/scope.h"
#include "cgroup/tree.h"

static bool has_dots(const char *path)
{
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && !strncmp(path, "..", 2))
			return true;
		path += length + (path[length] == '/');
	}
	return false;
}

static int check_path(const struct cgroup_request *request, struct error *err)
{
	const char *path = request->path;

	if (!path)
		return 0;
	if (has_dots(path))
		return error_say(err, EINVAL,
				 "linux.cgroupsPath %s: '..' is not allowed",
				 path);
	if (request->manager != CGROUP_SYSTEMD && *path != '/' &&
	    strchr(path, ':'))
		return error_say(
			err, EINVAL,
			"linux.cgroupsPath %s is of the form slice:prefix:name, which is for --systemd-cgroup",
			path);
	return 0;
}

/* A cgroup below another, by an annotation. */
static int check_below(const struct strv *annotations, const char *name,
		       struct error *err)
{
	const char *path = cgroup_annotation(annotations, name);

	if (!path || (*path != '/' && *path != '.' && !strstr(path, "/.") &&
		      !strstr(path, "//")))
		return 0;
	return error_say(
		err, EINVAL,
		"annotation %s=%s: not the relative path of a cgroup, whose names don't begin with a dot",
		name, path);
}

/* From the mount on, without a slash at the end. */
static char *path_in(const struct cgroup_request *request,
		     const struct cgroup_hierarchy *h)
{
	const char *own = strcmp(h->own, "/") ? h->own : "";
	const char *path = request->path;
	char *full;

	if (path && *path == '/')
		full = xstrdup(path);
	else if (path)
		full = xasprintf("%s/%s", request->in_userns ? own : "", path);
	else
		full = xasprintf("%s/holt-%s", request->in_userns ? own : "",
				 request->id);
	for (size_t length = strlen(full);
	     length > 1 && full[length - 1] == '/'; length--)
		full[length - 1] = '\0';
	return full;
}

/* May we make @path below @mount? The first part of it that is there decides.
 */
static bool can_make(const char *mount, const char *path)
{
	auto_free char *full = xasprintf("%s%s", mount, path);
	struct stat st;

	while (stat(full, &st) < 0) {
		char *slash = strrchr(full, '/');

		if (errno != ENOENT || !slash || slash == full)
			return false;
		*slash = '\0';
	}
	return access(full, W_OK) == 0;
}

static bool is_missing(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 && errno == ENOENT;
}

/* What has to be made on the way to @full. */
static void note_parents(const char *full, struct strv *ret)
{
	auto_free char *path = xstrdup(full);

	for (char *slash; (slash = strrchr(path, '/')) && slash != path;) {
		*slash = '\0';
		if (!is_missing(path))
			return;
		strv_add(ret, xstrdup(path));
	}
}

/* Whatever is in a container's cgroup is limited, stopped and killed with it:
 * what was there before must not be.
 */
static int check_empty(const char *dir, struct error *err)
{
	auto_close int fd = cgroup_tree_open(dir, err);
	struct cgroup_pids pids = { 0 };
	int result = fd < 0 ? fd : cgroup_tree_pids(fd, &pids, err);

	free(pids.items);
	if (result < 0)
		return error_wrap(err, "%s", dir);
	if (!pids.count)
		return 0;
	return error_say(
		err, EBUSY,
		"the cgroup %s has processes, which would be limited and killed with the container; give it a linux.cgroupsPath of its own",
		dir);
}

static int take(const struct cgroup_hierarchy *h, const char *path,
		struct cgroup *ret, struct error *err)
{
	auto_free char *full = xasprintf("%s%s", h->mount, path);

	if (is_missing(full)) {
		strv_add(&ret->own, xstrdup(full));
		note_parents(full, &ret->parents);
	} else if (check_empty(full, err) < 0) {
		return -err->code;
	}
	if (h->is_v2)
		ret->v2 = steal_ptr(&full);
	else
		strv_addf(&ret->v1, "%s=%s", h->controllers, full);
	return 0;
}

static int give_up(const struct cgroup_request *request, bool is_v2,
		   const char *mount, struct error *err)
{
	if (request->required && !request->path)
		return error_say(
			err, EACCES,
			"no cgroup can be made: %s may not be written, and --rootless=false forbids to do without",
			mount);
	if (request->path && (is_v2 || !request->in_userns))
		return error_say(
			err, EACCES,
			"no cgroup can be made for %s below %s: the directory there isn't ours; let systemd delegate one (--systemd-cgroup, or run inside 'systemd-run --user --scope -p Delegate=yes')",
			request->path, mount);
	log_debug("no cgroup is used: %s may not be written", mount);
	return cgroup_refuse_limits(request->resources, request->annotations,
				    err);
}

static int plan_all(const struct cgroup_request *request,
		    const struct cgroup_host *host, struct cgroup *ret,
		    struct error *err)
{
	bool is_v2 = cgroup_host_is_v2(host);

	for (size_t i = 0; i < host->count; i++) {
		const struct cgroup_hierarchy *h = &host->items[i];
		auto_free char *path = path_in(request, h);

		if (can_make(h->mount, path)) {
			if (take(h, path, ret, err) == 0)
				continue;
			cgroup_clear(ret);
			return -err->code;
		}
		/* All or nothing: half a cgroup would limit half. */
		cgroup_clear(ret);
		return give_up(request, is_v2, h->mount, err);
	}
	return 0;
}

/* A user's systemd has nothing to hand out where the controllers are in cgroups
 * of version 1.
 */
static int plan_unit(const struct cgroup_request *request,
		     const struct cgroup_host *host, struct cgroup *ret,
		     struct error *err)
{
	if (!request->user_manager || cgroup_host_is_v2(host))
		return scope_plan(request, host, ret, err);
	log_debug("no cgroup is used: the machine has those of version 1");
	return cgroup_refuse_limits(request->resources, request->annotations,
				    err);
}

int cgroup_plan(const struct cgroup_request *request, struct cgroup *ret,
		struct error *err)
{
	auto_with(cgroup_host_clear) struct cgroup_host host = { 0 };

	*ret = (struct cgroup){ .manager = request->manager };
	if (check_path(request, err) < 0 ||
	    check_below(request->annotations, CGROUP_SUBGROUP, err) < 0 ||
	    check_below(request->annotations, CGROUP_DELEGATE, err) < 0)
		return -err->code;
	if (request->manager == CGROUP_DISABLED)
		return cgroup_refuse_limits(request->resources,
					    request->annotations, err);
	if (cgroup_host_read(&host, err) < 0)
		return -err->code;
	if (!host.count)
		return cgroup_refuse_limits(request->resources,
					    request->annotations, err);
	if (request->manager == CGROUP_SYSTEMD)
		return plan_unit(request, &host, ret, err);
	return plan_all(request, &host, ret, err);
}
