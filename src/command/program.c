// SPDX-License-Identifier: Apache-2.0
#include "command/program.h"

#include <stdio.h>
#include <sys/auxv.h>

#include "base/fd.h"

int program_run(const char *name,
		int (*run)(int argc, char **argv, struct error *err), int argc,
		char **argv, struct error *err)
{
	int result;

	fd_fill_standard();
	if (getauxval(AT_SECURE))
		return error_say(
			err, EPERM,
			"refusing to run set-user-id or with file capabilities: %s needs no rights of its own",
			name);
	result = run(argc, argv, err);
	if (result >= 0 && (fflush(stdout) < 0 || ferror(stdout)))
		return error_set(err, errno, "write to standard output");
	return result;
}
