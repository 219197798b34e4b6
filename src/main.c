// SPDX-License-Identifier: Apache-2.0
/* holt: containers for people without root. Runs the command, prints the one
 * error there may be, and chooses the exit status.
 */
#include <stdio.h>
#include <sys/auxv.h>

#include "base/error.h"
#include "base/fd.h"
#include "cli/commands.h"

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int result;

	fd_fill_standard();
	if (getauxval(AT_SECURE))
		result = error_say(
			&err, EPERM,
			"refusing to run set-user-id or with file capabilities: holt needs no rights of its own");
	else
		result = commands_run(argc, argv, &err);
	if (result >= 0 && (fflush(stdout) < 0 || ferror(stdout)))
		result = error_set(&err, errno, "write to standard output");
	return result < 0 ? error_print("holt", &err) : result;
}
