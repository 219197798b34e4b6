// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "init/step.h"

/* A user namespace that was there before may forbid setgroups(2); then nobody
 * in it can drop groups.
 */
static int set_groups(const struct plan *plan, size_t count,
		      const gid_t *groups, struct error *err)
{
	if (!plan->drop_groups || setgroups(count, groups) == 0)
		return 0;
	if (errno != EPERM || plan->uids || !plan->in_userns)
		return error_set(err, errno, "set additional groups");
	if (count == 0)
		return 0;
	return error_say(
		err, EPERM,
		"additional groups can't be set: the user namespace around us, or the one that is joined, forbids setgroups(2)");
}

int step_become_root(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	bool may_lack = plan->joins_user;

	if (!plan->become_root)
		return 0;
	if (set_groups(plan, 0, NULL, err) < 0)
		return -err->code;
	if ((setresgid(0, 0, 0) < 0 && (errno != EINVAL || !may_lack)) ||
	    (setresuid(0, 0, 0) < 0 && (errno != EINVAL || !may_lack)))
		return error_set(err, errno,
				 "become the container's root for its set-up");
	return 0;
}

/* The working directory, made if it is missing in a new container. A magic
 * link of /proc would lead out of the root: it isn't followed.
 */
static int open_directory(const struct init *init)
{
	const char *path = init->plan->process->cwd;
	auto_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return -errno;
	return init->joined ? path_open_in(root, path, O_PATH | O_DIRECTORY, 0)
			    : path_make_dirs_in(root, path, 0755);
}

static int enter_directory(const struct init *init, struct error *err)
{
	const char *path = init->plan->process->cwd;
	auto_close int fd = open_directory(init);
	char where[PATH_MAX];

	if (fd < 0)
		return error_set(err, -fd, "enter the working directory %s",
				 path);
	if (fchdir(fd) < 0)
		return error_set(err, errno, "enter the working directory %s",
				 path);
	if (!getcwd(where, sizeof(where)) || where[0] != '/')
		return error_say(err, ENOENT,
				 "the working directory %s is outside the root",
				 path);
	return 0;
}

/* All that we have ourselves: a change of ids has emptied the effective set. */
static int regain_capabilities(struct error *err)
{
	uint64_t own = 0;

	if (capabilities_read(&own, err) < 0)
		return -err->code;
	return capabilities_set(own, own, 0, err);
}

static int drop_bounding(uint64_t keep, struct error *err)
{
	for (int cap = 0; cap < 64; cap++) {
		if (keep >> cap & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL && cap > CAP_LAST_CAP)
			return 0; /* the kernel knows no more than we do */
		return error_set(err, errno, "drop capability %d", cap);
	}
	return 0;
}

static int fail_id(struct error *err, int code, const char *what, unsigned id)
{
	if (code == EINVAL)
		return error_say(
			err, code,
			"%s %u is not mapped in the container's user namespace",
			what, id);
	return error_set(err, code, "change to %s %u", what, id);
}

static int change_ids(const struct plan *plan, struct error *err)
{
	const struct spec_user *user = &plan->process->user;

	if (set_groups(plan, user->group_count, user->groups, err) < 0)
		return -err->code;
	if (setresgid(user->gid, user->gid, user->gid) < 0)
		return fail_id(err, errno, "gid", user->gid);
	if (setresuid(user->uid, user->uid, user->uid) < 0)
		return fail_id(err, errno, "uid", user->uid);
	/* Of the same user now as processes of the container: they shall not
	 * look into what isn't the command yet. The kernel sees to that at a
	 * change of ids, but for the setting fs.suid_dumpable.
	 */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, errno, "forbid to be traced");
	return 0;
}

int step_user(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	const struct spec_process *process = plan->process;

	umask(process->user.has_umask ? process->user.umask : 0022);
	if (enter_directory(init, err) < 0 || limits_set(process, err) < 0 ||
	    drop_bounding(process->capabilities.bounding, err) < 0)
		return -err->code;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return error_set(err, errno, "keep capabilities");
	if (change_ids(plan, err) < 0)
		return -err->code;
	return regain_capabilities(err);
}
