// SPDX-License-Identifier: Apache-2.0
#include "command/list.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/help.h"
#include "command/suggest.h"

#define SUMMARY_COLUMN 14

const struct command *command_find(const struct command *const *list,
				   const char *name)
{
	for (const struct command *const *c = list; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

/* "holt", "holt network"; owned by the caller. */
static char *full_name(const struct command *cmd)
{
	return xasprintf("%s%s%s", command_program(cmd), cmd->name ? " " : "",
			 cmd->name ? cmd->name : "");
}

const struct command *command_require(const struct command *program,
				      const struct command *const *list,
				      const char *name, struct error *err)
{
	const struct command *cmd = command_find(list, name);
	struct suggestion near = suggestion_for(name);
	auto_free char *whole = full_name(program);

	if (cmd)
		return cmd;
	for (const struct command *const *c = list; *c; c++)
		suggestion_consider(&near, (*c)->internal ? NULL : (*c)->name);
	(void)error_say(
		err, EINVAL, "unknown command '%s'%s%s%s; see '%s --help'",
		name, near.best ? " (did you mean '" : "",
		near.best ? near.best : "", near.best ? "'?)" : "", whole);
	return NULL;
}

void command_list_help(FILE *out, const struct command *program,
		       const struct command *const *list)
{
	auto_free char *name = full_name(program);

	(void)fprintf(out, "Usage: %s %s\n\n%s.\n\nCommands:\n", name,
		      program->synopsis, program->summary);
	for (const struct command *const *c = list; *c; c++)
		if (!(*c)->internal)
			help_line(out, SUMMARY_COLUMN, (*c)->name,
				  (*c)->summary);
	help_options(out, program);
	(void)fprintf(out,
		      "\n'%s COMMAND --help' tells more about one command.\n",
		      name);
}

bool command_wants_help(const struct command *cmd, int argc, char **argv)
{
	struct option_walk walk = { cmd, argc, argv, 1, NULL };
	struct option_hit hit = { 0 };
	struct error ignored;

	while (!cmd->internal && option_next(&walk, &hit, &ignored) > 0)
		if (option_is_help(hit.row))
			return true;
	return false;
}
