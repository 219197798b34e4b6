// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include "base/log.h"
#include "command/help.h"
#include "command/list.h"

struct global_settings {
	bool debug;
	bool version;
};

static const struct option_row global_options[] = {
	{
		.name = "debug",
		.help = "say on stderr what is being done",
		OPTION_FIELD(struct global_settings, debug),
	},
	{
		.name = "version",
		.letter = 'v',
		.help = "show the version and exit",
		OPTION_FIELD(struct global_settings, version),
	},
	{ 0 },
};

const struct command holt_program = {
	.synopsis = "[OPTION]... COMMAND [ARGUMENT]...",
	.summary = "Containers for people without root",
	.options = global_options,
	.operands = { OFFER_COMMAND },
};

/* In the order that help shows. */
const struct command *const commands[] = {
	&cmd_run,      &cmd_pull,        &cmd_push,         &cmd_images,
	&cmd_rmi,      &cmd_tag,         &cmd_untag,        &cmd_inspect,
	&cmd_history,  &cmd_load,        &cmd_save,         &cmd_import,
	&cmd_export,   &cmd_bootstrap,   &cmd_login,        &cmd_logout,
	&cmd_image,    &cmd_system,      &cmd_volume,       &cmd_network,
	&cmd_port,     &cmd_doctor,      &cmd_version,      &cmd_help,
	&cmd_complete, &cmd_keep_userns, &cmd_keep_network, NULL,
};

/* @argv[0] is its name. */
static int run_command(const struct command *cmd, int argc, char **argv,
		       struct error *err)
{
	bool wants_help = command_wants_help(cmd, argc, argv);
	int first;

	if (!cmd->commands) {
		if (!wants_help)
			return cmd->run(argc, argv, err);
		help_command(stdout, cmd);
		return 0;
	}
	if (wants_help) {
		command_list_help(stdout, cmd, cmd->commands);
		return 0;
	}
	first = options_parse(cmd, argc, argv, NULL, err);
	if (first < 0)
		return first;
	if (cmd->run &&
	    (first >= argc || !command_find(cmd->commands, argv[first])))
		return cmd->run(argc, argv, err);
	if (first >= argc)
		return error_say(err, EINVAL,
				 "%s: no command given; see 'holt %s --help'",
				 cmd->name, cmd->name);

	const struct command *next =
		command_require(cmd, cmd->commands, argv[first], err);

	return next ? run_command(next, argc - first, argv + first, err)
		    : -err->code;
}

int commands_run(int argc, char **argv, struct error *err)
{
	struct global_settings settings = { 0 };
	const struct command *cmd = NULL;
	int first;

	if (command_wants_help(&holt_program, argc, argv)) {
		command_list_help(stdout, &holt_program, commands);
		return 0;
	}
	first = options_parse(&holt_program, argc, argv, &settings, err);
	if (first < 0)
		return first;
	if (settings.debug)
		log_set_level(LEVEL_DEBUG);
	if (settings.version)
		return cmd_version.run(0, NULL, err);
	if (first >= argc)
		return error_say(err, EINVAL,
				 "no command given; see 'holt --help'");
	cmd = command_require(&holt_program, commands, argv[first], err);
	if (!cmd)
		return -err->code;
	return run_command(cmd, argc - first, argv + first, err);
}
