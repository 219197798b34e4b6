// SPDX-License-Identifier: Apache-2.0
#include "cgroup/apply.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/settings.h"
#include "cgroup/stats_parts.h"
#include "cgroup/tree.h"

static int no_controller(const struct cgroup *cgroup,
			 const struct cgroup_setting *setting, const char *dir,
			 struct error *err)
{
	size_t length = strcspn(setting->file, ".");
	const char *remedy =
		cgroup->user_manager
			? "have root write 'Delegate=cpu cpuset io memory pids' below [Service] into /etc/systemd/system/user@.service.d/delegate.conf, run 'systemctl daemon-reload', and log in anew"
			: "have it delegated (systemd: Delegate=yes), to a cgroup without processes of its own";

	return error_say(
		err, EOPNOTSUPP,
		"%s can't be set in %s: the %.*s controller is not there%s; %s, or set the annotation run.holt.limits=besteffort to go on without it",
		setting->file, dir, (int)length, setting->file,
		setting->controller ? "" : ", or has no such file", remedy);
}

static bool has_file(int fd, const char *file)
{
	return faccessat(fd, file, F_OK, 0) == 0;
}

/* Return: 1 if there is no such file, 0, negative errno */
static int write_one(const char *dir, const struct cgroup_setting *setting,
		     struct error *err)
{
	auto_close int fd = cgroup_tree_open(dir, err);
	int result;

	if (fd < 0)
		return fd;
	if (setting->instead && !has_file(fd, setting->file) &&
	    has_file(fd, setting->instead))
		return 0;
	result = cgroup_tree_write(fd, setting->file, setting->value, err);
	if (result == -ENOENT)
		return 1;
	return result < 0 ? error_wrap(err, "%s", dir) : 0;
}

static const char *find_directory(const struct cgroup *cgroup,
				  const struct cgroup_setting *setting)
{
	return setting->controller && cgroup->v1.count
		       ? cgroup_v1_directory(cgroup, setting->controller)
		       : cgroup->v2;
}

/* What can't be set for want of a controller is found before anything is, so
 * that an update that is refused has changed nothing.
 */
static int check_one(const struct cgroup *cgroup,
		     const struct cgroup_setting *setting, struct error *err)
{
	const char *dir = find_directory(cgroup, setting);
	auto_close int fd = -1;

	if (setting->optional)
		return 0;
	if (!dir)
		return no_controller(cgroup, setting, "cgroup v1", err);
	fd = cgroup_tree_open(dir, err);
	if (fd < 0)
		return fd;
	if (has_file(fd, setting->file) || errno != ENOENT ||
	    (setting->instead && has_file(fd, setting->instead)))
		return 0;
	return no_controller(cgroup, setting, dir, err);
}

static int apply_one(const struct cgroup *cgroup,
		     const struct cgroup_setting *setting, bool best_effort,
		     struct error *err)
{
	const char *dir = find_directory(cgroup, setting);
	int result = dir ? write_one(dir, setting, err) : 1;

	if (result > 0 && setting->optional)
		return 0;
	if (result > 0)
		result = no_controller(cgroup, setting, dir ? dir : "cgroup v1",
				       err);
	if (result < 0 && best_effort) {
		log_warning("%s", err->text);
		return 0;
	}
	return result;
}

/* In their order; where the kernel refuses one because of what another still
 * has (memory and memory with swap, period and quota), once more at the end.
 */
static int apply_all(const struct cgroup *cgroup,
		     const struct cgroup_settings *settings, bool best_effort,
		     struct error *err)
{
	auto_free bool *again = xcalloc(settings->count, sizeof(*again));

	for (size_t i = 0; i < settings->count && !best_effort; i++)
		if (check_one(cgroup, &settings->items[i], err) < 0)
			return -err->code;
	for (size_t i = 0; i < settings->count; i++) {
		int result = apply_one(cgroup, &settings->items[i], false, err);

		again[i] = result == -EINVAL || (result < 0 && best_effort);
		if (result < 0 && !again[i])
			return result;
	}
	for (size_t i = 0; i < settings->count; i++)
		if (again[i] && apply_one(cgroup, &settings->items[i],
					  best_effort, err) < 0)
			return -err->code;
	return 0;
}

/* v1's kernel refuses a limit of memory below what is in use. That of v2 takes
 * it, and kills until it is kept: for whoever doesn't want that we look first.
 */
static int check_memory(const struct cgroup *cgroup,
			const struct spec_resources *resources,
			struct error *err)
{
	int64_t limit = resources->memory_limit.value;
	auto_close int dir = -1;
	uint64_t used;

	if (!resources->memory_check_before_update || limit <= 0 ||
	    cgroup->v1.count || !cgroup->v2)
		return 0;
	dir = cgroup_tree_open(cgroup->v2, err);
	if (dir < 0)
		return dir;

	const struct stats_source source = { dir };

	if (!stats_number(&source, "memory.current", &used) ||
	    used <= (uint64_t)limit)
		return 0;
	return error_say(
		err, EBUSY,
		"linux.resources.memory.limit (%" PRId64
		") is below the %" PRIu64
		" bytes that are in use, which memory.checkBeforeUpdate forbids",
		limit, used);
}

int cgroup_apply(const struct cgroup *cgroup,
		 const struct spec_resources *resources, bool best_effort,
		 struct error *err)
{
	auto_with(
		cgroup_settings_clear) struct cgroup_settings settings = { 0 };
	int result = cgroup->v1.count
			     ? cgroup_settings_v1(resources, &settings, err)
			     : cgroup_settings_v2(resources, &settings, err);

	if (result < 0)
		return result;
	if (check_memory(cgroup, resources, err) < 0 ||
	    apply_all(cgroup, &settings, best_effort, err) < 0)
		return -err->code;
	if (cgroup->v1.count || !cgroup->v2)
		return 0;
	return cgroup_apply_devices(cgroup->v2, resources, err);
}
