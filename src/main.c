// SPDX-License-Identifier: Apache-2.0
/* holt: containers for people without root. Runs the command, prints the one
 * error there may be, and chooses the exit status.
 */
#include "cli/commands.h"
#include "command/program.h"

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int result = program_run("holt", commands_run, argc, argv, &err);

	return result < 0 ? error_print("holt", &err) : result;
}
