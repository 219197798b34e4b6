// SPDX-License-Identifier: Apache-2.0
/* holt: containers for people without root. Runs the command, prints the one
 * error there may be, and chooses the exit status.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/commands.h"

/* Were 0, 1 or 2 closed, the next file we open would become somebody's standard
 * stream. Give them /dev/null.
 */
static void fill_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR); /* kept across exec */
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int result;

	fill_standard_fds();
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
