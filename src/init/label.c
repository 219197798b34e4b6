// SPDX-License-Identifier: Apache-2.0
/* Security modules: what the command shall be labelled with when it is
 * executed. Engines look for the path in backticks when this fails.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/path.h"
#include "init/step.h"

static int write_attribute(const struct init *init, const char *path,
			   const char *text, struct error *err)
{
	/* Not a file that somebody in the container has mounted there. */
	auto_close int fd = path_open_on(init->proc, path, O_WRONLY);
	int result = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));

	if (result < 0)
		return error_set(err, -result, "write '%s' to `/proc/%s`", text,
				 path);
	return 0;
}

static int set_profile(const struct init *init, const char *profile,
		       struct error *err)
{
	char text[512];
	int size = snprintf(text, sizeof(text), "exec %s", profile);

	if (size < 0 || (size_t)size >= sizeof(text))
		return error_set(err, ENAMETOOLONG, "apparmorProfile %s",
				 profile);
	/* The file of that name alone is AppArmor's only where no other module
	 * has taken it.
	 */
	if (faccessat(init->proc, "self/attr/apparmor/exec", F_OK, 0) == 0)
		return write_attribute(init, "thread-self/attr/apparmor/exec",
				       text, err);
	return write_attribute(init, "thread-self/attr/exec", text, err);
}

int step_label(struct init *init, struct error *err)
{
	const struct spec_process *process = init->plan->process;

	if (!process->apparmor_profile && !process->selinux_label)
		return 0;
	if (init->proc < 0)
		return error_say(
			err, ENOENT,
			"a security label needs the container's /proc, and there is none");
	if (process->apparmor_profile &&
	    set_profile(init, process->apparmor_profile, err) < 0)
		return -err->code;
	if (process->selinux_label)
		return write_attribute(init, "thread-self/attr/exec",
				       process->selinux_label, err);
	return 0;
}
