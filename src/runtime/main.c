// SPDX-License-Identifier: Apache-2.0
/* holt-runtime: the OCI runtime. Runs the command; an error goes where --log
 * says and to stderr, and makes the exit status 1 (255 for exec), as engines
 * know it from runc.
 */
#include <stdio.h>
#include <sys/auxv.h>

#include "base/fd.h"
#include "runtime/log.h"
#include "runtime/runtime.h"

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int result;

	fd_fill_standard();
	if (getauxval(AT_SECURE))
		result = error_say(
			&err, EPERM,
			"refusing to run set-user-id or with file capabilities: holt-runtime needs no rights of its own");
	else
		result = runtime_main(argc, argv, &err);
	if (result >= 0 && (fflush(stdout) < 0 || ferror(stdout)))
		result = error_set(&err, errno, "write to standard output");
	return result < 0 ? runtime_log_error(&err) : result;
}
