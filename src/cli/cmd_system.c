// SPDX-License-Identifier: Apache-2.0
/* holt system: what is kept on the disk, and what of it can go. */
#include "cli/commands.h"
#include "cli/system_parts.h"

static const struct command *const system_commands[] = {
	&system_df, &system_prune, &system_check, &system_reset, NULL,
};

const struct command cmd_system = {
	.name = "system",
	.synopsis = "COMMAND [ARGUMENT]...",
	.summary = "What holt keeps on the disk: sizes, cleaning, checking",
	.commands = system_commands,
};
