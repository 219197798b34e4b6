// SPDX-License-Identifier: Apache-2.0
/* holt help: the help of holt or of one command, as --help gives it. */
#include <stdio.h>

#include "cli/commands.h"
#include "command/help.h"
#include "command/list.h"

static int run(int argc, char **argv, struct error *err)
{
	int first = options_parse(&cmd_help, argc, argv, NULL, err);
	const struct command *cmd;

	if (first < 0)
		return first;
	if (first == argc) {
		command_list_help(stdout, &holt_program, commands);
		return 0;
	}
	cmd = command_require(&holt_program, commands, argv[first++], err);
	if (cmd && cmd->commands && first < argc)
		cmd = command_require(cmd, cmd->commands, argv[first++], err);
	if (!cmd)
		return -err->code;
	if (first < argc)
		return error_say(err, EINVAL,
				 "help: unexpected word '%s'; "
				 "see 'holt help --help'",
				 argv[first]);
	if (cmd->commands)
		command_list_help(stdout, cmd, cmd->commands);
	else
		help_command(stdout, cmd);
	return 0;
}

const struct command cmd_help = {
	.name = "help",
	.synopsis = "[COMMAND [COMMAND]]",
	.summary = "Show the help of holt or of one command",
	.operands = { OFFER_COMMAND },
	.run = run,
};
