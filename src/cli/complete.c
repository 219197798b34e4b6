// SPDX-License-Identifier: Apache-2.0
#include "cli/complete.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/offer.h"
#include "command/list.h"

static void offer_values(FILE *out, const struct option_row *row,
			 const char *prefix, const char *typed)
{
	const struct offering offering = { out, prefix, typed };

	for (const char *const *value = row->values; value && *value; value++)
		offering_put(&offering, *value, NULL);
	offering_all(&offering, row->offer);
}

static void offer_option(const struct offering *offering,
			 const struct option_row *row)
{
	auto_free char *name =
		xasprintf("--%s%s", row->name, row->value ? "=" : "");
	const char letter[] = { '-', row->letter, '\0' };

	if (row->hidden)
		return;
	if (row->letter)
		offering_put(offering, letter, row->help);
	offering_put(offering, name, row->help);
}

static void offer_options(FILE *out, const struct command *cmd,
			  const char *typed)
{
	const struct offering offering = { out, "", typed };
	const struct option_row help = option_help_row(cmd);

	for (const struct option_row *row = cmd->options; row && row->name;
	     row++)
		offer_option(&offering, row);
	offer_option(&offering, &help);
}

/* The word is "--name=part": offer values of that option. */
static void offer_attached(FILE *out, const struct command *cmd, char *word)
{
	struct option_walk walk = { cmd, 1, &word, 0, NULL };
	struct option_hit hit = { 0 };
	struct error ignored;
	auto_free char *prefix = xstrndup(word, strcspn(word, "=") + 1);

	if (option_next(&walk, &hit, &ignored) > 0 && hit.row->value)
		offer_values(out, hit.row, prefix, hit.value);
}

/* The first word that is no option. */
static void offer_first(const struct offering *offering,
			const struct command *cmd)
{
	if (!cmd->commands || cmd->run)
		offering_all(offering, cmd->operands[0]);
	for (const struct command *const *c = cmd->commands; c && *c; c++)
		offering_put(offering, (*c)->name, (*c)->summary);
}

/* @argv[0] is the name of @cmd, the last of @argc words is being typed.
 * Return: index of the first operand before that word; @argc: none, all said
 */
static int complete_for(FILE *out, const struct command *cmd, int argc,
			char **argv)
{
	struct option_walk walk = { cmd, argc - 1, argv, 1, NULL };
	struct option_hit hit = { 0 };
	struct error ignored;
	char *last = argv[argc - 1];
	int result;

	while ((result = option_next(&walk, &hit, &ignored)) > 0)
		if (hit.row->value && !hit.value) {
			offer_values(out, hit.row, "", last);
			return argc;
		}
	if (result < 0 || walk.at < argc - 1)
		return result < 0 ? argc : walk.at;

	const struct offering offering = { out, "", last };
	bool ended = argc > 2 && !strcmp(argv[argc - 2], "--");

	if (*last != '-' || ended)
		offer_first(&offering, cmd);
	else if (!strncmp(last, "--", 2) && strchr(last, '='))
		offer_attached(out, cmd, last);
	else
		offer_options(out, cmd, last);
	return argc;
}

/* @argv[0] is the name of @cmd, which may be NULL: there is none of that name.
 */
static void complete_command(FILE *out, const struct command *cmd, int argc,
			     char **argv)
{
	const struct offering offering = { out, "", argv[argc - 1] };
	int first, further;

	if (!cmd || cmd->internal)
		return;
	first = complete_for(out, cmd, argc, argv);
	if (first == argc)
		return;
	further = argc - 1 - first;
	if (cmd->commands)
		complete_command(out, command_find(cmd->commands, argv[first]),
				 argc - first, argv + first);
	else
		offering_all(&offering,
			     cmd->operands[further > 2 ? 2 : further]);
}

void complete(FILE *out, int count, char **words)
{
	char self[] = "holt", nothing[] = "";
	int argc = 1 + (count ? count : 1), first;
	auto_free char **argv = xcalloc((size_t)argc + 1, sizeof(*argv));

	argv[0] = self;
	argv[1] = nothing;
	for (int i = 0; i < count; i++)
		argv[i + 1] = words[i];

	first = complete_for(out, &holt_program, argc, argv);
	if (first == argc)
		return;

	complete_command(out, command_find(commands, argv[first]), argc - first,
			 argv + first);
}

static int run(int argc, char **argv, struct error *err)
{
	(void)err;
	complete(stdout, argc - 1, argv + 1);
	return 0;
}

const struct command cmd_complete = {
	.name = "__complete",
	.synopsis = "[WORD]...",
	.summary = "Print what may stand in place of the last word",
	.internal = true,
	.run = run,
};
