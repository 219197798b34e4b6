// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: the name of the unit is all that has to be known to take
 * everything back, and it is written down before anybody is asked for anything.
 * A scope is made around a process: the container's init, which waits for us
 * until it is where it belongs. If we are killed before, init dies with us, and
 * a scope without processes ends by itself.
 *
 * What limits a container is told to systemd as properties and then written to
 * the files, too: systemd, which writes properties whenever it sees a reason,
 * has to know the limits, but it has no property for all of them and rounds
 * some.
 */
#include "cgroup/scope.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/parse.h"
#include "cgroup/apply.h"
#include "cgroup/make.h"
#include "cgroup/properties.h"
#include "cgroup/settings.h"
#include "cgroup/systemd.h"
#include "cgroup/tree.h"
#include "cgroup/unit.h"

enum { TEXT_MAX = 4 << 20 };

/* Of v1 systemd makes those of some controllers; the others are ours to make,
 * at the same place.
 */
static void plan_v1(const struct cgroup_host *host,
		    const struct unit_name *name, const char *subgroup,
		    struct cgroup *ret)
{
	auto_free char *slice =
		unit_slice_directory(name->slice ? name->slice : name->unit);

	for (size_t i = 0; i < host->count; i++) {
		const struct cgroup_hierarchy *h = &host->items[i];
		auto_free char *scope = xasprintf(
			"%s%s%s%s", h->mount, slice, name->slice ? "/" : "",
			name->slice ? name->unit : "");
		struct stat st;

		if (h->is_v2)
			continue;
		if (stat(scope, &st) < 0 && errno == ENOENT)
			strv_add(&ret->own, xstrdup(scope));
		strv_addf(&ret->v1, "%s=%s%s%s", h->controllers, scope,
			  subgroup ? "/" : "", subgroup ? subgroup : "");
	}
}

int scope_plan(const struct cgroup_request *request,
	       const struct cgroup_host *host, struct cgroup *ret,
	       struct error *err)
{
	auto_with(unit_name_clear) struct unit_name name = { 0 };

	if (unit_name_make(request->path, request->id, request->user_manager,
			   &name, err) < 0)
		return -err->code;
	plan_v1(host, &name,
		cgroup_annotation(request->annotations, CGROUP_SUBGROUP), ret);
	ret->user_manager = request->user_manager;
	ret->unit = steal_ptr(&name.unit);
	ret->mark = xasprintf("holt container %s", request->home);
	return 0;
}

static int read_settings(const struct cgroup *cgroup,
			 const struct spec_resources *resources,
			 struct cgroup_settings *ret, struct error *err)
{
	return cgroup->v1.count ? cgroup_settings_v1(resources, ret, err)
				: cgroup_settings_v2(resources, ret, err);
}

static void add_accounting(struct strv *properties)
{
	static const char *const names[] = {
		"CPUAccounting",
		"IOAccounting",
		"MemoryAccounting",
		"TasksAccounting",
	};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		property_set(properties, names[i], "true");
}

/* What makes it the container's unit. A slice takes no processes, nor can it be
 * delegated.
 */
static int add_frame(const struct cgroup *cgroup,
		     const struct cgroup_request *request, pid_t pid,
		     struct strv *ret, struct error *err)
{
	auto_with(unit_name_clear) struct unit_name name = { 0 };
	auto_free char *description = property_quote(cgroup->mark);
	auto_free char *slice = NULL;

	if (unit_name_make(request->path, request->id, request->user_manager,
			   &name, err) < 0)
		return -err->code;
	property_set(ret, "Description", "%s", description);
	property_set(ret, "DefaultDependencies", "false");
	property_set(ret, "CollectMode", "'inactive-or-failed'");
	add_accounting(ret);
	if (unit_is_slice(cgroup->unit))
		return 0;
	slice = property_quote(name.slice);
	property_set(ret, "Slice", "%s", slice);
	property_set(ret, "Delegate", "true");
	property_set(ret, "PIDs", "[uint32 %d]", pid);
	return 0;
}

static int make_properties(const struct cgroup *cgroup,
			   const struct cgroup_request *request, pid_t pid,
			   struct strv *ret, struct error *err)
{
	auto_with(
		cgroup_settings_clear) struct cgroup_settings settings = { 0 };

	if (add_frame(cgroup, request, pid, ret, err) < 0 ||
	    read_settings(cgroup, request->resources, &settings, err) < 0)
		return -err->code;
	properties_add_limits(&settings, 0, ret);
	if (cgroup->v1.count)
		properties_add_devices(request->resources, ret);
	return properties_add_annotations(request->annotations, ret, err);
}

static const struct cgroup_hierarchy *find_v2(const struct cgroup_host *host)
{
	for (size_t i = 0; i < host->count; i++)
		if (host->items[i].is_v2)
			return &host->items[i];
	return NULL;
}

/* Of the hierarchy of v2, where @pid is. */
static int read_place(pid_t pid, struct cgroup_host *ret, struct error *err)
{
	auto_free char *path = xasprintf("/proc/%d/cgroup", pid);
	auto_free char *mountinfo = NULL;
	auto_free char *membership = NULL;

	if (file_read_text("/proc/self/mountinfo", TEXT_MAX, &mountinfo, NULL,
			   err) < 0 ||
	    file_read_text(path, TEXT_MAX, &membership, NULL, err) < 0)
		return -err->code;
	cgroup_host_parse(mountinfo, membership, ret);
	return 0;
}

/* The kernel's word for it, which is right also in a cgroup namespace. */
static int find_scope(const struct cgroup *cgroup, pid_t pid, char **ret,
		      struct error *err)
{
	auto_with(cgroup_host_clear) struct cgroup_host host = { 0 };
	const struct cgroup_hierarchy *v2;
	const char *last;

	if (read_place(pid, &host, err) < 0)
		return -err->code;
	v2 = find_v2(&host);
	if (!v2)
		return 0; /* v1 alone */
	last = strrchr(v2->own, '/');
	if (last && !strcmp(last + 1, cgroup->unit)) {
		*ret = xasprintf("%s%s", v2->mount, v2->own);
		return 0;
	}
	if (cgroup->v1.count)
		return 0; /* v2 is none of systemd's there */
	return error_say(
		err, ESRCH,
		"systemd says that the container is in %s, but it is in %s",
		cgroup->unit, v2->own);
}

static int find_slice(const struct cgroup *cgroup, struct bus *bus, char **ret,
		      struct error *err)
{
	auto_with(cgroup_host_clear) struct cgroup_host host = { 0 };
	auto_free char *path = NULL;
	const struct cgroup_hierarchy *v2;

	if (cgroup_host_read(&host, err) < 0 ||
	    systemd_cgroup(bus, cgroup->unit, &path, err) < 0)
		return -err->code;
	v2 = find_v2(&host);
	if (v2)
		*ret = xasprintf("%s%s", v2->mount, path);
	return 0;
}

static int start(const struct cgroup *cgroup,
		 const struct cgroup_request *request, pid_t pid, char **ret,
		 struct error *err)
{
	auto_with(bus_close) struct bus bus = { 0 };
	auto_with(strv_clear) struct strv properties = { 0 };

	if (make_properties(cgroup, request, pid, &properties, err) < 0 ||
	    bus_open(cgroup->user_manager, &bus, err) < 0 ||
	    systemd_start(&bus, cgroup->unit, &properties, err) < 0)
		return -err->code;
	return unit_is_slice(cgroup->unit) ? find_slice(cgroup, &bus, ret, err)
					   : find_scope(cgroup, pid, ret, err);
}

/* Into what systemd has put it into neither of those, or not quite. */
static int enter_all(const struct cgroup *cgroup, pid_t pid, bool enter_v2,
		     struct error *err)
{
	if (cgroup->v2 && enter_v2 &&
	    (cgroup_make_directory(cgroup->v2, err) < 0 ||
	     cgroup_enter_directory(cgroup->v2, pid, err) < 0))
		return -err->code;
	for (size_t i = 0; i < cgroup->v1.count; i++) {
		const char *dir = strchr(cgroup->v1.items[i], '=') + 1;

		if (cgroup_make_directory(dir, err) < 0 ||
		    cgroup_enter_directory(dir, pid, err) < 0)
			return -err->code;
	}
	return 0;
}

int scope_make(struct cgroup *cgroup, const struct cgroup_request *request,
	       pid_t pid, struct error *err)
{
	const char *subgroup =
		cgroup_annotation(request->annotations, CGROUP_SUBGROUP);
	auto_free char *directory = NULL;

	if (start(cgroup, request, pid, &directory, err) < 0)
		return -err->code;
	if (directory)
		cgroup->v2 = xasprintf("%s%s%s", directory, subgroup ? "/" : "",
				       subgroup ? subgroup : "");
	if (enter_all(cgroup, pid, subgroup || unit_is_slice(cgroup->unit),
		      err) < 0)
		return -err->code;
	/* Systemd knows not every controller, and the user's has no more. */
	if (cgroup->v2 && !cgroup->v1.count &&
	    (subgroup || !cgroup->user_manager))
		cgroup_enable_controllers(cgroup->v2);
	return cgroup_apply(cgroup, request->resources,
			    cgroup_is_best_effort(request->annotations), err);
}

/* The period that the quota is of, as it is now; 0: not known */
static uint64_t read_period(const struct cgroup *cgroup)
{
	const char *v1 = cgroup_v1_directory(cgroup, "cpu");
	const char *dir = v1 ? v1 : cgroup->v2;
	struct error ignored;
	auto_close int fd = dir ? cgroup_tree_open(dir, &ignored) : -1;
	auto_free char *text = NULL;
	const char *number;
	uint64_t period;

	if (fd < 0 || cgroup_tree_read(fd, v1 ? "cpu.cfs_period_us" : "cpu.max",
				       &text, &ignored) < 0)
		return 0;
	text[strcspn(text, "\n")] = '\0';
	number = strchr(text, ' ');
	return parse_number(number ? number + 1 : text, UINT32_MAX, &period) < 0
		       ? 0
		       : period;
}

int scope_update(const struct cgroup *cgroup,
		 const struct spec_resources *resources, struct error *err)
{
	auto_with(
		cgroup_settings_clear) struct cgroup_settings settings = { 0 };
	auto_with(strv_clear) struct strv properties = { 0 };
	auto_with(bus_close) struct bus bus = { 0 };

	if (read_settings(cgroup, resources, &settings, err) < 0)
		return -err->code;
	properties_add_limits(&settings, read_period(cgroup), &properties);
	if (cgroup->v1.count)
		properties_add_devices(resources, &properties);
	if (!properties.count)
		return 0;
	if (bus_open(cgroup->user_manager, &bus, err) < 0)
		return -err->code;
	return systemd_set(&bus, cgroup->unit, &properties, err);
}

/* The length of the path to the unit's own cgroup. */
static size_t unit_length(const struct cgroup *cgroup)
{
	auto_free char *part = xasprintf("/%s", cgroup->unit);
	const char *found = cgroup->v2 ? strstr(cgroup->v2, part) : NULL;

	return found ? (size_t)(found - cgroup->v2) + strlen(part) : 0;
}

int scope_attach(const struct cgroup *cgroup, const char *below, pid_t pid,
		 struct error *err)
{
	const char *place = cgroup->leaf ? cgroup->leaf : cgroup->v2;
	auto_free char *path = xasprintf("%s%s%s", place + unit_length(cgroup),
					 below ? "/" : "", below ? below : "");
	auto_with(bus_close) struct bus bus = { 0 };

	if (bus_open(cgroup->user_manager, &bus, err) < 0)
		return -err->code;
	return systemd_attach(&bus, cgroup->unit, path, pid, err);
}

/* Before its place is known the unit of that name may be another's, which kept
 * us from making ours.
 */
static int stop(const struct cgroup *cgroup, struct bus *bus, struct error *err)
{
	int result = cgroup->v2 ? 1
				: systemd_is_called(bus, cgroup->unit,
						    cgroup->mark, err);

	return result > 0 ? systemd_stop(bus, cgroup->unit, err) : result;
}

int scope_remove(const struct cgroup *cgroup, struct error *err)
{
	auto_free char *directory = NULL;
	auto_with(bus_close) struct bus bus = { 0 };

	if (cgroup->v2)
		directory = xstrndup(cgroup->v2, unit_length(cgroup));
	/* A manager that is gone has taken its units along. */
	if (bus_open(cgroup->user_manager, &bus, err) < 0)
		log_debug("%s is not stopped: %s", cgroup->unit, err->text);
	else if (stop(cgroup, &bus, err) < 0)
		return -err->code;
	return directory ? cgroup_tree_remove(directory, err) : 0;
}
