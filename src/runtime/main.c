// SPDX-License-Identifier: Apache-2.0
/* holt-runtime: the OCI runtime. Runs the command; an error goes where --log
 * says and to stderr, and makes the exit status 1 (255 for exec), as engines
 * know it from runc.
 */
#include "command/program.h"
#include "runtime/log.h"
#include "runtime/runtime.h"

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int result =
		program_run("holt-runtime", runtime_main, argc, argv, &err);

	return result < 0 ? runtime_log_error(&err) : result;
}
