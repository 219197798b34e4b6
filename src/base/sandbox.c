// SPDX-License-Identifier: Apache-2.0
#include "base/sandbox.h"

#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int sandbox_limit(const struct sandbox_limit *limits, size_t count,
		  struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		/* glibc's prototype is of an enumeration. */
		__rlimit_resource_t resource =
			(__rlimit_resource_t)limits[i].resource;
		struct rlimit now;

		if (getrlimit(resource, &now) < 0)
			return error_set(err, errno, "read a resource limit");
		if (now.rlim_max > limits[i].value)
			now.rlim_max = limits[i].value;
		now.rlim_cur = now.rlim_max;
		if (setrlimit(resource, &now) < 0)
			return error_set(err, errno, "set a resource limit");
	}
	return 0;
}

int sandbox_keep(uint32_t capabilities, struct error *err)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, data) < 0)
		return error_set(err, errno, "read the capabilities");
	capabilities &= data[0].permitted;
	data[0] = (struct __user_cap_data_struct){
		.effective = capabilities,
		.permitted = capabilities,
	};
	data[1] = (struct __user_cap_data_struct){ 0 };
	/* Until the kernel says that there is no such capability; without the
	 * right to do this (EPERM) there is nothing to be regained by exec
	 * either, as no_new_privs follows.
	 */
	for (int cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		continue;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &head, data) < 0)
		return error_set(err, errno, "drop the capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(err, errno, "set no_new_privs");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_set(err, errno, "forbid core dumps and tracing");
	return 0;
}

#ifdef __SANITIZE_ADDRESS__

int sandbox_filter(const struct sock_filter *filter, size_t count,
		   struct error *err)
{
	(void)filter;
	(void)count;
	(void)err;
	return 0;
}

#else

/* struct sock_fprog, but const: the kernel only reads it. */
struct program {
	unsigned short count;
	const struct sock_filter *filter;
};

int sandbox_filter(const struct sock_filter *filter, size_t count,
		   struct error *err)
{
	struct program program = { (unsigned short)count, filter };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return error_set(err, errno, "load the syscall filter");
	return 0;
}

#endif
