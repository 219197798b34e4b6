// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"
#include "init/step.h"
#include "init/tree.h"

/* Write to a file of the container's own /proc, by the descriptor of that
 * mount, and only if nothing covers the file there.
 */
static int write_proc(const struct init *init, const char *path,
		      const char *text, struct error *err)
{
	uint64_t proc, own;

	if (init->proc < 0)
		return error_say(
			err, EINVAL,
			"set %s: it needs a mounted /proc, and there is none",
			path);

	auto_close int fd = path_open_in(init->proc, path, O_WRONLY, 0);

	if (fd < 0)
		return error_set(err, -fd, "open /proc/%s", path);
	if (tree_id(init->proc, "", &proc) < 0 || tree_id(fd, "", &own) < 0)
		return error_set(err, errno, "look at /proc/%s", path);
	if (own != proc)
		return error_say(err, EXDEV, "/proc/%s is covered by a mount",
				 path);

	int result = fd_write_all(fd, text, strlen(text));

	if (result < 0)
		return error_set(err, -result, "write '%s' to /proc/%s", text,
				 path);
	return 0;
}

static int set_sysctl(const struct init *init, const struct spec_sysctl *sysctl,
		      struct error *err)
{
	char path[256];
	int length = snprintf(path, sizeof(path), "sys/%s", sysctl->key);

	/* The file is the host's root's alone, the call is for whoever has the
	 * namespace.
	 */
	if (!strcmp(sysctl->key, "kernel.domainname"))
		return setdomainname(sysctl->value, strlen(sysctl->value)) == 0
			       ? 0
			       : error_set(err, errno, "sysctl %s",
					   sysctl->key);
	if (length < 0 || (size_t)length >= sizeof(path))
		return error_set(err, ENAMETOOLONG, "sysctl %s", sysctl->key);
	/* The other sign is part of a name: "eth0.100" is written "eth0/100".
	 */
	for (char *c = path + strlen("sys/"); *c; c++)
		if (*c == '.')
			*c = '/';
		else if (*c == '/')
			*c = '.';
	if (write_proc(init, path, sysctl->value, err) < 0)
		return error_wrap(err, "sysctl %s", sysctl->key);
	return 0;
}

static int raise_limit(const struct spec_rlimit *limit, struct error *err)
{
	__rlimit_resource_t resource = (__rlimit_resource_t)limit->resource;
	struct rlimit own, value;

	if (getrlimit(resource, &own) < 0)
		return error_set(err, errno, "read %s", limit->name);
	if (limit->hard <= own.rlim_max)
		return 0;
	value = (struct rlimit){ own.rlim_cur, limit->hard };
	if (setrlimit(resource, &value) == 0)
		return 0;
	if (errno == EPERM)
		return error_say(
			err, EPERM,
			"%s: %llu is above our own hard limit, %llu: only with CAP_SYS_RESOURCE can that be raised",
			limit->name, (unsigned long long)limit->hard,
			(unsigned long long)own.rlim_max);
	return error_set(err, errno, "raise %s", limit->name);
}

int limits_set(const struct spec_process *process, struct error *err)
{
	for (size_t i = 0; i < process->rlimit_count; i++) {
		const struct spec_rlimit *limit = &process->rlimits[i];
		struct rlimit value = { limit->soft, limit->hard };

		if (setrlimit((__rlimit_resource_t)limit->resource, &value) < 0)
			return error_set(err, errno, "set %s", limit->name);
	}
	return 0;
}

/* A session keyring of its own, so that keys of the caller's session stay
 * there. A full quota is no reason to fail, but to say so.
 */
static int join_keyring(const struct init *init, struct error *err)
{
	if (init->plan->keep_keyring ||
	    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING,
		    init->plan->keyring) >= 0 ||
	    errno == ENOSYS || errno == EPERM)
		return 0;
	(void)error_set(
		err, errno,
		"no session keyring for the container (see /proc/key-users)");
	init_warn(init, err);
	*err = (struct error){ 0 };
	return 0;
}

int oom_score_set(const struct spec_process *process, struct error *err)
{
	char text[16];

	if (!process->has_oom_score_adj)
		return 0;
	(void)snprintf(text, sizeof(text), "%d", process->oom_score_adj);

	auto_close int fd =
		open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	int result = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));

	if (result == -EACCES)
		return error_say(
			err, EACCES,
			"oomScoreAdj %s is lower than our own, which only root may lower",
			text);
	if (result < 0)
		return error_set(err, -result, "set oomScoreAdj %s", text);
	return 0;
}

int step_oom_score(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	/* Else it has been set before we were born (birth.c). */
	return plan->joins_user || plan->joins_pid
		       ? 0
		       : oom_score_set(plan->process, err);
}

int step_settings(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;

	for (size_t i = 0; i < plan->sysctl_count; i++)
		if (set_sysctl(init, &plan->sysctls[i], err) < 0)
			return -err->code;
	for (size_t i = 0; i < plan->process->rlimit_count; i++)
		if (raise_limit(&plan->process->rlimits[i], err) < 0)
			return -err->code;
	return join_keyring(init, err);
}
