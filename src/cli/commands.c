// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include <string.h>

#include "base/log.h"
#include "command/help.h"
#include "command/suggest.h"

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
	&cmd_run, &cmd_doctor, &cmd_version, &cmd_help, &cmd_complete, NULL,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

const struct command *command_require(const char *name, struct error *err)
{
	const struct command *cmd = command_find(name);
	struct suggestion near = suggestion_for(name);

	if (cmd)
		return cmd;
	for (const struct command *const *c = commands; *c; c++)
		suggestion_consider(&near, (*c)->internal ? NULL : (*c)->name);
	(void)error_say(err, EINVAL,
			"unknown command '%s'%s%s%s; see 'holt --help'", name,
			near.best ? " (did you mean '" : "",
			near.best ? near.best : "", near.best ? "'?)" : "");
	return NULL;
}

void commands_help(FILE *out)
{
	(void)fprintf(out, "Usage: holt %s\n\n%s.\n\nCommands:\n",
		      holt_program.synopsis, holt_program.summary);
	for (const struct command *const *c = commands; *c; c++)
		if (!(*c)->internal)
			help_line(out, 14, (*c)->name, (*c)->summary);
	help_options(out, &holt_program);
	(void)fputs("\n'holt COMMAND --help' tells more about one command.\n",
		    out);
}

/* Is --help among the options, before any that is wrong? Asked before anything
 * is stored or checked: help must come also where a needed word is missing.
 */
static bool wants_help(const struct command *cmd, int argc, char **argv)
{
	struct option_walk walk = { cmd, argc, argv, 1, NULL };
	struct option_hit hit = { 0 };
	struct error ignored;

	while (option_next(&walk, &hit, &ignored) > 0)
		if (option_is_help(hit.row))
			return true;
	return false;
}

static int run_command(const struct command *cmd, int argc, char **argv,
		       struct error *err)
{
	if (cmd->internal || !wants_help(cmd, argc, argv))
		return cmd->run(argc, argv, err);
	help_command(stdout, cmd);
	return 0;
}

int commands_run(int argc, char **argv, struct error *err)
{
	struct global_settings settings = { 0 };
	const struct command *cmd = NULL;
	int first;

	if (wants_help(&holt_program, argc, argv)) {
		commands_help(stdout);
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
	cmd = command_require(argv[first], err);
	if (!cmd)
		return -err->code;
	return run_command(cmd, argc - first, argv + first, err);
}
