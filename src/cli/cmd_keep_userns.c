// SPDX-License-Identifier: Apache-2.0
/* holt keep-userns SECONDS: what holt run starts in the background. */
#include "base/parse.h"
#include "cli/commands.h"
#include "container/keeper.h"

static int run(int argc, char **argv, struct error *err)
{
	uint64_t seconds;

	if (argc != 2 ||
	    parse_number(argv[1], KEEPER_SECONDS_MAX, &seconds) < 0)
		return error_say(err, EINVAL,
				 "keep-userns: give a number of seconds");
	return keeper_run((unsigned int)seconds, err);
}

const struct command cmd_keep_userns = {
	.name = "keep-userns",
	.internal = true,
	.run = run,
};
