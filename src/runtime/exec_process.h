// SPDX-License-Identifier: Apache-2.0
/* The process that `exec` brings in: that of --process, or the container's own
 * with what the command line says of it.
 */
#ifndef RUNTIME_EXEC_PROCESS_H
#define RUNTIME_EXEC_PROCESS_H

#include "command/option.h"
#include "oci/spec.h"

struct exec_settings {
	const char *process; /* file; NULL: the words of the command line */
	const char *cwd, *user, *process_label, *apparmor;
	const char *cgroup, *pid_file, *console_socket, *pidfd_socket;
	struct list env, caps, groups;
	bool tty, detach, no_new_privs, ignore_paused;
	bool no_new_keyring, no_subreaper;
	unsigned int preserve_fds;
};

/**
 * exec_process() - Put the process into the container's spec
 * @settings:	As given
 * @args:	The command's words; ignored with --process
 * @arg_count:	Number of words
 * @spec:	Of the container; its process is changed or replaced
 * @err:	EINVAL: names the option, or the place in the file
 *
 * What a --process file doesn't speak of is as for the container's own process.
 *
 * Return: 0, negative errno
 */
must_check int exec_process(const struct exec_settings *settings,
			    char *const *args, int arg_count, struct spec *spec,
			    struct error *err);

#endif
