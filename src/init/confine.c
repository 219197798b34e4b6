// SPDX-License-Identifier: Apache-2.0
/* The last that happens to the command before it is executed: it loses what it
 * shall not be able to do. From the filter on every call of ours is judged by
 * it, so as little as can be is left to do then: with no_new_privs just the
 * execve(2); without, the kernel asks for a capability that has to be given up
 * afterwards.
 */
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/step.h"

int capabilities_read(uint64_t *ret, struct error *err)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return error_set(err, errno, "read capabilities");
	*ret = (uint64_t)data[1].permitted << 32 | data[0].permitted;
	return 0;
}

int capabilities_set(uint64_t effective, uint64_t permitted,
		     uint64_t inheritable, struct error *err)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ (uint32_t)effective, (uint32_t)permitted,
		  (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32),
		  (uint32_t)(inheritable >> 32) },
	};

	if (syscall(SYS_capset, &header, data) < 0)
		return error_set(err, errno, "set capabilities");
	return 0;
}

static int raise_ambient(uint64_t ambient, struct error *err)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return error_set(err, errno, "clear ambient capabilities");
	for (int cap = 0; cap < 64; cap++)
		if (ambient >> cap & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return error_set(err, errno,
					 "raise ambient capability %d", cap);
	return 0;
}

/* What can't be granted is no reason to fail, but has to be said (config.md).
 */
static void warn_of_missing(const struct init *init, uint64_t own)
{
	const struct spec_capabilities *caps =
		&init->plan->process->capabilities;
	uint64_t missing = (caps->effective | caps->permitted |
			    caps->inheritable | caps->ambient) &
			   ~own;
	struct error err;

	if (!missing)
		return;
	(void)error_say(
		&err, EPERM,
		"capabilities %#llx are not granted: holt doesn't have them itself",
		(unsigned long long)missing);
	init_warn(init, &err);
}

/* Those of the process, as far as we have them ourselves. */
static int drop_capabilities(const struct spec_capabilities *caps, uint64_t own,
			     struct error *err)
{
	if (capabilities_set(caps->effective & own, caps->permitted & own,
			     caps->inheritable & own, err) < 0)
		return -err->code;
	/* The kernel lets only those be ambient that are both of these. */
	return raise_ambient(
		caps->ambient & caps->permitted & own & caps->inheritable, err);
}

int step_confine(struct init *init, struct error *err)
{
	const struct plan *plan = init->plan;
	const struct spec_process *process = plan->process;
	uint64_t own = 0;

	if (capabilities_read(&own, err) < 0)
		return -err->code;
	warn_of_missing(init, own);
	if (!process->no_new_privileges)
		return filter_load(init, err) < 0
			       ? -err->code
			       : drop_capabilities(&process->capabilities, own,
						   err);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(err, errno, "set no_new_privs");
	if (drop_capabilities(&process->capabilities, own, err) < 0)
		return -err->code;
	return filter_load(init, err);
}
